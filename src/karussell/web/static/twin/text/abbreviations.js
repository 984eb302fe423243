/** Words behind which a full stop ends no sentence, by language: the lists that Python has, as they are told. */

/**
 * @typedef {{never: Set<string>, either: Set<string>, numbered: Set<string>, ordinals: boolean, single: string, titles: Set<string>, bare: Set<string>, particles: Set<string>}} Abbreviations
 * what a full stop may stand behind without ending a sentence: behind `never` none ends, behind `either` one ends
 * if the next word has a capital, behind `numbered` unless a number follows; `titles` stand before a name, some also
 * `bare` of the stop, and `particles` may stand small between the two
 */

/** @type {Map<string, Abbreviations> | null} */
let told = null;

/**
 * Take over the lists of all languages.
 * @param {Record<string, any>} lists
 */
export function tellAbbreviations(lists) {
  told = new Map(Object.entries(lists).map(([tag, each]) => [tag, frozen(each)]));
}

const frozen = ({ ordinals = false, single = "", ...lists }) =>
  Object.freeze({
    never: new Set(lists.never),
    either: new Set(lists.either),
    numbered: new Set(lists.numbered),
    titles: new Set(lists.titles),
    bare: new Set(lists.bare),
    particles: new Set(lists.particles),
    ordinals,
    single,
  });

const NONE = frozen({});

/** Those of the language with a BCP 47 tag; none for one without a list. @param {string} tag @returns {Abbreviations} */
export function abbreviations(tag) {
  if (!told) throw new Error("no abbreviations were told; give `tell` what karussell.service.told_to_twin wrote");
  return told.get(tag.split("-", 1)[0].toLowerCase()) ?? NONE;
}
