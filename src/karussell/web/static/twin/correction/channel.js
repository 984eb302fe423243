/**
 * What may have been meant by the keys that were pressed, and how probably.
 *
 * Everything is relative to typing right, which counts as ln P = 0 for letters without taps: one error
 * costs what its kind costs, and errors do not depend on each other. A tap is a draw from a Gaussian around
 * the middle of the key that was meant, equally wide in millimetres on both axes.
 *
 * @typedef {import("./geometry.js").Geometry} Geometry
 * @typedef {import("./geometry.js").Tap} Tap
 * @typedef {readonly (Tap | null)[]} Taps
 * @typedef {import("../engine/lattice.js").Arc} Arc
 * @typedef {ReadonlyMap<string, number>} Reading the ln P of each letter, or a space, that may have been meant
 * @typedef {{begin: number, end: number, logProb: number}} Space a place where a space may have been meant:
 *   the first letter that was typed for it, one beyond the last (`begin` where nothing was typed), and ln P
 */

import { Lattice, LONGEST_TYPED } from "../engine/lattice.js";
import { isDigit } from "../text/characters.js";
import { accented, alphabetOf, inTwo } from "./alphabet.js";
import { ASPECT, plain } from "./geometry.js";
import { LeastRecent } from "./least-recent.js";
import { LONGEST } from "./spelling.js";


// Typed for an apostrophe: the accents beside it on keyboards, and its neighbours.
const APOSTROPHES = new Set("`\u00b4\u2018\u2019\u02bc\";,\u2032");
// Beyond this a letter is as good as never meant.
const LEAST = -14.0;
const LETTER = /^\p{L}$/u;

/** What the kinds of errors cost, as ln P of one where it can happen. */
export const ODDS = Object.freeze({
  /** The key beside the one that was meant, all of them together. */
  slip: -4.6,
  /** Any other key in place of the one that was meant, all of them together. */
  wild: -7.0,
  /** A letter left out. */
  missing: -6.5,
  /** One of two equal letters left out. */
  single: -5.0,
  /** A letter that was not meant. */
  extra: -8.0,
  /** One whose key lies beside that of its neighbour in the word. */
  extraNear: -7.0,
  /** A letter typed twice. */
  double: -6.0,
  /** Two letters in each other's place. */
  swap: -6.0,
  /** A word whose writer does not know its spelling; what is then typed is for `Spelling` to say. */
  spelling: -3.0,
  /** An apostrophe left out. */
  apostrophe: -2.0,
  /** An apostrophe that does not belong there. */
  noApostrophe: -4.5,
  /** Another sign for an apostrophe. */
  sign: -1.0,
  /** Accents left out of a letter. */
  accent: -2.0,
  /** Accents put on a letter. */
  wrongAccent: -4.0,
  /** A space left out. */
  noSpace: -6.5,
  /** A key of the bottom row in place of the space bar, each of them. */
  spaceSlip: -7.0,
  /** A space inside a word. */
  extraSpace: -7.5,
  /** What the first letter left out costs beside any other. */
  first: -1.5,
  /** The width of the Gaussian of taps, in key widths. */
  sigma: 0.3,
  /** A tap that has nothing to do with the key that was meant. */
  stray: -6.0,
});

/** How somebody types who means something: the errors of one keyboard. */
export class Channel {
  #geometry;
  #odds;
  #spellings;
  #accented;
  #inTwo;
  /** @type {readonly string[]} */
  #alphabet;
  /** @type {LeastRecent<Reading>} */
  #meantBy = new LeastRecent(256);
  /** @type {LeastRecent<Reading>} */
  #hit = new LeastRecent(256);
  // Some 80 arcs each, of which every one is an object: those of a few words, and of one.
  /** @type {LeastRecent<readonly (readonly [number, string, number])[]>} */
  #arcsBehind = new LeastRecent(512);
  /** @type {LeastRecent<readonly Arc[]>} */
  #arcsAt = new LeastRecent(64);
  // A letter's lattice is asked for by suggestions and by what a space would put in.
  /** @type {LeastRecent<Lattice>} */
  #lattices = new LeastRecent(4);

