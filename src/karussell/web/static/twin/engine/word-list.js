/** Sorted words in the engine's memory, found without making strings of them. */

import { decode, encode } from "./utf8.js";

const TEXT = 0;
const LENGTHS = 1;

/**
 * The class of lists in an engine's memory.
 * @param {import("./memory.js").Memory} memory
 */
export function wordListIn(memory) {
  const { call } = memory;

  return class WordList {
    #at = 0;

    /** @param {Iterable<string>} words sorted by code point */
    constructor(words) {
      const listed = Array.from(words, encode);
      const bytes = new Uint8Array(listed.reduce((sum, word) => sum + word.length, 0));
      listed.reduce((at, word) => (bytes.set(word, at), at + word.length), 0);
      memory.put(TEXT, bytes);
      memory.put(LENGTHS, Uint32Array.from(listed, (word) => word.length));
      this.#take(call.words_make(listed.length));
    }

    /** The list of words in UTF-8 with newlines between; one word at least. @param {Uint8Array} lines */
    static ofLines(lines) {
      const made = new WordList([]);
      made.free();
      memory.put(TEXT, lines);
      made.#take(call.words_of_lines(lines.length));
      return made;
    }

    /** @param {number} at */
    #take(at) {
      this.#at = at;
      this.length = call.words_size(at);
      memory.own(this, call.words_free, at);
    }

    /** Where it lies, for a search. */
    get at() {
      if (!this.#at) throw new Error("the list was freed");
      return this.#at;
    }

    /** The word at a position. @param {number} position */
    word(position) {
      if (!Number.isInteger(position) || position < 0 || position >= this.length) throw new RangeError("no such word");
      const begin = call.words_at(this.at, position) >>> 0;
      return decode(memory.bytes.slice(begin, begin + call.words_length(this.at, position)));
    }

    /** The position of a word, or how many there are. @param {string} word */
    find(word) {
      return call.words_find(this.at, this.#put(word));
    }

    /** The positions [first, last) of the words that start with a prefix. @param {string} prefix @returns {[number, number]} */
    prefix(prefix) {
      const first = call.words_prefix(this.at, this.#put(prefix));
      return [first, memory.answer(0, 1)[0]];
    }

    /** The first word that is not greater than the one before it, or how many there are. */
    firstUnsorted() {
      return call.words_first_unsorted(this.at);
    }

    /** Give the memory back now. It happens by itself when nobody holds this. */
    free() {
      if (this.#at) memory.release(this, call.words_free, this.#at);
      this.#at = 0;
    }

    /** @param {string} text */
    #put(text) {
      const bytes = encode(text);
      memory.put(TEXT, bytes);
      return bytes.length;
    }
  };
}
