/** Whether letters may have been meant otherwise: known about, without a search. */

import { weighed } from "../decoder/index.js";

// A wrong first letter is looked for once a second one tells more.
const LEAST_LETTERS = 2;
// Of all words that may be meant, the part that has an error in a letter, about, and of those that have one before it
// the part that goes on with the letter typed.
const ERROR = 0.03;
const GOES_ON = 0.15;
// What all words with errors must weigh beside those without to be looked for.
const DOUBT = 0.1;

/** Words with errors are not shown that are less likely. */
export const LEAST_LIKELY = 0.01;

/**
 * What words with errors weigh after each letter of a word, beside those without.
 *
 * A letter more costs three numbers, so that letters of likely words need no search.
 */
export class Doubts {
  #sources;
  /** @type {Map<string, {mass: number, errors: number}>} */
  #known = new Map([["", { mass: 1, errors: 0 }]]);

  /** @param {readonly import("../decoder/index.js").Source[]} sources where candidates come from */
  constructor(sources) {
    this.#sources = sources;
  }

  /**
   * Whether words with errors weigh enough to be looked for.
   * @param {string} folded what was typed, folded
   * @param {number | null} logMass ln P of all words that begin so; null to ask the sources
   */
  about(folded, logMass = null) {
    const letters = [...folded];
    if (letters.length < LEAST_LETTERS) return false;
    let begun = letters.slice(0, -1);
    let known = this.#known.get(begun.join(""));
    while (!known) {
      begun = begun.slice(0, -1);
      known = this.#known.get(begun.join(""));
    }
    let { mass, errors } = known;
    for (let end = begun.length + 1; end <= letters.length; end++) {
      const beginning = letters.slice(0, end).join("");
      errors = GOES_ON * errors + ERROR * mass;
      const told = end === letters.length ? logMass : null;
      mass = Math.exp(told ?? weighed(this.#sources, beginning, 1)[1]);
      this.#known.set(beginning, { mass, errors });
    }
    return errors > DOUBT * mass;
  }
}