  /**
   * @param {Geometry} geometry where the keys are
   * @param {readonly string[]} languages what is written
   * @param {import("./carried.js").Carried} carried how it is misspelled
   * @param {typeof ODDS} odds what errors cost
   */
  constructor(geometry, languages, carried, odds = ODDS) {
    this.#geometry = geometry;
    this.#odds = odds;
    this.#spellings = languages.map((language) => carried.spellingOf(language));
    this.#accented = allAccented(languages);
    this.#inTwo = new Map(languages.flatMap((language) => Object.entries(inTwo(language))));
    const written = [...geometry.keys.keys(), ...languages.map(alphabetOf).join("")];
    this.#alphabet = [...new Set(written)].filter((letter) => LETTER.test(letter));
  }

  /**
   * What may have been meant by letters; spaces among them may have been letters.
   *
   * Its arcs lie by where they begin, the letter itself first, and must not be changed. It has none for more
   * than 32 letters, which are no word with an error.
   * @param {string} typed they, folded
   * @param {Taps} taps where each was tapped, null for one that was not; aligned to the end
   */
  lattice(typed, taps = []) {
    const letters = [...typed];
    const given = aligned(letters, taps);
    return this.#lattices.get(`${typed} ${keyOf(given)}`, () => this.#lattice(letters, given));
  }

