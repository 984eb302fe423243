/**
 * What of the text was written in private, or while the field was another, such as one of passwords. It
 * follows the text through every edit; whatever happens later, nothing of it is told to be learned.
 *
 * @typedef {{start: number, end: number}} Range
 */

const HIDDEN = "\ufffc"; // what the server takes for a letter that nobody is to know
const LETTERS = /[^\s.!?\u2026]/gu; // the ends of words and sentences stay

export class Sealed {
  /** In order. @type {Range[]} */
  #ranges = [];

  /** Whether there is anything. */
  get any() {
    return this.#ranges.length > 0;
  }

  /** Whether an edit removes any of it. @param {import("./edits.js").Edit} edit */
  touches({ start, removed }) {
    return this.#ranges.some((range) => range.start < start + removed.length && range.end > start);
  }

  /**
   * Follow an edit.
   * @param {import("./edits.js").Edit} edit
   * @param {boolean} sealed whether what it brings is of this kind
   */
  follow({ start, removed, inserted }, sealed) {
    const end = start + removed.length;
    const shift = inserted.length - removed.length;
    /** @type {Range[]} */
    const found = [];
    for (const range of this.#ranges) {
      found.push({ start: range.start, end: Math.min(range.end, start) });
      found.push({ start: Math.max(range.start, end) + shift, end: range.end + shift });
    }
    if (sealed) found.push({ start, end: start + inserted.length });
    found.sort((one, other) => one.start - other.start);
    this.#ranges = [];
    for (const range of found.filter((each) => each.start < each.end)) {
      const last = this.#ranges.at(-1);
      if (last && last.end >= range.start) last.end = Math.max(last.end, range.end);
      else this.#ranges.push(range);
    }
  }

  /** A text from the first character on, as it may be learned. @param {string} text */
  without(text) {
    let shown = "";
    let place = 0;
    for (const { start, end } of this.#ranges) {
      shown += text.slice(place, start) + text.slice(start, end).replace(LETTERS, HIDDEN);
      place = end;
    }
    return shown + text.slice(place);
  }
}
