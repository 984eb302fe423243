/** Where candidates come from: each source has words of its own, and says how probable they are. */

import { bestOf, logSumExp } from "../kernels.js";
import { compare } from "../text/characters.js";
import { Vocabulary } from "../text/index.js";

// How much less probable each older word of a writer's own is, as a logarithm.
const AGEING = 1e-6;

/** Which source a word came from. */
export const Origin = Object.freeze({
  NETWORK: "network",
  RARE: "rare",
  TEXT: "text",
  LEARNED: "learned",
  NAME: "name",
  TYPED: "typed",
});

/**
 * Sorted words, each with a score; of sources side by side one alone offers a word. Where another has it, too, its
 * score is minus infinity there, as that of a word withheld.
 */
export class Source {
  /**
   * @param {object} given
   * @param {string} given.origin which source this is
   * @param {Vocabulary} given.vocabulary the words
   * @param {(wordId: number) => string} given.display how a word is usually written inside a sentence
   * @param {Float32Array} given.scores ln P(word) but for the offset
   * @param {number} [given.offset] what is added to each
   * @param {boolean} [given.fromFirst] whether they are offered before the first letter
   * @param {boolean} [given.own] whether they are a writer's own: a place is kept for one, and none is offered that
   *   was typed to its end
   * @param {string} [given.language] the tag of the language that they are words of, "" if nobody says
   */
  constructor({ origin, vocabulary, display, scores, offset = 0, fromFirst = false, own = false, language = "" }) {
    this.origin = origin;
    this.vocabulary = vocabulary;
    this.display = display;
    this.scores = scores;
    this.offset = offset;
    this.fromFirst = fromFirst;
    this.own = own;
    this.language = language;
    Object.freeze(this);
  }

  /** The same but for what is told. @param {Partial<Source>} told */
  with(told) {
    return new Source({ ...this, ...told });
  }

  /**
   * The best words with a folded prefix, of equals the first.
   * @param {string} prefix
   * @param {number} limit
   * @returns {[[number, number][], number]} ln P and id of each, best first; ln of the sum of P over all with this
   *   prefix, if any
   */
  search(prefix, limit) {
    const [first, last] = this.#span(prefix);
    if (first === last) return [[], -Infinity];
    /** @type {[number, number][]} */
    const best = [];
    for (const [value, wordId] of bestOf(this.scores, limit, first, last)) {
      const logProb = value + this.offset;
      if (logProb > -Infinity) best.push([logProb, wordId]);
    }
    return [best, prefix ? logSumExp(this.scores, first, last) + this.offset : 0];
  }

  /** The ln P of a word. @param {number} wordId */
  logProb(wordId) {
    return this.scores[wordId] + this.offset;
  }

  /** The id of a folded word, null if this source does not offer it. @param {string} word @returns {number | null} */
  offered(word) {
    const wordId = this.vocabulary.id(word);
    return wordId === this.vocabulary.unknown || this.scores[wordId] === -Infinity ? null : wordId;
  }

  /** The ids [first, last) of the words that are offered for a prefix. @param {string} prefix @returns {[number, number]} */
  #span(prefix) {
    if (!prefix && !this.fromFirst) return [0, 0];
    const [first, last] = this.vocabulary.prefix(prefix);
    const typed = this.own && first < last && this.vocabulary.word(first) === prefix;
    return [first + (typed ? 1 : 0), last];
  }
}

/**
 * The words of a model: those of its network, and rare ones beside them, each of which has P(UNKNOWN) times its share.
 * @param {Vocabulary} vocabulary the V words of the network
 * @param {Float32Array} logProbs ln P of each and of UNKNOWN (V+1)
 * @param {import("../model/rare.js").RareWords} rare words beside the vocabulary
 * @param {string} [language] the tag of the model's language
 */
export function modelSources(vocabulary, logProbs, rare, language = "") {
  return [
    new Source({
      origin: Origin.NETWORK,
      vocabulary,
      display: (wordId) => vocabulary.display(wordId),
      scores: logProbs.subarray(0, -1),
      fromFirst: true,
      language,
    }),
    new Source({
      origin: Origin.RARE,
      vocabulary: rare.vocabulary,
      display: (wordId) => rare.display(wordId),
      scores: rare.logShares,
      offset: logProbs[logProbs.length - 1],
      language,
    }),
  ];
}

/**
 * Words of a writer's own: the one used last comes first, but by so little as to be equal.
 * @param {string} origin which source this is
 * @param {ReadonlyMap<string, string>} words as they were written, by their folded form, the one used last at the end
 * @param {number} logShare ln P of that one
 */
export function ownSource(origin, words, logShare) {
  const listed = [...words.keys()].sort(compare);
  const ages = new Map([...words.keys()].reverse().map((word, age) => [word, age]));
  const vocabulary = new Vocabulary(listed, listed.map((word) => words.get(word) ?? ""));
  return new Source({
    origin,
    vocabulary,
    display: (wordId) => vocabulary.display(wordId),
    scores: Float32Array.from(listed, (word) => -AGEING * (ages.get(word) ?? 0)),
    offset: logShare,
    own: true,
  });
}
