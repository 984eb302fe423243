/** The uses of one word. */

import { compare } from "../text/characters.js";
import { fold } from "../text/index.js";

/** @typedef {import("./recall.js").LearnedWord} LearnedWord */

/** The numbers of its sentences, in order, once for each use. */
export class Used {
  /** @type {number[]} */
  #sentences = [];
  /** @type {Map<string, number>} */
  #apps = new Map();
  /** @type {{known: boolean, told: LearnedWord} | null} */
  #shown = null;

  /** One more use. @param {number} number @param {string | null} app */
  take(number, app) {
    this.#shown = null;
    const place = bisect(this.#sentences, number, (one, other) => one - other);
    this.#sentences.splice(place, 0, number);
    if (app) this.#apps.set(app, (this.#apps.get(app) ?? 0) + 1);
  }

  /** One use less; whether none is left. @param {number} number @param {string | null} app */
  drop(number, app) {
    this.#shown = null;
    this.#sentences.splice(bisect(this.#sentences, number, (one, other) => one - other), 1);
    if (app) this.#apps.set(app, (this.#apps.get(app) ?? 0) - 1);
    return !this.#sentences.length;
  }

  /**
   * The word as it is told, and whether a model knows it.
   * @param {string} word
   * @param {import("./uses.js").Uses} uses
   * @param {(word: string) => boolean} known
   */
  shown(word, uses, known) {
    if (this.#shown) return this.#shown;
    const last = uses.sentence(this.#sentences[this.#sentences.length - 1]);
    const form = this.#form(word, uses);
    const apps = [...this.#apps].filter(([, count]) => count > 0).map(([app]) => app);
    const told = {
      word: form,
      uses: this.#sentences.length,
      last: last.time,
      language: last.language,
      apps: apps.sort(compare),
    };
    return (this.#shown = { known: known(fold(form)), told });
  }

  /** How it was written last; small at the start of a sentence it may have lost a capital. */
  #form(/** @type {string} */ word, /** @type {import("./uses.js").Uses} */ uses) {
    for (let at = this.#sentences.length - 1; at >= 0; at--) {
      const { words, language } = uses.sentence(this.#sentences[at]);
      for (let place = words.length - 1; place >= 0; place--) {
        const form = words[place];
        if (uses.fold(form, language) === word && (place || form !== word)) return form;
      }
    }
    return word;
  }
}

/**
 * The first place of a sorted list that is not before a value.
 * @template T
 * @param {readonly T[]} listed
 * @param {T} value
 * @param {(one: T, other: T) => number} order
 */
export function bisect(listed, value, order) {
  let low = 0;
  let high = listed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order(listed[middle], value) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
