/** Words behind which a full stop ends no sentence, by language: the lists that Python has, as they are told. */

/**
 * @typedef {{never: Set<string>, either: Set<string>, numbered: Set<string>, ordinals: boolean, single: string}} Abbreviations
 * what a full stop may stand behind without ending a sentence: behind `never` none ends, behind `either` one ends
 * if the next word has a capital, behind `numbered` unless a number follows
 */

/** @type {Map<string, Abbreviations> | null} */
let told = null;

/**
 * Take over the lists of all languages.
 * @param {Record<string, {never: string[], either: string[], numbered: string[], ordinals: boolean, single: string}>} lists
 */
export function tellAbbreviations(lists) {
  told = new Map(Object.entries(lists).map(([tag, each]) => [tag, frozen(each)]));
}

const frozen = ({ never, either, numbered, ordinals, single }) =>
  Object.freeze({ never: new Set(never), either: new Set(either), numbered: new Set(numbered), ordinals, single });

const NONE = frozen({ never: [], either: [], numbered: [], ordinals: false, single: "" });

/** Those of the language with a BCP 47 tag; none for one without a list. @param {string} tag @returns {Abbreviations} */
export function abbreviations(tag) {
  if (!told) throw new Error("no abbreviations were told; give `tell` what karussell.service.told_to_twin wrote");
  return told.get(tag.split("-", 1)[0].toLowerCase()) ?? NONE;
}
