/** What a writer uses that no model offers by itself: words of their own, and withheld ones. */

import { Origin, ownSource } from "../decoder/index.js";
import { inside, MOST_LETTERS } from "../memory/index.js";
import { first, isAlnum, isAlpha, isAscii, isSpace, length, trimEnd } from "../text/characters.js";
import { lastSentence, sentences, writtenWords } from "../text/index.js";
import { edgeOf } from "../writing/index.js";
import { recent, typedPrefix } from "./place.js";
import { mayBeSlip, Slips } from "./slips.js";

// Of the words a model does not know, the part that a writer has used shortly before.
const LOG_AGAIN = Math.log(0.5);
// More new words than a day's typing brings; all are looked at for each letter.
const MOST = 500;
// And more that were used once and might be slips than some pages have in a language that is known.
const MOST_DOUBTFUL = 100;
// Shorter words are slips more often than words, and save nothing; numbers seldom come again.
const LEAST_LETTERS = 3;
// Behind fewer letters a digit is one: "h2o".
const PICKED_LETTERS = 2;
// Texts whose words are remembered: a few for each of some dozen fields. And words of theirs.
const TEXTS = 128;
const FORMS = 5000;

/**
 * @typedef {{words: ReadonlyMap<string, string>, withheld: ReadonlySet<string>, once: ReadonlyMap<string, string>, doubtful: ReadonlySet<string>}} OwnWords
 * words that somebody used and a model does not offer by itself: those in no list of the model's, as they were written,
 * by their folded form, the one used last is the last; those that it withholds; words like the first that look like
 * slips and were used once; and words of both that were used once and may be slips by their letters
 * @typedef {{word: string, form: string, sure: boolean, withheld: boolean}} Use one use of such a word: folded, how it
 * would be written inside a sentence, whether it was written so, and whether the model withholds it
 */

/** @type {OwnWords} */
const NONE = Object.freeze({ words: new Map(), withheld: new Set(), once: new Map(), doubtful: new Set() });

/** What models offer by themselves, and what they do once a writer has used other words. */
export class KnownWords {
  #languages;
  #language;
  #slips;
  /** @type {Map<string, OwnWords>} */
  #texts = new Map();
  // Of each form that was met the folded word and whether it is withheld, null if a model offers it by itself.
  /** @type {Map<string, {word: string, withheld: boolean} | null>} */
  #forms = new Map();
  /** @type {readonly string[] | null} */
  #withheld = null;

  /** @param {import("./languages.js").Languages} languages */
  constructor(languages) {
    this.#languages = languages;
    this.#language = languages.tags[0];
    this.#slips = languages.models.map((model) => new Slips(model.vocabulary));
  }

  /** Whether a model knows a folded word. @param {string} word */
  has(word) {
    return this.#languages.has(word);
  }

  /** Whether a digit typed behind a text is one, and picks no word. @param {string} left @param {import("../writing/rules.js").Rules} rules */
  digitGoesOn(left, rules) {
    const prefix = typedPrefix(left);
    const letters = this.fold(prefix).replaceAll("'", "");
    if (length(letters) < PICKED_LETTERS || !isAlpha(letters)) return true;
    const edge = edgeOf(rules, left.slice(0, left.length - prefix.length));
    return !edge.letters || this.#takesDigit(prefix);
  }

