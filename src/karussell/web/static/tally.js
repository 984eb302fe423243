/**
 * What the keyboard saved, in numbers for the day's sums: keys, letters, picks, corrections. Never text.
 * They are told together, where a line ends or the page is left; a page that goes at once loses a few.
 *
 * @typedef {import("/field/text-field.js").Counted} Counted
 */

const NOTHING = { keys: 0, letters: 0, picks: 0, corrected: 0, undone: 0 };

export class Tally {
  #counts = { ...NOTHING };

  /** @param {Counted} counted */
  add({ keys, letters, kind }) {
    const counts = this.#counts;
    counts.keys += keys;
    counts.letters += letters;
    if (kind === "pick") counts.picks += 1;
    if (kind === "unpicked") counts.picks -= 1;
    if (kind === "correction") counts.corrected += 1;
    if (kind === "undone") counts.undone += 1;
  }

  /** What was taken could not be told. @param {typeof NOTHING} counts */
  giveBack(counts) {
    for (const name of /** @type {(keyof typeof NOTHING)[]} */ (Object.keys(counts))) this.#counts[name] += counts[name];
  }

  /** What was counted since it was taken last; null if nothing was. */
  take() {
    const { letters, picks } = this.#counts;
    const counts = { ...this.#counts, letters: Math.max(0, letters), picks: Math.max(0, picks) };
    this.#counts = { ...NOTHING, picks: Math.min(0, picks) }; // one that was told already is taken from the next
    return Object.values(counts).some(Boolean) ? counts : null;
  }
}
