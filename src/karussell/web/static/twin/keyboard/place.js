/** Where the cursor stands: the words of its sentence, and the letters of the word being typed. */

import { first, head, isAscii, isDigit, isSpace, last, length, rest, tail, trimStart } from "../text/characters.js";
import { fold, graphemes, isTitled, lastSentence, words, writtenWords } from "../text/index.js";
import { edge, edgeOf, rulesOf, style } from "../writing/index.js";

/** @typedef {import("../writing/edges.js").Edge} Edge */
/** @typedef {import("../writing/style.js").Style} Style */

const APOSTROPHES = String.raw`'\u0060\u00b4\u2018\u2019\u02bc`;
// The run of letters, marks, digits and apostrophes that ends at the cursor.
const RUN = new RegExp(String.raw`[\p{L}\p{M}\p{N}${APOSTROPHES}]*$`, "u");
const ASCII_RUN = new Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'`");
// A word as it is read, or one that is not finished: "don'" on its way to "don't". It starts at a letter or digit,
// never at a mark, which belongs to what stands before it.
const WORD = new RegExp(
  String.raw`[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[${APOSTROPHES}][\p{L}\p{M}]+)*[${APOSTROPHES}]?`,
  "gu",
);
const ASCII_WORD = /[A-Za-z0-9]+(?:['`][A-Za-z]+)*['`]?/g;
// Where a sentence has no end, reading starts anew every so many characters.
const STRIDE = 4096;
/** So many words of a sentence are read at most; of a longer one reading starts anew each half as many. */
export const MOST_WORDS = 64;
/** A longer run of letters is no word: nothing is offered for it, and nothing of it is read. */
export const LONGEST = 256;
const REST = /^[\p{L}\p{M}\p{N}]*(?:['\u2018\u2019\u02bc][\p{L}\p{M}]+)*/u;
const ASCII_REST = /^[A-Za-z0-9]*(?:'[A-Za-z]+)*/;
/** Signs behind which the word before them is whole, beside white space. */
export const SEPARATORS =
  ".,;:!?\u2026\u2014)]}\"\u201c\u201d\u00ab\u00bb\u2039\u203a\u3001\u3002\uff01\uff1f\u061f\u060c\u0964";
// Right of the cursor one of these, or nothing, tells no more of the sentence.
const PAUSES = ".,;:!?\u2026";
// What stands between words; half of one ends before it.
const BETWEEN = /[^\p{L}\p{M}\p{N}'\u2018\u2019\u02bc]+/u;
const KEYCAP = "\u20e3";
// The first line of a letter, "Liebe Anna,", and languages in which the next goes on with it.
const SALUTATION = /^[ \t\n]*[^\n]{1,60},[ \t]*\n[ \t\n]*$/u;
const SMALL_BEHIND_IT = new Set(["de"]);
const FREE = edge();
const PLAIN = style();

/** What the text left of the cursor says about the next word. */
export class Place {
  /**
   * @param {object} given
   * @param {readonly string[]} given.words the folded words of the sentence before the word being typed
   * @param {string} given.prefix what was typed of that word, as it was typed; "" for none
   * @param {boolean} given.startsSentence whether that word is the first of its sentence
   * @param {boolean} given.wantsSpace whether it brings a space with it
   * @param {Edge} [given.edge] what may come here
   * @param {Style} [given.style] how the writer has written so far
   * @param {number} [given.start] how many units of UTF-16 stand before its sentence
   * @param {boolean} [given.named] whether a title stands before the word: it is a name, and has a capital
   */
  constructor({ words, prefix, startsSentence, wantsSpace, edge = FREE, style = PLAIN, start = 0, named = false }) {
    this.words = words;
    this.prefix = prefix;
    this.startsSentence = startsSentence;
    this.wantsSpace = wantsSpace;
    this.edge = edge;
    this.style = style;
    this.start = start;
    this.named = named;
    Object.freeze(this);
  }

  /** The same but for what is told. @param {Partial<Place>} told */
  with(told) {
    return new Place({ ...this, ...told });
  }

  /** Whether a word may come here of which this was typed. @param {string} prefix */
  takes(prefix) {
    if (!prefix) return this.edge.word;
    return isDigit(first(prefix)) ? this.edge.digits : this.edge.letters;
  }
}

/** Where the cursor stands behind a text in a language. @param {string} left @param {string} [language] */
export function findPlace(left, language = "") {
  const prefix = typedPrefix(left);
  const before = left.slice(0, left.length - prefix.length);
  const found = edgeOf(rulesOf(language), before);
  const wantsSpace = !prefix && found.wantsSpace;
  const spaced = wantsSpace ? `${before} ` : before;
  const line = spaced.slice(spaced.lastIndexOf("\n") + 1);
  const sentence = lastSentence(recent(line), language);
  const read = latest(writtenWords(sentence), MOST_WORDS).map((form) => fold(form, language));
  return new Place({
    words: Object.freeze(read),
    prefix,
    startsSentence: !read.length && !goesOn(before, language),
    wantsSpace,
    edge: found,
    start: before.length - Math.max(0, sentence.length - (wantsSpace ? 1 : 0)),
    named: isTitled(line, language),
  });
}

/**
 * Whether a line goes on with the sentence of the one before, which greets.
 * @param {string} before
 * @param {string} language
 */
function goesOn(before, language) {
  return SMALL_BEHIND_IT.has(language.slice(0, 2)) && SALUTATION.test(before);
}

/** Whether a letter typed behind a text is the first of a sentence, or of a name. @param {string} left @param {string} [language] */
export function startsSentence(left, language = "") {
  if (typedPrefix(left)) return false;
  const place = findPlace(left, language);
  return (place.startsSentence || place.named) && !place.wantsSpace;
}

/** The word being typed, as far as it stands left of the cursor, its last letters at most. @param {string} left */
export function typedPrefix(left) {
  left = tail(left, LONGEST);
  let start = left.length;
  while (start && ASCII_RUN.has(left[start - 1])) start--;
  if (start && left.charCodeAt(start - 1) > 0x7f) return unicodePrefix(left);
  const typed = left.slice(start);
  return /['`]/.test(typed) ? endingWord(ASCII_WORD, typed) : typed;
}

