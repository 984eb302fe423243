/** What may come behind a text: a word, a space and a word, or no word at all. */

import { first, head, isAlnum, isAlpha, isNumber, isSpace, last, length, SPACE, split, tail, trimEnd } from "../text/characters.js";
import { closes } from "./rules.js";

/** @typedef {import("./rules.js").Rules} Rules */
/**
 * @typedef {{word: boolean, letters: boolean, digits: boolean, wantsSpace: boolean, searches: boolean}} Edge
 * whether a new word may come before its first letter is typed, letters typed here begin a word, digits may begin
 * one ("3rd"), a new word brings a space with it, and letters typed here name an emoji (":smile")
 */

// Punctuation behind which a word brings the space that is missing.
const WANTS_SPACE = new Set(".,;:!?\u2026%\u3002\uff01\uff1f\u3001\uff0c\u061f\u060c\u0964");
const CLOSING = new Set(")]}");
// Directly behind these no new word comes.
const BARE = new Set("/\\_@#&+=~<>|^*`\u00a7$\u20ac\u00a3\u00a5");
const CURRENCY = new Set("$\u20ac\u00a3\u00a5\u20b9");
const INSIDE_NUMBERS = new Set(".,:/-\u2013+#*");
// What stands before a word or an address without being of it.
const OPENING = new Set("\"'([{\u00ab\u2039\u201c\u2018\u201e\u201a\u00bf\u00a1<*");
const EMOTICON = /^(?:[:;=8]['\-^]?[)(\[\]DdPpOo3/|*]+|<3|[xX]D|\^\^)$/;
const S = `[^${SPACE}]`;
const W = String.raw`[\p{L}\p{N}_]`;
// Addresses, paths, handles, names with signs inside: words in them are no words of a sentence.
const CODE = new RegExp(
  String.raw`^(?:[#@\/\\~$]|--|\.{1,2}\/|www\.|https?:|ftp:|ma[i\u0130\u0131]lto:|[A-Za-z\u0130\u0131]:\\|${S}*(?:[@_\\]|:\/\/|\/${S}*\/))`,
  "iu",
);
// What stands before the letters of an emoji's name: ":", ":thumbs_", or all of it: ":wave:".
const NAME = new RegExp(String.raw`^:(?:[\p{L}\p{Nl}\p{No}_]${W}*[_:\-]|[+\-])?$`, "u");
const GOES_ON = new RegExp(String.raw`^[\p{L}\p{N}_'\u2019\-]*?(?:[@_\\]|:\/\/|\.${W}|:\p{Nd}|(?<=\p{Nd})[,\/]\p{Nd})`, "u");
const SCHEMES = new Set(["http", "https", "ftp", "mailto", "file", "tel"]);
const REACH = 200;

/** @param {Partial<Edge>} [other] @returns {Readonly<Edge>} */
export function edge(other = {}) {
  return Object.freeze({ word: true, letters: true, digits: true, wantsSpace: false, searches: false, ...other });
}

const FREE = edge();
const NOTHING = edge({ word: false, letters: false, digits: false });

/**
 * What may come behind a text.
 * @param {Rules} rules the rules of the language
 * @param {string} before the text left of the cursor, without the word being typed
 */
export function edgeOf(rules, before) {
  const sign = last(before);
  if (!sign || sign === "\n") return FREE;
  if (isSpace(sign)) return edge({ digits: !endsInNumber(trimEnd(before)) });
  const whole = /** @type {string} */ (split(tail(before, REACH)).at(-1));
  if (EMOTICON.test(whole) || isEmoji(sign)) return edge({ wantsSpace: true });
  let at = 0;
  while (at < whole.length && OPENING.has(whole[at])) at++;
  const chunk = whole.slice(at);
  if (NAME.test(chunk)) return edge({ word: false, letters: false, digits: false, searches: true });
  if (CODE.test(chunk)) return NOTHING;
  return behindSign(rules, before, chunk, sign);
}

/** @param {Rules} rules @param {string} before @param {string} chunk @param {string} sign */
function behindSign(rules, before, chunk, sign) {
  const stem = chunk.slice(0, chunk.length - last(chunk).length);
  const rest = before.slice(0, before.length - sign.length);
  if (INSIDE_NUMBERS.has(sign) && isNumber(last(stem))) {
    return edge({ word: false, letters: "-/".includes(sign), digits: false });
  }
  if (BARE.has(sign)) {
    const amount = stem || rest.replace(/[ \u00a0\u202f]+$/, "");
    if (CURRENCY.has(sign) && isNumber(last(amount))) return edge({ wantsSpace: true });
    return edge({ word: false, letters: "/*".includes(sign), digits: false });
  }
  // "https:", "C:"
  if (sign === ":" && (SCHEMES.has(stem.toLowerCase()) || length(stem) === 1)) return NOTHING;
  if (sign === "." && isAlnum(last(stem))) {
    // Letters directly behind it go on with "e.g." or with an address.
    const word = length(stem.slice(stem.lastIndexOf(".") + 1)) > 1;
    return edge({ word, letters: false, digits: false, wantsSpace: true });
  }
  if (WANTS_SPACE.has(sign)) return edge({ digits: false, wantsSpace: true });
  if (CLOSING.has(sign)) return edge({ wantsSpace: true });
  return edge({ wantsSpace: closes(rules, sign, rest) && !"-'\u2019".includes(sign) });
}

/** Whether a text ends in a number of two digits or more, which may go on behind a space. @param {string} text */
function endsInNumber(text) {
  const signs = [...(split(tail(text, REACH)).at(-1) ?? "")];
  return signs.filter(isNumber).length >= 2 && !signs.some(isAlpha);
}

/** Whether a sign ends an emoji: a picture, its colour, its skin tone, the frame of a key. @param {string} sign */
function isEmoji(sign) {
  const code = /** @type {number} */ (sign.codePointAt(0));
  if (code === 0xfe0f || code === 0x20e3 || (code >= 0x1f1e6 && code <= 0x1faff)) return true;
  return (code >= 0x2300 && code <= 0x27bf) || (code >= 0x2b00 && code <= 0x2bff);
}

/** Whether what stands right of a word is more of an address, a number or a name in a program. @param {string} right */
export function goesOn(right) {
  return GOES_ON.test(head(right, REACH));
}

/**
 * The space that a word brings behind it.
 * @param {Rules} rules
 * @param {string} left the text up to the word's end, or at least its last line
 * @param {string} right what stands right of it
 */
export function spaceBefore(rules, left, right) {
  const following = first(right);
  if (following && isSpace(following)) return "";
  if (!following || EMOTICON.test(split(right)[0]) || !closes(rules, following, left)) return " ";
  return rules.before[following] ?? "";
}
