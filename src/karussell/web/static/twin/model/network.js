/** A language model at run time: a word in, a new state; a state in, the score of every word. */

import { readContainer } from "../engine/container.js";
import { theEngine } from "../kernels.js";
import { checkWithheld, decodeRare, decodeVocabulary } from "./lexicon.js";

/** @typedef {{hidden: Float32Array, cell: Float32Array}} State hidden state and cell state, each (L, H) */

/** Predicts the next word of a sentence from those before it. It never changes once made, and a state is a value. */
export class LanguageModel {
  #network;
  /** @type {State | null} */
  #start = null;

  /** @param {import("../engine/container.js").Container} container what its file holds */
  constructor(container) {
    const { card } = container;
    // Copies, so that the bytes of the file need not stay.
    const own = (/** @type {string} */ name) => container.tensors.get(name).slice();
    const size = card.configuration.vocabulary_size;
    this.card = card;
    this.configuration = card.configuration;
    this.vocabulary = decodeVocabulary(own("vocabulary"), own("casing"), size);
    /** How often each word, and UNKNOWN, stood in the training text (V+1). @type {Uint32Array} */
    this.counts = own("counts");
    this.rare = decodeRare(own("rare.levels"), own("rare.casing"), own("rare"));
    /** The ids of words never suggested unless the writer used them, ascending. @type {Uint32Array} */
    this.withheld = own("withheld");
    checkWithheld(this.withheld, size);
    this.#network = theEngine().network(container);
  }

  /** The state before the first word of a sentence: START was read, nothing else. @returns {State} */
  start() {
    return (this.#start ??= this.step(this.#network.zeros(), this.vocabulary.start));
  }

  /**
   * The state after one more word.
   * @param {State} state
   * @param {number} wordId a word's id, `vocabulary.unknown` or `vocabulary.start`
   * @returns {State}
   */
  step(state, wordId) {
    if (!(wordId >= 0 && wordId < this.vocabulary.length + 2)) {
      throw new Error(`word id ${wordId}, expected 0 to ${this.vocabulary.length + 1}`);
    }
    return this.#network.step(state, wordId);
  }

  /** The natural log of P(word) for every word and for UNKNOWN (V+1). @param {State} state @returns {Float32Array} */
  logProbs(state) {
    const scores = this.#network.scores(state); // a copy
    const total = theEngine().logSumExp(scores);
    for (let id = 0; id < scores.length; id++) scores[id] -= total;
    return scores;
  }
}

/** The model in a file's bytes, which must not change any more. @param {Uint8Array} data */
export function openModel(data) {
  return new LanguageModel(readContainer(data));
}
