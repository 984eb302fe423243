/**
 * The kernels in WebAssembly: what `karussell.kernels` is to Python, for networks of int8, from the same sources
 * (`kernels/`, behind `kernels/wasm/`). Runs in pages, workers and Node.
 *
 * All arrays that come out are copies and stay as they are. What goes in is read during the call.
 */

import { Memory } from "./memory.js";
import { Network } from "./network.js";
import { wordListIn } from "./word-list.js";
import { wordSearchIn } from "./word-search.js";

export { LONGEST_TYPED, Lattice } from "./lattice.js";

/** What the numbers of `Room` in kernels/wasm/engine.h mean. */
const SCORES = 2;
const TEXT = 0;

/**
 * Start the kernels.
 * @param {BufferSource | WebAssembly.Module} wasm the bytes of engine.wasm, or what was compiled of them
 */
export async function openEngine(wasm) {
  const compiled = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm);
  const instance = await WebAssembly.instantiate(compiled, {});
  return new Engine(new Memory(instance.exports));
}

export class Engine {
  #memory;

  /** @param {Memory} memory */
  constructor(memory) {
    this.#memory = memory;
    /** Lists of words in the engine's memory. */
    this.WordList = wordListIn(memory);
    /** Searches of lists for words that were meant. */
    this.WordSearch = wordSearchIn(memory, this.WordList);
  }

  /**
   * The network of a model, in memory of its own.
   * @param {import("./container.js").Container} container
   */
  network(container) {
    return new Network(this.#memory, container);
  }

  /**
   * The best k of scores[first:last], of equal ones the first. A NaN is never among them.
   * @param {Float32Array} scores
   * @param {number} k
   * @param {number} [first]
   * @param {number} [last]
   * @returns {[number, number][]} value and position of each, best first
   */
  topK(scores, k, first = 0, last = scores.length) {
    const count = this.#take(scores, first, last);
    if (!Number.isInteger(k) || k < 0) throw new RangeError(`k is ${k}, expected 0 or more`);
    const found = this.#memory.call.top_k(count, Math.min(k, count));
    return this.#memory.pairs(0, found).map(([position, value]) => [value, position + first]);
  }

  /**
   * The ln of the sum of e to the scores of a range, minus infinity where there are none.
   * @param {Float32Array} scores
   * @param {number} [first]
   * @param {number} [last]
   */
  logSumExp(scores, first = 0, last = scores.length) {
    return this.#memory.call.log_sum_exp(this.#take(scores, first, last));
  }

  /**
   * What `topK` and `logSumExp` say of a range.
   * @param {Float32Array} scores
   * @param {number} k
   * @param {number} first
   * @param {number} last
   * @returns {[[number, number][], number]}
   */
  bestOf(scores, k, first, last) {
    const best = this.topK(scores, k, first, last);
    return [best, this.#memory.call.log_sum_exp(last - first)];
  }

  /**
   * Where words joined by newlines first hold what no word does and nobody should be shown: the byte, and the
   * character or null where the bytes are no UTF-8; null if there is no such place.
   * @param {Uint8Array} lines
   * @returns {[number, number | null] | null}
   */
  unprintable(lines) {
    this.#memory.put(TEXT, lines);
    const kind = this.#memory.call.unprintable(lines.length);
    if (!kind) return null;
    const [byte, character] = this.#memory.answer(0, 2);
    return [byte, kind === 1 ? character : null];
  }

  /** Bytes of memory that the engine has taken from the system, for tests. */
  get bytes() {
    return this.#memory.size;
  }

  /** Put a range of scores in their room. @param {Float32Array} scores @param {number} first @param {number} last */
  #take(scores, first, last) {
    if (!(scores instanceof Float32Array)) throw new TypeError("scores are no Float32Array");
    if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last && last <= scores.length)) {
      throw new RangeError(`range ${first}..${last} is not inside 0..${scores.length}`);
    }
    this.#memory.put(SCORES, scores.subarray(first, last));
    return last - first;
  }
}
