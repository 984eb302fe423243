/**
 * A word that is picked a moment too early: the strip shows the words for the text before the last key still. The
 * pick waits for the answer about the text as it stands, and is made if that offers the word that was seen.
 *
 * @typedef {import("./picking.js").Place} Place
 * @typedef {import("./suggestion-strip.js").Strip} Strip
 * @typedef {import("../field/context.js").Context} Context
 * @typedef {{place: Place, text: string, context: Context, key: (() => void) | null}} Wanted
 */

import { same } from "../field/context.js";
import { EMPTY, PLACES, wordAt } from "./picking.js";

const LONGEST = 2000; // milliseconds: nobody counts on a pick that comes later
const LETTERS = /^[\p{L}\p{M}'’]*$/u;

export class EarlyPick {
  #strip = EMPTY;
  /** @type {Context} */
  #shownFor = { left: "", right: "", start: 0 };
  /** @type {Wanted | null} */
  #wanted = null;
  #timer = 0;

  /** The words that are seen, as far as they can be meant in a text: none once the caret went. @param {Context} context */
  seen({ right, start }) {
    return right === this.#shownFor.right && start === this.#shownFor.start ? this.#strip : EMPTY;
  }

  /** Whether only letters were typed since the words that are seen. @param {Context} context */
  goesOn({ left }) {
    const before = this.#shownFor.left;
    return left.startsWith(before) && LETTERS.test(left.slice(before.length));
  }

  /**
   * A word that is seen is picked.
   * @param {Place} place
   * @param {Context} context
   * @param {(() => void) | null} key writes the key that picks, if it is a plain one where nothing is picked
   */
  wait(place, context, key) {
    this.#end();
    const word = wordAt(this.seen(context), place);
    if (!word) return;
    this.#wanted = { place, text: word.text, context, key };
    this.#timer = setTimeout(() => this.drop(), LONGEST);
  }

  /** Wait no longer: something else is done. */
  drop() {
    this.#end()?.key?.();
  }

  /** No words are seen any more, or they are taken. */
  clear() {
    this.#end();
    this.#strip = EMPTY;
  }

  /**
   * An answer came.
   * @param {Strip} strip
   * @param {Context} context that it is about
   * @param {boolean} plain whether digits pick nothing there
   * @returns {Place | null} what is picked now
   */
  answered(strip, context, plain) {
    this.#strip = strip;
    this.#shownFor = context;
    const wanted = this.#end();
    if (!wanted || !same(wanted.context, context)) return null;
    const { place, text, key } = wanted;
    if (key && (plain || !wordAt(strip, place))) key();
    else return [place, ...PLACES].find((each) => wordAt(strip, each)?.text === text) ?? null;
    return null;
  }

  #end() {
    const wanted = this.#wanted;
    this.#wanted = null;
    clearTimeout(this.#timer);
    return wanted;
  }
}
