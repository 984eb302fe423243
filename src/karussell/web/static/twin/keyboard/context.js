/** A text field as a value: what stands left and right of the cursor, and how it is changed. */

import { Geometry } from "../correction/index.js";
import { head, isAscii, length, rest, tail } from "../text/characters.js";
import { graphemes } from "../text/index.js";

/** @typedef {readonly [number, number]} Tap */
/** @typedef {string | Record<string, Tap>} Layout where the keys are: a layout's name, or the centre of each letter's key */
/**
 * @typedef {{teaches: boolean, app: string | null, language: string | null}} Terms what becomes of what is written:
 * whether it is learned, the application it belongs to, and the tag of the language that the writer fixed
 */

/** How many of the correct words may be changed by mistake, unless the writer wants otherwise. */
export const DAMAGE = 0.001;

// Code points of a grapheme cluster; a family with skin tones has a dozen.
const MOST = 256;

const OF_WORDS = new Set(["text", "name", "address"]);
const SECRET = new Set(["number", "code", "card", "password", "pin"]);
/** @type {ReadonlySet<string>} */
const NOBODY = new Set();

/** What a predictor must know of a text field beside its text. */
export class Field {
  /**
   * @param {object} [given]
   * @param {number | null} [given.number] what tells it from others; null for no field in particular
   * @param {Layout | null} [given.layout] where the keys are; null for the usual layout of the language
   * @param {number | null} [given.damage] how many of the correct words may be changed by mistake; 0 or null for none
   * @param {string} [given.purpose] what is written in it
   * @param {string | null} [given.app] the application or site it belongs to
   * @param {boolean} [given.private] whether nothing that is written in it is learned
   * @param {string | null} [given.language] the tag of the language that the writer fixed
   * @param {ReadonlySet<string>} [given.meant] folded words of its text that the writer picked or confirmed: no slips
   */
  constructor({
    number = null,
    layout = null,
    damage = DAMAGE,
    purpose = "text",
    app = null,
    private: hidden = false,
    language = null,
    meant = NOBODY,
  } = {}) {
    this.number = number;
    this.layout = layout;
    this.damage = damage;
    this.purpose = purpose;
    this.app = app;
    this.private = hidden;
    this.language = language;
    this.meant = meant;
    Object.freeze(this);
  }

  /** The same but for what is told. @param {Partial<Field>} told */
  with(told) {
    return new Field({ ...this, ...told });
  }

  /** Whether nothing of it is read, kept, or offered. */
  get isSecret() {
    return SECRET.has(this.purpose);
  }

  /** How many of the correct words may be changed by mistake, 0 for none, as in addresses. */
  get boldness() {
    return this.recalls ? (this.damage ?? 0) : 0;
  }

  /** Whether what was learned elsewhere is offered in it. */
  get recalls() {
    return OF_WORDS.has(this.purpose);
  }

  /** Whether what is written in it is learned. */
  get teaches() {
    return this.recalls && !this.private;
  }

  /** What becomes of what is written in it now. @returns {Terms} */
  get terms() {
    return terms(this.teaches, this.app, this.language);
  }

  /** @param {Field} other */
  equals(other) {
    if (this === other) return true;
    const alike =
      this.number === other.number && this.damage === other.damage && this.purpose === other.purpose &&
      this.app === other.app && this.private === other.private && this.language === other.language;
    return alike && sameSet(this.meant, other.meant) && sameLayout(this.layout, other.layout);
  }
}

/** @param {ReadonlySet<string>} one @param {ReadonlySet<string>} other */
const sameSet = (one, other) => one === other || (one.size === other.size && [...one].every((each) => other.has(each)));

/** @param {Layout | null} one @param {Layout | null} other */
function sameLayout(one, other) {
  if (one === other) return true;
  if (!one || !other || typeof one === "string" || typeof other === "string") return false;
  const keys = Object.keys(one);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => other[key] && one[key][0] === other[key][0] && one[key][1] === other[key][1])
  );
}

/** @param {boolean} teaches @param {string | null} [app] @param {string | null} [language] @returns {Terms} */
export function terms(teaches, app = null, language = null) {
  return Object.freeze({ teaches, app, language });
}

/** @param {Terms | null} one @param {Terms | null} other */
export function sameTerms(one, other) {
  if (one === other || !one || !other) return one === other;
  return one.teaches === other.teaches && one.app === other.app && one.language === other.language;
}

/**
 * A change at the cursor: grapheme clusters to delete left and right of it, and the text in their place.
 * @param {{deleteLeft: number, deleteRight?: number, insert: string}} given
 */
export function edit({ deleteLeft, deleteRight = 0, insert }) {
  return Object.freeze({ deleteLeft, deleteRight, insert });
}

/** The text left and right of the cursor. */
export class Context {
  /**
   * @param {object} [given]
   * @param {string} [given.left]
   * @param {string} [given.right]
   * @param {readonly (Tap | null)[]} [given.taps] where the last characters (code points) of `left` were hit, null
   *   where one was not; [] for a text that was not tapped
   */
  constructor({ left = "", right = "", taps = NO_TAPS } = {}) {
    this.left = left;
    this.right = right;
    this.taps = taps;
    Object.freeze(this);
  }

  /** The whole text. */
  get text() {
    return this.left + this.right;
  }

  /** @param {Context} other */
  equals(other) {
    return this.left === other.left && this.right === other.right && keyOf(this.taps) === keyOf(other.taps);
  }
}

/** @type {readonly (Tap | null)[]} */
export const NO_TAPS = Object.freeze([]);

/** What tells taps from others. @param {readonly (Tap | null)[]} taps */
export function keyOf(taps) {
  return taps.length ? JSON.stringify(taps) : "";
}

/** A text without its last `count` grapheme clusters. @param {string} text @param {number} count */
export function withoutLast(text, count) {
  if (count <= 0) return text;
  // ASCII letters are clusters of their own if the character before them is ASCII, too.
  const near = tail(text, count + 1);
  if (isAscii(near) && !near.includes("\r")) return text.slice(0, Math.max(0, text.length - count));
  let cut = text.length - tail(text, room(count)).length;
  while (cut && /\p{Regional_Indicator}$/u.test(text.slice(Math.max(0, cut - 2), cut))) cut -= 2; // two of these are one
  return text.slice(0, cut) + graphemes(text.slice(cut)).slice(0, -count).join("");
}

/** A text without its first `count` grapheme clusters. @param {string} text @param {number} count */
export function withoutFirst(text, count) {
  if (count <= 0) return text;
  const near = head(text, room(count));
  return graphemes(near).slice(count).join("") + text.slice(near.length);
}

/** How many code points so many clusters have at most. @param {number} count */
const room = (count) => MOST * (count + 1);

/** Where the keys of a layout are. @param {Layout | null} layout null for the usual one of a language @param {string} language */
export function geometry(layout, language) {
  if (layout === null) return Geometry.ofLanguage(language);
  return typeof layout === "string" ? Geometry.named(layout) : Geometry.ofKeys(layout);
}

/** A tap or null for each letter of the word being typed, [] if none of them was tapped. @param {Context} context @param {string} prefix */
export function hits(context, prefix) {
  const letters = length(prefix);
  const taps = letters ? context.taps.slice(-letters) : [];
  return taps.some(Boolean) ? [...Array(letters - taps.length).fill(null), ...taps] : NO_TAPS;
}

/** A part of a text by code points: `text[begin:end]`. @param {string} text @param {number} begin @param {number} [end] */
export function part(text, begin, end = Infinity) {
  return head(rest(text, begin), Math.max(0, end - Math.max(0, begin)));
}
