/** How a word stands on a strip: which part of it was typed already, and what is left out of a long one. */

import { graphemes, lastGraphemes } from "../graphemes.js";

const LONGEST = 24; // of a longer one the beginning and the end are shown

/**
 * A word so that its end is seen, too: words that differ there must be told apart.
 * @param {string} text
 * @param {number} typed how much of it was typed
 * @returns {{typed: string, rest: string, letters: number}} `letters` is how broad it is, at least 1
 */
export function shown(text, typed) {
  const letters = graphemes(text);
  const elided = letters.length > LONGEST;
  const seen = elided ? `${letters.slice(0, 9).join("")}…${letters.slice(-10).join("")}` : text;
  const split = elided ? 0 : typed;
  return { typed: seen.slice(0, split), rest: seen.slice(split), letters: Math.max(1, graphemes(seen).length) };
}

/**
 * How much of a suggestion stands there already; 0 if it is spelt otherwise, or all of it is there.
 * @param {import("./suggestion-strip.js").Suggestion} suggestion
 * @param {string} left
 */
export function typedLength(suggestion, left) {
  const typed = lastGraphemes(left, suggestion.edit.delete_left);
  const goesOn = suggestion.text.toLowerCase().startsWith(typed.toLowerCase());
  return goesOn && typed.length < suggestion.text.length ? typed.length : 0;
}
