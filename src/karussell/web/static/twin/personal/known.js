/** What follows from a stream of words, made once whenever it changes. */

import { Origin, Source } from "../decoder/index.js";
import { compare } from "../text/characters.js";
import { Vocabulary } from "../text/index.js";
import { primary } from "./casing.js";
import { always } from "./habits.js";
import { Ranking } from "./ranking.js";
import { BEGIN, NEVER } from "./stream.js";

// Vocabularies that are kept in mind: those of the models, and of what stands in a few texts.
const VOCABULARIES = 16;
// Of a smaller vocabulary all words are looked up in the stream.
const SMALL = 2000;

/** @typedef {import("./settings.js").Settings} Settings */
/** @typedef {import("./stream.js").Stream} Stream */

/**
 * How often words stand in what everybody writes.
 * @typedef {object} Usual
 * @property {Vocabulary} vocabulary the words
 * @property {Float64Array} shares P(word), (n,)
 * @property {string} language the tag of their language
 */

/**
 * How often the words of a model, and its rare ones, stood in its training text.
 * @param {import("../model/index.js").LanguageModel} model
 * @returns {Usual[]}
 */
export function usualOf(model) {
  let total = 0;
  for (const count of model.counts) total += count;
  const shares = Float64Array.from(model.counts, (count) => count / Math.max(1, total));
  const unknown = shares[shares.length - 1];
  const { vocabulary, logShares } = model.rare;
  const { language } = model.card;
  return [
    { vocabulary: model.vocabulary, shares: shares.subarray(0, -1), language },
    { vocabulary, shares: Float64Array.from(logShares, (share) => unknown * Math.exp(share)), language },
  ];
}

/**
 * Which of a writer's words are in a source.
 * @typedef {object} Home
 * @property {Int32Array} numbers their numbers in the stream
 * @property {Int32Array} places their ids in the source
 * @property {Float32Array | null} gain how many times as likely every word of the source is, null for as it was
 */

/**
 * Where a writer's words are.
 * @typedef {object} Homes
 * @property {readonly Home[]} homes for each source which words it has
 * @property {Int32Array} rest the numbers of those in none, sorted by the word
 * @property {boolean} several whether a word is in two
 */

/** What follows from a stream of words as it is now. */
export class Known {
  /** @type {Map<Vocabulary, Home>} */
  #home = new Map();
  /** @type {{vocabularies: Vocabulary[], found: Homes}[]} */
  #homes = [];
  #settings;
  #usual;
  #places;

  /**
   * @param {Stream} stream the words
   * @param {Settings} settings how much they count
   * @param {readonly Usual[]} usual how often words stand in what everybody writes
   * @param {Places} places where the words of the stream are in vocabularies
   */
  constructor(stream, settings, usual, places) {
    this.stream = stream;
    /** Their numbers in order. */
    this.tokens = stream.tokens;
    /** How many words have a number, BEGIN among them. */
    this.size = stream.words.length;
    this.#settings = settings;
    this.#usual = usual;
    this.#places = places;
    const counts = Float64Array.from(stream.counts);
    /** What they tell, whatever stands before. */
    this.written = always(this.tokens, counts, settings);
    /** How they rank beside others. */
    this.ranking = new Ranking(this.tokens, counts, this.written.shares);
    /** By how much likelier they made the last word of some sentences begun. @type {Map<string, number>} */
    this.ratios = new Map();
  }

  /** Where the writer's words are. @param {readonly Source[]} sources @returns {Homes} */
  homes(sources) {
    const known = this.#homes.find(
      ({ vocabularies }) =>
        vocabularies.length === sources.length &&
        vocabularies.every((each, place) => each === sources[place].vocabulary),
    );
    if (known) return known.found;
    if (this.#homes.length >= VOCABULARIES) {
      this.#homes.length = 0;
      this.#home.clear();
    }
    const vocabularies = sources.map((source) => source.vocabulary);
    const homes = vocabularies.map((vocabulary) => this.#homeIn(vocabulary));
    const times = new Uint8Array(this.size);
    for (const { numbers } of homes) for (const number of numbers) times[number]++;
    const rest = this.#places.listed.filter((number) => number < this.size && !times[number]);
    const found = { homes, rest, several: times.some((each) => each > 1) };
    this.#homes.push({ vocabularies, found });
    return found;
  }

  /** @param {Vocabulary} vocabulary @returns {Home} */
  #homeIn(vocabulary) {
    let home = this.#home.get(vocabulary);
    if (home) return home;
    const ids = this.#places.ids(vocabulary);
    const found = [];
    for (let number = BEGIN + 1; number < this.size; number++) if (ids[number] !== NEVER) found.push(number);
    const numbers = Int32Array.from(found);
    const places = numbers.map((number) => ids[number]);
    const usual = this.#usual.find((each) => each.vocabulary === vocabulary);
    home = { numbers, places, gain: usual ? this.#gain(usual, numbers, places) : null };
    this.#home.set(vocabulary, home);
    return home;
  }

