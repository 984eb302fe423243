/** The words that may have been meant by what was typed, best first, out of all of a list. */

import { Lattice } from "./lattice.js";

const SCORES = 2;
const ARCS = 3;
const MISSING = 4;

const WHOLE = 0;
const PREFIX = 1;
const HEADS = 2;

// Nodes of the tree by gaps between the letters typed, as in Python.
const BUDGET = 135_000;

/**
 * What is wanted of a search.
 * @typedef {object} Wish
 * @property {boolean} [whole] whether what was typed is all of the word, or else its beginning
 * @property {number} [begin] the gap where the word begins
 * @property {number} [floor] only words whose value is above this
 * @property {number} [within] only words whose value is at most this far below the best
 * @property {number | null} [budget] how many nodes of the tree may be looked at; null for what takes 2 ms at most
 */

/**
 * The class of searches in an engine's memory.
 * @param {import("./memory.js").Memory} memory
 * @param {any} WordList
 */
export function wordSearchIn(memory, WordList) {
  const { call } = memory;

  return class WordSearch {
    #at;

    /** @param {any} words a list of this engine, or anything with its `lines` in UTF-8; not needed afterwards */
    constructor(words) {
      const list = words instanceof WordList ? words : words.length ? WordList.ofLines(words.lines) : new WordList([]);
      this.length = list.length;
      this.#at = call.search_make(list.at);
      memory.own(this, call.search_free, this.#at);
      if (list !== words) list.free();
    }

    /**
     * The words with the highest ln P(typed | word) + score: pairs of id and ln P of the best way to read what was
     * typed as it, best value first.
     * @param {Float32Array} scores what each word is worth in its place (V); minus infinity for never
     * @param {Lattice} lattice what was typed
     * @param {number} limit how many words at most
     * @param {Wish} wish
     * @returns {[number, number][]}
     */
    best(scores, lattice, limit, { whole, ...wish }) {
      return /** @type {[number, number][]} */ (this.#find(scores, lattice, whole ? WHOLE : PREFIX, limit, wish).ends.at(-1));
    }

    /**
     * The best words for each beginning of what was typed, in one search: for each gap (n + 1) what `best` gives.
     * @param {Float32Array} scores
     * @param {Lattice} lattice
     * @param {number} limit
     * @param {Omit<Wish, "whole" | "begin">} [wish]
     * @returns {[number, number][][]}
     */
    heads(scores, lattice, limit, wish = {}) {
      const { ends } = this.#find(scores, lattice, HEADS, limit, { ...wish, begin: 0 });
      return [...Array.from({ length: lattice.length + 1 - ends.length }, () => []), ...ends];
    }

    /**
     * How many nodes of the tree `best` looks at, with the same arguments.
     * @param {Float32Array} scores
     * @param {Lattice} lattice
     * @param {number} limit
     * @param {Wish} wish
     */
    nodes(scores, lattice, limit, { whole, ...wish }) {
      return this.#find(scores, lattice, whole ? WHOLE : PREFIX, limit, wish).nodes;
    }

    /** Give the memory back now. It happens by itself when nobody holds this. */
    free() {
      if (this.#at) memory.release(this, call.search_free, this.#at);
      this.#at = 0;
    }

    /** @param {Float32Array} scores @param {Lattice} lattice @param {number} extent @param {number} limit @param {Wish} wish */
    #find(scores, lattice, extent, limit, { begin = 0, floor = -Infinity, within = Infinity, budget = null }) {
      if (!this.#at) throw new Error("the search was freed");
      const { length } = lattice;
      const arcs = lattice.pack();
      if (!Number.isInteger(begin) || begin < 0 || begin > length) {
        throw new RangeError(`begin is ${begin}, expected 0 to ${length}`);
      }
      const nodes = budget ?? Math.floor(BUDGET / (length + 1));
      if (!(limit >= 1 && nodes >= 1)) {
        throw new RangeError(`limit is ${limit} and budget ${nodes}, expected 1 or more`);
      }
      if (Number.isNaN(floor) || !(within >= 0)) {
        throw new RangeError(`floor is ${floor} and within ${within}, expected numbers, within >= 0`);
      }
      if (!(scores instanceof Float32Array) || scores.length !== this.length) {
        throw new RangeError(`scores have ${scores?.length} numbers, expected ${this.length}`);
      }
      memory.put(SCORES, scores);
      memory.put(ARCS, arcs);
      memory.put(MISSING, lattice.missing);
      const most = 2 ** 31 - 1;
      const count = call.search_find(
        ...[this.#at, length, arcs.length / 7, extent, begin],
        ...[Math.min(limit, most), floor, within, Math.min(nodes, most)],
      );
      return found(count);
    }
  };

  /** What the answer holds. @param {number} count */
  function found(count) {
    const [nodes, ...sizes] = memory.answer(0, 1 + count);
    let first = 1 + count;
    const ends = sizes.map((size) => {
      const pairs = memory.pairs(first, size);
      first += 2 * size;
      return pairs;
    });
    return { ends, nodes };
  }
}
