/** The most probable words that go on with what was typed. */

import { length } from "../text/characters.js";

/** @typedef {import("./sources.js").Source} Source */
/** @typedef {{text: string, probability: number, source: string, language: string}} Candidate */

// From this many letters on a word of the writer's own has a place among those shown.
const OWN_AFTER = 2;

/**
 * The most probable words with a prefix, best first, ties in the order of the sources; and ln P of all of them
 * together.
 *
 * Before the first letter the probability is a source's own; after it that among all words with the prefix. After
 * two letters the last place of several is kept for a word of the writer's own.
 * @param {readonly Source[]} sources
 * @param {string} prefix what was typed of the word, folded; "" for none, where the sum counts as 1
 * @param {number} limit how many words at most
 * @returns {[Candidate[], number]}
 */
export function weighed(sources, prefix, limit) {
  /** @type {[number, number, Source][]} */
  let found = [];
  /** @type {number[]} */
  const totals = [];
  /** @type {[number, number, Source][]} */
  let kept = [];
  for (const source of sources) {
    const [best, logTotal] = source.search(prefix, limit);
    if (!best.length) continue;
    /** @type {[number, number, Source][]} */
    const ours = best.map(([logProb, place]) => [logProb, place, source]);
    found.push(...ours);
    totals.push(logTotal);
    if (source.own && !kept.length) kept = ours.slice(0, 1);
  }
  // The sort is stable: of equals the first source's words come first.
  if (totals.length > 1) found = found.sort((one, other) => other[0] - one[0]).slice(0, limit);
  const keeps = kept.length && limit > 1 && length(prefix) >= OWN_AFTER;
  if (keeps && !found.some(([, , source]) => source.own)) found.splice(limit - 1, Infinity, ...kept);
  const total = prefix ? logSum(totals) : 0;
  const listed = found.map(([logProb, place, source]) => ({
    text: source.display(place),
    probability: Math.min(1, Math.exp(logProb - total)),
    source: source.origin,
    language: source.language,
  }));
  return [listed, total];
}

/** What `weighed` gives, without the sum. @param {readonly Source[]} sources @param {string} prefix @param {number} limit */
export function candidates(sources, prefix, limit) {
  return weighed(sources, prefix, limit)[0];
}

/** The logarithm of the sum of exp(log). @param {number[]} logs */
function logSum(logs) {
  if (logs.length < 2) return logs.length ? logs[0] : -Infinity;
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}
