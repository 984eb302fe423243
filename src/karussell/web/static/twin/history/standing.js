/** Where words stand in entries: found at once among many thousands. */

import { length } from "../text/characters.js";
import { fold } from "../text/index.js";

// Before an apostrophe, letters that are no word of their own: "l'", "d'", "qu'", "jusqu'".
const LONGEST_ELISION = 2;
const ELIDED = "qu";
const POSSESSIVES = ["'s", "'"];

/** @typedef {import("./entries.js").Entry} Entry */

/** In which entries a word stands, however it is written. */
export class Standing {
  // Of each language its forms, folded, and the ids of the entries in which each stands.
  /** @type {Map<string, Map<string, {folded: string, owners: Set<number>}>>} */
  #forms = new Map();

  /** @param {Iterable<readonly [number, Entry]>} [entries] they, with their ids */
  constructor(entries = []) {
    this.add(entries);
  }

  /** Take in more entries. @param {Iterable<readonly [number, Entry]>} entries */
  add(entries) {
    for (const [number, entry] of entries) {
      if (entry.kind === "saving") continue;
      let known = this.#forms.get(entry.language);
      if (!known) this.#forms.set(entry.language, (known = new Map()));
      for (const form of written(entry)) {
        const found = known.get(form);
        if (found) found.owners.add(number);
        else known.set(form, { folded: fold(form, entry.language), owners: new Set([number]) });
      }
    }
  }

  /** Be as if some entries had never been taken in. @param {Iterable<readonly [number, Entry]>} entries */
  drop(entries) {
    for (const [number, entry] of entries) {
      if (entry.kind === "saving") continue;
      const known = this.#forms.get(entry.language);
      for (const form of written(entry)) {
        const found = known?.get(form);
        found?.owners.delete(number);
        if (found && !found.owners.size) known?.delete(form);
      }
    }
  }

  /** The ids of the entries in which a word stands, in order. @param {string} word */
  of(word) {
    /** @type {Set<number>} */
    const found = new Set();
    for (const [language, known] of this.#forms) {
      const wanted = fold(word, language);
      for (const { folded, owners } of known.values()) {
        if (!folded.includes(wanted) || !readings(folded).includes(wanted)) continue;
        for (const owner of owners) found.add(owner);
      }
    }
    return [...found].sort((one, other) => one - other);
  }
}

/** In which forms words stand in an entry; several together are one, too. */
function written(/** @type {Exclude<Entry, import("./entries.js").Saving>} */ entry) {
  if (entry.kind === "sentence") return entry.words;
  return [...entry.typed.split(" "), ...entry.word.split(" "), entry.typed, entry.word];
}

/** A folded form, and what it is without what apostrophes joined to it. @param {string} form */
function readings(form) {
  const found = [form];
  if (!form.includes("'")) return found;
  const ending = POSSESSIVES.find((each) => form.endsWith(each));
  if (ending) {
    form = form.slice(0, -ending.length);
    found.push(form);
  }
  const at = form.indexOf("'");
  const before = at < 0 ? form : form.slice(0, at);
  const rest = at < 0 ? "" : form.slice(at + 1);
  if (rest && (length(before) <= LONGEST_ELISION || before.endsWith(ELIDED))) found.push(rest);
  return found;
}
