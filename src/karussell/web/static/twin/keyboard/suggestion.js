/** What the keyboard offers. */

import { UsageError } from "../errors.js";

/** Why a word is offered. */
export const Kind = Object.freeze({
  PREDICTION: "prediction",
  COMPLETION: "completion",
  CORRECTION: "correction",
  EMOJI: "emoji",
  LITERAL: "literal",
  RESTORED: "restored",
});

/**
 * @typedef {{deleteLeft: number, deleteRight: number, insert: string}} Edit
 * @typedef {{text: string, kind: string, probability: number, source: string, edit: Edit, language: string | null}} Suggestion
 * a word the writer may want: as it would be written here, why it is offered, how sure we are, where it came from,
 * what accepting it does to the text at the cursor, and the tag of its language
 * @typedef {readonly (Suggestion | null)[]} Slots the places of a strip, each with its suggestion or null
 */

/** How many places a strip has. */
export const SLOTS = 3;

const OFFERS = 20;

/** @type {Slots} */
export const EMPTY = Object.freeze(Array(SLOTS).fill(null));

/** @param {Omit<Suggestion, "language"> & {language?: string | null}} given @returns {Suggestion} */
export function suggestion({ text, kind, probability, source, edit, language = null }) {
  return Object.freeze({ text, kind, probability, source, edit, language });
}

/** What is shown above the keys: three places that stay calm, and what was typed beside them. */
export class Strip {
  #correct;

  /**
   * @param {object} [given]
   * @param {Suggestion | null} [given.literal] what was typed, or what was typed before it was corrected
   * @param {Slots} [given.slots] the suggestions; one that is still offered after another letter stays in its place
   * @param {number | null} [given.best] the place of the best one
   * @param {() => Suggestion | null} [given.correct] how to find `autocorrect`
   */
  constructor({ literal = null, slots = EMPTY, best = null, correct = () => null } = {}) {
    this.literal = literal;
    this.slots = slots;
    this.best = best;
    this.#correct = correct;
    Object.freeze(this);
  }

  /** What a space or punctuation puts in place of the typed word, null to leave it; looked for when it is asked for. */
  get autocorrect() {
    return this.#correct();
  }

  /** The same strip that corrects nothing. @param {Suggestion | null} literal */
  uncorrecting(literal = this.literal) {
    return new Strip({ literal, slots: this.slots, best: this.best });
  }
}

/** What was offered for a text as it stands, of which a word can be picked; the oldest goes. */
export class Offers {
  /** @type {readonly (readonly unknown[])[]} */
  #kept = [];

  /** Know a strip and its suggestions, or a list of some. @param {...unknown} offered */
  add(...offered) {
    this.#kept = [...this.#kept.slice(1 - OFFERS), offered];
  }

  /** @param {unknown} wanted */
  has(wanted) {
    return this.#kept.some((offered) => offered.includes(wanted));
  }

  /** Look that something was offered. @param {unknown} wanted */
  check(wanted) {
    if (this.has(wanted)) return;
    throw new UsageError("the text has changed since this suggestion was made; ask for suggestions again");
  }
}

/**
 * Suggestions in their places: those that had one keep it, the others fill the rest.
 * @param {Slots} before the places after one letter less
 * @param {readonly Suggestion[]} best the suggestions now, best first, as many as there are places at most
 * @returns {Slots}
 */
export function arranged(before, best) {
  /** @type {(Suggestion | null)[]} */
  const slots = Array(before.length).fill(null);
  // As it is written elsewhere in the word, or at the start of a sentence, it is the same word.
  const places = new Map();
  before.forEach((old, place) => old && places.set(old.text.toLowerCase(), place));
  const others = [];
  for (const each of best) {
    const place = places.get(each.text.toLowerCase());
    if (place === undefined || slots[place]) others.push(each);
    else slots[place] = each;
  }
  const free = slots.flatMap((taken, place) => (taken ? [] : [place]));
  free.forEach((place, number) => {
    if (number < others.length) slots[place] = others[number];
  });
  return Object.freeze(slots);
}

/** Whether a word stands in both, as far as places go. @param {readonly Suggestion[]} shown @param {readonly Suggestion[]} other */
export function haveCommon(shown, other) {
  const words = new Set(shown.map((each) => each.text.toLowerCase()));
  return other.some((each) => words.has(each.text.toLowerCase()));
}
