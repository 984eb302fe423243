/**
 * Judges of several languages: a word is judged by its own, and never taken for another's.
 *
 * @typedef {import("../engine/lattice.js").Lattice} Lattice
 * @typedef {import("./corrections.js").Correction} Correction
 * @typedef {import("./protection.js").Token} Token
 * @typedef {import("./protection.js").Vocabulary} Vocabulary
 * @typedef {import("./verdict.js").Verdict} Verdict
 *
 * @typedef {object} Model what is asked of a language model
 * @property {{language: string}} card
 * @property {Vocabulary} vocabulary
 * @property {import("../model/rare.js").RareWords} rare
 * @property {ArrayLike<number> | null} counts
 */

import { length } from "../text/characters.js";
import { fold } from "../text/index.js";
import { plain } from "./geometry.js";
import { Judge } from "./verdict.js";

// A language is not written where P(language) is lower.
const UNLIKELY = 0.05;
// Where P(language) is lower, its model has hardly read the words before.
const AT_HOME = 0.97;
// By how much, in ln, another word is so much likelier that this is no doubt either: 150 times.
const CLEAR = 5.0;

/** One judge for each language that is written. */
export class Judges {
  #first;
  /** @type {Map<string, Judge>} */
  #judges = new Map();
  /** @type {Map<string, Vocabulary[]>} */
  #lists = new Map();

  /**
   * @param {readonly Model[]} models the models of the languages, the first first
   * @param {import("./carried.js").Carried} carried what was learned, and words that people are known to write
   */
  constructor(models, carried) {
    const spoken = models.map((model) => model.card.language);
    this.#first = spoken[0];
    for (const { card, vocabulary, rare, counts } of models) {
      const tag = card.language;
      this.#lists.set(tag, [...(this.#lists.get(tag) ?? []), vocabulary, rare.vocabulary]);
      if (!this.#judges.has(tag)) this.#judges.set(tag, new Judge(tag, vocabulary, carried, { counts, rare, spoken }));
    }
  }

  /**
   * What a word is wherever it stands: with a capital, or in two; "" if it is as it is.
   * @param {Token} token the word, where it stands
   * @param {string} believed the language that is written there, probably
   */
  rewritten(token, believed) {
    const text = this.#judge(believed).rewritten(token);
    const typed = fold(token.word);
    const others = [...this.#judges.keys()].filter((tag) => tag !== believed);
    return length(text) > length(typed) && others.some((tag) => this.#has(tag, typed)) ? "" : text;
  }

  /**
   * Whether a word is left as it is, whatever it resembles: nothing needs to be searched.
   * @param {Token} token
   * @param {string} believed
   */
  protects(token, believed) {
    return this.#judge(believed).protects(token);
  }

  /**
   * What should stand in place of a word, by the judge of its language; null for nothing.
   *
   * A word that is known in another language that may be written there is left as it is. So is one that was tapped,
   * unless it is surer than else, that another model has, or its own where the text before it is of another language:
   * what is usual there says little; and one told by letters alone that its own model has, if there is doubt.
   * @param {Token} token the word, where it stands
   * @param {readonly Correction[]} found what `corrections` gave for it as a whole word, best first
   * @param {Lattice} lattice what it was given
   * @param {object} there
   * @param {number} there.logNew ln P(a word in no source)
   * @param {Readonly<Record<string, number>>} there.shares P(language) where the word stands, by tag
   * @param {number} there.damage the part of the words typed right that may be changed; 0 changes none
   * @returns {Verdict | null}
   */
  verdict(token, found, lattice, { logNew, shares, damage }) {
    const typed = fold(token.word);
    const best = found.find((each) => each.word !== typed);
    if (!best) return null;
    const language = best.language || this.#first;
    const others = [...this.#judges.keys()].filter((tag) => tag !== language);
    if (others.some((tag) => shares[tag] > UNLIKELY && this.#has(tag, typed))) return null;
    if (others.length && token.tapped && this.#hasItsMarks(typed, best.word)) return null;
    const judge = this.#judge(language);
    const verdict = judge.verdict(token, found, lattice, logNew);
    if (!verdict) return null;
    const own = this.#listsHold(language, typed);
    const careful = token.tapped
      ? verdict.margin < CLEAR &&
        ((own && shares[language] < AT_HOME) || others.some((tag) => this.#listsHold(tag, typed)))
      : verdict.doubtful && own;
    const least = judge.threshold(damage, { tapped: token.tapped, doubtful: verdict.doubtful, careful });
    return verdict.probability < least ? null : verdict;
  }

  /** @param {string} language */
  #judge(language) {
    const judge = this.#judges.get(language);
    if (!judge) throw new RangeError(`language '${language}', expected one of ${[...this.#judges.keys()].join(", ")}`);
    return judge;
  }

  /**
   * Whether a folded word is known in a language.
   * @param {string} tag
   * @param {string} word
   */
  #has(tag, word) {
    return this.#listsHold(tag, word) || this.#judge(tag).knows(word);
  }

  /**
   * Whether a word is known with the marks that it would lose: no finger slips to them.
   * @param {string} typed
   * @param {string} best
   */
  #hasItsMarks(typed, best) {
    const bare = Array.from(typed, plain).join("");
    return typed !== best && best === bare && [...this.#judges.keys()].some((tag) => this.#listsHold(tag, typed));
  }

  /**
   * Whether a model of a language has a folded word.
   * @param {string} tag
   * @param {string} word
   */
  #listsHold(tag, word) {
    return (this.#lists.get(tag) ?? []).some((each) => each.has(word));
  }
}
