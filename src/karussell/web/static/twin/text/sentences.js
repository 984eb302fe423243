/** Sentences: where one ends, by language, since titles and abbreviations end none. */

import { abbreviations } from "./abbreviations.js";
import { first, head, isDigit, isLower, isSpace, isUpper, last, length, SPACE, split, tail, trimEnd } from "./characters.js";

/** @typedef {import("./abbreviations.js").Abbreviations} Abbreviations */

const CLOSING = String.raw`"')\]}\u00bb\u203a\u201d\u2019\u201c\u2018\u00ab\u2039\u300d\u300f\uff09`;
// A mark, perhaps closing quotes, and white space; CJK marks need none. French sets a space before the quotes.
const CLOSED = String.raw`((?: ?[\u00bb\u203a]|[\u00a0\u202f]?[${CLOSING}])*)`;
const END = new RegExp(
  String.raw`(?<=[.!?\u2026\u203d\u061f\u06d4\u0964\u0965])${CLOSED}[${SPACE}]+` +
    String.raw`|(?<=[\u3002\uff01\uff1f\uff61])([${CLOSING}]*)[${SPACE}]*`,
  "g",
);
// What numbers the items of a list.
const BRACKETS = /[)\]}\uff09]/;
const ITEM = new RegExp(String.raw`^[${SPACE}]*(?:\p{Nd}{1,3}[.)]|[A-Za-z]\))[${SPACE}]+`, "u");
// What may stand before a word without being of it.
const OPENING = new Set(" \"'([{\u00ab\u2039\u201c\u2018\u201e\u201a\u00bf\u00a1\u300c\u300e\u00a0\u202f");
const SPACES = new Set(" \u00a0\u202f");
// As far as words before a full stop are looked at.
const REACH = 40;
const NEAR = 400;

/**
 * The sentences of a text, in order, empty ones left out.
 * @param {string} text
 * @param {string} [language] BCP 47 tag of the language whose abbreviations end no sentence; "" for none: then every
 *   mark before white space ends one
 * @returns {string[]}
 */
export function sentences(text, language = "") {
  const found = [];
  let start = 0;
  for (const [end, after] of ends(text, language)) {
    if (end > start) found.push(text.slice(start, end));
    start = after;
  }
  if (start < text.length) found.push(text.slice(start));
  return found;
}

/**
 * The sentence that goes on at the end of a text, without a word if none does.
 * @param {string} text
 * @param {string} [language]
 */
export function lastSentence(text, language = "") {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  // Most sentences are short.
  for (const begin of [line.length - tail(line, NEAR).length, 0]) {
    let start = 0;
    for (const [, after] of ends(line, language, begin)) start = after;
    if (start) return line.slice(start);
  }
  return line;
}

/** Whether a text ends in a title and a space, behind which a name comes. @param {string} text @param {string} language */
export function isTitled(text, language) {
  if (!SPACES.has(last(text))) return false;
  const word = withoutOpening(split(tail(text, REACH)).at(-1) ?? "");
  const { titles, bare } = abbreviations(language);
  if (!word.endsWith(".")) return isUpper(first(word)) && bare.has(word.toLowerCase());
  const title = word.slice(0, -1);
  if (length(title) === 1 && isLower(title)) return false; // "5 m."
  return titles.has(title) || titles.has(title.toLowerCase());
}

/**
 * Where each sentence ends behind a place, and where the next one starts.
 * @param {string} text
 * @param {string} language
 * @param {number} [begin]
 * @returns {Generator<[number, number]>}
 */
function* ends(text, language, begin = 0) {
  const item = begin ? null : ITEM.exec(text);
  if (item) {
    yield [trimEnd(item[0]).length, item[0].length];
    begin = item[0].length;
  }
  const known = language ? abbreviations(language) : null;
  // A pattern of its own, since who asks may stop in the middle.
  const pattern = new RegExp(END);
  pattern.lastIndex = begin;
  for (let found; (found = pattern.exec(text)); ) {
    const at = found.index;
    const end = at + found[0].length;
    if (end === at) pattern.lastIndex++;
    if (!known || isEnd(tail(text.slice(Math.max(0, at - 2 * REACH), at), REACH), found[1] ?? "", following(text, end), known)) {
      yield [at, end];
    }
  }
}

/** The first letter of what follows a place, "" if nothing does. @param {string} text @param {number} place */
function following(text, place) {
  return first(withoutOpening(head(text.slice(place, place + 16), 8)));
}

/** @param {string} text */
function withoutOpening(text) {
  let at = 0;
  while (at < text.length && OPENING.has(text[at])) at++;
  return text.slice(at);
}

/**
 * Whether a sentence ends behind a mark.
 * @param {string} before what stands before it, the mark included
 * @param {string} closed the quotes and brackets that were closed behind it
 * @param {string} following the first letter of what follows, "" if nothing does yet
 * @param {Abbreviations} known the language's abbreviations
 */
function isEnd(before, closed, following, known) {
  const mark = last(before);
  // "Come!" she said: a small letter goes on with the sentence around the quote.
  if (closed && "!?".includes(mark)) return !isLower(following);
  if (mark === "\u2026" || before.endsWith("..")) return isUpper(following);
  const rest = before.slice(0, -1);
  if (mark !== "." || isSpace(last(rest))) return true;
  const parts = split(rest);
  const word = withoutOpening(parts.at(-1) ?? "");
  // "(tea, milk, etc.) and": the sentence goes on around the brackets.
  if (closed && (length(word) === 1 || isDigit(word) || !BRACKETS.test(closed))) return true;
  if (isDigit(word)) return !(known.ordinals && length(word) <= 2);
  if (length(word) === 1 && isUpper(word)) return known.single.includes(word);
  const forms = [word, word.toLowerCase(), `${parts.at(-2) ?? ""} ${word}`.toLowerCase()];
  const are = (list) => forms.some((form) => list.has(form));
  if (are(known.numbered)) return !isDigit(following);
  if (are(known.either)) return isUpper(following);
  if (are(known.never)) return false;
  const initials = word.split(".");
  return initials.length < 2 || initials.some((part) => length(part) !== 1 || isDigit(part));
}
