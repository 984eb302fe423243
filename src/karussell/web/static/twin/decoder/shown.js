/** Which of a model's words are shown, and how probable they are at some places. */

import { first, isLower } from "../text/characters.js";
import { abbreviations } from "../text/index.js";

// So many of the most common words that are written small are no names, but in these languages all.
const COMMON = 1000;
const ALL = new Set(["de", "es"]);
const SELDOM = Math.log(0.02);

/** Which of a model's words are shown. */
export class Shown {
  #model;
  /** @type {number[] | null} */
  #made = null;

  /**
   * @param {import("../model/index.js").LanguageModel} model
   * @param {{offensive?: boolean}} [options] whether words that it withholds are shown, too
   */
  constructor(model, { offensive = false } = {}) {
    this.#model = model;
    /** The ids of words that are shown only once the writer used them. @type {ReadonlySet<number>} */
    this.hidden = new Set(offensive ? [] : model.withheld);
  }

  /**
   * Log probabilities (V+1) in which no hidden word can be found.
   * @param {Float32Array} logProbs what the model says
   * @param {ReadonlySet<string>} used folded words that are shown though they are hidden
   * @param {boolean} named whether a title stands before the word, as in "Mr. ": a name follows
   */
  of(logProbs, used, named) {
    if (!this.hidden.size && !named) return logProbs;
    const shown = logProbs.slice();
    if (named) for (const id of this.#noNames) shown[id] += SELDOM;
    const ours = new Set(this.#model.vocabulary.ids([...used]));
    for (const id of this.hidden) if (!ours.has(id)) shown[id] = -Infinity;
    return shown;
  }

  /** The ids of common words that are no names, nor stand before one: "de". */
  get #noNames() {
    if (this.#made) return this.#made;
    const { vocabulary, counts, card } = this.#model;
    const { particles, single } = abbreviations(card.language);
    const found = Array.from({ length: vocabulary.length }, (_, id) => id).filter((id) => {
      const form = vocabulary.display(id);
      const small = isLower(first(form)) || single.includes(form.split("'", 1)[0]); // "I'm"
      return small && !particles.has(vocabulary.word(id));
    });
    if (!ALL.has(card.language.slice(0, 2))) {
      found.sort((one, other) => counts[other] - counts[one] || one - other).splice(COMMON);
    }
    return (this.#made = found);
  }
}
