/** All words that a writer wrote, in order, as numbers. */

import { fold } from "../text/index.js";
import { Casing, isMeant } from "./casing.js";

/** Stands before each sentence. */
export const BEGIN = 0;

/** A word that was never written. */
export const NEVER = -1;

const ROOM = 1024;

/** @typedef {import("./taught.js").Taught} Taught */

/**
 * The words of all sentences, one after another.
 *
 * Words are numbered by when they first came, from 1. Nothing is kept of them but what follows from the sentences in
 * order, so that a stream made of some of them is as if the others had never been.
 */
export class Stream {
  /** Those that have words. @type {Taught[]} */
  sentences = [];
  /** The word of each number, folded; "" for BEGIN. */
  words = [""];
  /** How each was last written. */
  forms = [""];
  /** When each was last written. */
  times = [0];
  /** The languages that were met. */
  tags = [""];
  /** How often each was written; BEGIN as often as there are sentences. */
  counts = [0];
  /** The place among the tags of the language in which each word was last written. */
  spoken = [0];
  /** How they were written inside sentences. */
  casing = new Casing();
  /** @type {Map<string, number>} */
  #numbers = new Map();
  #tokens = new Int32Array(ROOM);
  #size = 0;

  /** @param {Iterable<Taught>} [sentences] they, in order */
  constructor(sentences = []) {
    for (const taught of sentences) this.add(taught);
  }

  /** Append a sentence. @param {Taught} taught */
  add(taught) {
    if (!taught.words.length) return;
    this.sentences.push(taught);
    const added = taught.words.map((form) => this.#number(form, taught));
    this.#countForms(taught, added);
    const size = this.#size + added.length + 1;
    if (size > this.#tokens.length) {
      // Another array: who looks at the old one still sees what it was.
      const larger = new Int32Array(2 * size);
      larger.set(this.tokens);
      this.#tokens = larger;
    }
    this.#tokens[this.#size] = BEGIN;
    this.#tokens.set(added, this.#size + 1);
    this.#size = size;
    this.counts[BEGIN]++;
    for (const number of added) this.counts[number]++;
  }

  /** @param {string} form @param {Taught} taught */
  #number(form, taught) {
    const word = fold(form, taught.language);
    let number = this.#numbers.get(word);
    if (number === undefined) {
      number = this.words.length;
      this.#numbers.set(word, number);
      this.words.push(word);
      this.forms.push("");
      for (const row of [this.times, this.counts, this.spoken]) row.push(0);
    }
    this.#writeLast(number, form, taught);
    return number;
  }

  /**
   * Take notice of when, how and in which language a word was last written.
   * @param {number} number
   * @param {string} form
   * @param {Taught} taught
   */
  #writeLast(number, form, taught) {
    let tag = this.tags.indexOf(taught.language);
    if (tag < 0) tag = this.tags.push(taught.language) - 1;
    this.forms[number] = form;
    this.times[number] = taught.time;
    this.spoken[number] = tag;
  }

  /** In which language a word was last written. @param {number} number */
  language(number) {
    return this.tags[this.spoken[number]];
  }

  /**
   * @param {Taught} taught
   * @param {ArrayLike<number>} numbers
   * @param {number} [times]
   */
  #countForms(taught, numbers, times = 1) {
    for (const [place, form] of taught.words.entries()) {
      // At its start a capital is not the word's own.
      if (place || isMeant(form)) this.casing.count(this.words[numbers[place]], form, taught.language, times);
    }
  }

  /**
   * Be as if some sentences had never been added.
   * @param {readonly number[]} gone their places among `sentences`
   * @param {ReadonlyMap<number, Taught>} instead what is to stand in the place of others: the same words in other
   * forms
   * @returns {Int32Array} the number that each word had before; all that is kept by number changes so
   */
  drop(gone, instead) {
    const before = this.tokens;
    const begins = beginsOf(before);
    const leaves = new Set(gone);
    const tokens = remaining(before, begins, leaves);
    const counts = new Int32Array(this.words.length);
    for (const number of tokens) counts[number]++;
    const changed = Uint8Array.from(counts, (count, number) => Number(count !== this.counts[number]));
    this.#recount(before, begins, leaves, instead, changed);
    const { numbers, last } = renumbering(tokens, counts);
    this.#keep(numbers, tokens, counts);
    this.sentences = this.sentences.filter((_, place) => !leaves.has(place));
    this.#readLast(numbers, changed, last);
    return numbers;
  }

  /**
   * Count how words are written without the sentences that go, and in other forms.
   * @param {Int32Array} tokens
   * @param {Int32Array} begins
   * @param {ReadonlySet<number>} gone
   * @param {ReadonlyMap<number, Taught>} instead
   * @param {Uint8Array} changed which words' last uses are to be looked up anew
   */
  #recount(tokens, begins, gone, instead, changed) {
    this.casing = this.casing.copy();
    this.sentences = [...this.sentences];
    for (const place of gone) {
      const taught = this.sentences[place];
      this.#countForms(taught, numbersOf(taught, tokens, begins[place]), -1);
    }
    for (const [place, taught] of instead) {
      const span = numbersOf(taught, tokens, begins[place]);
      this.#countForms(this.sentences[place], span, -1);
      this.#countForms(taught, span);
      this.sentences[place] = taught;
      for (const number of span) changed[number] = 1;
    }
    changed[BEGIN] = 0;
  }

  /**
   * Go on with the words that had these numbers; in other lists: who looks at the old ones still sees what they were.
   * @param {Int32Array} numbers
   * @param {Int32Array} tokens in the numbers before
   * @param {Int32Array} counts by them
   */
  #keep(numbers, tokens, counts) {
    /** @template T @param {T[]} row */
    const kept = (row) => Array.from(numbers, (number) => row[number]);
    this.words = kept(this.words);
    this.forms = kept(this.forms);
    this.times = kept(this.times);
    this.spoken = kept(this.spoken);
    this.counts = Array.from(numbers, (number) => counts[number]);
    this.#numbers = new Map();
    for (let number = BEGIN + 1; number < this.words.length; number++) this.#numbers.set(this.words[number], number);
    const renumbered = new Int32Array(counts.length);
    for (let place = 0; place < numbers.length; place++) renumbered[numbers[place]] = place;
    this.#tokens = tokens.map((number) => renumbered[number]);
    this.#size = tokens.length;
  }

  /**
   * Look anew when, how and in which language some words were last written.
   * @param {Int32Array} numbers the number that each word had before
   * @param {Uint8Array} changed which by that
   * @param {Int32Array} last where each stands last, by that
   */
  #readLast(numbers, changed, last) {
    const begins = beginsOf(this.tokens);
    for (let number = 0; number < numbers.length; number++) {
      const before = numbers[number];
      if (!changed[before]) continue;
      const place = sentenceAt(begins, last[before]);
      const taught = this.sentences[place];
      this.#writeLast(number, taught.words[last[before] - begins[place] - 1], taught);
    }
  }

  /**
   * The places of the sentences in which one of some folded words stands, in order.
   * @param {Iterable<string>} words
   * @returns {number[]}
   */
  holding(words) {
    const wanted = new Uint8Array(this.words.length);
    for (const word of words) {
      const number = this.#numbers.get(word);
      if (number !== undefined) wanted[number] = 1;
    }
    const found = [];
    let sentence = -1;
    for (const number of this.tokens) {
      if (number === BEGIN) sentence++;
      if (wanted[number] && found.at(-1) !== sentence) found.push(sentence);
    }
    return found;
  }

  /** The words' numbers in order, a BEGIN before each sentence. */
  get tokens() {
    return this.#tokens.subarray(0, this.#size);
  }

  /** The number of a folded word, NEVER if there is none. @param {string} word */
  number(word) {
    return this.#numbers.get(word) ?? NEVER;
  }

  /** The numbers of the words of a sentence so far, behind BEGIN. @param {readonly string[]} words */
  numbers(words) {
    return [BEGIN, ...words.map((word) => this.number(word))];
  }
}

