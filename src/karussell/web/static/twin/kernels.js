/** What `karussell.kernels` is to Python: the engine that was opened, and what needs none. */

/** @typedef {import("./engine/engine.js").Engine} Engine */

/** @type {any} */
let engine = null;

/** Take over an engine, before the first model is made; null to take over none. @param {any} opened */
export function useEngine(opened) {
  engine = opened;
}

/** The engine. */
export function theEngine() {
  if (!engine) throw new Error("no engine is open; give `useEngine` what `openEngine` gave");
  return engine;
}

/**
 * The search of a sorted list of words for those that were meant.
 * @param {{lines: Uint8Array, length: number}} words
 */
export function wordSearch(words) {
  return new (theEngine().WordSearch)(words);
}

/**
 * The best `count` of scores[first:last], of equal ones the first.
 * @param {Float32Array} scores
 * @param {number} count
 * @param {number} first
 * @param {number} last
 * @returns {[number, number][]} value and position of each, best first
 */
export function bestOf(scores, count, first, last) {
  /** @type {[number, number][]} */
  const found = [];
  let least = -Infinity;
  for (let at = first; at < last; at++) {
    const value = scores[at];
    if (!(value > least || (found.length < count && value === value))) continue; // a NaN is never among them
    let place = found.length;
    while (place && found[place - 1][0] < value) place--;
    found.splice(place, 0, [value, at]);
    if (found.length > count) found.pop();
    if (found.length === count) least = found[count - 1][0];
  }
  return found;
}

/**
 * The log(sum(exp(scores))) of a range, minus infinity where there are none.
 * @param {Float32Array} scores
 * @param {number} [first]
 * @param {number} [last]
 */
export function logSumExp(scores, first = 0, last = scores.length) {
  let most = -Infinity;
  for (let at = first; at < last; at++) if (scores[at] > most) most = scores[at];
  if (most === -Infinity) return most;
  let sum = 0;
  for (let at = first; at < last; at++) sum += Math.exp(scores[at] - most);
  return most + Math.log(sum);
}
