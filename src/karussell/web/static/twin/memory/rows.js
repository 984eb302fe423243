/** Entries in this program's memory alone, where a browser has no database, or keeps none in a private window. */

import { summed } from "../history/entries.js";

/** @typedef {import("./database.js").Row} Row */

export class Rows {
  /** @type {Map<number, import("../history/entries.js").Entry>} */
  #rows = new Map();
  #facts = new Set();
  notice = null;
  /** @type {import("./database.js").Found} */
  found = { rows: [], unread: 0 };

  async read() {
    /** @type {Row[]} */
    const rows = [...this.#rows].sort(([one], [other]) => one - other);
    return { rows, unread: 0 };
  }

  /** @param {readonly import("./database.js").Change[]} changes @param {Map<number, number>} moved */
  async write(changes, moved) {
    for (const [number, entry] of changes) {
      if (entry === null) this.#rows.delete(moved.get(number) ?? number);
      else if (entry.kind !== "saving") this.#rows.set(number, entry);
      else {
        const [there, known] = [...this.#rows].find(([, each]) => isOfDay(each, entry)) ?? [number, null];
        this.#rows.set(there, known ? summed(known, entry) : entry);
        moved.set(number, there);
      }
    }
  }

  /** @param {string} name */
  async fact(name) {
    return this.#facts.has(name);
  }

  /** @param {string} name @param {boolean} is */
  async setFact(name, is) {
    if (is) this.#facts.add(name);
    else this.#facts.delete(name);
  }

  close() {}
}

/**
 * @param {import("../history/entries.js").Entry} entry
 * @param {import("../history/entries.js").Saving} saving
 * @returns {entry is import("../history/entries.js").Saving}
 */
function isOfDay(entry, saving) {
  return entry.kind === "saving" && entry.day === saving.day && entry.app === saving.app;
}
