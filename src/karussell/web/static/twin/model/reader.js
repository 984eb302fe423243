/** Reading with a memory: what was read a moment ago is not read again. */

/** @typedef {import("./network.js").LanguageModel} LanguageModel */
/** @typedef {import("./network.js").State} State */

/** Room for about 200 states of the English model: a page of text to go back through. */
export const STATE_BYTES = 3 * 2 ** 19;
/** Room for about 45 distributions over its 13,919 words. */
export const SCORE_BYTES = 5 * 2 ** 19;

/** Reads sentences with one model, and remembers the states it passed through. */
export class Reader {
  #states;
  #logProbs;

  /**
   * @param {LanguageModel} model
   * @param {{stateBytes?: number, scoreBytes?: number}} [room]
   */
  constructor(model, { stateBytes = STATE_BYTES, scoreBytes = SCORE_BYTES } = {}) {
    this.model = model;
    this.#states = new StateCache(stateBytes);
    this.#logProbs = new StateCache(scoreBytes);
  }

  /** The state after START and these words. @param {readonly number[]} ids @returns {State} */
  read(ids) {
    let known = ids.length;
    let state = null;
    while (known && !(state = this.#states.get(keyOf(ids, known)))) known--;
    state ??= this.model.start();
    for (let end = known + 1; end <= ids.length; end++) {
      state = this.model.step(state, ids[end - 1]);
      this.#states.put(keyOf(ids, end), state, state.hidden.byteLength + state.cell.byteLength);
    }
    return state;
  }

  /** The natural log of P(next word) after START and these words (V+1), not to be written to. @param {readonly number[]} ids @returns {Float32Array} */
  logProbs(ids) {
    const key = keyOf(ids, ids.length);
    let found = this.#logProbs.get(key);
    if (!found) {
      found = this.model.logProbs(this.read(ids));
      this.#logProbs.put(key, found, found.byteLength);
    }
    return found;
  }

  /** Forget everything that was read. */
  clear() {
    this.#states.clear();
    this.#logProbs.clear();
  }
}

/** @param {readonly number[]} ids @param {number} count */
const keyOf = (ids, count) => ids.slice(0, count).join(" ");

/** What follows from the words read, the least recently used dropped first. */
export class StateCache {
  /** @type {Map<string, {value: any, size: number}>} */
  #entries = new Map();

  /** @param {number} limit bytes that keys and values may take together */
  constructor(limit) {
    this.limit = limit;
    this.size = 0;
  }

  get length() {
    return this.#entries.size;
  }

  /** The value for these words, null if it is not here. @param {string} key */
  get(key) {
    const entry = this.#entries.get(key);
    if (!entry) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keep a value, in place of an older one if there is no room. @param {string} key @param {any} value @param {number} size */
  put(key, value, size) {
    this.size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
    size += 2 * key.length + 200; // the map's own share, about
    this.#entries.set(key, { value, size });
    this.size += size;
    for (const [oldest, { size: freed }] of this.#entries) {
      if (this.size <= this.limit) break;
      this.#entries.delete(oldest);
      this.size -= freed;
    }
  }

  /** Drop everything. */
  clear() {
    this.#entries.clear();
    this.size = 0;
  }
}
