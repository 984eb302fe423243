/** The mixture of what models say with what a writer wrote before. */

import { mix } from "./habits.js";
import { Known, Places, usualOf } from "./known.js";
import { LEAST } from "./ranking.js";
import { partOf } from "./reason.js";
import { SETTINGS } from "./settings.js";
import { BEGIN, Stream } from "./stream.js";
import { Tilted } from "./tilted.js";

// A single word, written before or not, says no more than so much about the rest of a sentence.
const MOST_TOLD = 3;
const RAREST = 1e-12;
// Sentences begun that are kept in mind until something is learned.
const RATIOS = 512;

/** @typedef {import("../decoder/index.js").Source} Source */
/** @typedef {import("./habits.js").Mixed} Mixed */
/** @typedef {import("./reason.js").Part} Part */
/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./taught.js").Taught} Taught */

/**
 * What a writer wrote before, mixed with what models say.
 *
 * All that it says follows from the models and from the sentences that remain, in order: one that is made without a
 * sentence is bit for bit as if it had never been.
 */
export class Personal {
  #base;
  #settings;
  #usual;
  /** @type {Stream} */
  #stream;
  /** @type {Places} */
  #places;
  /** @type {Known | null} */
  #made = null;

  /**
   * @param {(words: readonly string[]) => Source[]} base what models say comes after the words of a sentence so far,
   * folded
   * @param {Iterable<Taught>} [sentences] what was learned, in order
   * @param {object} [options]
   * @param {readonly import("../model/index.js").LanguageModel[]} [options.models] for how often words stand in what
   * everybody writes
   * @param {Settings} [options.settings] how much it counts
   */
  constructor(base, sentences = [], { models = [], settings = SETTINGS } = {}) {
    this.#base = base;
    this.#settings = settings;
    this.#usual = models.flatMap(usualOf);
    this.rebuild(sentences);
  }

  /** Be as if these sentences had been learned and no others. @param {Iterable<Taught>} sentences */
  rebuild(sentences) {
    this.#stream = new Stream(sentences);
    this.#places = new Places(this.#stream);
    this.#made = null;
  }

  /** Learn a sentence. @param {Taught} taught */
  add(taught) {
    this.#stream.add(taught);
    this.#made = null;
  }

  /**
   * Be as if some sentences had never been learned.
   * @param {readonly number[]} gone their places among `sentences`
   * @param {ReadonlyMap<number, Taught>} instead what is to stand in the place of others: the same words in other
   * forms
   */
  drop(gone, instead) {
    this.#places.drop(this.#stream.drop(gone, instead));
    this.#made = null;
  }

  /** What was learned, in order. @returns {readonly Taught[]} */
  get sentences() {
    return this.#stream.sentences;
  }

  /** The places of the sentences in which one of some folded words stands, in order. @param {Iterable<string>} words */
  holding(words) {
    return this.#stream.holding(words);
  }

