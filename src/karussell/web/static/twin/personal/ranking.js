/**
 * How a word that the writer used ranks beside others: a small network over what is known of it.
 *
 * The mixture says how probable words are; what saves keys is which three of them come first among those with the
 * same first letters. That is what its weights were fitted to.
 */

import { BIAS, HABITS, OFFSET, OUT, PLACE, WORD } from "./weights.js";

/** ln P of words that no model has. */
export const LEAST = Math.log(1e-9);

// How little is the same as nothing behind one, two and three words, and the unit of its logarithm.
const LITTLE = [[1e-3, 3], [1e-2, 2], [1e-2, 2]];
const UNITS = [4, 3, 2];
// No word becomes more than e^2 times as probable, or as improbable.
const MOST = 2;
// A sentence tells no more than so much.
const TOLD = 6;

/**
 * What is known of a place where a word may stand.
 * @typedef {object} Place
 * @property {number} told ln of how much likelier the writer's own text made the sentence so far
 * @property {number} logMost ln P of the models' most probable word
 * @property {readonly number[]} behind how many uses stand behind the same one, two and three words
 * @property {Int32Array} numbers the numbers of the words among them
 * @property {readonly Float64Array[]} shares P(word) among them, for as many words as agree
 */

/** What is known of words wherever they may stand. */
export class Ranking {
  /** @type {Float32Array[]} */
  #words;

  /**
   * @param {Int32Array} tokens all words in order
   * @param {ArrayLike<number>} counts how often each stands there, (T,)
   * @param {Float64Array} shares P(word), whatever stands before, (T,)
   */
  constructor(tokens, counts, shares) {
    const last = new Float64Array(counts.length);
    for (let place = 0; place < tokens.length; place++) last[tokens[place]] = place;
    const known = [
      Float32Array.from(shares, (share) => Math.log(share + 1e-5) / 5 + 1),
      Float32Array.from(counts, (count) => Math.log1p(count) / 3),
      Float32Array.from(last, (place) => Math.log1p(tokens.length - place) / 5),
    ];
    this.#words = Array.from(BIAS, (bias, cell) => {
      const found = new Float32Array(counts.length).fill(bias);
      for (const [row, values] of known.entries()) {
        const weight = WORD[row + 2][cell];
        for (let number = 0; number < found.length; number++) found[number] += weight * values[number];
      }
      return found;
    });
  }

  /**
   * How many times as probable each word is as the mixture has it, (T,).
   * @param {Float32Array} before what the models say of them, ln P, (T,)
   * @param {Float32Array} after the same once they are tilted to the writer's, (T,)
   * @param {Place} place where they may stand
   */
  factors(before, after, place) {
    const size = before.length;
    const likely = new Float32Array(size);
    const tilt = new Float32Array(size);
    for (let number = 0; number < size; number++) {
      const each = Math.max(before[number], LEAST);
      tilt[number] = Math.max(after[number], LEAST) - each;
      likely[number] = each / 5 + 1;
    }
    const at = atPlace(place);
    const behind = behindWords(place);
    const gained = new Float32Array(size);
    const found = new Float32Array(size).fill(OFFSET);
    for (const [cell, words] of this.#words.entries()) {
      for (const [word, number] of place.numbers.entries()) gained[number] = behind[cell][word];
      const [ofLikely, ofTilt, shift, out] = [WORD[0][cell], WORD[1][cell], at[cell], OUT[cell]];
      for (let number = 0; number < size; number++) {
        const sum = words[number] + shift + ofLikely * likely[number] + ofTilt * tilt[number] + gained[number];
        found[number] += out * tanh(sum);
      }
    }
    for (let number = 0; number < size; number++) found[number] = Math.exp(MOST * tanh(found[number] / MOST));
    return found;
  }
}

/** Quicker than the library's, and as exact as float32 can hold beside sums of about one. @param {number} value */
function tanh(value) {
  return 1 - 2 / (Math.exp(2 * value) + 1);
}

/** What the place gives every word. @param {Place} place */
function atPlace(place) {
  const told = Math.min(Math.max(place.told, -TOLD), TOLD);
  const behind = UNITS.map((unit, level) => Math.log1p(place.behind[level] ?? 0) / unit);
  const known = [told / 3, place.logMost / 3, ...behind];
  return BIAS.map((_, cell) => {
    let found = 0;
    for (const [row, value] of known.entries()) found += PLACE[row][cell] * value;
    for (const [row, [little, unit]] of LITTLE.entries()) found += HABITS[row][cell] * (Math.log(little) / unit + 1);
    return found;
  });
}

/** What those words gain that stood behind the same ones. @param {Place} place */
function behindWords(place) {
  return Array.from(BIAS, (_, cell) => {
    const found = new Float32Array(place.numbers.length);
    for (const [row, shares] of place.shares.entries()) {
      const [little, unit] = LITTLE[row];
      const weight = HABITS[row][cell];
      for (let word = 0; word < found.length; word++) found[word] += weight * (Math.log1p(shares[word] / little) / unit);
    }
    return found;
  });
}
