/** One spelling for each text: NFC, straight apostrophes, and the lower-case form models read. */

import { isAscii } from "./characters.js";

// What is typed for the apostrophe of "don't", also by mistake.
const APOSTROPHES = /[\u2019\u02bc\u2018\u00b4`]/g;
// Forms of one emoji are one: coloured or not, and of any skin tone.
const FORMS = /[\ufe0f\u{1f3fb}-\u{1f3ff}]/gu;
const GENDERS = ["\u200d\u2640", "\u200d\u2642"];
// Where a capital I has no dot and its small letter neither.
const DOTLESS = ["tr", "az"];

/** Text in NFC with every apostrophe written as ', and emoji in their plainest form. @param {string} text */
export function normalise(text) {
  if (isAscii(text)) return text.replaceAll("`", "'");
  for (const gender of GENDERS) text = text.replaceAll(gender, "");
  // Forms first, since without them a mark may compose with the letter before.
  return text.replace(APOSTROPHES, "'").replace(FORMS, "").normalize("NFC");
}

/**
 * Text as a model reads it: normalised and in lower case; a sigma is the same at the end of a word, and the dot
 * of a capital I is dropped.
 * @param {string} text
 * @param {string} [language] its BCP 47 tag: in Turkish the small letter of I is dotless
 */
export function fold(text, language = "") {
  if (DOTLESS.includes(language.slice(0, 2))) text = text.normalize("NFC").replaceAll("I", "\u0131");
  if (isAscii(text)) return normalise(text).toLowerCase();
  let lowered = normalise(text).toLowerCase();
  while (lowered.includes("i\u0307")) lowered = lowered.replaceAll("i\u0307", "i");
  // Once more after lowering, since a small letter may compose where its capital does not.
  return normalise(lowered).replaceAll("\u03c2", "\u03c3");
}
