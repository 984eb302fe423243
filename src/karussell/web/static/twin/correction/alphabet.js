/** The letters of a language, those with accents by the plain ones that are typed for them. */

import { plain } from "./geometry.js";

const PLAIN = "abcdefghijklmnopqrstuvwxyz";
/** @type {ReadonlyMap<string, string>} */
const ACCENTED = new Map(
  Object.entries({
    en: "éèêàâçñöüï",
    de: "äöüßéèàê",
    fr: "àâæçéèêëîïôœùûüÿ",
    es: "áéíñóúü",
    it: "àèéìòù",
    pt: "áâãàçéêíóôõú",
    nl: "éëïóöü",
    sv: "åäöé",
    pl: "ąćęłńóśźż",
    tr: "çğıöşü",
  }),
);
/** @type {ReadonlyMap<string, Record<string, string>>} */
const IN_TWO = new Map(
  Object.entries({
    de: { ae: "ä", oe: "ö", ue: "ü", ss: "ß" },
    fr: { oe: "œ", ae: "æ" },
    sv: { aa: "å", ae: "ä", oe: "ö" },
  }),
);

/**
 * What two letters stand for where one has no key: `ss` for `ß`.
 * @param {string} language
 */
export function inTwo(language) {
  return IN_TWO.get(language.split("-")[0]) ?? {};
}

/**
 * A word as who has no keys for some of its letters spells them: `fuer`, `Gruesse`.
 *
 * One with a `ß` and no other such letter is itself: that is Swiss, and no slip.
 * @param {string} word
 * @param {string} language
 */
export function spelledInTwo(word, language) {
  let spelled = word;
  for (const [two, one] of Object.entries(inTwo(language))) spelled = spelled.replaceAll(one, two);
  return spelled === word.replaceAll("ß", "ss") ? word : spelled;
}

/**
 * The letters that a language is written with, as far as we know.
 * @param {string} language
 */
export function alphabetOf(language) {
  return PLAIN + (ACCENTED.get(language.split("-")[0]) ?? "");
}

/**
 * The forms with accents of each plain letter.
 * @param {string} language
 * @returns {Map<string, string[]>}
 */
export function accented(language) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const form of ACCENTED.get(language.split("-")[0]) ?? "") {
    const letter = plain(form);
    found.set(letter, [...(found.get(letter) ?? []), form]);
  }
  return found;
}
