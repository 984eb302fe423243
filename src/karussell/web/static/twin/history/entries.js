/** What a writer teaches, in entries that can be taken back one by one. */

import { HistoryError } from "../errors.js";
import { length } from "../text/characters.js";

// Seconds: beyond the year 6,000.
const LATEST = 2 ** 37;
const MOST_COUNT = 2 ** 50;
const LANGUAGE = /^(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)?$/;
// Words are told apart by a space, and stand in one line.
// eslint-disable-next-line no-control-regex
const APART = /[\x00-\x20\x7f]/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x1f\x7f]/;
const LONGEST = 1000;
const LONE = /[\ud800-\udfff]/u;
const DAY = /^\d{4}-\d\d-\d\d$/;

/**
 * A sentence that was finished.
 * @typedef {object} Sentence
 * @property {"sentence"} kind
 * @property {readonly string[]} words its words as they would stand inside a sentence
 * @property {string} language the BCP 47 tag of its language; "" if nobody knows
 * @property {number} time when, in seconds since 1970
 * @property {string | null} app the application it was written in; null if it was not named
 * @property {readonly number[]} meant the places of those words that are surely no slips: picked, or confirmed
 */

/**
 * A correction that was undone, and is not made again.
 * @typedef {object} Rejection
 * @property {"rejection"} kind
 * @property {string} typed what was typed, and meant
 * @property {string} word what was put in its place
 * @property {string} language
 * @property {number} time
 * @property {string | null} app
 */

/**
 * A correction that was picked, or left standing.
 * @typedef {object} Repair
 * @property {"repair"} kind
 * @property {string} typed what was typed
 * @property {string} word what was meant
 * @property {string} language
 * @property {number} time
 * @property {string | null} app
 */

/**
 * Sums of a day, without text. Those of one day and application are added up when stored.
 * @typedef {object} Saving
 * @property {"saving"} kind
 * @property {string} day the day where it was counted, as in "2026-11-27"
 * @property {number} keys keys that were pressed
 * @property {number} letters letters that were written by them
 * @property {number} picks suggestions that were picked
 * @property {number} corrected words that were corrected
 * @property {number} undone corrections that were undone
 * @property {string | null} app
 */

/** Anything that is kept. @typedef {Sentence | Rejection | Repair | Saving} Entry */

/** What a saving counts. @type {readonly ["keys", "letters", "picks", "corrected", "undone"]} */
export const COUNTS = Object.freeze(["keys", "letters", "picks", "corrected", "undone"]);

/** @param {{words: readonly string[], language: string, time: number, app?: string | null, meant?: readonly number[]}} given @returns {Sentence} */
export function sentenceOf({ words, language, time, app = null, meant = [] }) {
  return Object.freeze({ kind: "sentence", words, language, time, app, meant });
}

/** @typedef {{typed: string, word: string, language: string, time: number, app?: string | null}} PairGiven */

/** @param {PairGiven} given @returns {Rejection} */
export function rejectionOf({ typed, word, language, time, app = null }) {
  return Object.freeze({ kind: "rejection", typed, word, language, time, app });
}

/** @param {PairGiven} given @returns {Repair} */
export function repairOf({ typed, word, language, time, app = null }) {
  return Object.freeze({ kind: "repair", typed, word, language, time, app });
}

/** @param {{day: string, app?: string | null, [count: string]: any}} given @returns {Saving} */
export function savingOf({ day, keys = 0, letters = 0, picks = 0, corrected = 0, undone = 0, app = null }) {
  return Object.freeze({ kind: "saving", day, keys, letters, picks, corrected, undone, app });
}

/** Whether an entry can hold this for its language: a BCP 47 tag, or "". @param {string} tag */
export function isLanguage(tag) {
  return LANGUAGE.test(tag);
}

/** Whether two entries hold the same. @param {Entry} one @param {Entry} other */
export function same(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Refuse an entry that could not be kept and read back as it is.
 * @param {Entry} entry
 * @throws {HistoryError} which names the field, what it holds and what was expected
 */
export function check(entry) {
  if (entry.kind === "saving") {
    checkDay(entry.day);
    for (const name of COUNTS) checkNumber(name, entry[name], MOST_COUNT);
  } else {
    if (typeof entry.language !== "string" || !isLanguage(entry.language)) {
      throw wrong("language", entry.language, 'a BCP 47 tag, as in "de", or ""');
    }
    checkNumber("time", entry.time, LATEST);
    if (entry.kind === "sentence") checkWords(entry);
    else for (const name of /** @type {const} */ (["typed", "word"])) checkPhrase(name, entry[name]);
  }
  if (entry.app !== null && (!isText(entry.app) || CONTROL.test(entry.app))) {
    throw wrong("app", entry.app, `a name in one line of 1 to ${LONGEST} characters, or none`);
  }
}

/** @param {Sentence} sentence */
function checkWords({ words, meant }) {
  if (!Array.isArray(words) || !words.length) throw wrong("words", words, "at least one word");
  for (const word of words) {
    if (!isText(word) || APART.test(word)) {
      throw wrong("words", word, `words of 1 to ${LONGEST} characters without spaces`);
    }
  }
  const right =
    Array.isArray(meant) &&
    meant.every((place, at) => Number.isInteger(place) && place >= 0 && place < words.length && (!at || meant[at - 1] < place));
  if (!right) throw wrong("meant", meant, `places below ${words.length}, each once, in order`);
}

/** Refuse what is neither a word nor several. @param {string} name @param {string} phrase */
function checkPhrase(name, phrase) {
  if (isText(phrase) && phrase.split(" ").every((word) => word && !APART.test(word))) return;
  throw wrong(name, phrase, `words, 1 to ${LONGEST} characters with single spaces`);
}

/** Whether something is text that UTF-8 can hold, neither empty nor endless. @param {unknown} text */
function isText(text) {
  return typeof text === "string" && text !== "" && length(text) <= LONGEST && !LONE.test(text);
}

/** @param {string} name @param {unknown} number @param {number} most */
function checkNumber(name, number, most) {
  if (typeof number === "number" && Number.isInteger(number) && number >= 0 && number < most) return;
  throw wrong(name, number, `a whole number from 0 to ${most - 1}`);
}

/** @param {unknown} day */
function checkDay(day) {
  const date = typeof day === "string" && DAY.test(day) ? new Date(`${day}T00:00:00Z`) : null;
  // The calendar goes on where a month ends: the 30th of February is another day.
  if (date && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(String(day)) && day >= "0001") return;
  throw wrong("day", day, 'a day, as in "2026-11-27"');
}

/** @param {string} name @param {unknown} value @param {string} expected */
function wrong(name, value, expected) {
  const shown = JSON.stringify(value) ?? String(value);
  return new HistoryError(`${name}: ${shown.length <= 60 ? shown : `${shown.slice(0, 57)}...`} is not ${expected}`);
}

/** The sums of one day and application, added up. @param {Saving} one @param {Saving} other @returns {Saving} */
export function summed(one, other) {
  const sums = Object.fromEntries(COUNTS.map((name) => [name, one[name] + other[name]]));
  return savingOf({ day: one.day, app: one.app, ...sums });
}
