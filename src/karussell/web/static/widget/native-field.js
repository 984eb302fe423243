/**
 * A text field of somebody's page: it is written by its owner, the browser and us, and its history is the
 * browser's. Follows what happens in it, and makes our changes so that they can be undone like any other.
 *
 * Events: `change` (of the text or the caret), `edit` (a change of the text), `separator` whose `detail` is
 * where the word before it ends, `line` whose `detail` is where one was ended, the text before, and whether
 * it cut a word in two, `sent` whose `detail` is a line that was finished and is gone from the field, and `undo` whose
 * `detail` is a lesson that was undone, or made again.
 *
 * @typedef {import("../field/edits.js").Edit} Edit
 * @typedef {import("../field/history.js").Lesson} Lesson
 * @typedef {{delete_left: number, delete_right?: number, insert: string}} Suggested
 * @typedef {{before: string, after: string, caret: number, then: number, edit: Edit, lesson: Lesson | null,
 *   corrects: boolean}} Own a change that we made: the texts, and where the caret stood before and then
 */

import { contextAt, lastLine } from "../field/context.js";
import { apply, difference, fits, inverse } from "../field/edits.js";
import { SIGNS } from "../field/letters.js";
import { Sealed } from "../field/sealed.js";
import { firstGraphemes, lastGraphemes } from "../graphemes.js";
import { typed } from "../writing.js";
import { exchange, rest } from "./exchange.js";

const OWN = 30; // changes of ours that are watched for being undone
const TYPED = ["insertText", "insertLineBreak", "insertParagraph", "insertCompositionText"];

export class NativeField extends EventTarget {
  #surface;
  #value;
  #caret;
  #selected = false; // whether the change that is being made replaces what was selected
  #sealed = new Sealed();
  #listening = new AbortController();
  /** The text before the composition that is going on. @type {string | null} */
  #composed = null;
  #writing = false; // we are, and the browser tells us of it
  #pending = ""; // what the rules of writing remember of the key before, and where it was pressed
  #pendingAt = -1;
  #spaceWasThere = false; // the space of a pick stood there before it
  /** @type {Own[]} */
  #done = [];
  /** @type {Own[]} */
  #undone = [];
  /** The line at the last Enter: gone after it, it was sent. @type {string | null} */
  #entered = null;
  /** @type {import("../writing.js").Rules | null} */
  rules = null;
  discreet = false; // nothing that is written now is ever learned

