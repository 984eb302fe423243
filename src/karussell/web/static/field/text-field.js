/**
 * The text and its cursor. All changes go through one history, whoever made them.
 *
 * Events: `change` (text or cursor; `detail` says whether the keyboard wrote and not the browser), `key`
 * (one was pressed), `separator` whose `detail` is where the word before it ends, `line` whose `detail` is
 * the change that ended one, the text before it and whether it cut a word in two, `undo` whose `detail` is
 * a change with a lesson that was undone, or made again, and `counted` whose `detail` says what to count.
 *
 * @typedef {import("/field/history.js").Change} Change
 * @typedef {import("/field/edits.js").Edit} Edit
 * @typedef {{keys: number, letters: number, kind: import("/field/history.js").Kind | "undone" | "unpicked"}} Counted
 *   keys that were pressed, and characters that were written with them, less those that were erased
 */

import { codePoints, contextAt, lastLine } from "/field/context.js";
import { apply, difference, inverse } from "/field/edits.js";
import { History } from "/field/history.js";
import { SIGNS } from "/field/letters.js";
import { Sealed } from "/field/sealed.js";
import { Taps } from "/field/taps.js";
import { firstGraphemes, graphemes, lastGraphemes } from "/graphemes.js";
import { typed } from "/writing.js";

const WORD_AND_SPACES = /(?:\n|\S+[^\S\n]*|[^\S\n]+)$/;
const TAUGHT = 100; // lessons that are watched for being taken back by hand

export class TextField extends EventTarget {
  #area;
  #value;
  #caret = 0; // before the change that is being made
  #selected = false; // whether that replaces what was selected
  #history = new History();
  #taps = new Taps();
  #sealed = new Sealed();
  /** The text before the composition that is going on. @type {string | null} */
  #composed = null;
  #pending = ""; // what the rules of writing remember of the key before, and where it was pressed
  #pendingAt = -1;
  #spaceWasThere = false; // the space of a pick stood there before it
  #spacedAt = -1; // where the cursor stood after the last key, if that was a space
  /** What taught something, and the text before it. @type {{before: string, change: Change}[]} */
  #taught = [];
  /** What keys erased since anything else happened, and the lesson that each took back. @type {{removed: string, taught?: {before: string, change: Change}}[]} */
  #erased = [];
  keys = 0; // pressed for the text as it stands
  /** @type {import("/writing.js").Rules | null} */
  rules = null;
  doubleSpace = true;
  backspaceUndoes = true;
  discreet = false; // nothing that is written now is ever learned

