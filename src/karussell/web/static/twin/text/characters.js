/** What characters are, by Python's count: its methods of strings, over code points. */

/** White space, for a class of characters: Python's has the separators of old files, and no byte order mark. */
export const SPACE = String.raw`\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

const IS_ASCII = /^[\0-\x7f]*$/;
const IS_SPACE = new RegExp(`^[${SPACE}]+$`);
const LEADING = new RegExp(`^[${SPACE}]+`);
const TRAILING = new RegExp(`[${SPACE}]+$`);
const SPACES = new RegExp(`[${SPACE}]+`);

/** @param {string} text */
export function isAscii(text) {
  return IS_ASCII.test(text);
}

/** @param {string} text */
export function isSpace(text) {
  return IS_SPACE.test(text);
}

/** Whether a text has letters and nothing else. @param {string} text */
export function isAlpha(text) {
  return /^\p{L}+$/u.test(text);
}

/** Whether a text has letters and numbers and nothing else. @param {string} text */
export function isAlnum(text) {
  return /^[\p{L}\p{N}]+$/u.test(text);
}

// Digits that are none of a decimal system: raised, lowered, circled and the like.
const IS_DIGIT =
  /^[\p{Nd}\u00b2\u00b3\u00b9\u1369-\u1371\u19da\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]+$/u;

/** @param {string} text */
export function isDigit(text) {
  return IS_DIGIT.test(text);
}

/** Whether a text has a capital and no small letter. @param {string} text */
export function isUpper(text) {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

/** Whether a text has a small letter and no capital. @param {string} text */
export function isLower(text) {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

/** Whether the first character is a number of any kind. @param {string} text */
export function isNumber(text) {
  return /^\p{N}/u.test(text);
}

/** @param {string} text */
export function trimStart(text) {
  return text.replace(LEADING, "");
}

/** @param {string} text */
export function trimEnd(text) {
  return text.replace(TRAILING, "");
}

/** What stands between white space. @param {string} text @returns {string[]} */
export function split(text) {
  return text.split(SPACES).filter(Boolean);
}

/** The first character, "" of nothing. @param {string} text */
export function first(text) {
  const code = text.codePointAt(0);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** The last character, "" of nothing. @param {string} text */
export function last(text) {
  const low = text.charCodeAt(text.length - 1);
  const high = text.charCodeAt(text.length - 2);
  const pair = (low & 0xfc00) === 0xdc00 && (high & 0xfc00) === 0xd800;
  return text.slice(pair ? -2 : -1);
}

/** How many code points a text has. @param {string} text */
export function length(text) {
  let count = text.length;
  for (let at = 1; at < text.length; at++) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

/**
 * The first code points of a text.
 * @param {string} text
 * @param {number} count
 */
export function head(text, count) {
  return text.slice(0, unitsOf(text, count));
}

/**
 * The text without its first code points.
 * @param {string} text
 * @param {number} count
 */
export function rest(text, count) {
  return text.slice(unitsOf(text, count));
}

/**
 * The last code points of a text: `text[-count:]`.
 * @param {string} text
 * @param {number} count
 */
export function tail(text, count) {
  if (text.length <= count) return text;
  let at = text.length;
  for (let left = count; left > 0 && at > 0; left--) at -= pairEndsAt(text, at) ? 2 : 1;
  return text.slice(at);
}

/**
 * How many units of UTF-16 the first code points take.
 * @param {string} text
 * @param {number} count
 */
export function unitsOf(text, count) {
  let at = 0;
  for (let left = count; left > 0 && at < text.length; left--) at += pairEndsAt(text, at + 2) ? 2 : 1;
  return at;
}

/** @param {string} text @param {number} end */
function pairEndsAt(text, end) {
  return (
    end >= 2 && end <= text.length &&
    (text.charCodeAt(end - 1) & 0xfc00) === 0xdc00 && (text.charCodeAt(end - 2) & 0xfc00) === 0xd800
  );
}

/**
 * How Python sorts strings: by code points, not by units of UTF-16.
 * @param {string} one
 * @param {string} other
 * @returns {number} below zero if the one comes first
 */
export function compare(one, other) {
  if (one === other) return 0;
  const least = Math.min(one.length, other.length);
  for (let at = 0; at < least; at++) {
    const here = one.charCodeAt(at);
    const there = other.charCodeAt(at);
    if (here === there) continue;
    // Surrogates stand for code points beyond all others.
    const high = (here & 0xf800) === 0xd800;
    return high === ((there & 0xf800) === 0xd800) ? here - there : high ? 1 : -1;
  }
  return one.length - other.length;
}