  /**
   * @param {readonly string[]} letters
   * @param {Taps} given
   */
  #lattice(letters, given) {
    const length = letters.length;
    if (length > LONGEST_TYPED) return new Lattice(length, [], new Float32Array(0));
    /** @type {(readonly Arc[])[]} */
    const placed = [];
    for (let place = 0; place < length; place++) {
      const window = letters.slice(Math.max(0, place - 1), place + LONGEST);
      placed.push(this.#placed(place, window, given.slice(place, place + LONGEST)));
    }
    const arcs = /** @type {Arc[]} */ ([]).concat(...placed);
    const missing = new Float32Array(length + 1).fill(this.#odds.missing);
    missing[0] += this.#odds.first;
    return new Lattice(length, arcs, missing);
  }

  /**
   * Where a space may have been meant inside letters, left out, slipped, or typed.
   * @param {string} typed the letters, folded
   * @param {Taps} taps as for `lattice`
   * @returns {Space[]}
   */
  spaces(typed, taps = []) {
    const letters = [...typed];
    if (letters.length > LONGEST_TYPED) return [];
    const given = aligned(letters, taps);
    const found = letters.slice(1).map((_, at) => ({ begin: at + 1, end: at + 1, logProb: this.#odds.noSpace }));
    for (let place = 1; place < letters.length - 1; place++) {
      const logProb = this.#reading(letters[place], given[place]).get(" ") ?? -Infinity;
      if (logProb > LEAST) found.push({ begin: place, end: place + 1, logProb });
    }
    return found;
  }

  /**
   * The arcs that begin at a gap.
   * @param {number} place
   * @param {readonly string[]} window
   * @param {Taps} near
   * @returns {readonly Arc[]}
   */
  #placed(place, window, near) {
    const before = Math.min(place, 1);
    const key = `${before} ${window.join("")} ${keyOf(near)}`;
    return this.#arcsAt.get(`${place} ${key}`, () =>
      this.#arcsBehind
        .get(key, () => this.#arcs(window, before, near))
        .map(([width, text, logProb]) => [place, place + width, text, logProb]),
    );
  }

  /**
   * The arcs from a gap as letters read, text and ln P, the best of each kind.
   * @param {readonly string[]} window the letter before the gap, if any, and up to three behind it
   * @param {number} before how many letters of it are before
   * @param {Taps} near where those behind were tapped
   * @returns {(readonly [number, string, number])[]}
   */
  #arcs(window, before, near) {
    const odds = this.#odds;
    const here = window.slice(before);
    const readings = here.map((letter, i) => this.#reading(letter, near[i]));
    const asTyped = readings.map((reading, i) => reading.get(here[i]) ?? 0);
    const found = new Arcs();
    const [typed, second] = here;
    // First, since it is looked up most.
    if (typed !== " ") found.add(1, typed, asTyped[0]);
    for (const [letter, logProb] of readings[0]) {
      if (letter === " ") continue;
      found.add(1, letter, logProb);
      for (const form of this.#accented.get(letter) ?? []) found.add(1, form, logProb + odds.accent);
    }
    const bare = plain(typed);
    if (bare !== typed)
      for (const form of [bare, ...(this.#accented.get(bare) ?? [])])
        found.add(1, form, asTyped[0] + odds.wrongAccent);
    found.add(1, "", asTyped[0] + this.#extra(window, before));
    if (APOSTROPHES.has(typed)) found.add(1, "'", odds.sign);
    if (LETTER.test(typed)) {
      found.add(1, typed + typed, asTyped[0] + odds.single);
      if (before) found.add(0, "'", odds.apostrophe);
    }
    if (second !== undefined && typed !== second && typed !== " " && second !== " ")
      found.add(2, second + typed, asTyped[0] + asTyped[1] + odds.swap);
    const one = this.#inTwo.get(here.slice(0, 2).join(""));
    if (one !== undefined) found.add(2, one, asTyped[0] + asTyped[1] + odds.accent);
    this.#misspelled(here, asTyped, found);
    return found.listed();
  }

  /**
   * @param {readonly string[]} here
   * @param {readonly number[]} asTyped
   * @param {Arcs} found
   */
  #misspelled(here, asTyped, found) {
    let total = this.#odds.spelling;
    for (let width = 0; width <= here.length; width++) {
      const typed = here.slice(0, width).join("");
      for (const spelling of this.#spellings)
        for (const [text, logProb] of spelling.meant(typed)) found.add(width, text, total + logProb);
      if (width < here.length) total += asTyped[width];
    }
  }

  /**
   * The ln P of the letter behind the gap where none was meant.
   * @param {readonly string[]} window
   * @param {number} before
   */
  #extra(window, before) {
    const odds = this.#odds;
    const typed = window[before];
    if (isDigit(typed)) return -Infinity; // no finger that writes letters comes upon it
    if (typed === "'") return odds.noApostrophe;
    if (typed === " ") return odds.extraSpace;
    const beside = [...window.slice(0, before), ...window.slice(before + 1, before + 2)];
    if (beside.includes(typed)) return odds.double;
    const near = this.#geometry.neighbours(typed);
    return beside.some((letter) => near.includes(letter)) ? odds.extraNear : odds.extra;
  }

  /**
   * @param {string} typed
   * @param {Tap | null} tap
   * @returns {Reading}
   */
  #reading(typed, tap) {
    if (tap === null) return this.#meantBy.get(typed, () => this.#readingOfKey(typed));
    const found = this.#hit.get(`${tap[0]},${tap[1]}`, () => this.#readingOfTap(tap));
    // A long press, or a key that is not among ours: it means itself.
    return found.has(typed) ? found : new Map([...found, [typed, found.get(plain(typed)) ?? 0]]);
  }

  /**
   * A reading without a tap, where what was typed counts 0.
   * @param {string} typed
   * @returns {Reading}
   */
  #readingOfKey(typed) {
    const found = new Map([[typed, 0]]);
    const [odds, geometry] = [this.#odds, this.#geometry];
    const key = geometry.keyOf(typed);
    if (key !== null && geometry.aboveSpace(key)) found.set(" ", odds.spaceSlip);
    if (!LETTER.test(typed) && typed !== " ") return found;
    for (const letter of this.#alphabet) {
      if (letter === typed || plain(letter) !== letter) continue;
      if (typed === " ") {
        if (geometry.aboveSpace(letter)) found.set(letter, odds.spaceSlip);
        continue;
      }
      const near = geometry.neighbours(letter);
      const slip = key !== null && near.includes(key) ? odds.slip - Math.log(near.length) : -Infinity;
      found.set(letter, Math.max(slip, odds.wild - Math.log(this.#alphabet.length)));
    }
    return found;
  }

  /**
   * A reading of a tap: ln P(key | tap) were all keys, and the bar, as likely.
   * @param {Tap} tap
   * @returns {Reading}
   */
  #readingOfTap(tap) {
    const { keys, space: bar } = this.#geometry;
    const { sigma, stray: logStray } = this.#odds;
    const stray = Math.exp(logStray) / keys.size;
    const scale = ((1 - Math.exp(logStray)) * ASPECT) / (2 * Math.PI * sigma * sigma);
    /** @type {[string, number][]} */
    const densities = [];
    let total = 0;
    const add = (/** @type {string} */ letter, /** @type {number} */ density) => {
      densities.push([letter, density]);
      total += density;
    };
    for (const [letter, centre] of keys)
      add(letter, stray + scale * Math.exp(-squared(tap, centre) / (2 * sigma * sigma)));
    // The bar is as a key in its middle, but that a finger is content with other places, too.
    const inner = Math.min(Math.max(tap[0], bar.left + 0.5), bar.right - 0.5);
    const reach = Math.sqrt(2 * Math.PI) * sigma;
    const width = reach + bar.right - bar.left - 1;
    const away = Math.exp(-squared(tap, [inner, (bar.top + bar.bottom) / 2]) / (2 * sigma * sigma));
    add(" ", stray + (scale * away * reach) / width);
    return new Map(
      densities
        .map(([letter, density]) => /** @type {[string, number]} */ ([letter, Math.min(0, Math.log(density / total))]))
        .filter(([, logProb]) => logProb > LEAST),
    );
  }
}

/** The best ln P of each way to read some letters as a text. */
class Arcs {
  /** @type {Map<string, number>[]} */
  #found = [];
  /** @type {[number, string, number][]} */
  #listed = [];

  /**
   * @param {number} width how many letters it reads
   * @param {string} text
   * @param {number} logProb
   */
  add(width, text, logProb) {
    const places = (this.#found[width] ??= new Map());
    const place = places.get(text);
    if (place !== undefined) {
      const arc = this.#listed[place];
      if (logProb > arc[2]) arc[2] = logProb;
    } else if (logProb > LEAST) {
      places.set(text, this.#listed.push([width, text, logProb]) - 1);
    }
  }

  listed() {
    return this.#listed;
  }
}

/**
 * The forms with accents of each plain letter, in any of several languages.
 * @param {readonly string[]} languages
 */
function allAccented(languages) {
  /** @type {Map<string, readonly string[]>} */
  const found = new Map();
  for (const language of languages)
    for (const [letter, forms] of accented(language))
      found.set(letter, [...new Set([...(found.get(letter) ?? []), ...forms])]);
  return found;
}

/**
 * The square of a distance in key widths.
 * @param {Tap} one
 * @param {Tap} other
 */
function squared(one, other) {
  const across = one[0] - other[0];
  const down = (one[1] - other[1]) * ASPECT;
  return across * across + down * down;
}

/**
 * One tap or null a letter, aligned to the end.
 * @param {readonly string[]} letters
 * @param {Taps} taps
 * @returns {Taps}
 */
function aligned(letters, taps) {
  const last = letters.length ? taps.slice(-letters.length) : [];
  return [...Array(letters.length - last.length).fill(null), ...last];
}

/**
 * Taps as they stand in a key.
 * @param {Taps} taps
 */
function keyOf(taps) {
  return taps.some(Boolean) ? taps.join(";") : "";
}