  /** @param {HTMLTextAreaElement} area */
  constructor(area) {
    super();
    this.#area = area;
    this.#value = area.value;
    area.addEventListener("beforeinput", (event) => this.#beforeInput(event));
    area.addEventListener("input", (event) => this.#input(/** @type {InputEvent} */ (event)));
    area.addEventListener("compositionstart", () => {
      this.#composed = this.#value;
      this.#begin();
    });
    area.addEventListener("compositionend", () => this.#composedAll());
    document.addEventListener("selectionchange", () => {
      if (document.activeElement === area) this.#tell("change", false);
    });
  }

  get text() {
    return this.#area.value;
  }

  get composing() {
    return this.#composed !== null;
  }

  get caret() {
    return this.#area.selectionEnd;
  }

  /** How many characters it takes; negative for any number. */
  get longest() {
    return this.#area.maxLength;
  }

  /** Whether a text is selected, which the next key replaces. */
  get selecting() {
    return this.#area.selectionStart !== this.#area.selectionEnd;
  }

  /** The text around the cursor, as the server is told it. */
  get context() {
    const { value, selectionStart, selectionEnd } = this.#area;
    return contextAt(value, selectionStart, selectionEnd);
  }

  /** Whether any of it was written in private. */
  get hasSealed() {
    return this.#sealed.any;
  }

  /** The line that ends at a place, as far as the server reads it and may learn it. @param {number} [end] */
  lineBefore(end = this.text.length) {
    return lastLine(this.#sealed.without(this.text.slice(0, end)));
  }

  /** The line to the server's `taps` of a text that ends at a place. @param {number} place */
  tapsBefore(place) {
    return this.#taps.endOf(this.#value.slice(0, place));
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  /** Begin with a text that was kept. @param {string} text */
  restore(text) {
    this.#area.value = this.#value = text;
    this.#sealed.follow({ start: 0, removed: "", inserted: text }, this.discreet);
    this.#area.setSelectionRange(text.length, text.length);
    this.keys = graphemes(text).length;
    this.#tell("change", true);
  }

  /**
   * Write a text as if it had been typed.
   * @param {string} text
   * @param {import("/field/taps.js").Tap | null} [tap] where it was tapped
   */
  write(text, tap = null) {
    this.#endComposition();
    const { selectionStart, selectionEnd } = this.#area;
    this.#begin();
    this.#type({ start: selectionStart, removed: this.#value.slice(selectionStart, selectionEnd), inserted: text }, tap);
  }

  /** Begin the name of an emoji: the rules of writing would take a space from it. */
  beginName() {
    this.#endComposition();
    const { selectionStart: start, selectionEnd } = this.#area;
    this.#caret = selectionEnd;
    const inserted = /\S$/.test(this.#value.slice(0, start)) ? " :" : ":";
    this.#record({ start, removed: this.#value.slice(start, selectionEnd), inserted }, "typing", 1);
    this.#tell("key");
    this.#tell("change", true);
  }

  /** Delete the selection, or what stands before the cursor. @param {"character" | "word"} [what] */
  erase(what = "character") {
    this.#endComposition();
    const { selectionStart, selectionEnd } = this.#area;
    this.#begin();
    const left = this.#value.slice(0, selectionStart);
    const word = what === "word" ? (WORD_AND_SPACES.exec(left.slice(-1000))?.[0] ?? "") : lastGraphemes(left, 1);
    const start = selectionStart - (this.selecting ? 0 : word.length);
    this.#erase({ start, removed: this.#value.slice(start, selectionEnd), inserted: "" }, what === "character");
  }

  /** Bring back what the last keys erased: the finger that held them had gone before. @param {number} count */
  giveBack(count) {
    const back = this.#erased.slice(-count);
    const inserted = back.map(({ removed }) => removed).reverse().join("");
    const change = inserted && !this.selecting ? this.#history.shorten(inserted, back.length) : null;
    if (!change) return;
    const start = (this.#caret = this.caret);
    this.#change({ start, removed: "", inserted }, start + inserted.length, change.sealed);
    this.keys = change.keys[1];
    this.#count({ inserted, removed: "" }, -back.length, "erasing");
    for (const { taught } of back.reverse()) {
      if (!taught) continue;
      this.#taught.push(taught);
      this.#tell("undo", taught.change);
    }
    this.#tell("change", true);
  }

  /** Move the cursor by a character, or to an end of what is selected. @param {-1 | 1} step */
  step(step) {
    const { selectionStart, selectionEnd } = this.#area;
    let place = step < 0 ? selectionStart : selectionEnd;
    if (!this.selecting && step < 0) place -= lastGraphemes(this.#value.slice(0, place), 1).length;
    else if (!this.selecting) place += firstGraphemes(this.#value.slice(place), 1).length;
    this.#area.setSelectionRange(place, place);
    this.#tell("change", true);
  }

  /** Delete everything, which can be undone. */
  clear() {
    this.#endComposition();
    this.#caret = this.#area.selectionEnd;
    this.#record({ start: 0, removed: this.#value, inserted: "" }, "other", 1);
    this.#tell("change", true);
  }

  /**
   * Put a suggestion into the text.
   * @param {{delete_left: number, delete_right?: number, insert: string}} edit
   * @param {import("/field/history.js").Lesson | null} lesson what it teaches
   */
  pick(edit, lesson) {
    this.#endComposition();
    const { selectionStart, selectionEnd } = this.#area;
    this.#caret = selectionEnd;
    const start = selectionStart - lastGraphemes(this.#value.slice(0, selectionStart), edit.delete_left).length;
    const end = selectionEnd + firstGraphemes(this.#value.slice(selectionEnd), edit.delete_right ?? 0).length;
    this.#record({ start, removed: this.#value.slice(start, end), inserted: edit.insert }, "pick", 1, lesson);
    const at = start + edit.insert.length;
    this.#spaceWasThere = !edit.insert.endsWith(" ") && /^[ \u00a0]/.test(this.#value.slice(at));
    if (this.#spaceWasThere) this.#area.setSelectionRange(at + 1, at + 1);
    this.#pendingAt = this.caret;
    this.#pending = this.#spaceWasThere || edit.insert.endsWith(" ") ? " " : "";
    this.#tell("key");
    this.#tell("change", true);
  }

  /**
   * Correct a word behind which the cursor has gone on already.
   * @param {Edit} edit
   * @param {import("/field/history.js").Lesson | null} lesson
   */
  correct(edit, lesson) {
    const { selectionStart, selectionEnd } = this.#area;
    this.#caret = selectionEnd;
    const shift = edit.inserted.length - edit.removed.length;
    const pending = this.#pendingAt === selectionEnd ? this.#pending : "";
    const spaced = this.#spacedAt === selectionEnd;
    this.#record(edit, "correction", 0, lesson, selectionEnd + shift);
    if (selectionStart < selectionEnd) this.#area.setSelectionRange(selectionStart + shift, selectionEnd + shift);
    this.#pending = pending;
    this.#pendingAt = this.caret;
    if (spaced) this.#spacedAt = this.caret;
  }

  /** Take the last change back. */
  undo() {
    const change = this.composing ? undefined : this.#history.undo();
    if (!change) return;
    const keys = this.#value ? this.keys : change.keys[0]; // what was cleared and comes back was typed once
    this.#change(inverse(change), change.before, change.sealed);
    this.#taught = this.#taught.filter((taught) => taught.change !== change);
    this.#undone(change, keys, inverse(change));
  }

  /** Make again what was taken back last. */
  redo() {
    const change = this.composing ? undefined : this.#history.redo();
    if (!change) return;
    const keys = this.#value ? this.keys : change.keys[1];
    const before = this.#value;
    this.#change(change, change.after, change.sealed);
    if (change.lesson) this.#taught.push({ before, change });
    this.#undone(change, keys, change);
  }

  /**
   * @param {Change} change
   * @param {number} keys
   * @param {Edit} edit what was done to the text
   */
  #undone(change, keys, { inserted, removed }) {
    this.keys = this.#value ? keys + 1 : 0;
    this.#pending = "";
    this.#spacedAt = -1;
    const typed = change.kind !== "other";
    this.#count(typed ? { inserted, removed } : { inserted: "", removed: "" }, 1, again(change, removed));
    if (change.lesson) this.#tell("undo", change);
    this.#tell("key");
    this.#tell("change", true);
  }

  /**
   * Say what a change taught.
   * @param {Change} change
   * @param {import("/field/history.js").Lesson | null} lesson
   * @param {string} before the text before it
   */
  teach(change, lesson, before) {
    change.lesson = lesson;
    if (lesson) this.#taught.push({ before, change });
  }

  /** A change is about to be made. */
  #begin() {
    this.#caret = this.#area.selectionEnd;
    this.#selected = this.selecting;
  }

  /** @param {InputEvent} event */
  #beforeInput(event) {
    if (!this.composing) this.#begin();
    if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
    event.preventDefault(); // by a menu; the keys are heard before
    if (event.inputType === "historyUndo") this.undo();
    else this.redo();
  }

  /** @param {InputEvent} event */
  #input(event) {
    const edit = difference(this.#value, this.text, this.caret);
    if (!edit) return;
    if (this.composing) {
      this.#taps.follow(edit);
      this.#value = this.text;
      this.#tell("change", false);
    } else if (["insertText", "insertLineBreak", "insertCompositionText"].includes(event.inputType)) {
      this.#type(edit, null);
    } else if (event.inputType.startsWith("delete")) {
      this.#erase(edit, event.inputType === "deleteContentBackward");
    } else {
      this.#record(edit, "other", Math.max(1, graphemes(edit.inserted).length)); // pasted, as if typed
      this.#tell("key");
      this.#tell("change", false);
    }
  }

  #composedAll() {
    const before = this.#composed ?? this.#value;
    this.#composed = null;
    const edit = difference(before, this.text, this.caret);
    this.#value = before;
    if (edit) this.#type(edit, null, true);
    else this.#tell("change", false);
  }

  /** A composition ends before the text under it changes. */
  #endComposition() {
    if (!this.composing) return;
    this.#area.blur();
    if (this.composing) this.#composedAll();
    this.#area.focus({ preventScroll: true });
  }

  /**
   * A text was typed, or shall be: write it as the rules want it.
   * @param {Edit} edit
   * @param {import("/field/taps.js").Tap | null} tap
   * @param {boolean} [composed] a word may have come with the sign that ends it
   */
  #type({ start, removed, inserted }, tap, composed = false) {
    if (/^[\p{L}\p{N}]/u.test(inserted) && this.#behindCorrection(/^[.:]$/)) {
      const change = /** @type {Change} */ (this.#history.undo()); // it goes on, as an address does
      this.#change(inverse(change), (start = change.before), change.sealed);
    }
    const behind = !removed && start === this.#pendingAt ? this.#pending : "";
    const before = this.#value;
    const left = before.slice(0, start);
    const rule = typed(this.rules, left, inserted, behind, this.doubleSpace && start === this.#spacedAt);
    const more = rule.deleteLeft > 0 && behind === " " && this.#spaceWasThere ? " " : "";
    const from = start - rule.deleteLeft;
    const edit = { start: from, removed: left.slice(from) + removed, inserted: rule.insert + more };
    const change = this.#record(edit, "typing", graphemes(inserted).length);
    this.#pending = rule.pending;
    this.#pendingAt = this.caret;
    if (inserted.endsWith(" ")) this.#spacedAt = this.caret;
    if (tap && rule.insert.includes(inserted)) this.#taps.add(from + rule.insert.lastIndexOf(inserted), tap);
    this.#tell("key");
    const sign = composed ? lastGraphemes(inserted, 1) : inserted;
    if (!rule.deleteLeft) this.#tell("separator", { end: start + inserted.length - sign.length, sign });
    const cut = /^\S/.test(this.#value.slice(this.caret));
    if (inserted === "\n") this.#tell("line", { change, before, cut });
    this.#tell("change", true);
  }

  /** @param {Edit} edit something was erased, or shall be @param {boolean} backspace by Backspace alone */
  #erase(edit, backspace) {
    if (this.backspaceUndoes && backspace && this.#behindCorrection()) return this.undo();
    const erased = this.#erased;
    if (edit.removed) this.#record(edit, edit.inserted ? "other" : "erasing", 1);
    const taken = edit.removed && this.#taught.at(-1)?.before === this.#value ? this.#taught.pop() : undefined;
    this.#erased = [...erased, { removed: edit.removed, taught: taken }];
    if (!edit.removed) return;
    if (taken) this.#tell("undo", taken.change); // by hand
    this.#tell("key");
    this.#tell("change", true);
  }

  /** Whether the cursor stood right behind a correction and the sign that brought it about. @param {RegExp} which */
  #behindCorrection(which = SIGNS) {
    const last = this.#history.last;
    if (last?.kind !== "correction" || last.after !== this.#caret || this.#selected) return false;
    return which.test(this.#value.slice(last.start + last.inserted.length, this.#caret));
  }

  /**
   * Make a change that can be undone, unless the browser has made it already.
   * @param {Edit} edit
   * @param {import("/field/history.js").Kind} kind
   * @param {number} keys
   * @param {import("/field/history.js").Lesson | null} [lesson]
   * @param {number} [after] where the cursor stands then
   */
  #record(edit, kind, keys, lesson = null, after = edit.start + edit.inserted.length) {
    const before = this.#value;
    const count = this.keys + keys;
    if (kind !== "other") this.#count(edit, keys, kind); // what was pasted or cleared was not typed
    const touched = this.#sealed.touches(edit);
    const sealed = this.discreet || touched;
    /** @type {Change} */
    const change = { ...edit, kind, before: this.#caret, after, keys: [this.keys, count], lesson, sealed };
    this.#change(edit, after, this.discreet || (touched && kind !== "typing")); // a word that was begun so
    this.keys = this.#value ? count : 0;
    this.#pending = "";
    this.#spacedAt = -1;
    if (!edit.removed && !edit.inserted) return change;
    if (lesson) this.#taught.push({ before, change });
    if (this.#taught.length > TAUGHT) this.#taught.shift();
    return this.#history.add(change);
  }

  /**
   * @param {{inserted: string, removed: string}} edit
   * @param {number} keys
   * @param {Counted["kind"]} kind
   */
  #count({ inserted, removed }, keys, kind) {
    this.#tell("counted", { keys, letters: codePoints(inserted) - codePoints(removed), kind });
  }

  /**
   * @param {Edit} edit
   * @param {number} caret
   * @param {boolean} sealed whether what it brings was written in private, and is never learned
   */
  #change(edit, caret, sealed) {
    const text = apply(this.#value, edit);
    const missing = difference(this.text, text, caret);
    if (missing) this.#area.setRangeText(missing.inserted, missing.start, missing.start + missing.removed.length);
    if (missing || this.caret !== caret || this.selecting) this.#area.setSelectionRange(caret, caret);
    this.#taps.follow(edit);
    this.#sealed.follow(edit, sealed);
    this.#erased = [];
    this.#value = text;
    this.#tell("edit", edit);
  }

  /**
   * @param {"change" | "counted" | "edit" | "key" | "line" | "separator" | "undo"} type
   * @param {unknown} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * What it counts as to undo a change, or to make it again.
 * @param {Change} change @param {string} removed @returns {Counted["kind"]}
 */
function again({ kind, inserted }, removed) {
  const back = removed === inserted;
  if (kind === "pick") return back ? "unpicked" : "pick";
  return kind === "correction" && back ? "undone" : "other";
}
