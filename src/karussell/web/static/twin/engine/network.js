/** A network that reads one word after the other and scores those that may follow. */

/**
 * The states of one text: L layers of H numbers each, one behind the other. Never changed once made.
 * @typedef {{readonly hidden: Float32Array, readonly cell: Float32Array}} States
 */

const LSTM = 0;
const TANH = 1;

export class Network {
  #memory;
  #at;

  /**
   * @param {import("./memory.js").Memory} memory
   * @param {import("./container.js").Container} container what `readContainer` made of a file: its sizes are trusted
   */
  constructor(memory, { card, tensors }) {
    const sizes = card.configuration;
    this.#memory = memory;
    /** Recurrent layers, L. */
    this.layers = sizes.layers;
    /** Cells of a layer, H. */
    this.hiddenSize = sizes.hidden_size;
    /** Words that are scored, UNKNOWN the last of them, V + 1; START behind them can be read. */
    this.words = sizes.vocabulary_size + 1;
    this.#at = memory.call.network_make(
      sizes.cell === "lstm" ? LSTM : TANH,
      sizes.layers,
      sizes.embedding_size,
      sizes.hidden_size,
      sizes.cells_per_block,
      sizes.coupled_gates ? 1 : 0,
      this.words,
    );
    memory.own(this, memory.call.network_free, this.#at);
    this.#take(sizes, tensors);
  }

  /** The states before anything was read. @returns {States} */
  zeros() {
    const size = this.layers * this.hiddenSize;
    return Object.freeze({ hidden: new Float32Array(size), cell: new Float32Array(size) });
  }

  /** The states after one more word. @param {States} states @param {number} id @returns {States} */
  step(states, id) {
    if (!Number.isInteger(id) || id < 0 || id > this.words) {
      throw new RangeError(`word id ${id}, expected 0 to ${this.words}`);
    }
    this.#put(states);
    this.#memory.call.network_step(this.#owned(), id);
    const size = this.layers * this.hiddenSize;
    const after = (/** @type {number} */ cell) =>
      this.#memory.copy(this.#memory.call.network_states(this.#at, 1, cell), size);
    return Object.freeze({ hidden: after(0), cell: after(1) });
  }

  /**
   * The scores of the words [first, last), all of them by default: ln P but for a constant.
   * @param {States} states
   * @param {number} [first]
   * @param {number} [last]
   */
  scores(states, first = 0, last = this.words) {
    if (!(Number.isInteger(first) && Number.isInteger(last) && first >= 0 && first <= last && last <= this.words)) {
      throw new RangeError(`range ${first}..${last} is not inside 0..${this.words}`);
    }
    this.#put(states);
    return this.#memory.copy(this.#memory.call.network_scores(this.#owned(), first, last), last - first);
  }

  /**
   * The k words that may follow, best first, and their ln P.
   * @param {States} states
   * @param {number} k
   * @returns {[number, number][]} id and ln P of each
   */
  best(states, k) {
    if (!Number.isInteger(k) || k < 0) throw new RangeError(`k is ${k}, expected 0 or more`);
    this.#put(states);
    const found = this.#memory.call.network_best(this.#owned(), Math.min(k, this.words));
    return this.#memory.pairs(0, found);
  }

  /** Give the memory back now; nothing can be read any more. It happens by itself when nobody holds this. */
  free() {
    if (!this.#at) return;
    this.#memory.release(this, this.#memory.call.network_free, this.#at);
    this.#at = 0;
  }

  #owned() {
    if (!this.#at) throw new Error("the network was freed");
    return this.#at;
  }

  /** @param {States} states */
  #put({ hidden, cell }) {
    const at = this.#owned();
    const size = this.layers * this.hiddenSize;
    for (const [number, array] of [hidden, cell].entries()) {
      if (!(array instanceof Float32Array) || array.length !== size) {
        throw new RangeError(`states have ${array?.length} numbers, expected ${size}`);
      }
      this.#memory.fill(this.#memory.call.network_states(at, 0, number), array);
    }
  }

  /** @param {import("./container.js").Configuration} sizes @param {Map<string, any>} tensors */
  #take(sizes, tensors) {
    const { call } = this.#memory;
    const groups = packedGroups(sizes);
    groups.forEach(({ name, matrices }, group) => {
      this.#memory.fill(call.network_words(this.#at, group), tensors.get(`${name}.words`));
      matrices.forEach((matrix, number) => {
        this.#memory.fill(call.network_scale(this.#at, group, number), tensors.get(`${matrix}.scale`));
        this.#memory.fill(call.network_correction(this.#at, group, number), tensors.get(`${matrix}.correction`));
      });
    });
    for (let layer = 0; layer < sizes.layers; layer++) {
      this.#memory.fill(call.network_bias(this.#at, layer), tensors.get(`${groups[layer + 1].name}.bias`));
      call.network_place_bias(this.#at, layer);
    }
    this.#memory.fill(call.network_output_bias(this.#at), tensors.get("output.bias"));
  }
}

/**
 * The matrices of a model, those that are packed together in one group: the embedding, the layers, the projection.
 * @param {import("./container.js").Configuration} sizes
 */
export function packedGroups({ cell, layers }) {
  const names = Array.from({ length: layers }, (_, layer) => `${cell}.${layer}`);
  return [
    { name: "embedding", matrices: ["embedding.weight"] },
    ...names.map((name) => ({ name, matrices: [`${name}.weight_ih`, `${name}.weight_hh`] })),
    { name: "projection", matrices: ["projection.weight"] },
  ];
}