  /**
   * How many times as likely each word is as the writer uses it more often, or less, than others do.
   * @param {Usual} usual
   * @param {Int32Array} numbers
   * @param {Int32Array} places
   */
  #gain({ shares, language }, numbers, places) {
    const { doubt, tilt, floor } = this.#settings;
    const total = this.#writtenIn(language);
    const gain = new Float32Array(shares.length);
    for (let place = 0; place < gain.length; place++) gain[place] = doubt;
    for (let at = 0; at < places.length; at++) gain[places[at]] = doubt + this.stream.counts[numbers[at]];
    // Of most words nothing was written; those that are not rare have the least gain there is.
    for (let place = 0; place < gain.length; place++) {
      gain[place] = Math.max((gain[place] / (total * shares[place] + doubt)) ** tilt, floor);
    }
    return gain;
  }

  /** How many words a writer of several languages wrote in one of them. @param {string} language */
  #writtenIn(language) {
    const { counts, spoken, tags } = this.stream;
    const only = this.#usual.every((each) => each.language === this.#usual[0].language);
    const kin = tags.map((tag) => only || primary(tag) === primary(language));
    let total = 0;
    for (let number = BEGIN + 1; number < this.size; number++) if (kin[spoken[number]]) total += counts[number];
    return total;
  }

  /**
   * How the words of a source are written inside sentences: as the writer always did.
   * @param {Source} source
   */
  display(source) {
    const usual = this.#usual.find((each) => each.vocabulary === source.vocabulary);
    return this.stream.casing.shown(source.display, source.vocabulary, usual?.language ?? "");
  }

  /** The writer's words that are in no source. @param {Int32Array} numbers @param {Float32Array} scores */
  own(numbers, scores) {
    const { forms } = this.stream;
    return new Source({
      origin: Origin.LEARNED,
      vocabulary: this.#places.vocabulary(numbers),
      display: (place) => forms[numbers[place]],
      scores,
      fromFirst: true,
      own: true,
    });
  }
}

/** Where a stream's words are in vocabularies and among each other, looked up once. */
export class Places {
  #stream;
  /** @type {Map<Vocabulary, number[]>} */
  #held = new Map();
  #listed = new Int32Array(0);
  // The words that were asked for last.
  /** @type {{numbers: Int32Array, vocabulary: Vocabulary} | null} */
  #own = null;

  /** @param {Stream} stream the words */
  constructor(stream) {
    this.#stream = stream;
  }

  /** The id of each word in a vocabulary, NEVER for none. @param {Vocabulary} vocabulary @returns {number[]} */
  ids(vocabulary) {
    const { words } = this.#stream;
    if (vocabulary.length < SMALL) return this.#idsInSmall(vocabulary);
    let ids = this.#held.get(vocabulary);
    if (!ids) {
      if (this.#held.size >= VOCABULARIES) this.#held.clear();
      this.#held.set(vocabulary, (ids = [NEVER]));
    }
    while (ids.length < words.length) {
      const id = vocabulary.id(words[ids.length]);
      ids.push(id === vocabulary.unknown ? NEVER : id);
    }
    return ids;
  }

  /** @param {Vocabulary} vocabulary */
  #idsInSmall(vocabulary) {
    const found = new Array(this.#stream.words.length).fill(NEVER);
    for (let id = 0; id < vocabulary.length; id++) {
      const number = this.#stream.number(vocabulary.word(id));
      if (number > BEGIN) found[number] = id;
    }
    return found;
  }

  /** The numbers of all words, sorted by the word. */
  get listed() {
    const { words } = this.#stream;
    const known = this.#listed;
    if (known.length + 1 >= words.length) return known;
    const added = [];
    for (let number = known.length + 1; number < words.length; number++) added.push(number);
    added.sort((one, other) => compare(words[one], words[other]));
    const listed = new Int32Array(known.length + added.length);
    let from = 0;
    for (const [place, number] of added.entries()) {
      const to = placeOf(words[number], known, words, from);
      listed.set(known.subarray(from, to), from + place);
      listed[to + place] = number;
      from = to;
    }
    listed.set(known.subarray(from), from + added.length);
    return (this.#listed = listed);
  }

  /** The vocabulary of words with some numbers, which are sorted by the word. @param {Int32Array} numbers */
  vocabulary(numbers) {
    const known = this.#own;
    if (known?.numbers.length === numbers.length && numbers.every((each, at) => each === known.numbers[at])) {
      return known.vocabulary;
    }
    const { words } = this.#stream;
    const vocabulary = new Vocabulary(Array.from(numbers, (number) => words[number]));
    this.#own = { numbers, vocabulary };
    return vocabulary;
  }

  /** Go on with the words that had these numbers, in this order. @param {Int32Array} numbers */
  drop(numbers) {
    const size = numbers.reduce((most, number) => Math.max(most, number), BEGIN) + 1;
    for (const [vocabulary, ids] of this.#held) {
      // What was not asked for since words came in is looked up anew.
      if (ids.length < size) this.#held.delete(vocabulary);
      else this.#held.set(vocabulary, Array.from(numbers, (number) => ids[number]));
    }
    const known = this.#listed.length + 1;
    const renumbered = new Int32Array(Math.max(known, size));
    for (let number = 0; number < numbers.length; number++) renumbered[numbers[number]] = number;
    const listed = this.#listed.map((number) => renumbered[number]).filter((number) => number > BEGIN);
    this.#listed = known < size ? new Int32Array(0) : listed;
    this.#own = null;
  }
}

/**
 * Where a word belongs among others, from a place on.
 * @param {string} word
 * @param {Int32Array} listed the numbers of words in order
 * @param {readonly string[]} words
 * @param {number} from
 */
function placeOf(word, listed, words, from) {
  let low = from;
  let high = listed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(words[listed[middle]], word) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
