/** The words a model knows, sorted, so that the words with one prefix are one slice. */

import { wordSearch } from "../kernels.js";
import { WordList } from "./word-list.js";

export const UNKNOWN = "\ufffd";

/**
 * An immutable sorted list of words; the id of a word is its position. Two ids lie beyond the words: `unknown`
 * (any other word) and `start` (before the first word of a message; read, never predicted).
 */
export class Vocabulary {
  #words;
  #casing;
  #search = null;

  /**
   * @param {Iterable<string> | WordList} words different, non-empty words in lower case, sorted by code point
   * @param {Iterable<string> | WordList | null} [casing] how each is usually written inside a sentence; "" for as it stands
   */
  constructor(words, casing = null) {
    this.#words = words instanceof WordList ? words : new WordList(words);
    this.length = this.#words.length;
    this.#casing = casing === null || casing instanceof WordList ? casing : new WordList(casing);
    if (this.#casing && this.#casing.length !== this.length) {
      throw new Error(`${this.#casing.length} casings for ${this.length} words`);
    }
    const wrong = this.#words.firstUnsorted();
    if (wrong < this.length) {
      const previous = wrong ? this.#words.word(wrong - 1) : "";
      throw new Error(`vocabulary is not sorted: ${JSON.stringify(this.#words.word(wrong))} follows ${JSON.stringify(previous)}`);
    }
  }

  /** The vocabulary of words and casing in UTF-8, joined by newlines. @param {Uint8Array} words @param {Uint8Array | null} [casing] */
  static ofLines(words, casing = null) {
    return new Vocabulary(WordList.ofLines(words), casing && WordList.ofLines(casing));
  }

  /** Whether this is a word of it, folded. @param {string} word */
  has(word) {
    return this.#words.find(word) < this.length;
  }

  /** All words, sorted; made anew each time. */
  get words() {
    return Array.from({ length: this.length }, (_, place) => this.#words.word(place));
  }

  /** The id of every word that is not in the vocabulary. */
  get unknown() {
    return this.length;
  }

  /** The id read before the first word of a message. */
  get start() {
    return this.length + 1;
  }

  /** The search for words meant by what was typed, made when it is first asked for. */
  get search() {
    return (this.#search ??= wordSearch(this.#words));
  }

  /** The id of a folded word, `unknown` if it is none of ours. @param {string} word */
  id(word) {
    return this.#words.find(word);
  }

  /** The ids of folded words, in order. @param {readonly string[]} words */
  ids(words) {
    return words.map((word) => this.#words.find(word));
  }

  /** The word with an id, `UNKNOWN` for ids beyond the words. @param {number} wordId */
  word(wordId) {
    return wordId >= 0 && wordId < this.length ? this.#words.word(wordId) : UNKNOWN;
  }

  /** How the word with an id is usually written inside a sentence: "I'm", "Monday", "tea". @param {number} wordId */
  display(wordId) {
    return (this.#casing && this.#casing.word(wordId)) || this.#words.word(wordId);
  }

  /** The ids [first, last) of all words that start with a folded prefix. @param {string} prefix @returns {[number, number]} */
  prefix(prefix) {
    return this.#words.prefix(prefix);
  }
}
