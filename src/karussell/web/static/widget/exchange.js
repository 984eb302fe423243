/** Changes of a field that the browser can undo, and that whoever owns the page hears of. */

import { apply } from "../field/edits.js";
import { lastGraphemes } from "../graphemes.js";

/** @typedef {import("./plain-text.js").PlainText | import("./rich-text.js").RichText} Surface */

/**
 * Put something in place of a part of the text, as one step of the browser's own history: the command
 * goes by the editor's way, so that undo knows it and `input` is heard, whatever framework holds the value.
 * @param {Surface} surface
 * @param {import("../field/edits.js").Edit} edit
 * @param {number} caret where it stands then
 */
export function exchange(surface, edit, caret) {
  const { text } = surface;
  const after = apply(text, edit);
  let { start, inserted } = edit;
  let end = start + edit.removed.length;
  if (!surface.tells) {
    [start, end, inserted] = [0, text.length, after]; // nothing smaller can be selected
  } else {
    while (start < end && inserted && text[start] === inserted[0] && !isHigh(text[start])) {
      start += 1; // what stays is not touched, but see below
      inserted = inserted.slice(1);
    }
  }
  if (start === end && surface.joins(start)) {
    // What begins with a selection is a step of its own: else it would be undone with what was typed before.
    const before = lastGraphemes(text.slice(0, start), 1);
    start -= before.length;
    inserted = before + inserted;
  }
  if (surface.tells) surface.select(start, end);
  else /** @type {HTMLInputElement} */ (surface.element).select();
  const done = inserted ? document.execCommand("insertText", false, inserted) : document.execCommand("delete");
  if (!done) surface.overwrite(after, inserted);
  rest(surface, caret);
}

/**
 * Put the caret somewhere, and end the step of the browser's history that was going on.
 * @param {Surface} surface
 * @param {number} caret
 */
export function rest(surface, caret) {
  const elsewhere = caret > 0 ? 0 : surface.text.length;
  surface.select(elsewhere, elsewhere);
  surface.select(caret, caret);
}

/** @param {string} unit */
function isHigh(unit) {
  return unit >= "\ud800" && unit <= "\udbff";
}