  /** @param {import("./exchange.js").Surface} surface */
  constructor(surface) {
    super();
    this.#surface = surface;
    this.#value = surface.text;
    this.#caret = surface.selection.end;
    this.#sealed.follow({ start: 0, removed: "", inserted: this.#value }, true); // who knows who wrote it
    const { element } = surface;
    const { signal } = this.#listening;
    element.addEventListener("beforeinput", () => this.#before(), { signal });
    element.addEventListener("input", (event) => this.#input(/** @type {InputEvent} */ (event)), { signal });
    element.addEventListener("compositionstart", () => this.#begin(), { signal });
    element.addEventListener("compositionend", () => queueMicrotask(() => this.#composedAll()), { signal });
    document.addEventListener("selectionchange", () => this.#moved(), { signal });
    element.addEventListener("selectionchange", () => this.#moved(), { signal });
  }

  /** Leave the field alone. */
  close() {
    this.#listening.abort();
  }

  get text() {
    return this.#value;
  }

  get composing() {
    return this.#composed !== null;
  }

  get caret() {
    return this.#surface.selection.end;
  }

  /** How many characters it takes; negative for any number. */
  get longest() {
    return this.#surface.longest;
  }

  /** Whether a text is selected, which the next key replaces. */
  get selecting() {
    const { start, end } = this.#surface.selection;
    return start !== end;
  }

  /** The text around the cursor, as the server is told it. */
  get context() {
    const { start, end } = this.#surface.selection;
    return contextAt(this.#value, start, end);
  }

  /** The line that ends at a place, as far as it may be learned. @param {number} [end] */
  lineBefore(end = this.#value.length) {
    return lastLine(this.#sealed.without(this.#value.slice(0, end)));
  }

  /** What was done by hand taught something. @param {string} before the text before it @param {Lesson | null} lesson */
  teach(before, lesson) {
    const edit = difference(before, this.#value, this.caret);
    if (lesson && edit) this.#remember({ before, after: this.#value, caret: edit.start, then: this.caret, edit, lesson, corrects: false });
  }

  /** Enter was pressed, or a form is sent: if the text goes now, it was finished. */
  enter() {
    this.follow();
    this.#entered = this.#value ? this.lineBefore() : this.#entered;
    setTimeout(() => this.follow());
  }

  /** Take over what the page wrote in the meantime. */
  follow() {
    const now = this.#surface.text;
    if (this.composing || this.#writing || now === this.#value) return;
    const edit = /** @type {Edit} */ (difference(this.#value, now, this.caret));
    if (!now && this.#entered) this.#tell("sent", this.#entered);
    if (!now) this.#entered = null;
    this.#take(edit, true);
    this.#done = this.#undone = [];
    this.#pending = "";
    this.#tell("change");
  }

  /** Whether the field takes a suggestion whole, but for its space. @param {Suggested} suggested */
  takes(suggested) {
    return fits(this.#value, this.#editOf({ ...suggested, insert: suggested.insert.trimEnd() }), this.longest);
  }

  /** What a suggestion does to the text at the caret. @param {Suggested} suggested @returns {Edit} */
  #editOf({ delete_left, delete_right = 0, insert }) {
    const { start: from, end: to } = this.#surface.selection;
    const start = from - lastGraphemes(this.#value.slice(0, from), delete_left).length;
    const end = to + firstGraphemes(this.#value.slice(to), delete_right).length;
    return { start, removed: this.#value.slice(start, end), inserted: insert };
  }

  /**
   * Put a suggestion into the text.
   * @param {Suggested} suggested
   * @param {Lesson | null} lesson what it teaches
   */
  pick(suggested, lesson) {
    this.#endComposition();
    this.follow();
    const edit = this.#editOf(suggested);
    const end = edit.start + edit.removed.length;
    const at = edit.start + suggested.insert.length;
    this.#spaceWasThere = !suggested.insert.endsWith(" ") && /^[ \u00a0]/.test(this.#value.slice(end));
    this.#own(edit, at + (this.#spaceWasThere ? 1 : 0), lesson, false);
    this.#pendingAt = this.caret;
    this.#pending = this.#spaceWasThere || suggested.insert.endsWith(" ") ? " " : "";
    this.#tell("change");
  }

  /**
   * Correct a word behind which the cursor has gone on already.
   * @param {Edit} edit
   * @param {Lesson | null} lesson
   */
  correct(edit, lesson) {
    const { start, end } = this.#surface.selection;
    const shift = edit.inserted.length - edit.removed.length;
    const pending = this.#pendingAt === end ? this.#pending : "";
    this.#own(edit, end + shift, lesson, true);
    if (start < end) this.#surface.select(start + shift, end + shift);
    this.#pending = pending;
    this.#pendingAt = this.caret;
  }

  /**
   * @param {Edit} edit
   * @param {number} caret
   * @param {Lesson | null} lesson
   * @param {boolean} corrects
   */
  #own(edit, caret, lesson, corrects) {
    const before = this.#value;
    const own = { before, after: apply(before, edit), caret: this.caret, then: caret, edit, lesson, corrects };
    this.#write(edit, caret);
    if (this.#value !== own.after) return; // the page would not have it
    this.#remember(own);
  }

  /** @param {Own} own */
  #remember(own) {
    this.#done = [...this.#done.slice(1 - OWN), own];
    this.#undone = [];
  }

  /** @param {Edit} edit @param {number} caret */
  #write(edit, caret) {
    const sealed = this.discreet || this.#sealed.touches(edit);
    this.#writing = true;
    exchange(this.#surface, edit, caret);
    this.#writing = false;
    const now = this.#surface.text;
    const made = now === apply(this.#value, edit) ? edit : difference(this.#value, now, this.caret);
    if (made) this.#take(made, sealed);
  }

  /** Follow an edit that was made. @param {Edit} edit @param {boolean} sealed whether it is never learned */
  #take(edit, sealed) {
    this.#sealed.follow(edit, sealed);
    this.#value = apply(this.#value, edit);
    this.#caret = this.caret;
    this.#tell("edit", edit);
  }

  #before() {
    if (this.composing || this.#writing) return;
    this.follow();
    this.#caret = this.caret;
    this.#selected = this.selecting;
  }

  #begin() {
    this.follow();
    this.#composed = this.#value;
    this.#caret = this.caret;
    this.#selected = this.selecting;
  }

  #moved() {
    if (this.#writing || !this.#surface.element.matches(":focus")) return;
    if (this.composing) return;
    this.follow();
    this.#tell("change");
  }

  /** @param {InputEvent} event */
  #input(event) {
    if (this.#writing) return;
    if (this.composing) {
      this.#value = this.#surface.text;
      this.#tell("change");
      return;
    }
    const edit = difference(this.#value, this.#surface.text, this.caret);
    if (!edit) return;
    const at = this.#caret;
    // A command of the page may be running, and no other runs inside of it.
    queueMicrotask(() => this.#happened(edit, event.inputType ?? "", at));
  }

  /**
   * @param {Edit} edit
   * @param {string} kind
   * @param {number} at where the caret stood before
   */
  #happened(edit, kind, at) {
    if (this.composing || apply(this.#value, edit) !== this.#surface.text) return this.follow();
    this.#entered = null;
    if (TYPED.includes(kind)) return this.#typed(edit, at);
    const taken = kind === "deleteContentBackward" && this.#behindCorrection(at);
    this.#take(edit, this.discreet || !kind);
    if (taken) this.#takeBack(edit.removed);
    else if (kind.startsWith("history")) this.#retraced();
    else this.#erased();
    this.#pending = "";
    this.#tell("change");
  }

  #composedAll() {
    const before = this.#composed;
    this.#composed = null;
    if (before === null) return;
    this.#value = before;
    const edit = difference(before, this.#surface.text, this.caret);
    if (edit) this.#typed(edit, this.#caret, true);
    else this.#tell("change");
  }

  /** A composition ends before the text under it changes. */
  #endComposition() {
    if (!this.composing) return;
    this.#writing = true;
    this.#surface.element.blur();
    this.#surface.element.focus({ preventScroll: true });
    this.#writing = false;
    this.#composedAll();
  }

  /**
   * A text was typed: make it what the rules want.
   * @param {Edit} edit
   * @param {number} at where the caret stood before
   * @param {boolean} [composed] a word may have come with the sign that ends it
   */
  #typed({ start, removed, inserted }, at, composed = false) {
    const goesOn = /^[\p{L}\p{N}]/u.test(inserted) && this.#behindCorrection(at, /^[.:]$/);
    const behind = !removed && start === this.#pendingAt ? this.#pending : "";
    const before = this.#value;
    const left = before.slice(0, start);
    const rule = typed(this.rules, left, inserted, behind, false);
    this.#take({ start, removed, inserted }, this.discreet);
    if (goesOn) return this.#takeBack(); // as an address does
    const more = rule.deleteLeft > 0 && behind === " " && this.#spaceWasThere ? " " : "";
    const from = start - rule.deleteLeft;
    const stands = left.slice(from) + inserted;
    const wanted = rule.insert + more;
    const caret = from + wanted.length;
    if (wanted !== stands) this.#own({ start: from, removed: stands, inserted: wanted }, caret, null, false);
    this.#pending = rule.pending;
    this.#pendingAt = this.caret;
    const sign = composed ? lastGraphemes(inserted, 1) : inserted;
    if (!rule.deleteLeft) this.#tell("separator", { end: start + inserted.length - sign.length, sign });
    const cut = /^\S/.test(this.#value.slice(this.caret));
    if (inserted.endsWith("\n")) this.#tell("line", { end: start + inserted.length - 1, before, cut });
    this.#tell("change");
  }

  /** Take a correction back, and keep what was typed behind it since. @param {string} [erased] but this comes again */
  #takeBack(erased = "") {
    const own = /** @type {Own} */ (this.#done.pop());
    const { start, removed, inserted } = inverse(own.edit);
    const between = this.#value.slice(start + removed.length, this.caret);
    const tail = between + erased;
    const caret = start + inserted.length + tail.length;
    this.#write({ start, removed: removed + between, inserted: inserted + tail }, caret);
    if (own.lesson) this.#tell("undo", own.lesson);
    this.#tell("change");
  }

  /** The browser undid something, or made it again: was it ours? */
  #retraced() {
    const undone = this.#done.findLast((own) => own.before === this.#value);
    const again = this.#undone.findLast((own) => own.after === this.#value);
    const own = undone ?? again;
    if (!own) return;
    if (undone) [this.#done, this.#undone] = [this.#done.filter((each) => each !== own), [...this.#undone, own]];
    else [this.#undone, this.#done] = [this.#undone.filter((each) => each !== own), [...this.#done, own]];
    const caret = undone ? own.caret : own.then; // the browser goes back to what was selected for the change
    this.#surface.select(caret, caret);
    if (own.lesson) this.#tell("undo", own.lesson);
  }

  /** Whether a change of ours was taken back by hand. */
  #erased() {
    const last = this.#done.at(-1);
    if (last?.before !== this.#value) return;
    this.#done.pop();
    if (last.lesson) this.#tell("undo", last.lesson);
  }

  /**
   * Whether a place is right behind a correction and the sign that brought it about.
   * @param {number} at
   * @param {RegExp} which
   */
  #behindCorrection(at, which = SIGNS) {
    const last = this.#done.at(-1);
    if (!last?.corrects || last.after !== this.#value || this.#selected) return false;
    return which.test(this.#value.slice(last.edit.start + last.edit.inserted.length, at));
  }

  /**
   * @param {"change" | "edit" | "line" | "sent" | "separator" | "undo"} type
   * @param {unknown} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
