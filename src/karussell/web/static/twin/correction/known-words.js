/** Which words people are known to write, in a byte and a quarter for each of them. */

import { blake2b } from "./blake2b.js";

/** Under this name stand the words of all languages that have no packaged model. */
export const OTHERS = "";
/** The languages whose words are told apart. */
export const LANGUAGES = Object.freeze(["en", "de", "fr", "es", OTHERS]);

const HEADER = 8;
const utf8 = new TextEncoder();

/**
 * A set of words that is never wrong about one of its own, and one time in 256 about others.
 *
 * It is an xor filter (Graf and Lemire 2020): three bytes of a table, found by a hash of the word, give a
 * fourth together, its fingerprint.
 */
export class KnownWords {
  #salt;
  #table;

  /**
   * @param {Uint32Array} salt two numbers that the hash starts from
   * @param {Uint8Array} table three blocks of bytes, alike in length
   */
  constructor(salt, table) {
    this.#salt = salt;
    this.#table = table;
  }

  /**
   * The filter in the bytes of a packaged file.
   * @param {Uint8Array} data
   * @throws {RangeError} if it has not three blocks of like length
   */
  static read(data) {
    if (data.length <= HEADER || (data.length - HEADER) % 3)
      throw new RangeError(`${data.length} bytes are no filter of words`);
    const salt = new DataView(data.buffer, data.byteOffset, HEADER);
    return new KnownWords(
      Uint32Array.of(salt.getUint32(0, true), salt.getUint32(4, true)),
      data.subarray(HEADER),
    );
  }

  /** @param {string} word */
  has(word) {
    const table = this.#table;
    const block = table.length / 3;
    const [first, second, third, sign] = blake2b(utf8.encode(word), this.#salt);
    const found =
      table[first % block] ^ table[block + (second % block)] ^ table[2 * block + (third % block)];
    return found === (sign & 255);
  }

  /**
   * Whether a folded word is one of a language's.
   * @param {string} language one of `LANGUAGES`
   * @param {string} word
   */
  knows(language, word) {
    return this.has(knownAs(language, word));
  }

  /**
   * Whether a folded word is one of any language but this one.
   * @param {string} language
   * @param {string} word
   */
  elsewhere(language, word) {
    return LANGUAGES.some((other) => other !== language && this.has(knownAs(other, word)));
  }
}

/**
 * Under what a word of a language stands in a filter of several.
 * @param {string} language
 * @param {string} word
 */
export function knownAs(language, word) {
  return `${language}:${word}`;
}
