/**
 * Where the letters of the text were tapped on the on-screen keys, as far as they were; it follows the
 * text through every edit.
 *
 * @typedef {{x: number, y: number}} Tap
 */

import { LAST_RUN } from "./letters.js";

const MOST = 100; // of the last letters: more than a word has

export class Taps {
  /** The taps in the order of the text. @type {{at: number, tap: Tap}[]} */
  #taps = [];

  /**
   * Keep the tap of the character that was written at a place.
   * @param {number} at
   * @param {Tap} tap
   */
  add(at, tap) {
    const behind = this.#taps.findIndex((other) => other.at > at);
    this.#taps.splice(behind < 0 ? this.#taps.length : behind, 0, { at, tap });
    if (this.#taps.length > MOST) this.#taps.shift();
  }

  /** Follow an edit. @param {import("./edits.js").Edit} edit */
  follow({ start, removed, inserted }) {
    const end = start + removed.length;
    const shift = inserted.length - removed.length;
    this.#taps = this.#taps
      .filter(({ at }) => at < start || at >= end)
      .map(({ at, tap }) => ({ at: at < start ? at : at + shift, tap }));
  }

  /**
   * The taps of the run of letters that ends a text, one for each code point, or none at all.
   * @param {string} text
   * @returns {([number, number] | null)[]}
   */
  endOf(text) {
    const run = LAST_RUN.exec(text.slice(-MOST))?.[0] ?? "";
    let at = text.length - run.length;
    const taps = Array.from(run, (character) => {
      const found = this.#taps.find((tap) => tap.at === at)?.tap;
      at += character.length;
      return /** @type {[number, number] | null} */ (found ? [found.x, found.y] : null);
    });
    return taps.some(Boolean) ? taps : [];
  }
}
