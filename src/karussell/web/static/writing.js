/** What a key does behind a picked word: the twin of `karussell.writing.typed`, by the rules the server tells. */

/**
 * @typedef {{takes_space: string, pairs: string[], before: Record<string, string>, after: Record<string, string>,
 *   returns: string[], contractions: string[] | null}} Rules
 * @typedef {{deleteLeft: number, insert: string, pending: string}} Typed `pending` is what the next key is told
 */

/**
 * What typing a text does at a cursor. Without rules, before the server has told them, it is written.
 * @param {Rules | null} rules
 * @param {string} left the text left of the cursor, at least its last line
 * @param {string} text one character, or several at once
 * @param {string} pending what the key before left; " " right behind a pick that brought its space
 * @param {boolean} doubleSpace whether two spaces behind a word are a full stop
 * @returns {Typed}
 */
export function typed(rules, left, text, pending, doubleSpace) {
  if (!rules) return { deleteLeft: 0, insert: text, pending: "" };
  const characters = [...text];
  if (characters.length === 1) return key(rules, left, text, pending, doubleSpace);
  let after = left;
  while (characters.length && pending) {
    const one = key(rules, after, /** @type {string} */ (characters.shift()), pending, false);
    after = after.slice(0, after.length - one.deleteLeft) + one.insert;
    pending = one.pending;
  }
  after += characters.join("");
  let kept = 0;
  while (kept < left.length && left[kept] === after[kept]) kept++;
  return { deleteLeft: left.length - kept, insert: after.slice(kept), pending };
}

/** @param {Rules} rules @param {string} left @param {string} sign @param {string} pending @param {boolean} doubleSpace @returns {Typed} */
function key(rules, left, sign, pending, doubleSpace) {
  if (pending === " ") return behindSpace(rules, left, sign);
  const found = pending ? behindSigns(rules, left, sign, pending) : null;
  if (found) return found;
  if (sign === " ") {
    const [before, last] = [...left].slice(-2);
    if (last && rules.after[before] === last) return { deleteLeft: 0, insert: "", pending: "" }; // the sign brought it
    const fullStop = doubleSpace && /[\p{L}\p{M}\p{N})\]}"'”’»%] $/u.test(left);
    return fullStop ? { deleteLeft: 1, insert: ". ", pending: "" } : { deleteLeft: 0, insert: " ", pending: "" };
  }
  if (closesApart(rules, left, sign)) return { deleteLeft: 0, insert: rules.before[sign] + sign, pending: "" };
  return { deleteLeft: 0, insert: sign + (rules.after[sign] ?? ""), pending: "" };
}

/** @param {Rules} rules @param {string} left @param {string} sign @returns {Typed} */
function behindSpace(rules, left, sign) {
  if (sign === " ") return { deleteLeft: 0, insert: "", pending: "" }; // it is there already
  if (!closes(rules, sign, left)) return { deleteLeft: 0, insert: sign + (rules.after[sign] ?? ""), pending: "" };
  const goesOn = "'’".includes(sign) || rules.returns.some((signs) => signs.startsWith(sign));
  return { deleteLeft: 1, insert: (rules.before[sign] ?? "") + sign, pending: goesOn ? sign : "" };
}

/** @param {Rules} rules @param {string} left @param {string} sign @param {string} pending @returns {Typed | null} */
function behindSigns(rules, left, sign, pending) {
  const signs = pending + (sign === "\n" ? " " : sign);
  const letter = "'’".includes(pending[0]) && /^\p{L}$/u.test(sign);
  const ending = signs.slice(1).toLowerCase();
  const joins = letter && (!rules.contractions || rules.contractions.some((each) => each.startsWith(ending)));
  if (rules.returns.includes(signs) || (letter && !joins)) {
    const gap = rules.before[pending[0]] ?? "";
    const taken = left.endsWith(gap + pending) ? gap + pending : pending;
    return { deleteLeft: taken.length, insert: ` ${pending}${sign}`, pending: "" };
  }
  if (joins || rules.returns.some((each) => each.startsWith(signs))) return { deleteLeft: 0, insert: sign, pending: signs };
  return null;
}

/** Whether a sign behind a text belongs to the word before it. @param {Rules} rules @param {string} sign @param {string} left */
export function closes(rules, sign, left) {
  if (rules.takes_space.includes(sign) || opened(rules, sign, lastLine(left)) >= 0) return true;
  const first = rules.pairs.find((pair) => pair.includes(sign)) ?? "";
  return first[0] !== sign && first[1] === sign;
}

/**
 * Where the quote stands in a line that a closing one would close, -1 for nowhere.
 * @param {Rules} rules @param {string} closing @param {string} line
 */
function opened(rules, closing, line) {
  for (const pair of rules.pairs) {
    const last = line.lastIndexOf(pair[0]);
    if (pair[1] !== closing || last < 0) continue;
    const odd = line.split(closing).length % 2 === 0;
    if (pair[0] === closing ? odd : last > line.lastIndexOf(closing)) return last;
  }
  return -1;
}

/** Whether a quote closes one whose words were set apart from it. @param {Rules} rules @param {string} left @param {string} sign */
function closesApart(rules, left, sign) {
  if (!(sign in rules.before) || /\s$/.test(left)) return false;
  const line = lastLine(left);
  const at = opened(rules, sign, line);
  return at >= 0 && /[\u00a0\u202f]/.test(line.charAt(at + 1));
}

/** @param {string} text */
function lastLine(text) {
  return text.slice(text.lastIndexOf("\n") + 1);
}
