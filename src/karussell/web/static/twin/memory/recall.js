/** What is known of a writer, as it is shown to them. */

import { UsageError } from "../errors.js";
import { COUNTS } from "../history/index.js";
import { isSpace } from "../text/characters.js";

/**
 * A word that a writer used.
 * @typedef {object} LearnedWord
 * @property {string} word as they write it inside a sentence
 * @property {number} uses how often they used it
 * @property {number} last when they did so last, in UNIX seconds
 * @property {string} language the tag of the language it was used in last
 * @property {readonly string[]} apps the applications it was used in, sorted
 */

/**
 * What was typed, and the word that was put in its place.
 * @typedef {object} Pair
 * @property {string} typed what was typed
 * @property {string} word the word
 * @property {number} uses how often that was
 * @property {number} last when it was last, in UNIX seconds
 */

/**
 * What is known of a writer.
 * @typedef {object} Recall
 * @property {readonly LearnedWord[]} words the words they used
 * @property {readonly Pair[]} repairs corrections that they left standing
 * @property {readonly Pair[]} rejections corrections that they undid
 * @property {number} sentences how many sentences that is from
 * @property {readonly string[]} apps the applications they were written in, sorted
 */

/**
 * What was counted on one day.
 * @typedef {{day: string, keys: number, letters: number, picks: number, corrected: number, undone: number}} Day
 */

/** @typedef {import("../history/entries.js").Entry} Entry */

/**
 * Refuse to look for what cannot be there.
 * @param {string | null} word a word, or how words begin; null for all
 * @param {number | null} since the first second of a span; null for all before
 * @param {number | null} until the second behind its last; null for all since
 * @param {number} now the time, in UNIX seconds
 * @throws {UsageError} if the word has no letters, or the span no second that is over
 */
export function checkAsked(word, since, until, now) {
  if (word !== null && (!word || isSpace(word))) {
    throw new UsageError(`word ${JSON.stringify(word)}: is empty, expected a word, or none for all`);
  }
  if (since !== null && until !== null && since >= until) {
    throw new UsageError(`since ${since}, until ${until}: no time is between, expected until later`);
  }
  if (since !== null && since > now) {
    throw new UsageError(`since ${since}: is still to come, expected a time that is over`);
  }
}

/** What was counted day by day, whatever the application, in order. @param {Iterable<Entry>} entries @returns {Day[]} */
export function days(entries) {
  /** @type {Map<string, any>} */
  const found = new Map();
  for (const entry of entries) {
    if (entry.kind !== "saving") continue;
    const counts = found.get(entry.day) ?? { day: entry.day, ...Object.fromEntries(COUNTS.map((name) => [name, 0])) };
    for (const name of COUNTS) counts[name] += entry[name];
    found.set(entry.day, counts);
  }
  return [...found.values()].sort((one, other) => (one.day < other.day ? -1 : 1));
}