/**
 * The places of words that stand behind the same words.
 * @param {Int32Array} tokens the words in order
 * @param {readonly number[]} context the numbers of the words before a place, the nearest last
 * @param {number} order how many are compared at most
 * @returns {number[][]} for each number of words that agree, from one on, the places where so many do, in order, as
 * long as there are any
 */
export function following(tokens, context, order) {
  const found = [];
  const nearest = context[context.length - 1];
  if (nearest === NEVER) return found;
  let places = [];
  for (let place = 1; place < tokens.length; place++) {
    if (tokens[place - 1] === nearest && tokens[place] !== BEGIN) places.push(place);
  }
  for (let back = 1; back <= Math.min(order, context.length); back++) {
    if (back > 1) {
      const wanted = context[context.length - back];
      places = places.filter((place) => tokens[place - back] === wanted);
    }
    if (!places.length) break;
    found.push(places);
  }
  return found;
}

/** @param {Int32Array} tokens */
function beginsOf(tokens) {
  const found = [];
  for (let place = 0; place < tokens.length; place++) if (tokens[place] === BEGIN) found.push(place);
  return Int32Array.from(found);
}

/** The sentence that holds a place. @param {Int32Array} begins @param {number} place */
function sentenceAt(begins, place) {
  let low = 0;
  let high = begins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begins[middle] <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The numbers of the words of a sentence that begins at a place. */
function numbersOf(/** @type {Taught} */ taught, /** @type {Int32Array} */ tokens, /** @type {number} */ begin) {
  return tokens.subarray(begin + 1, begin + 1 + taught.words.length);
}

/**
 * @param {Int32Array} tokens
 * @param {Int32Array} begins
 * @param {ReadonlySet<number>} gone
 */
function remaining(tokens, begins, gone) {
  const kept = new Int32Array(tokens.length);
  let size = 0;
  for (let place = 0; place < begins.length; place++) {
    if (gone.has(place)) continue;
    const span = tokens.subarray(begins[place], begins[place + 1] ?? tokens.length);
    kept.set(span, size);
    size += span.length;
  }
  return kept.slice(0, size);
}

/**
 * Which words stay, in the order in which they first come now, and where each stands last.
 * @param {Int32Array} tokens
 * @param {Int32Array} counts
 */
function renumbering(tokens, counts) {
  const last = new Int32Array(counts.length);
  const met = new Uint8Array(counts.length);
  const numbers = [BEGIN];
  met[BEGIN] = 1;
  for (let place = 0; place < tokens.length; place++) {
    const number = tokens[place];
    last[number] = place;
    if (met[number]) continue;
    met[number] = 1;
    numbers.push(number);
  }
  return { numbers: Int32Array.from(numbers), last };
}
