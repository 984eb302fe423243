/**
 * Which typed words are left as they are: names, codes, addresses, words of other languages.
 *
 * @typedef {object} Token a word that was typed to its end, where it stands
 * @property {string} word the word as it was typed
 * @property {string} left the text before it
 * @property {string} right what was typed behind it: a space, a sign, or more
 * @property {boolean} startsSentence whether it is the first of its sentence
 * @property {boolean} tapped whether it is told where its letters were hit
 *
 * @typedef {import("../text/index.js").Vocabulary} Vocabulary
 * @typedef {import("./known-words.js").KnownWords} KnownWords
 */

import { first, isAlnum, isAlpha, isSpace, isUpper, last, length, rest, split, tail } from "../text/characters.js";
import { fold, normalise, writtenWords } from "../text/index.js";
import { LANGUAGES } from "./known-words.js";
import { TOGETHER } from "./together.js";

// Languages that write every noun with a capital, where it says nothing about a name.
const CAPITAL_NOUNS = new Set(["de"]);
// Words that a language writes with a capital wherever they stand.
const CAPITALS = new Map([["en", new Set(["i", "i'm", "i'll", "i've", "i'd"])]]);
// What may stand before a word without a space: text that ends, then quotes and brackets.
const ENDED = String.raw`[\p{L}\p{M}\p{N}'\u2019"\u201d\xbb)\]]*(?:[,;!?\u2026\u2014\u2013]|\.{2,}(?!\.))`;
const QUOTED = String.raw`['"([{\xab\xbb\u201e\u201c\u201a\u2018\u201d\u2019\xbf\xa1]*`;
const OPENED = new RegExp(`^(?:${ENDED})*${QUOTED}$`, "u");
// What goes on with the word behind it: addresses, paths, parts joined by a hyphen, code.
const GOES_ON = new Set("-\u2010\u2011/\\@_#~=+*&%$<>|^`");
// Letters that are held for a feeling, and syllables of laughter.
const DRAWN_OUT = /([\p{L}\p{N}_])\1\1|^([\p{L}\p{N}_]{2})\2+[\p{L}\p{N}_]?$/u;
// Words that are looked at to know which language is written, and letters that say enough.
const NEIGHBOURS = 4;
const LEAST_LETTERS = 2;
// So much of the text before a word is looked at, for those and for what touches it.
const FAR = 60;
const TOUCHING = 80;

/**
 * A word where it stands.
 * @param {Pick<Token, "word"> & Partial<Token>} given
 * @returns {Token}
 */
export function tokenOf({ word, left = "", right = " ", startsSentence = false, tapped = false }) {
  return { word, left, right, startsSentence, tapped };
}

/** What a model of one language must not touch. */
export class Protection {
  #ours;
  #vocabulary;
  /** @type {Set<string> | null} */
  #letters = null;

  /**
   * @param {string} language a BCP 47 tag
   * @param {Vocabulary} vocabulary the words of the model's network
   * @param {KnownWords} known words that people are known to write, in any language
   * @param {Iterable<string>} spoken the tags of other languages that are written beside it: their words are not
   *   foreign
   */
  constructor(language, vocabulary, known, spoken = []) {
    this.language = language.split("-")[0];
    this.known = known;
    this.#ours = new Set([language, ...spoken].map((tag) => tag.split("-")[0]));
    this.#vocabulary = vocabulary;
    Object.freeze(this);
  }

  /**
   * Whether a word is left as it is, whatever it resembles.
   *
   * That is a word with digits or with capitals inside, one in capitals, a name inside a sentence, a part of an
   * address, path, tag or hyphenated word, letters that are held or laughed, a single letter unless it was tapped,
   * and a word in a script or of a language that the model does not know.
   * @param {Token} token
   */
  covers(token) {
    const { word } = token;
    const folded = fold(word);
    if (length(word) < LEAST_LETTERS && !token.tapped) return true;
    if (!isAlpha(normalise(word).replaceAll("'", ""))) return true;
    const inner = rest(word, 1);
    if (inner !== inner.toLowerCase() || DRAWN_OUT.test(folded)) return true;
    if (![...folded].every((letter) => this.#alphabet.has(letter)) || !this.#isApart(token)) return true;
    if (isUpper(first(word)) && !token.startsSentence && !this.#isNoName(folded)) return true;
    return this.isForeign(folded) && this.foreignBefore(token.left) > 1;
  }

  /**
   * What a word is wherever it stands: with a capital, or in two; "" if it is as it is.
   *
   * Not in text of another language, nor in a bracket, where it may be a number.
   * @param {Token} token
   */
  rewritten(token) {
    const { word } = token;
    const folded = fold(word);
    const initial = first(word);
    const end = rest(word, 1);
    let meant = TOGETHER.get(this.language)?.get(folded) ?? "";
    if (CAPITALS.get(this.language)?.has(folded)) meant = initial.toUpperCase() + end;
    if (!meant || end !== end.toLowerCase() || token.left.endsWith("(")) return "";
    const begins = token.startsSentence && length(meant) > length(word) && !CAPITAL_NOUNS.has(this.language);
    if (isUpper(initial) && !begins) return "";
    return this.#isApart(token) && !this.foreignBefore(token.left) ? meant : "";
  }

  /**
   * Whether a word is known in other languages alone.
   * @param {string} folded
   */
  isForeign(folded) {
    return !this.#isOurs(folded) && this.isKnownElsewhere(folded);
  }

  /**
   * Whether people are known to write a word in languages that are not written here.
   * @param {string} folded
   */
  isKnownElsewhere(folded) {
    return LANGUAGES.some((other) => !this.#ours.has(other) && this.known.knows(other, folded));
  }

  /**
   * How many of the last four words of a text are known in other languages alone.
   * @param {string} left
   */
  foreignBefore(left) {
    const near = tail(left, FAR);
    const words = writtenWords(near.slice(near.lastIndexOf("\n") + 1)).slice(-NEIGHBOURS);
    return words.filter((word) => this.isForeign(fold(word))).length;
  }

  get #alphabet() {
    this.#letters ??= new Set([...this.#vocabulary.words].join("")).add("'");
    return this.#letters;
  }

  /** @param {string} folded */
  #isOurs(folded) {
    return this.#vocabulary.has(folded) || [...this.#ours].some((tag) => this.known.knows(tag, folded));
  }

  /**
   * Whether nothing but quotes, brackets and the end of a text touches the word.
   * @param {Token} token
   */
  #isApart({ word, left, right }) {
    const next = first(right);
    if (isAlnum(next) || GOES_ON.has(next) || normalise(word).endsWith("'")) return false;
    const before = last(left);
    return before === "" || isSpace(before) || OPENED.test(split(tail(left, TOUCHING)).at(-1) ?? "");
  }

  /**
   * Whether a capital inside a sentence says nothing about this word.
   * @param {string} folded
   */
  #isNoName(folded) {
    if (CAPITAL_NOUNS.has(this.language)) return true;
    const wordId = this.#vocabulary.id(folded);
    return wordId !== this.#vocabulary.unknown && this.#vocabulary.display(wordId) === folded;
  }
}
