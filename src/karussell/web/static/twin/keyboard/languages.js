/** The language of a keyboard: its model as it is read, and what it offers. Python's reads several side by side. */

import { Channel } from "../correction/index.js";
import { modelSources, Shown } from "../decoder/index.js";
import { UsageError } from "../errors.js";
import { Reader } from "../model/index.js";
import { isUpper } from "../text/characters.js";
import { fold, spelledOut } from "../text/index.js";
import { geometry } from "./context.js";
import { findPlace, latest, MOST_WORDS } from "./place.js";

/** @typedef {import("../decoder/index.js").Source} Source */
/** @typedef {import("../model/index.js").LanguageModel} LanguageModel */
/** @typedef {import("./context.js").Layout} Layout */
/** @typedef {{ids: readonly number[]}} Heard what was read of a sentence */
/** @typedef {{place: import("./place.js").Place, heard: Heard, language: string, only: string | null}} At where the cursor stands, and what was read before it */
/** @typedef {{sources: Source[], logNew: number, shares: Readonly<Record<string, number>>}} Expected what may come next */

// Layouts whose errors are kept ready.
const LAYOUTS = 8;

export class Languages {
  #shown;
  #reader;
  #carried;
  /** @type {Map<string, Channel>} */
  #channels = new Map();

  /**
   * @param {LanguageModel} model
   * @param {import("../correction/index.js").Carried} carried how the language is misspelled
   * @param {{offensive?: boolean}} [options] whether it offers words that it withholds, too
   */
  constructor(model, carried, { offensive = false } = {}) {
    this.model = model;
    this.models = [model];
    this.tag = model.card.language;
    this.tags = [this.tag];
    this.#carried = carried;
    this.#shown = new Shown(model, { offensive });
    this.#reader = new Reader(model);
    /** P(language) by its tag. */
    this.shares = Object.freeze({ [this.tag]: 1 });
  }

  /** Forget everything that was read. */
  clear() {
    this.#reader.clear();
    this.#channels.clear();
  }

  /** The words of the network, and its rare ones. */
  get lists() {
    return [this.model.vocabulary, this.model.rare.vocabulary];
  }

  /** Whether the model knows a folded word. @param {string} word */
  has(word) {
    return this.lists.some((each) => each.has(word));
  }

  /** A text as the model reads it. @param {string} text */
  fold(text) {
    return fold(text, this.tag);
  }

  /** Whether the model offers a folded word before the writer used it. @param {string} word */
  offers(word) {
    const { vocabulary, rare } = this.model;
    const wordId = vocabulary.id(word);
    return wordId === vocabulary.unknown ? rare.vocabulary.has(word) : !this.#shown.hidden.has(wordId);
  }

  /** Whether a folded word is offered only once the writer used it. @param {string} word */
  withholds(word) {
    return !this.offers(word) && this.model.vocabulary.has(word);
  }

  /** What is meant by the keys of a layout, null for the usual one. @param {Layout | null} layout @returns {Channel} */
  channel(layout) {
    const key = JSON.stringify(layout);
    let found = this.#channels.get(key);
    if (!found) {
      if (this.#channels.size >= LAYOUTS) this.#channels.clear();
      found = new Channel(geometry(layout, this.tag), this.tags, this.#carried);
      this.#channels.set(key, found);
    }
    return found;
  }

  /** Whether a folded word is one that is written in capitals. @param {string} word */
  isAcronym(word) {
    const { vocabulary } = this.model;
    const wordId = vocabulary.id(word);
    return wordId !== vocabulary.unknown && isUpper(vocabulary.display(wordId));
  }

  /** Refuse a language that the model is not of. @param {string | null} language */
  check(language) {
    if (language === null || primary(language) === primary(this.tag)) return;
    throw new UsageError(`language '${language}': no model of this keyboard has it, expected one of ${this.tag}`);
  }

  /**
   * Where the cursor stands behind a text, and what was read of its sentence.
   * @param {string} left the text, to the cursor
   * @param {string | null} [only] the one language that counts
   * @returns {At}
   */
  at(left, only = null) {
    this.check(only);
    const place = findPlace(left, this.tag);
    return { place, heard: this.hear(place.words), language: this.tag, only };
  }

  /** The parts of a text in one language each, with its tag. @param {string} text @param {string} _before @param {string | null} only @returns {[string, string][]} */
  spoken(text, _before, only) {
    this.check(only);
    return [[this.tag, text]];
  }

  /** What was read of the sentence at a cursor once more folded words were. @param {At} at @param {readonly string[]} more */
  heardAfter(at, more) {
    return more.length ? this.hear([...at.place.words, ...more]) : at.heard;
  }

  /** What the model says comes after the folded words of a sentence. @param {readonly string[]} words */
  after(words) {
    return this.expected(this.hear(words)).sources;
  }

  /** What was read of a sentence so far, of its last words if it is long. @param {readonly string[]} sentence @returns {Heard} */
  hear(sentence) {
    return { ids: this.model.vocabulary.ids(spelledOut(latest(sentence, MOST_WORDS), this.tag)) };
  }

  /**
   * What may come next.
   * @param {Heard} heard what was read
   * @param {ReadonlySet<string>} [used] folded words that are offered though the model withholds them
   * @param {boolean} [named] whether a title stands before it
   * @returns {Expected}
   */
  expected(heard, used = new Set(), named = false) {
    const { vocabulary, rare } = this.model;
    const logProbs = this.#reader.logProbs(heard.ids);
    const shown = this.#shown.of(logProbs, used, named);
    const logNew = logProbs[logProbs.length - 1] + rare.logNew;
    return { sources: modelSources(vocabulary, shown, rare), logNew, shares: this.shares };
  }
}

/** A language's tag without its region: "de" of "de-AT". @param {string} tag */
const primary = (tag) => tag.toLowerCase().replaceAll("_", "-").split("-", 1)[0];
