/** Which entries are of a word, a span of time, an application. */

import { Standing } from "./standing.js";

/** @typedef {import("./entries.js").Entry} Entry */

/**
 * What is asked for.
 * @typedef {object} Asked
 * @property {string | null} [word] a word that stands in it, however it is written, also as a possessive or behind an
 * elision
 * @property {number | null} [since] the first second of a span of time. A day's savings belong to each span that has
 * a part of the day, which is that of this place, as they were counted
 * @property {number | null} [until] the second behind the last one of the span
 * @property {string | null} [app] the application
 */

/**
 * The ids of those entries to which all applies that is asked for; of all, if nothing is.
 * @param {Iterable<readonly [number, Entry]>} entries with their ids
 * @param {Asked} [asked]
 * @returns {number[]}
 */
export function selected(entries, { word = null, since = null, until = null, app = null } = {}) {
  const first = since === null ? null : dayOf(since);
  const last = until === null ? null : dayOf(until - 1);
  const found = [];
  for (const each of entries) {
    const entry = each[1];
    if (app !== null && entry.app !== app) continue;
    if (entry.kind === "saving") {
      if (word !== null || (first !== null && entry.day < first) || (last !== null && entry.day > last)) continue;
    } else if (entry.time < (since ?? 0) || entry.time >= (until ?? Infinity)) continue;
    found.push(each);
  }
  return word === null ? found.map(([number]) => number) : new Standing(found).of(word);
}

// Of the last year that has dates, in any place.
const LAST_SECOND = 253402214400;

/** The day of a second, in this place. @param {number} second */
export function dayOf(second) {
  const date = new Date(Math.min(Math.max(second, 0), LAST_SECOND) * 1000);
  const part = (/** @type {number} */ value, length = 2) => String(value).padStart(length, "0");
  return `${part(date.getFullYear(), 4)}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}
