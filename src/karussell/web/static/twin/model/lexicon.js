/** The words of a model, out of the bytes of its file. */

import { linesIn, Vocabulary } from "../text/index.js";
import { RareWords } from "./rare.js";

// What no word has and no screen should be shown: control characters, and those that turn the direction of writing
// or cannot be seen.
const UNPRINTABLE = /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

/**
 * The vocabulary in a file's bytes.
 * @param {Uint8Array} vocabulary
 * @param {Uint8Array} casing
 * @param {number} size how many words there are
 */
export function decodeVocabulary(vocabulary, casing, size) {
  check("vocabulary", vocabulary, size);
  check("casing", casing, size);
  return Vocabulary.ofLines(vocabulary, casing);
}

/**
 * The rare words in a file's bytes.
 * @param {Uint8Array} levels
 * @param {Uint8Array} casing
 * @param {Uint8Array} rare
 */
export function decodeRare(levels, casing, rare) {
  if (!casing.length) return new RareWords(new Vocabulary([]), casing, levels);
  check("rare", rare, casing.length);
  return new RareWords(Vocabulary.ofLines(rare), casing, levels);
}

/** Refuse ids of withheld words that are not ascending ids of words. @param {Uint32Array} withheld @param {number} size */
export function checkWithheld(withheld, size) {
  if (withheld.some((id, place) => id >= size || (place > 0 && id <= withheld[place - 1]))) {
    throw new Error(`'withheld' is not ascending, expected ids below ${size}`);
  }
}

/** @param {string} name @param {Uint8Array} lines @param {number} size */
function check(name, lines, size) {
  const entries = linesIn(lines);
  if (entries !== size) throw new Error(`'${name}' holds ${entries} entries, expected ${size}`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(lines);
  } catch {
    throw new Error(`'${name}' is not UTF-8`);
  }
  const found = UNPRINTABLE.exec(text);
  if (found) throw new Error(`'${name}' holds the character U+${found[0].charCodeAt(0).toString(16).padStart(4, "0")}, expected words`);
}
