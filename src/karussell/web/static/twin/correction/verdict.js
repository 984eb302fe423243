/**
 * Whether a typed word is wrong, as a probability that keeps a promise.
 *
 * P(wrong, and this is right | evidence) is what a small network makes of the evidence and of the kind of word that
 * was typed, since what is known about it decides how the rest counts. The thresholds were measured, for each
 * language: each is the one from which on so many words in a thousand that were typed right would be changed.
 *
 * @typedef {import("../engine/lattice.js").Lattice} Lattice
 * @typedef {import("./corrections.js").Correction} Correction
 * @typedef {import("./protection.js").Token} Token
 * @typedef {import("./protection.js").Vocabulary} Vocabulary
 *
 * @typedef {object} Verdict what should stand in place of a typed word, and how sure that is
 * @property {Correction} correction the best correction
 * @property {number} probability P(the word is wrong, and this is what was meant), 0..1
 * @property {boolean} doubtful whether the typed word is likelier than the correction, or is one of the model's and
 *   not much less likely, or one of another language
 * @property {number} margin by how much likelier the correction is than the typed word, ln; infinite if it only puts
 *   in the marks that are usually left out
 *
 * @typedef {object} Evidence what is known about a word that may be wrong
 * @property {Correction} correction the best correction
 * @property {readonly number[]} features the values of `FEATURES`
 * @property {boolean} told whether it is a far more common word that lacks its marks, and nothing else
 * @property {boolean} doubtful as a verdict has it
 * @property {number} margin by how much likelier the correction is than the typed word, ln
 */

import { Origin } from "../decoder/index.js";
import { first, isAscii, isUpper, length } from "../text/characters.js";
import { fold } from "../text/index.js";
import { spelledInTwo } from "./alphabet.js";
import { logLiteral, NEW_LETTER } from "./corrections.js";
import { plain } from "./geometry.js";
import { Kind } from "./learned.js";
import { Protection } from "./protection.js";

// The least ln P that is told apart.
const LEAST = -30.0;
// What was typed without its marks is a slip of a word that is so many times as common: "dont" and "im", but not
// "ill" or "its"; and one that nobody is offered, of a word half so much as common.
const FAR_MORE = 16;
const MORE = 8;
// By how much, in ln, that word must be likelier where it is less than so many times as common, or too rare for the
// network: 20 times.
const LIKELIER = 3.0;
/** @type {Set<string>} */
const OWN = new Set([Origin.TEXT, Origin.LEARNED]);
// No more than so much, in ln, is known about how far the best word is above the next one.
const ALONE = 5.0;
// How sure it is then that the marks are to be put in.
const TOLD = 0.999;
// What the model has itself, so that nothing but the words around it tells a slip.
/** @type {Set<string>} */
const WORDS = new Set([Kind.NETWORK, Kind.RARE]);
// By how much, in ln, another word is so much likelier that it is no doubt: 90 times.
const CLEAR = 4.5;
// Where care is asked for so many times fewer words may be changed.
const MORE_CARE = 5;
// The least ln P of a word behind another one from which it was run together: not "Sportfan".
const EXPECTED = -5.0;
// Words of few letters have no plural, most of them: "thes" is a slip.
const SHORT = 3;

/** A calibrated opinion on words that were typed to their end. */
export class Judge {
  #vocabulary;
  #parameters;
  #counts;
  #rare;
  #protection;

  /**
   * @param {string} language a BCP 47 tag
   * @param {Vocabulary} vocabulary the words of the model's network
   * @param {import("./carried.js").Carried} carried what was learned, and words that people are known to write
   * @param {object} [more]
   * @param {ArrayLike<number> | null} [more.counts] how often each word stood in the training text, (V,) or more;
   *   null if unknown: nothing is taken for a common slip then
   * @param {import("../model/rare.js").RareWords | null} [more.rare] words beside the vocabulary, and how often these
   *   stood there; null for none
   * @param {Iterable<string>} [more.spoken] the tags of other languages that are written beside it
   */
  constructor(language, vocabulary, carried, { counts = null, rare = null, spoken = [] } = {}) {
    this.#vocabulary = vocabulary;
    this.#parameters = carried.parameters;
    this.#counts = counts;
    this.#rare = rare;
    this.#protection = new Protection(language, vocabulary, carried.words, spoken);
  }

