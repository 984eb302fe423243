/** Which keys of the real keyboard pick a word, and when they are plain keys. */

/**
 * @typedef {{offers: number, tab: boolean, digits: boolean}} Picking how many words are offered, and
 *   whether Tab and plain digits pick one now
 */

/**
 * The place of the word that a key picks, or -1. Alt with a digit always picks; a digit alone and Tab
 * only where they do now.
 * @param {KeyboardEvent} event
 * @param {Picking} picking
 */
export function chosenPlace(event, { offers, tab, digits }) {
  if (event.ctrlKey || event.metaKey) return -1;
  if (event.key === "Tab") return tab && offers > 0 && !event.shiftKey && !event.altKey ? 0 : -1;
  const place = placeOf(event);
  if (place < 0 || place >= offers) return -1;
  return event.altKey || digits ? place : -1;
}

/** @param {KeyboardEvent} event */
function placeOf(event) {
  // With Alt the key may write another sign, so the place of the key counts; else what it writes,
  // since digits stand elsewhere on other layouts.
  const digit = event.altKey ? /^(?:Digit|Numpad)([123])$/.exec(event.code)?.[1] : event.key;
  return digit && "123".includes(digit) ? Number(digit) - 1 : -1;
}
