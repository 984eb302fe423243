/** What is learned at once: one finished sentence. */

import { fold } from "../text/index.js";

/** @type {ReadonlySet<number>} */
const NONE = new Set();

/**
 * A sentence that a writer finished.
 * @typedef {object} Taught
 * @property {readonly string[]} words its words as they stand inside a sentence
 * @property {string} language the tag of its language
 * @property {number} time when it was finished, in seconds since 1970
 * @property {ReadonlySet<number>} sure the places of words that are known to be no slips
 */

/**
 * @param {readonly string[]} words
 * @param {string} [language]
 * @param {number} [time]
 * @param {ReadonlySet<number>} [sure]
 * @returns {Taught}
 */
export function taughtOf(words, language = "", time = 0, sure = NONE) {
  return { words, language, time, sure };
}

/** Its words as a model reads them. @param {Taught} taught */
export function foldedOf(taught) {
  return taught.words.map((word) => fold(word, taught.language));
}