/** Whether a word is whole when this character is typed behind it. @param {string} key */
export function endsWord(key) {
  return isSpace(key) || SEPARATORS.includes(key);
}

/** How a word that stands left of the cursor goes on right of it. @param {string} right */
export function typedRest(right) {
  right = head(right, LONGEST);
  return (isAscii(right) ? ASCII_REST : REST).exec(right)?.[0] ?? "";
}

/** @param {string} left */
function unicodePrefix(left) {
  const prefix = endingWord(WORD, RUN.exec(left)?.[0] ?? "");
  if (prefix.endsWith(KEYCAP)) return ""; // an emoji
  const before = last(left.slice(0, left.length - prefix.length));
  if (!isAscii(before) && graphemes(before + prefix).length === graphemes(prefix).length) {
    return ""; // one character with what stands before it, such as an Arabic number sign
  }
  return prefix;
}

/** The word that ends a text, if one does. @param {RegExp} pattern @param {string} text */
function endingWord(pattern, text) {
  for (const found of text.matchAll(pattern)) if (found.index + found[0].length === text.length) return found[0];
  return "";
}

/** The end of a text, two pages at most, from a fixed place: it grows with the text. @param {string} text */
export function recent(text) {
  if (text.length < 2 * STRIDE) return text;
  const size = length(text);
  return size < 2 * STRIDE ? text : fromWord(rest(text, (Math.floor(size / STRIDE) - 1) * STRIDE));
}

/**
 * The last of many words, fewer than so many, from a fixed place: what was read stays read.
 * @template T
 * @param {readonly T[]} words
 * @param {number} most
 * @returns {readonly T[]}
 */
export function latest(words, most) {
  if (words.length < most) return words;
  const half = Math.floor(most / 2);
  return words.slice((Math.floor(words.length / half) - 1) * half);
}

/** A text that was cut, from its first whole word on. @param {string} text */
export function fromWord(text) {
  const found = BETWEEN.exec(text);
  return found ? text.slice(found.index + found[0].length) : "";
}

/** The words right of the cursor that belong to its sentence. @param {string} right @param {string} language */
export function following(right, language) {
  const line = right.split("\n", 1)[0];
  const sign = first(trimStart(line));
  if (!sign || PAUSES.includes(sign)) return [];
  const whole = length(right) >= LONGEST ? line.slice(0, Math.max(0, line.lastIndexOf(" "))) : line;
  return words(whole, language).slice(0, 2);
}
