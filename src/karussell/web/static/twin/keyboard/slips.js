/** Whether a word that no list has is rather a slip of one that is known. */

import { compare, isAlpha, length } from "../text/characters.js";

// Longer words are never near another by chance; looking for one would only take time.
const MOST_LETTERS = 24;
// Each so many words are looked at for the letters of a language, which are so many at most.
const STRIDE = 16;
const LETTERS = 100;
// So many words are worth a table of all that are near.
const MANY = 500;
// So many answers are kept.
const KEPT = 5000;

/** Words that are one wrong, missing, extra or swapped letter away from a known one. */
export class Slips {
  #vocabulary;
  /** @type {Map<string, boolean>} */
  #found = new Map();
  /** @type {readonly string[] | null} */
  #known = null;

  /** @param {import("../text/index.js").Vocabulary} vocabulary the words that are known */
  constructor(vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Forget the words that were looked at. */
  clear() {
    this.#found.clear();
  }

  /**
   * Whether a word looks like a slip; one with a capital or a digit inside is a name.
   * @param {string} form the word as it would be written inside a sentence
   * @param {string} word the word, folded
   */
  looksLikeOne(form, word) {
    if (!mayBeSlip(form, word)) return false;
    let found = this.#found.get(word);
    if (found === undefined) {
      if (this.#found.size > KEPT) this.#found.clear();
      found = this.#isNear(word);
      this.#found.set(word, found);
    }
    return found;
  }

  /**
   * The folded words among many, each with its form, that look like slips.
   * @param {Iterable<readonly [string, string]>} words
   * @returns {Set<string>}
   */
  among(words) {
    let listed = [...words].filter(([form, word]) => mayBeSlip(form, word)).map(([, word]) => word);
    if (listed.length >= MANY) {
      const beside = this.#beside();
      listed = listed.filter((word) => shorter(word).some((each) => beside.has(hash(each))));
    }
    return new Set(listed.filter((word) => this.looksLikeOne(word, word)));
  }

  /**
   * Hashes of all known words, whole and without one letter: a slip has one of them, too.
   *
   * They are some megabytes, asked for when a whole memory is read, and not kept.
   */
  #beside() {
    /** @type {Set<number>} */
    const found = new Set();
    for (const word of this.#vocabulary.words) for (const each of shorter(word)) found.add(hash(each));
    return found;
  }

  /** @param {string} word */
  #isNear(word) {
    const known = this.#vocabulary;
    const letters = [...word];
    for (let at = 0; at <= letters.length; at++) {
      const head = letters.slice(0, at).join("");
      // The words that begin so are one slice: most beginnings have none, and end the search.
      const [first, last] = known.prefix(head);
      if (first === last) return false;
      const [, next = "", ...others] = letters.slice(at);
      const [here, after] = [letters[at] ?? "", others.join("")];
      if (known.has(head + next + after) || known.has(head + next + here + after)) return true;
      for (const letter of this.#letters) {
        if (known.has(head + letter + here + next + after)) return true;
        if (here && known.has(head + letter + next + after)) return true;
      }
    }
    return false;
  }

  /** The letters of the known words, all of them where there are few. */
  get #letters() {
    if (!this.#known) {
      const size = this.#vocabulary.length;
      const found = new Set();
      for (let wordId = 0; wordId < size; wordId += size > 1000 ? STRIDE : 1)
        for (const letter of this.#vocabulary.word(wordId)) found.add(letter);
      this.#known = [...found].sort(compare).slice(0, LETTERS);
    }
    return this.#known;
  }
}

/**
 * Whether a word may be one by its letters alone.
 * @param {string} form the word as it would be written inside a sentence
 * @param {string} word the word, folded
 */
export function mayBeSlip(form, word) {
  return form === word && isAlpha(word) && length(word) <= MOST_LETTERS;
}

/**
 * A word, whole and without each of its letters.
 * @param {string} word
 */
function shorter(word) {
  const letters = [...word];
  return [word, ...letters.map((_, at) => letters.filter((_letter, other) => other !== at).join(""))];
}

/**
 * A number for a text (FNV-1a): rarely that of another one.
 * @param {string} text
 */
function hash(text) {
  let found = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) found = Math.imul(found ^ text.charCodeAt(at), 0x01000193);
  return found;
}
