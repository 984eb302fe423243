/**
 * Where the keys of a keyboard lie, in key widths to the right and key heights down.
 *
 * A tap is where a key was hit: x in key widths from the left edge of the first key, y in key heights.
 *
 * @typedef {readonly [number, number]} Tap
 * @typedef {{left: number, right: number, top: number, bottom: number}} Bar the edges of the space bar
 */

import { UsageError } from "../errors.js";

/** How much higher a key is than it is wide. */
export const ASPECT = 1.4;

// Keys whose centres are no farther apart than this touch, in key widths.
const TOUCHING = 1.8;
const MOST_KEYS = 200;

/** Of each layout its rows, where the first key of each begins, and the first row's number. */
const NAMED = new Map(
  /** @type {[string, [string[], number[], number]][]} */ ([
    ["qwerty", [["qwertyuiop", "asdfghjkl", "zxcvbnm"], [0, 0.5, 1.5], 0]],
    ["qwertz", [["qwertzuiopü", "asdfghjklöä", "yxcvbnmß"], [0, 0, 1.5], 0]],
    ["azerty", [["éèêàâçîôûù", "azertyuiop", "qsdfghjklm", "wxcvbn'"], [0, 0, 0, 1.5], -1]],
    ["dvorak", [["',.pyfgcrl", "aoeuidhtns", "qjkxbmwvz"], [0, 0, 0.5], 0]],
    ["qwerty-es", [["áéíóúü¿¡", "qwertyuiop", "asdfghjklñ", "zxcvbnm"], [1, 0, 0, 1.5], -1]],
  ]),
);
const OF_LANGUAGE = new Map([
  ["de", "qwertz"],
  ["fr", "azerty"],
  ["es", "qwerty-es"],
]);
// Letters that no decomposition takes apart, under a long press of these.
const BASES = new Map(Object.entries({ ß: "s", œ: "o", æ: "a", ø: "o", ł: "l", đ: "d", ı: "i" }));

/** The keys of one keyboard. */
export class Geometry {
  /** The layouts that `named` knows. */
  static NAMES = Object.freeze([...NAMED.keys()]);

  /** @type {Map<string, readonly string[]> | null} */
  #touching = null;

  /**
   * @param {ReadonlyMap<string, Tap>} keys the centre of each key by the letter it writes
   * @param {Bar} space the space bar
   */
  constructor(keys, space) {
    this.keys = keys;
    this.space = Object.freeze(space);
    Object.freeze(this);
  }

  /**
   * The keys of a usual layout.
   * @param {string} name
   * @throws {UsageError} if there is none of this name
   */
  static named(name) {
    const found = NAMED.get(name);
    if (!found) throw new UsageError(`layout '${name.slice(0, 40)}', expected one of ${Geometry.NAMES.join(", ")}`);
    return Geometry.ofRows(...found);
  }

  /**
   * The usual layout where a language is written; QWERTY if we know of no other.
   * @param {string} language
   */
  static ofLanguage(language) {
    return Geometry.named(OF_LANGUAGE.get(language.split("-")[0]) ?? "qwerty");
  }

  /**
   * Rows of keys, one key a letter.
   * @param {readonly string[]} rows the letters of each row, the top row first
   * @param {readonly number[] | null} offsets where the first key of each begins; rows are centred if null
   * @param {number} first the number of the top row
   * @throws {UsageError} if there are no keys, or not one offset a row
   */
  static ofRows(rows, offsets = null, first = 0) {
    const listed = rows.map((row) => [...row]);
    const widest = Math.max(0, ...listed.map((row) => row.length));
    const begins = offsets ?? listed.map((row) => (widest - row.length) / 2);
    if (begins.length !== rows.length)
      throw new UsageError(`${begins.length} offsets for ${rows.length} rows, expected one for each`);
    /** @type {Map<string, Tap>} */
    const keys = new Map();
    listed.forEach((letters, row) => {
      letters.forEach((letter, column) => keys.set(letter, [begins[row] + column + 0.5, first + row + 0.5]));
    });
    return Geometry.ofKeys(keys);
  }

