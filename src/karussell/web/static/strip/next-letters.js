/** The letters that the offered words go on with. */

import { graphemes } from "/graphemes.js";

/**
 * @param {(import("/strip/suggestion-strip.js").Suggestion | null)[]} slots
 * @returns {Map<string, number>} lower-case letter to probability, 0 to 1
 */
export function nextLetters(slots) {
  /** @type {Map<string, number>} */
  const likely = new Map();
  for (const suggestion of slots) {
    if (!suggestion || suggestion.kind === "correction") continue;
    const next = graphemes(suggestion.text)[suggestion.edit.delete_left]?.toLowerCase();
    if (next) likely.set(next, Math.min(1, (likely.get(next) ?? 0) + suggestion.probability));
  }
  return likely;
}
