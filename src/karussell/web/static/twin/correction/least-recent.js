/** A table of what was made last: what was not asked for longest goes first. */

/** @template T */
export class LeastRecent {
  #most;
  /** @type {Map<string, T>} */
  #kept = new Map();

  /** @param {number} most how many are kept */
  constructor(most) {
    this.#most = most;
  }

  /**
   * What stands under a key, made where nothing does.
   * @param {string} key
   * @param {() => T} make
   * @returns {T}
   */
  get(key, make) {
    let found = this.#kept.get(key);
    if (found === undefined) {
      found = make();
      if (this.#kept.size >= this.#most) this.#kept.delete(/** @type {string} */ (this.#kept.keys().next().value));
    } else {
      this.#kept.delete(key);
    }
    this.#kept.set(key, found);
    return found;
  }
}