  get #known() {
    this.#made ??= new Known(this.#stream, this.#settings, this.#usual, this.#places);
    return this.#made;
  }

  /** How often a folded word was written. @param {string} word */
  knows(word) {
    const number = this.#stream.number(word);
    return number > BEGIN ? this.#stream.counts[number] : 0;
  }

  /**
   * The same words with what the writer wrote before, and the writer's own.
   * @param {Source[]} sources what the models say
   * @param {readonly string[]} words the words of the sentence so far, folded
   * @returns {Source[]} all sources with other probabilities, and one more of the words that are in none
   */
  mixed(sources, words) {
    const known = this.#known;
    if (!known.tokens.length) return sources;
    const { homes, rest, several } = known.homes(sources);
    const tilted = new Tilted(sources, homes);
    const mixed = this.#mix(known, tilted, words);
    const told = this.#told(known, words);
    const trust = sure(told);
    const there = several ? tilted.apart(known.size) : homes;
    const ranked = ranks(known, tilted, there, mixed, told);
    const gains = gainsOf(known, mixed, trust);
    const result = [];
    let total = 0;
    let gained = 0;
    for (const [number, source] of sources.entries()) {
      const { numbers, places } = there[number];
      const after = tilted.after(number, trust * mixed.kept, 1 - trust, numbers, places, gains, ranked);
      total += after.total;
      gained += after.gained;
      // A rare word that the writer used may come before its first letter: a name in "Dear".
      const fromFirst = source.fromFirst || numbers.length > 0;
      result.push(source.with({ scores: after.scores, fromFirst, display: known.display(source) }));
    }
    if (rest.length) {
      const scores = new Float32Array(rest.length);
      for (const [place, number] of rest.entries()) {
        total += gains[number];
        gained += gains[number] * (ranked[number] - 1);
        scores[place] = Math.log(gains[number] * ranked[number]);
      }
      result.push(known.own(rest, scores));
    }
    // All words together are as probable as before.
    const offset = Math.log(total / (total + gained));
    return result.map((source) => source.with({ offset: source.offset + offset }));
  }

  /** @param {Known} known @param {Tilted} tilted @param {readonly string[]} words */
  #mix(known, tilted, words) {
    const context = known.stream.numbers(words);
    return mix(known.tokens, context, known.written, tilted.logMost, this.#settings);
  }

  /**
   * By how much likelier the writer's own text made a sentence so far, ln.
   *
   * Both are equally probable at its start; each word tells by how much likelier it was.
   * @param {Known} known
   * @param {readonly string[]} words
   */
  #told(known, words) {
    let told = 0;
    let key = "";
    for (const [place, word] of words.entries()) {
      key += `${word}\n`;
      let ratio = known.ratios.get(key);
      if (ratio === undefined) {
        if (known.ratios.size >= RATIOS) known.ratios.clear();
        ratio = this.#ratio(known, words.slice(0, place), word);
        known.ratios.set(key, ratio);
      }
      told += ratio;
    }
    return told;
  }

  /**
   * By how much likelier the writer's own text made a word than the models, ln.
   * @param {Known} known
   * @param {readonly string[]} words
   * @param {string} word
   */
  #ratio(known, words, word) {
    const sources = this.#base(words);
    const tilted = new Tilted(sources, known.homes(sources).homes);
    const mixed = this.#mix(known, tilted, words);
    const kept = mixed.kept * tilted.prob(word);
    const number = known.stream.number(word);
    let own = 0;
    if (BEGIN < number && number < known.size) {
      own = mixed.always * known.written.shares[number];
      const at = mixed.numbers.indexOf(number);
      if (at >= 0) for (const gains of mixed.habits) own += gains[at];
    }
    if (!(kept + own)) return 0;
    const ratio = Math.log(kept + own) - Math.log(Math.max(tilted.probBefore(word), RAREST));
    return Math.min(Math.max(ratio, -MOST_TOLD), MOST_TOLD);
  }

  /**
   * Why a word is suggested.
   * @param {string} word the word, folded
   * @param {Source[]} sources what the models say
   * @param {readonly string[]} words the words of the sentence so far, folded
   * @returns {import("./reason.js").Reason}
   */
  why(word, sources, words) {
    const known = this.#known;
    const tilted = new Tilted(sources, known.homes(sources).homes);
    const number = known.stream.number(word);
    /** @type {Part[]} */
    let parts = [];
    let trust = 0;
    let kept = 1;
    if (number > BEGIN) {
      const mixed = this.#mix(known, tilted, words);
      trust = sure(this.#told(known, words));
      kept = mixed.kept;
      parts = this.#ownParts(number, mixed, words, sources);
      parts = parts.map((part) => ({ ...part, share: part.share * trust }));
    }
    for (const [place, source] of sources.entries()) {
      const id = source.vocabulary.id(word);
      if (id === source.vocabulary.unknown) continue;
      const share = (1 - trust) * Math.exp(source.scores[id] + source.offset) + trust * kept * tilted.probOf(place, id);
      parts.push(partOf(source.origin, null, share));
    }
    const total = parts.reduce((sum, part) => sum + part.share, 0);
    if (total) parts = parts.map((part) => ({ ...part, share: part.share / total }));
    return { word, parts: parts.sort((one, other) => other.share - one.share) };
  }

  /**
   * What a word gains by having been written before.
   * @param {number} number
   * @param {Mixed} mixed
   * @param {readonly string[]} words
   * @param {readonly Source[]} sources
   */
  #ownParts(number, mixed, words, sources) {
    const { stream, tokens, written } = this.#known;
    const language = stream.language(number) || null;
    const last = stream.times[number];
    const word = stream.words[number];
    const isNew = sources.every(({ vocabulary }) => vocabulary.id(word) === vocabulary.unknown);
    const share = mixed.always * written.shares[number];
    const parts = [partOf(isNew ? "word" : "cache", language, share, [], stream.counts[number], last)];
    const context = ["", ...words];
    const at = mixed.numbers.indexOf(number);
    for (const [level, gains] of mixed.habits.entries()) {
      const uses = mixed.places[level].filter((place) => tokens[place] === number).length;
      const after = context.slice(-level - 1).filter(Boolean);
      if (uses) parts.push(partOf("habit", language, gains[at], after, uses, last));
    }
    return parts;
  }
}

/** P(a sentence goes on as the writer's own text would, and not as the models say). @param {number} told */
function sure(told) {
  return 1 / (1 + Math.exp(Math.min(-told, 700)));
}

/**
 * What each of the writer's words gains, (T,).
 * @param {Known} known
 * @param {Mixed} mixed
 * @param {number} trust
 */
function gainsOf(known, mixed, trust) {
  const gains = known.written.shares.map((share) => share * mixed.always);
  for (const habits of mixed.habits) {
    for (let place = 0; place < habits.length; place++) gains[mixed.numbers[place]] += habits[place];
  }
  return gains.map((gain) => gain * trust);
}

/**
 * How many times as probable each of the writer's words is as the mixture has it, (T,).
 * @param {Known} known
 * @param {Tilted} tilted
 * @param {readonly {numbers: Int32Array, places: Int32Array}[]} there
 * @param {Mixed} mixed
 * @param {number} told
 */
function ranks(known, tilted, there, mixed, told) {
  const before = new Float32Array(known.size).fill(LEAST);
  const after = new Float32Array(known.size).fill(LEAST);
  for (const [number, { numbers, places }] of there.entries()) tilted.say(number, numbers, places, before, after);
  const behind = mixed.places.map((places) => places.length);
  const { numbers, shares } = mixed;
  return known.ranking.factors(before, after, { told, logMost: tilted.logMost, behind, numbers, shares });
}
