/** The words that a writer used, found by how they begin, without a look at all that was written. */

import { same } from "../history/index.js";
import { compare } from "../text/characters.js";
import { fold } from "../text/index.js";
import { bisect, Used } from "./used.js";

/** @typedef {import("../history/entries.js").Entry} Entry */
/** @typedef {import("../history/entries.js").Sentence} Sentence */
/** @typedef {import("../history/entries.js").Repair | import("../history/entries.js").Rejection} AnyPair */

/** An index of entries. A question costs what its answer does, and what is new costs once. */
export class Uses {
  /** @type {Map<number, Entry>} */
  #entries = new Map();
  /** @type {Map<string, Used>} */
  #words = new Map();
  /** @type {string[] | null} */
  #sorted = [];
  /** @type {Map<number, AnyPair>} */
  #pairs = new Map();
  /** @type {Map<string, number>} */
  #apps = new Map();
  #sentences = 0;
  /** @type {Map<string, Map<string, string>>} */
  #folded = new Map();

  /** Be the index of these entries, by their numbers. @param {ReadonlyMap<number, Entry>} entries */
  follow(entries) {
    const old = this.#entries;
    const gone = new Set();
    for (const [number, entry] of old) {
      const now = entries.get(number);
      if (now && same(now, entry)) continue;
      gone.add(number);
      this.#drop(number, entry);
    }
    this.#entries = new Map(entries);
    if (gone.size) this.#folded.clear(); // what is forgotten is nowhere
    const added = [...entries.keys()].filter((number) => gone.has(number) || !old.has(number));
    for (const number of added.sort((one, other) => one - other)) {
      this.#take(number, /** @type {Entry} */ (entries.get(number)));
    }
  }

  /**
   * What the entries tell.
   * @param {string | null} word how the words begin; null for all
   * @param {(word: string) => boolean} known whether a model knows a folded word: such words come last
   * @returns {import("./recall.js").Recall}
   */
  recall(word, known) {
    const wanted = fold(word ?? "");
    const shown = this.#begun(wanted).map((each) => /** @type {Used} */ (this.#words.get(each)).shown(each, this, known));
    shown.sort(
      (one, other) =>
        Number(one.known) - Number(other.known) ||
        other.told.uses - one.told.uses ||
        other.told.last - one.told.last ||
        compare(one.told.word, other.told.word),
    );
    return {
      words: shown.map((each) => each.told),
      repairs: this.#listed("repair", wanted),
      rejections: this.#listed("rejection", wanted),
      sentences: this.#sentences,
      apps: [...this.#apps.keys()].sort(compare),
    };
  }

  /** A sentence by its number. @param {number} number */
  sentence(number) {
    return /** @type {Sentence} */ (this.#entries.get(number));
  }

  /** A form of a word as models read it. @param {string} form @param {string} language */
  fold(form, language) {
    let known = this.#folded.get(language);
    if (!known) this.#folded.set(language, (known = new Map()));
    let found = known.get(form);
    if (found === undefined) known.set(form, (found = fold(form, language)));
    return found;
  }

  /** The folded words that begin so, sorted. @param {string} wanted */
  #begun(wanted) {
    this.#sorted ??= [...this.#words.keys()].sort(compare);
    if (!wanted) return this.#sorted;
    const first = bisect(this.#sorted, wanted, compare);
    let last = first;
    while (this.#sorted[last]?.startsWith(wanted)) last++;
    return this.#sorted.slice(first, last);
  }

  /** @param {"repair" | "rejection"} kind @param {string} wanted */
  #listed(kind, wanted) {
    /** @type {Map<string, import("./recall.js").Pair>} */
    const found = new Map();
    for (const [, entry] of [...this.#pairs].sort(([one], [other]) => one - other)) {
      if (entry.kind !== kind) continue;
      const { typed, word, time } = entry;
      if (!fold(typed).startsWith(wanted) && !fold(word).startsWith(wanted)) continue;
      const key = JSON.stringify([typed, word]);
      found.set(key, { typed, word, uses: (found.get(key)?.uses ?? 0) + 1, last: time });
    }
    return [...found.values()].sort((one, other) => other.last - one.last || compare(one.typed, other.typed));
  }

  /** @param {number} number @param {Entry} entry */
  #take(number, entry) {
    if (entry.kind === "saving") return;
    count(this.#apps, entry.app, 1);
    if (entry.kind !== "sentence") {
      this.#pairs.set(number, entry);
      return;
    }
    this.#sentences++;
    for (const form of entry.words) {
      const word = this.fold(form, entry.language);
      let used = this.#words.get(word);
      if (!used) {
        this.#words.set(word, (used = new Used()));
        this.#sorted = null;
      }
      used.take(number, entry.app);
    }
  }

  /** @param {number} number @param {Entry} entry */
  #drop(number, entry) {
    if (entry.kind === "saving") return;
    count(this.#apps, entry.app, -1);
    if (entry.kind !== "sentence") {
      this.#pairs.delete(number);
      return;
    }
    this.#sentences--;
    for (const form of entry.words) {
      const word = this.fold(form, entry.language);
      if (!this.#words.get(word)?.drop(number, entry.app)) continue;
      this.#words.delete(word);
      this.#sorted = null;
    }
  }
}

/** @param {Map<string, number>} counts @param {string | null} key @param {number} times */
function count(counts, key, times) {
  if (!key) return;
  const found = (counts.get(key) ?? 0) + times;
  if (found) counts.set(key, found);
  else counts.delete(key);
}
