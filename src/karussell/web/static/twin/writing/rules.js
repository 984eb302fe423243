/** The rules of space and signs of each language: those that Python has, as they are told. */

import { closes } from "../../writing.js";

/** @typedef {import("../../writing.js").Rules & {language: string}} Rules */

/** @type {Map<string, Rules> | null} */
let told = null;

/** Take over the rules of all languages, "" for those without. @param {Record<string, Rules>} lists */
export function tellRules(lists) {
  told = new Map(Object.entries(lists).map(([tag, rules]) => [tag, Object.freeze(rules)]));
}

/** The rules of the language with a BCP 47 tag; general ones if it has none of its own. @param {string} tag @returns {Rules} */
export function rulesOf(tag) {
  if (!told) throw new Error("no rules were told; give `tell` what karussell.service.told_to_twin wrote");
  const language = tag.split("-", 1)[0].toLowerCase();
  let rules = told.get(language);
  if (!rules) {
    const general = /** @type {Rules} */ (told.get(""));
    told.set(language, (rules = Object.freeze({ ...general, language })));
  }
  return rules;
}

export { closes };
