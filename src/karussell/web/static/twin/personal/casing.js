/** How a writer writes words inside sentences, where that is other than the models do. */

import { isUpper, rest } from "../text/characters.js";
import { normalise } from "../text/index.js";

// A name in a title, a word that was stressed, or one written in haste tells nothing yet.
const LEAST_USES = 2;

/** @typedef {Map<string, number>} Counts */

/**
 * How often each word was written how inside sentences, by language.
 *
 * It follows from the sentences that remain: one that was added and taken away leaves nothing.
 */
export class Casing {
  /** @type {Map<string, Counts>} */
  #uses = new Map();
  // Of words that were written with capitals how often in which way.
  /** @type {Map<string, Map<string, Counts>>} */
  #cased = new Map();

  /** Another one that goes on by itself. */
  copy() {
    const made = new Casing();
    for (const [language, uses] of this.#uses) made.#uses.set(language, new Map(uses));
    for (const [language, words] of this.#cased) {
      const copied = new Map();
      for (const [word, forms] of words) copied.set(word, new Map(forms));
      made.#cased.set(language, copied);
    }
    return made;
  }

  /**
   * Take note of a use inside a sentence.
   * @param {string} word the word, folded
   * @param {string} form as it was written
   * @param {string} tag that of its language
   * @param {number} [times] -1 for a use that is gone
   */
  count(word, form, tag, times = 1) {
    const language = primary(tag);
    add(entry(this.#uses, language), word, times);
    form = normalise(form);
    if (form === word) return;
    const words = entry(this.#cased, language);
    const forms = entry(words, word);
    add(forms, form, times);
    if (!forms.size) words.delete(word);
  }

  /**
   * How a word is written inside a sentence.
   *
   * That is as the writer always wrote it there, once or more often where a capital stands beside small letters
   * inside it ("McKay", "iPhone"), else twice or more often.
   * @param {string} word the word, folded
   * @param {string} usual as others write it
   * @param {string} tag that of its language
   */
  of(word, usual, tag) {
    const language = primary(tag);
    const uses = this.#uses.get(language)?.get(word) ?? 0;
    if (!uses) return usual;
    const forms = this.#cased.get(language)?.get(word);
    const [form, times] = forms ? firstOf(forms) : [word, uses];
    if (times !== uses || form === usual) return usual;
    // In English the writer is large wherever they stand: "I", "I'm".
    if (form === word && language === "en" && word.split("'", 1)[0] === "i") return usual;
    return isMeant(form) || uses >= LEAST_USES ? form : usual;
  }

  /**
   * How the words of a vocabulary are written inside sentences, by their ids.
   * @param {(place: number) => string} display the same as others write them
   * @param {{word: (place: number) => string}} vocabulary the words, folded
   * @param {string} language the tag of their language
   * @returns {(place: number) => string}
   */
  shown(display, vocabulary, language) {
    return (place) => this.of(vocabulary.word(place), display(place), language);
  }
}

/** Whether a capital stands beside small letters inside a word, which no place asks for. @param {string} form */
export function isMeant(form) {
  const inner = rest(form, 1);
  return !isUpper(form) && inner !== inner.toLowerCase();
}

/** The part of a tag that names the language alone. @param {string} tag */
export function primary(tag) {
  return tag.split("-", 1)[0];
}

/** @param {Counts} forms @returns {[string, number]} */
function firstOf(forms) {
  return /** @type {[string, number]} */ (forms.entries().next().value);
}

/**
 * @template T
 * @param {Map<string, Map<string, T>>} listed
 * @param {string} key
 * @returns {Map<string, T>}
 */
function entry(listed, key) {
  let found = listed.get(key);
  if (!found) listed.set(key, (found = new Map()));
  return found;
}

/**
 * @param {Counts} counts
 * @param {string} key
 * @param {number} times
 */
function add(counts, key, times) {
  const count = (counts.get(key) ?? 0) + times;
  if (count) counts.set(key, count);
  else counts.delete(key);
}