  /**
   * Whether a word is left as it is, whatever it resembles: nothing needs to be searched.
   * @param {Token} token
   */
  protects(token) {
    return this.#protection.covers(token);
  }

  /**
   * Whether people are known to write a word in this language.
   * @param {string} folded
   */
  knows(folded) {
    return this.#protection.known.knows(this.#protection.language, folded);
  }

  /**
   * What a word is wherever it stands: with a capital, or in two; "" if it is as it is.
   * @param {Token} token
   */
  rewritten(token) {
    return this.#protection.rewritten(token);
  }

  /**
   * What should stand in place of a word; null for nothing.
   * @param {Token} token the word, where it stands
   * @param {readonly Correction[]} found what `corrections` gave for it as a whole word, best first
   * @param {Lattice} lattice what it was given
   * @param {number} logNew ln P(a word in no source)
   * @returns {Verdict | null}
   */
  verdict(token, found, lattice, logNew) {
    const evidence = this.evidence(token, found, lattice, logNew);
    if (!evidence) return null;
    const { correction, features, told, doubtful, margin } = evidence;
    const probability = this.#side(token.tapped).network.probability(features);
    return {
      correction,
      probability: told ? Math.max(probability, TOLD) : probability,
      doubtful,
      margin: told ? Infinity : margin,
    };
  }

  /**
   * What is known about a word; null where it stays, whatever that is. The arguments are those of `verdict`.
   * @param {Token} token
   * @param {readonly Correction[]} found
   * @param {Lattice} lattice
   * @param {number} logNew
   * @returns {Evidence | null}
   */
  evidence(token, found, lattice, logNew) {
    const typed = fold(token.word);
    const best = found.find((each) => each.word !== typed);
    const own = found.find((each) => each.word === typed) ?? null;
    if (!best || (own && OWN.has(own.source)) || this.protects(token)) return null;
    const letters = length(typed);
    const meant = length(best.word);
    if (meant === 1 && letters > 1) return null; // that is rather short for something: "xq"
    if (best.word.includes(" ") && !token.tapped && !this.#areTwo(typed, best)) return null;
    if (isForm(typed, best.word)) return null;
    const asTyped = Math.max(logLiteral(typed, lattice), LEAST);
    const logOwn = own ? own.logProb : Math.max(logNew, LEAST) + NEW_LETTER * letters;
    const margin = best.value - (logOwn + asTyped);
    const others = found.filter(({ word }) => word !== typed && word !== best.word);
    const foreign = this.#protection.foreignBefore(token.left);
    const slip = this.#isCommonSlip(typed, own, best);
    // Where the words before would rather have it, it was meant: "had been wont", "bei Wahlen".
    const usual = slip && best.logProb > logOwn;
    const rarer = margin >= LIKELIER && this.#isRarer(typed, own, best);
    const told = (usual || rarer) && !foreign && this.#lacksMarks(typed, best.word);
    const marks = !slip && this.#lacksMarks(typed.replaceAll("'", ""), best.word);
    const kind = slip ? Kind.UNKNOWN : this.#kind(typed, own);
    const features = [
      margin,
      Math.max(best.logChannel, LEAST),
      Math.max(best.logProb, LEAST),
      Math.min(ALONE, best.value - Math.max(-Infinity, ...others.map(({ value }) => value))),
      Math.min(letters, 10),
      asTyped,
      Math.max(own ? own.logProb : logNew, LEAST),
      best.posterior,
      meant - letters,
      Number(best.word.includes(" ")),
      Number(marks),
      Number(isUpper(first(token.word))),
      foreign,
      Number(first(best.word) === first(typed)),
      Number(best.source === Origin.NETWORK),
      ...Object.values(Kind).map((each) => Number(kind === each)),
    ];
    const clear = WORDS.has(kind) ? CLEAR : told ? -Infinity : 0;
    const doubtful = margin < clear || (kind === Kind.FOREIGN && !told);
    return { correction: best, features, told, doubtful, margin };
  }

  /**
   * The probability from which on a word is changed.
   * @param {number} damage the part of the words typed right that may be changed; 0 changes none
   * @param {object} [how]
   * @param {boolean} [how.tapped] whether taps are told
   * @param {boolean} [how.doubtful] as a verdict has it
   * @param {boolean} [how.careful] whether there is more doubt than a verdict knows of
   */
  threshold(damage = 0.001, { tapped = false, doubtful = false, careful = false } = {}) {
    const least = careful ? damage / MORE_CARE : damage;
    const place = this.#parameters.damage.findIndex((rate) => rate <= least);
    return place < 0 ? Infinity : this.#side(tapped).of(this.#protection.language, doubtful)[place];
  }

  /** @param {boolean} tapped */
  #side(tapped) {
    return tapped ? this.#parameters.taps : this.#parameters.letters;
  }

