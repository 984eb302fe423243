/** Words too rare for the network: it says that some rare word comes, their counts say which. */

import { head, rest } from "../text/characters.js";

/** @typedef {import("../text/vocabulary.js").Vocabulary} Vocabulary */

// Counts are stored as eighths of their binary logarithm.
const STEPS = 8;
// How a rare word is usually written inside a sentence.
const LOWER = 0;
const UPPER = 2;

export class RareWords {
  /**
   * Rare words as a file holds them.
   * @param {Vocabulary} vocabulary the words, none of them in the network's vocabulary
   * @param {Uint8Array} casing for each: small, capitalised or in capitals
   * @param {Uint8Array} levels eighths of the binary logarithm of their counts in the training text, and last of the
   *   count of all words in neither list
   */
  constructor(vocabulary, casing, levels) {
    const size = vocabulary.length;
    if (levels.length !== size + 1) throw new Error(`${levels.length} levels, expected ${size + 1} for ${size} rare words`);
    if (casing.length !== size || casing.some((each) => each > UPPER)) {
      throw new Error(`${casing.length} casings for ${size} rare words, expected one for each`);
    }
    this.vocabulary = vocabulary;
    this.casing = casing;
    this.levels = levels;
    const counts = Array.from(levels, (level) => 2 ** (level / STEPS));
    const total = counts.reduce((sum, count) => sum + count, 0);
    /** ln P(word | UNKNOWN). */
    this.logShares = Float32Array.from(counts.slice(0, size), (count) => Math.log(count / total));
    /** ln P(a word never seen | UNKNOWN). */
    this.logNew = Math.log(counts[size] / total);
    Object.freeze(this);
  }

  /** How often a folded word stood in the training text, about; 0 if it is none of these. @param {string} word */
  count(word) {
    const position = this.vocabulary.id(word);
    return position === this.vocabulary.unknown ? 0 : 2 ** (this.levels[position] / STEPS);
  }

  /** How a word is usually written inside a sentence. @param {number} position */
  display(position) {
    const word = this.vocabulary.word(position);
    const casing = this.casing[position];
    if (casing === LOWER) return word;
    return casing === UPPER ? word.toUpperCase() : head(word, 1).toUpperCase() + rest(word, 1);
  }
}
