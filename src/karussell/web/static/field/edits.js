/**
 * Changes of a text as values, and places in it that move with them.
 *
 * @typedef {{start: number, removed: string, inserted: string}} Edit what stood at a place, and what
 *   stands there now
 */

/**
 * What makes one text of another. Where that is not certain, as in "aa" and "aaa", the caret decides,
 * which stands behind what was written.
 * @param {string} before
 * @param {string} after
 * @param {number} caret in the text after
 * @returns {Edit | null} null if they are the same
 */
export function difference(before, after, caret) {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let kept = after.length - caret;
  if (!before.endsWith(after.slice(caret))) {
    kept = 0;
    while (kept < shorter && before.at(-1 - kept) === after.at(-1 - kept)) kept++;
  }
  const most = shorter - kept;
  let start = 0;
  while (start < most && before[start] === after[start]) start++;
  if (start > 0 && isHigh(before[start - 1])) start--; // no half of a character
  return {
    start,
    removed: before.slice(start, before.length - kept),
    inserted: after.slice(start, after.length - kept),
  };
}

/**
 * A text after an edit.
 * @param {string} text
 * @param {Edit} edit
 */
export function apply(text, { start, removed, inserted }) {
  return text.slice(0, start) + inserted + text.slice(start + removed.length);
}

/**
 * Whether a text after an edit is no longer than a field takes, or than it is already: the browser would cut what is put in.
 * @param {string} text
 * @param {Edit} edit
 * @param {number} most characters; negative for any number
 */
export function fits(text, { removed, inserted }, most) {
  const growth = inserted.length - removed.length;
  return most < 0 || growth <= 0 || text.length + growth <= most;
}

/**
 * The edit that takes an edit back.
 * @param {Edit} edit
 * @returns {Edit}
 */
export function inverse({ start, removed, inserted }) {
  return { start, removed: inserted, inserted: removed };
}

/**
 * Where a place in a text lies after an edit; one inside of what was removed goes to its end.
 * @param {number} place
 * @param {Edit} edit
 */
export function moved(place, { start, removed, inserted }) {
  if (place <= start) return place;
  return Math.max(start + inserted.length, place + inserted.length - removed.length);
}

/** @param {string | undefined} unit */
function isHigh(unit) {
  return unit !== undefined && unit >= "\ud800" && unit <= "\udbff";
}