  /**
   * Keys anywhere, each 1 wide and 1 high; the space bar lies below the middle of them.
   * @param {ReadonlyMap<string, Tap> | Record<string, Tap>} given
   * @throws {UsageError} if there are none or too many, or one writes more than a character or lies nowhere
   */
  static ofKeys(given) {
    const keys = new Map(given instanceof Map ? given : Object.entries(given));
    if (!keys.size || keys.size > MOST_KEYS)
      throw new UsageError(`a layout of ${keys.size} keys, expected 1 to ${MOST_KEYS}`);
    for (const [letter, centre] of keys) {
      if ([...letter].length !== 1 || centre.length !== 2 || !centre.every(Number.isFinite))
        throw new UsageError(
          `key '${letter.slice(0, 40)}' at (${centre.join(", ").slice(0, 40)}), ` +
            "expected one character and two numbers",
        );
    }
    const across = [...keys.values()].map(([x]) => x);
    const [left, right] = [Math.min(...across), Math.max(...across)];
    const middle = (left + right) / 2;
    const wide = Math.max(1, Math.min(3.5, right - left));
    const top = Math.max(...[...keys.values()].map(([, y]) => y)) + 0.5;
    return new Geometry(keys, { left: middle - wide / 2, right: middle + wide / 2, top, bottom: top + 1 });
  }

  /**
   * The letter that a tap writes; a space where the bar or what is beside it was hit.
   * @param {Tap} tap
   */
  nearest(tap) {
    let [found, least] = [" ", Infinity];
    if (tap[1] >= this.space.top) return found;
    for (const [letter, centre] of this.keys) {
      const away = distance(centre, tap);
      if (away < least) [found, least] = [letter, away];
    }
    return found;
  }

  /**
   * The key under which a letter lies, perhaps by a long press; null if there is none.
   * @param {string} letter
   */
  keyOf(letter) {
    if (this.keys.has(letter)) return letter;
    const base = plain(letter);
    return this.keys.has(base) ? base : null;
  }

  /**
   * The middle of a letter's key; null if there is none.
   * @param {string} letter
   * @returns {Tap | null}
   */
  centre(letter) {
    const key = this.keyOf(letter);
    return key === null ? null : (this.keys.get(key) ?? null);
  }

  /**
   * How far apart the keys of two letters lie, in key widths; infinite without keys.
   * @param {string} one
   * @param {string} other
   */
  distance(one, other) {
    const [begin, end] = [this.centre(one), this.centre(other)];
    return begin && end ? distance(begin, end) : Infinity;
  }

  /**
   * The letters whose keys touch that of a letter, the nearest first.
   * @param {string} letter
   * @returns {readonly string[]}
   */
  neighbours(letter) {
    this.#touching ??= touching(this.keys);
    return this.#touching.get(this.keyOf(letter) ?? "") ?? [];
  }

  /**
   * Whether the key of a letter touches the space bar, as those of b, v and n do.
   * @param {string} letter
   */
  aboveSpace(letter) {
    const centre = this.centre(letter);
    const bar = this.space;
    return (
      centre !== null && bar.top - centre[1] < 1 && bar.left - 0.5 < centre[0] && centre[0] < bar.right + 0.5
    );
  }
}

/**
 * A letter without its accents: `e` for `é`; itself where it has none.
 * @param {string} letter
 */
export function plain(letter) {
  const base = BASES.get(letter);
  if (base !== undefined || letter < "\x80") return base ?? letter.slice(0, 1);
  return String.fromCodePoint(letter.normalize("NFD").codePointAt(0) ?? 0);
}

/** @param {ReadonlyMap<string, Tap>} keys */
function touching(keys) {
  const found = new Map();
  for (const [letter, centre] of keys) {
    const near = [...keys]
      .filter(([other]) => other !== letter)
      .map(([other, at]) => ({ other, away: distance(centre, at) }))
      .filter(({ away }) => away <= TOUCHING)
      .sort((a, b) => a.away - b.away || (a.other < b.other ? -1 : 1));
    found.set(letter, Object.freeze(near.map(({ other }) => other)));
  }
  return found;
}

/**
 * @param {Tap} one
 * @param {Tap} other
 */
function distance(one, other) {
  return Math.hypot(one[0] - other[0], (one[1] - other[1]) * ASPECT);
}
