/** What a person calls a character: a grapheme cluster, however many code units it takes. */

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * @param {string} text
 * @returns {string[]}
 */
export function graphemes(text) {
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/**
 * The last `count` grapheme clusters of a text. Reads its end only, so that a long text costs nothing.
 * @param {string} text
 * @param {number} count
 */
export function lastGraphemes(text, count) {
  if (count <= 0) return "";
  const window = Math.max(64, 8 * count);
  return graphemes(text.slice(-window)).slice(-count).join("");
}

/**
 * The first `count` grapheme clusters of a text.
 * @param {string} text
 * @param {number} count
 */
export function firstGraphemes(text, count) {
  if (count <= 0) return "";
  const window = Math.max(64, 8 * count);
  return graphemes(text.slice(0, window)).slice(0, count).join("");
}
