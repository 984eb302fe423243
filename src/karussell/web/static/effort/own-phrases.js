/**
 * Phrases of the person's own, which a carer may set up: a whole one is offered where that saves time, as
 * expected. They lie in this browser; what is written is never made one by itself.
 *
 * @typedef {{text: string, uses: number}} Phrase
 * @typedef {{text: string, typed: string, likelihood: number}} Offered `typed` is what stands of it already
 */

import { remember, remembered } from "/remembered.js";

const NAME = "phrases";
const MOST = 50;
const LONGEST = 200;
const SHOWN = 2;
const READING = 400; // milliseconds that it takes to see what is offered, wanted or not
const SAVED = 0.5; // of the letters, by the words that are offered anyway
const OTHERS = 8; // uses of all that is no phrase, where nothing is typed; each letter that fits halves them
const LEAST = 4; // letters that must fit within a sentence

export class OwnPhrases {
  /** @type {Phrase[]} */
  all = read();

  /** @param {string} text @returns {boolean} whether there was room for it */
  add(text) {
    const wanted = text.trim().replace(/\s+/g, " ");
    if (!wanted || wanted.length > LONGEST || this.all.length >= MOST) return false;
    if (!this.all.some((phrase) => phrase.text === wanted)) this.#keep([...this.all, { text: wanted, uses: 0 }]);
    return true;
  }

  /** @param {string} text */
  remove(text) {
    this.#keep(this.all.filter((phrase) => phrase.text !== text));
  }

  /** @param {string} text of one that was picked */
  used(text) {
    this.#keep(this.all.map((phrase) => (phrase.text === text ? { text, uses: phrase.uses + 1 } : phrase)));
  }

  /**
   * Those that are worth looking at.
   * @param {string} left the text before the cursor
   * @param {number} key milliseconds that a key takes this person
   * @returns {Offered[]}
   */
  offered(left, key) {
    const fitting = this.all.flatMap((phrase) => {
      const typed = typedOf(phrase.text, left);
      return typed === null ? [] : [{ ...phrase, typed }];
    });
    const uses = fitting.reduce((sum, phrase) => sum + phrase.uses + 1, 0);
    return fitting
      .map(({ text, typed, uses: own }) => ({ text, typed, likelihood: (own + 1) / (uses + OTHERS * 0.5 ** typed.length) }))
      .filter(({ text, typed, likelihood }) => likelihood * ((text.length - typed.length) * SAVED - 1) * key > READING)
      .sort((one, other) => other.likelihood - one.likelihood)
      .slice(0, SHOWN);
  }

  /** @param {Phrase[]} phrases */
  #keep(phrases) {
    this.all = phrases;
    remember(NAME, JSON.stringify(phrases));
  }
}

/**
 * How much of a phrase stands before the cursor; null where it does not fit.
 * @param {string} phrase
 * @param {string} left
 */
function typedOf(phrase, left) {
  const line = left.slice(left.lastIndexOf("\n") + 1);
  const begun = line.replace(/^.*[.!?\u2026]["'\u201d\u2019)]*\s+/u, "").trimStart();
  const fits = (/** @type {string} */ typed) =>
    typed.length < phrase.length && phrase.toLowerCase().startsWith(typed.toLowerCase());
  if (fits(begun)) return begun;
  for (const { index } of begun.matchAll(/(?<=\s)\S/gu)) {
    const typed = begun.slice(index);
    if (typed.length >= LEAST && fits(typed)) return typed;
  }
  return null;
}

/** @returns {Phrase[]} */
function read() {
  try {
    const kept = JSON.parse(remembered(NAME, "[]"));
    return kept.filter((/** @type {any} */ each) => typeof each.text === "string" && Number.isInteger(each.uses));
  } catch {
    return []; // somebody else wrote there
  }
}
