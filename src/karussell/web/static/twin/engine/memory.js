/** The one memory of the kernels: what is put in for a call, and what is read after it. */

export class Memory {
  #memory;
  #bytes = new Uint8Array(0);
  #words = new Uint32Array(0);
  #floats = new Float32Array(0);
  /** Frees what belonged to an object that nobody holds any more. */
  #left = new FinalizationRegistry(({ free, at }) => free(at));

  /** @param {any} exported what the module exports */
  constructor(exported) {
    this.#memory = exported.memory;
    /** The functions of kernels/wasm/. @type {any} */
    this.call = exported;
    exported._initialize();
  }

  /** Bytes of it. */
  get size() {
    return this.#memory.buffer.byteLength;
  }

  /** All of it, as bytes; a call may put another memory in its place. */
  get bytes() {
    if (this.#bytes.buffer !== this.#memory.buffer) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }

  /** All of it, as whole numbers. */
  get words() {
    if (this.#words.buffer !== this.#memory.buffer) this.#words = new Uint32Array(this.#memory.buffer);
    return this.#words;
  }

  /** All of it, as floats. */
  get floats() {
    if (this.#floats.buffer !== this.#memory.buffer) this.#floats = new Float32Array(this.#memory.buffer);
    return this.#floats;
  }

  /**
   * Put an array in a room, which the next call reads.
   * @param {number} room
   * @param {Uint8Array | Uint32Array | Float32Array} array
   */
  put(room, array) {
    this.fill(this.call.room(room, array.byteLength), array);
  }

  /** Put an array at an address. @param {number} at @param {ArrayBufferView} array */
  fill(at, array) {
    this.bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at >>> 0);
  }

  /** A copy of floats. @param {number} at @param {number} count */
  copy(at, count) {
    const first = (at >>> 0) / 4;
    return this.floats.slice(first, first + count);
  }

  /** Numbers of the last answer, as long as nothing is called. @param {number} first @param {number} count */
  answer(first, count) {
    const at = (this.call.answer() >>> 0) / 4 + first;
    return this.words.subarray(at, at + count);
  }

  /**
   * Pairs of a whole number and a float in the last answer.
   * @param {number} first
   * @param {number} count
   * @returns {[number, number][]}
   */
  pairs(first, count) {
    const at = (this.call.answer() >>> 0) / 4 + first;
    const { words, floats } = this;
    return Array.from({ length: count }, (_, i) => [words[at + 2 * i], floats[at + 2 * i + 1]]);
  }

  /**
   * Free what lies at an address when its owner is gone, if the owner does not do so before.
   * @param {object} owner
   * @param {(at: number) => void} free
   * @param {number} at
   */
  own(owner, free, at) {
    this.#left.register(owner, { free, at }, owner);
  }

  /** Free it now. @param {object} owner @param {(at: number) => void} free @param {number} at */
  release(owner, free, at) {
    this.#left.unregister(owner);
    free(at);
  }
}
