/** What abbreviations stand for, behind which models saw next to nothing: what Python has, as it is told. */

/** @typedef {{most: number, full: Map<string, string[]>}} Known how many words they are at most, and what they are read as */

/** @type {Map<string, Known>} */
let told = new Map();

/** Take over what abbreviations stand for in all languages. @param {Record<string, [string, string[]][]>} lists */
export function tellStandsFor(lists) {
  told = new Map(
    Object.entries(lists).map(([tag, pairs]) => {
      const most = Math.max(...pairs.map(([short]) => short.split(" ").length));
      return [tag, { most, full: new Map(pairs) }];
    }),
  );
}

/** Folded words, with what abbreviations stand for in their places. @param {readonly string[]} words @param {string} tag @returns {readonly string[]} */
export function spelledOut(words, tag) {
  const known = told.get(tag.split("-", 1)[0].toLowerCase());
  if (!known) return words;
  /** @type {string[]} */
  const found = [];
  /** @type {number[]} */
  const begins = [];
  words.forEach((word, place) => {
    begins.push(found.length);
    for (let count = Math.min(known.most, place + 1); count > 0; count--) {
      const begin = place + 1 - count;
      const full = known.full.get(words.slice(begin, place + 1).join(" "));
      if (!full) continue;
      found.splice(begins[begin], Infinity, ...full);
      return;
    }
    found.push(word);
  });
  return found;
}
