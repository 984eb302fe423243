/** Sums and orders of logarithms. */

/** @type {WeakMap<Float32Array, number>} */
const tops = new WeakMap();

/**
 * The highest of some scores, which are asked about once a letter and must not be changed.
 * @param {Float32Array} scores
 */
export function highest(scores) {
  let most = tops.get(scores);
  if (most === undefined) {
    most = -Infinity;
    for (let i = 0; i < scores.length; i++) if (scores[i] > most) most = scores[i];
    tops.set(scores, most);
  }
  return most;
}

/**
 * The ln of what a total weighs without the words that are listed.
 * @param {readonly number[]} listed
 * @param {number} logTotal
 */
export function beyond(listed, logTotal) {
  const others = Math.exp(logTotal) - listed.reduce((sum, each) => sum + Math.exp(each), 0);
  return others > 0 ? Math.log(others) : -Infinity;
}

/**
 * The logarithm of the sum of exp(log).
 * @param {readonly number[]} logs
 */
export function logSum(logs) {
  const most = Math.max(-Infinity, ...logs);
  if (most === -Infinity) return most;
  return most + Math.log(logs.reduce((sum, each) => sum + Math.exp(each - most), 0));
}

/**
 * The highest value first; sorting is stable, so that equals stay in order.
 * @param {{value: number}} one
 * @param {{value: number}} other
 */
export function byValue(one, other) {
  return one.value === other.value ? 0 : one.value > other.value ? -1 : 1;
}
