/** Which entries went when, for who follows a memory and would not compare all of them. */

// Forgettings that are remembered for who did not look since, and entries of each.
const MOST = 16;
const ENTRIES = 20_000;

/** The places of entries that were dropped, one time after the other. */
export class Drops {
  /** @type {Map<number, number[]>} */
  #places = new Map();

  /**
   * Remember some that are to be dropped.
   * @param {number} rewrites how often entries were dropped or read anew, this time with them
   * @param {readonly number[]} numbers their numbers
   * @param {Iterable<number>} among the numbers of all, in order
   */
  add(rewrites, numbers, among) {
    if (numbers.length > ENTRIES) return;
    const gone = new Set(numbers);
    const places = [];
    let place = 0;
    for (const number of among) {
      if (gone.has(number)) places.push(place);
      place++;
    }
    this.#places.set(rewrites, places);
    this.#places.delete(rewrites - MOST);
  }

  /**
   * The places of each time, among the entries that there were.
   * @param {number} before how often entries had been dropped or read anew
   * @param {number} now how often that is by now
   * @returns {number[][] | null} null if nobody knows, or more happened than that
   */
  between(before, now) {
    const found = [];
    for (let each = before + 1; each <= now; each++) {
      const places = this.#places.get(each);
      if (!places) return null;
      found.push(places);
    }
    return found;
  }
}