  /**
   * Whether a word stands in the training text because people write the right one so.
   *
   * It is withheld and none that is known, or lacks the marks of a far more common word, as no other does. Its own
   * probability says nothing then.
   * @param {string} typed
   * @param {Correction | null} own
   * @param {Correction} best
   */
  #isCommonSlip(typed, own, best) {
    if (!this.#counts) return false;
    const { unknown } = this.#vocabulary;
    const [here, there] = [this.#vocabulary.id(typed), this.#vocabulary.id(best.word)];
    if (here === unknown) return !own && there !== unknown && this.#lacksMarks(typed, best.word);
    if (!own && !this.knows(typed)) return true;
    if (there === unknown || !this.#lacksMarks(typed, best.word)) return false;
    return this.#counts[there] >= (own ? FAR_MORE : MORE) * this.#counts[here];
  }

  /**
   * Whether a word is two that lack a space, and marks at most, the second one expected.
   * @param {string} typed
   * @param {Correction} best
   */
  #areTwo(typed, best) {
    const together = best.word.replaceAll(" ", "");
    return best.logSecond > EXPECTED && this.#lacksMarks(typed.replaceAll("'", ""), together);
  }

  /**
   * Whether a word was typed without its apostrophe, or the marks on its letters.
   * @param {string} typed
   * @param {string} word
   */
  #lacksMarks(typed, word) {
    const inTwo = spelledInTwo(word, this.#protection.language);
    return [word.replaceAll("'", ""), bare(word), inTwo].includes(typed);
  }

  /**
   * Whether a word of the model's is far rarer than another one of its network.
   * @param {string} typed
   * @param {Correction | null} own
   * @param {Correction} best
   */
  #isRarer(typed, own, best) {
    const { unknown } = this.#vocabulary;
    const [here, there] = [this.#vocabulary.id(typed), this.#vocabulary.id(best.word)];
    if (!own || !this.#counts || there === unknown) return false;
    const count = here === unknown ? (this.#rare?.count(typed) ?? 0) : this.#counts[here];
    return count > 0 && MORE * count <= this.#counts[there];
  }

  /**
   * @param {string} typed
   * @param {Correction | null} own
   */
  #kind(typed, own) {
    if (this.#vocabulary.has(typed)) return Kind.NETWORK;
    if (own) return Kind.RARE;
    if (this.knows(typed)) return Kind.KNOWN;
    const { known, language } = this.#protection;
    return known.elsewhere(language, typed) ? Kind.FOREIGN : Kind.UNKNOWN;
  }
}

/**
 * Whether one is the other's plural or possessive, or spoken so: `hancocks`, `workin`.
 * @param {string} typed
 * @param {string} word
 */
function isForm(typed, word) {
  // What somebody has is no plural: "joystick's".
  if (typed.endsWith("'s")) return word === typed.slice(0, -2) || word === `${typed.slice(0, -2)}s`;
  const plural = typed === `${word}s` && length(word) > SHORT && !word.endsWith("s");
  return plural || (`${typed}g` === word && word.endsWith("ing"));
}

/**
 * A word without the marks on its letters.
 * @param {string} word
 */
function bare(word) {
  return isAscii(word) ? word : Array.from(word, plain).join("");
}
