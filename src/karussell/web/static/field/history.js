/**
 * What was done to the text, to be undone and done again. The browser's own history knows nothing of
 * what is written while a key or a button has the focus, so there is this one, for all changes.
 *
 * @typedef {"typing" | "erasing" | "pick" | "correction" | "other"} Kind
 * @typedef {{message: number, age: number}} Lesson the last message to the server about a change
 * @typedef {import("./edits.js").Edit & {kind: Kind, before: number, after: number,
 *   keys: [number, number], lesson: Lesson | null, sealed: boolean}} Change an edit, with where the caret
 *   stood and how many keys had been pressed before and after it, what was learned of it, and whether it
 *   holds anything that was written in private
 */

const MOST = 1000; // changes that can be undone

export class History {
  /** @type {Change[]} */
  #done = [];
  /** @type {Change[]} */
  #undone = [];

  /** The last change, if it was not undone. */
  get last() {
    return this.#done.at(-1);
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /**
   * Remember a change. Letters typed one after the other are undone by the word, letters erased
   * together. Returns the change that it became part of.
   * @param {Change} change
   */
  add(change) {
    const last = this.#undone.length ? undefined : this.#done.at(-1);
    this.#undone = [];
    if (last && last.kind === change.kind && !last.lesson && joins(last, change)) {
      if (change.kind === "typing") last.inserted += change.inserted;
      else Object.assign(last, { start: change.start, removed: change.removed + last.removed });
      last.after = change.after;
      last.sealed ||= change.sealed;
      last.keys[1] = change.keys[1];
      return last;
    }
    this.#done.push(change);
    if (this.#done.length > MOST) this.#done.shift();
    return change;
  }

  /**
   * Know that the last erasing, which went on key by key, went less far.
   * @param {string} back what stands there still, and is the first of what it erased
   * @param {number} keys that were none
   * @returns {Change | null} what is left of it
   */
  shorten(back, keys) {
    const last = this.last;
    if (last?.kind !== "erasing" || !last.removed.startsWith(back)) return null;
    last.start += back.length;
    last.removed = last.removed.slice(back.length);
    last.after = last.start;
    last.keys[1] -= keys;
    if (!last.removed) this.#done.pop();
    return last;
  }

  /** The change to take back now, or undefined. */
  undo() {
    const change = this.#done.pop();
    if (change) this.#undone.push(change);
    return change;
  }

  /** The change to make again now, or undefined. */
  redo() {
    const change = this.#undone.pop();
    if (change) this.#done.push(change);
    return change;
  }
}

/**
 * Whether a change goes on with the last one.
 * @param {Change} last
 * @param {Change} change
 */
function joins(last, change) {
  if (change.before !== last.after) return false; // the caret was elsewhere
  if (change.kind === "erasing") return change.start + change.removed.length === last.start && !change.inserted;
  const newWord = /\s$/.test(last.inserted) && /^\S/.test(change.inserted);
  const line = /\n/.test(last.inserted + change.inserted);
  return change.kind === "typing" && !change.removed && change.start === last.start + last.inserted.length && !newWord && !line;
}
