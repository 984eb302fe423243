/** What was put in place of typed words, and where it stands by now; places are counted in code points. */

import { isAlnum, length, rest } from "../text/characters.js";
import { part } from "./context.js";

/** @typedef {import("./context.js").Context} Context */

// Changed words that are known by place: those of some pages.
const MOST = 500;

/** A word that was put in place of another. */
export class Change {
  /**
   * @param {object} given
   * @param {number} given.start where it stands, from the start of the text
   * @param {string} given.typed what was typed there; "" if the word was picked before its first letter
   * @param {string} given.word what stands there now
   * @param {boolean} given.corrects whether it was taken for what was meant, and does not just go on with it
   */
  constructor({ start, typed, word, corrects }) {
    this.start = start;
    this.typed = typed;
    this.word = word;
    this.corrects = corrects;
    /** Where it ends. */
    this.end = start + length(word);
    Object.freeze(this);
  }

  /** What was typed, and the word. @returns {[string, string]} */
  get exchange() {
    return [this.typed, this.word];
  }

  /** The same word elsewhere. @param {number} start */
  at(start) {
    return new Change({ ...this, start });
  }
}

/** @typedef {readonly Change[]} Changes the words of a text that were changed, each in another place */

/** A part of a text, how many code points of it stand before the part, and where the cursor stands. */
export class Window {
  /** @param {number} start @param {Context} context */
  constructor(start, context) {
    this.start = start;
    this.context = context;
    Object.freeze(this);
  }
}

/** One more changed word; one that stood there before is gone. @param {Changes} changes @param {Change} change @returns {Changes} */
export function withChange(changes, change) {
  if (!change.typed || change.typed === change.word) return changes;
  const others = changes.filter((old) => old.end <= change.start || old.start >= change.end);
  return [...others, change].slice(-MOST);
}

/** The changed word that the cursor stands in, or beside, if it still stands there whole. @param {Changes} changes @param {Window} text */
export function changeAt(changes, text) {
  const left = text.start + length(text.context.left);
  const whole = text.context.text;
  for (const change of changes) {
    const start = change.start - text.start;
    const end = change.end - text.start;
    if (change.start > left || left > change.end || start < 0 || part(whole, start, end) !== change.word) continue;
    const beside = [...part(whole, Math.max(0, start - 1), start), ...part(whole, end, end + 1)];
    return beside.some(isAlnum) ? null : change;
  }
  return null;
}

/**
 * Find changed words again after an edit that was made elsewhere.
 * @param {Changes} changes
 * @param {Window} old
 * @param {Window} now
 * @returns {[Changes, Changes]} those that still stand somewhere, and those that the edit broke
 */
export function follow(changes, old, now) {
  const found = changes.length ? edited(old, now) : null;
  return found ? moved(changes, ...found) : [changes, []];
}

/**
 * Changed words after [begin, end) of the text was replaced by what is longer by a growth.
 * @param {Changes} changes
 * @param {number} begin
 * @param {number} end
 * @param {number} growth
 * @returns {[Changes, Changes]} those that still stand somewhere, and those that the edit broke
 */
export function moved(changes, begin, end, growth) {
  /** @type {Change[]} */
  const kept = [];
  /** @type {Change[]} */
  const broken = [];
  for (const change of changes) {
    if (change.end <= begin) kept.push(change);
    else if (change.start >= end) kept.push(change.at(change.start + growth));
    else broken.push(change);
  }
  return [kept, broken];
}

/**
 * What one edit changed, as far as both windows show it. Of several readings the one whose edit ends at the new
 * cursor is taken.
 * @param {Window} old
 * @param {Window} now
 * @returns {[number, number, number] | null} [begin, end) of the old text, and the growth; null for no change, or
 *   where the windows have nothing in common
 */
export function edited(old, now) {
  const low = Math.max(old.start, now.start);
  const before = [...rest(old.context.text, low - old.start)];
  const after = [...rest(now.context.text, low - now.start)];
  const common = Math.min(before.length, after.length);
  let same = 0;
  while (same < common && before[same] === after[same]) same++;
  if (same === common) {
    // Where nothing stands right of the cursor, the text ends there, and was longer before.
    if (now.context.right || before.length <= after.length) return null;
    return [low + common, low + before.length, common - before.length];
  }
  let cursor = Math.max(0, now.start + length(now.context.left) - low);
  const right = after.slice(cursor);
  let end = found(before, right, before.length - after.length + cursor);
  if (end === null) {
    // Not at the cursor: what is common at both ends stays.
    end = before.length;
    cursor = after.length;
    while (end && cursor && before[end - 1] === after[cursor - 1]) {
      end--;
      cursor--;
    }
  }
  let begin = 0;
  while (begin < Math.min(end, cursor) && before[begin] === after[begin]) begin++;
  return [low + begin, low + end, cursor - end];
}

/** Where what stands right of the cursor stood before: at its likely place, or the first. @param {string[]} text @param {string[]} right @param {number} likely */
function found(text, right, likely) {
  for (const place of [likely, indexOf(text, right.slice(0, 32))]) {
    const count = Math.min(right.length, text.length - place);
    if (place < 0 || count < Math.min(1, right.length)) continue;
    let at = 0;
    while (at < count && text[place + at] === right[at]) at++;
    if (at >= count) return place;
  }
  return null;
}

/** @param {string[]} text @param {string[]} wanted */
function indexOf(text, wanted) {
  for (let place = 0; place + wanted.length <= text.length; place++) {
    if (wanted.every((sign, at) => text[place + at] === sign)) return place;
  }
  return -1;
}
