/** Why a word is suggested. */

import { fold } from "../text/index.js";
import { NOTHING } from "./habits.js";

/**
 * Why a word is suggested.
 * @param {import("./suggestion.js").Suggestion} suggestion the word
 * @param {import("./reading.js").Reading} read what was read around the cursor
 * @param {import("./habits.js").Habits} habits what the writer taught
 * @param {readonly string[]} languages the tags of the models' languages
 */
export function reason(suggestion, read, habits, languages) {
  const only = languages.length === 1 ? languages[0] : null;
  const told = (language) => language || suggestion.language || only;
  let parts = [];
  if (read.learned !== NOTHING) {
    const found = habits.why(fold(suggestion.text, read.language), read.base(), read.place.words);
    parts = found.parts.map((each) => ({ ...each, language: told(each.language) }));
  }
  if (!parts.length) {
    parts = [{ source: suggestion.source, language: told(null), share: 1, after: [], uses: 0, last: null }];
  }
  return { word: suggestion.text, parts };
}
