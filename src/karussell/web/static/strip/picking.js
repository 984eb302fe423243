/**
 * Which keys of the real keyboard pick a word, and when they are plain keys.
 *
 * @typedef {import("./suggestion-strip.js").Strip} Strip
 * @typedef {0 | 1 | 2 | "literal"} Place of a word on the strip
 * @typedef {{places: Set<Place>, best: Place | null, tab: boolean, digits: boolean}} Picking where words
 *   stand, which is the best, and whether Tab and plain digits pick one now
 */

/** @type {Strip} */
export const EMPTY = { literal: null, slots: [null, null, null], best: null, autocorrect: null };

/** @type {readonly Place[]} */
export const PLACES = [0, 1, 2, "literal"];

/** @param {Strip} strip @param {Place} place */
export function wordAt({ literal, slots }, place) {
  return place === "literal" ? literal : slots[place];
}

/** Where words stand. @param {Strip} strip @returns {Set<Place>} */
export function filled(strip) {
  return new Set(PLACES.filter((place) => wordAt(strip, place)));
}

/**
 * The place of the word that a key picks, or null. Alt with a digit always picks, 0 what was typed; a
 * digit alone and Tab only where they do now.
 * @param {KeyboardEvent} event
 * @param {Picking} picking
 * @returns {Place | null}
 */
export function chosenPlace(event, { places, best, tab, digits }) {
  if (event.ctrlKey || event.metaKey) return null;
  if (event.key === "Tab") return tab && !event.shiftKey && !event.altKey ? best : null;
  const place = placeOf(event);
  if (place === null || !places.has(place)) return null;
  return event.altKey || (digits && place !== "literal") ? place : null;
}

/**
 * @param {KeyboardEvent} event
 * @returns {Place | null}
 */
function placeOf(event) {
  // With Alt the key may write another sign, so the place of the key counts; else what it writes,
  // since digits stand elsewhere on other layouts.
  const digit = event.altKey ? /^(?:Digit|Numpad)([0123])$/.exec(event.code)?.[1] : event.key;
  if (digit === "0") return "literal";
  const place = digit ? ["1", "2", "3"].indexOf(digit) : -1;
  return place < 0 ? null : /** @type {Place} */ (place);
}