  /** Whether a digit may stand behind letters that were typed: "mp" and "covid" in "mp3". @param {string} typed */
  #takesDigit(typed) {
    const word = this.fold(typed);
    const begins = (list, digit) => {
      const [first, last] = list.prefix(word + digit);
      return first < last;
    };
    return this.has(word) || this.#languages.lists.some((each) => [..."0123456789"].some((digit) => begins(each, digit)));
  }

  /** Forget all texts. */
  clear() {
    this.#texts.clear();
    this.#forms.clear();
    for (const slips of this.#slips) slips.clear();
  }

  /**
   * Those words of a text, or of its rest, that the model does not offer by itself.
   * @param {string} text
   * @param {string | null} [before] what stands before it, for the sentence that goes on; null if nobody knows
   * @returns {Use[]}
   */
  beyond(text, before = null) {
    if (!text || isSpace(text)) return [];
    /** @type {Use[]} */
    const found = [];
    let sentence = before ? [...writtenWords(lastSentence(before, this.#language))] : [];
    text.split("\n").forEach((line, number) => {
      sentences(line, this.#language).forEach((each, part) => {
        if (number || part) sentence = [];
        for (const form of writtenWords(each)) {
          const own = this.#own(form);
          if (own) {
            const writtenSo = inside(form, sentence, this.#language);
            found.push({ word: own.word, form: writtenSo, sure: writtenSo === form, withheld: own.withheld });
          }
          sentence.push(form);
        }
      });
    });
    return found;
  }

  /** A text as the model reads it. @param {string} text */
  fold(text) {
    return this.#languages.fold(text);
  }

  /** Whether a model offers a folded word before a writer used it. @param {string} word */
  offers(word) {
    return this.#languages.offers(word);
  }

  /** Folded words that the models offer only once a writer used them. @returns {readonly string[]} */
  get withheldWords() {
    return (this.#withheld ??= this.#languages.models.flatMap((model) =>
      [...model.withheld].map((id) => model.vocabulary.word(id)).filter((word) => this.#languages.withholds(word)),
    ));
  }

  /** Whether a folded word that no model knows may be one of a writer's own. @param {string} word */
  isWord(word) {
    // Scripts without capitals have short words: two signs are one in Chinese.
    const least = LEAST_LETTERS - (!isAscii(word) && word.toUpperCase() === word ? 1 : 0);
    const size = length(word);
    if (size < least || size > MOST_LETTERS || ![...word].some(isAlpha)) return false;
    return isAlnum(first(word));
  }

  /** The folded words among many, each with its form, that look like slips of known ones. @param {Iterable<readonly [string, string]>} words @returns {Set<string>} */
  slips(words) {
    const listed = [...words];
    return new Set(this.#slips.flatMap((slips) => [...slips.among(listed)]));
  }

  /** The folded word of a form that no model offers, and whether it is withheld. @param {string} form */
  #own(form) {
    const known = this.#forms.get(form);
    if (known !== undefined) return known;
    const word = this.fold(form);
    let own = null;
    if (!this.offers(word)) {
      const withheld = this.#languages.withholds(word);
      own = withheld || this.isWord(word) ? { word, withheld } : null;
    }
    if (this.#forms.size >= FORMS) this.#forms.clear();
    this.#forms.set(form, own);
    return own;
  }

  /** A writer's own words once those that `beyond` found were used, too. @param {readonly Use[]} uses @param {OwnWords} [before] @returns {OwnWords} */
  used(uses, before = NONE) {
    if (!uses.length) return before;
    const words = new Map(before.words);
    const once = new Map(before.once);
    const doubtful = new Set(before.doubtful);
    const withheld = new Set(before.withheld);
    /** @type {Set<string>} */
    const unsure = new Set();
    for (const { word, form, sure, withheld: isWithheld } of uses) {
      if (isWithheld) {
        withheld.add(word);
        continue;
      }
      const known = words.get(word) ?? once.get(word);
      if (!words.delete(word)) once.delete(word);
      words.set(word, sure || known === undefined ? form : known);
      doubtful.delete(word);
      unsure.delete(word);
      if (known === undefined && mayBeSlip(form, word)) {
        doubtful.add(word);
        unsure.add(word);
        if (doubtful.size > MOST_DOUBTFUL) {
          const [oldest] = doubtful;
          doubtful.delete(oldest);
          unsure.delete(oldest);
          if (!words.delete(oldest)) once.delete(oldest);
        }
      }
    }
    // To look for known words that are near takes longer than all the rest.
    for (const [word, form] of [...words]) {
      if (!unsure.has(word) || !this.#isSlip(form, word)) continue;
      once.set(word, form);
      words.delete(word);
    }
    for (const listed of [words, once]) for (const word of [...listed.keys()].slice(0, -MOST)) listed.delete(word);
    return { words, withheld, once, doubtful };
  }

  /** What the end of a text as it stands, a page or two, has of a writer's own. @param {string} text @returns {OwnWords} */
  inText(text) {
    text = recent(text);
    const known = this.#texts.get(text);
    if (known) return known;
    // No word and no emoticon reaches over white space: only the last is new.
    const stripped = trimEnd(text);
    const cut = Math.max(stripped.lastIndexOf(" "), stripped.lastIndexOf("\n")) + 1;
    const before = this.#texts.get(text.slice(0, cut));
    const added = before ? this.beyond(text.slice(cut), text.slice(0, cut)) : this.beyond(text, "");
    const found = this.used(added, before ?? NONE);
    this.#texts.set(text, found);
    if (this.#texts.size > TEXTS) this.#texts.delete(/** @type {string} */ (this.#texts.keys().next().value));
    return found;
  }

  /**
   * Words of a writer's own that stand in the text; null for none.
   * @param {OwnWords} text what stands in the text now
   * @param {(word: string) => boolean} meant whether a folded word is known to be no slip
   * @param {number} logNew ln P of a word that the model does not know
   */
  source(text, meant, logNew) {
    const here = new Map([...text.once].filter(([word]) => meant(word)));
    for (const [word, form] of text.words) here.set(word, form);
    return here.size ? ownSource(Origin.TEXT, here, logNew + LOG_AGAIN - Math.log(here.size)) : null;
  }

  /** @param {string} form @param {string} word */
  #isSlip(form, word) {
    return this.#slips.some((slips) => slips.looksLikeOne(form, word));
  }
}
