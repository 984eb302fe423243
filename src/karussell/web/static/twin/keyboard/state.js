/** What stands in a text field, as a value: each key and each pick makes another one. */

import { Origin } from "../decoder/index.js";
import { head, length, rest } from "../text/characters.js";
import { graphemes } from "../text/index.js";
import { typed } from "../writing/index.js";
import { Change, changeAt, follow, moved, Window, withChange } from "./changes.js";
import { Context, edit, NO_TAPS, terms, withoutFirst, withoutLast } from "./context.js";
import { Kind, suggestion as suggested } from "./suggestion.js";
import { allUnder, parts, replaced, shifted, termsWithin, told, underOthers } from "./written.js";

/** @typedef {import("./changes.js").Changes} Changes */
/** @typedef {import("./context.js").Tap} Tap */
/** @typedef {import("./context.js").Terms} Terms */
/** @typedef {import("./suggestion.js").Suggestion} Suggestion */
/** @typedef {import("./written.js").Stretches} Stretches */

// Taps that are remembered: those of a long word.
const TAPS = 100;
/** @type {readonly never[]} */
const NONE = Object.freeze([]);

/** A text, its cursor, and the words in it that were corrected or picked. */
export class State {
  /**
   * @param {object} given
   * @param {Window} given.window the text, or the part of it that is told
   * @param {Changes} [given.changes] the changed words
   * @param {string} [given.pending] " " right behind the space that a pick brought, or the signs that took its place
   * @param {boolean} [given.beside] whether a pick found its space there already, right of the cursor
   * @param {Stretches} [given.stretches] what was written under other terms than those that hold now
   * @param {boolean} [given.isUnseen] whether nobody knows yet what stands there
   */
  constructor({ window, changes = NONE, pending = "", beside = false, stretches = NONE, isUnseen = false }) {
    this.window = window;
    this.changes = changes;
    this.pending = pending;
    this.beside = beside;
    this.stretches = stretches;
    this.isUnseen = isUnseen;
    Object.freeze(this);
  }

  /** A text that nobody looked at, and none of which is learned. @param {Terms} before */
  static unseen(before) {
    const stretches = allUnder(terms(false, before.app, before.language));
    return new State({ window: new Window(0, new Context()), stretches, isUnseen: true });
  }

  /** The same but for what is told. @param {Partial<State>} told */
  with(told) {
    return new State({ ...this, ...told });
  }

  /** The text around the cursor. */
  get context() {
    return this.window.context;
  }

  /**
   * What a key makes of it, and the changed words that the key broke.
   * @param {string} key what it writes
   * @param {Tap | null} tap where it was hit
   * @param {import("../writing/rules.js").Rules} rules the rules of writing
   * @param {boolean} doubleSpace whether two spaces behind a word make a full stop
   * @returns {[State, Changes]}
   */
  pressed(key, tap, rules, doubleSpace) {
    const before = this.context;
    const { start } = this.window;
    if (this.beside && key === " " && before.right.startsWith(" ")) {
      const context = new Context({ left: `${before.left} `, right: before.right.slice(1) });
      return [this.with({ window: new Window(start, context), beside: false }), NONE];
    }
    const done = typed(rules, before.left, key, this.pending, doubleSpace);
    const kept = before.left.slice(0, before.left.length - done.deleteLeft);
    const goesOn = (tap || before.taps.length) && !done.deleteLeft && done.insert === key;
    const taps = goesOn ? [...before.taps, tap].slice(-TAPS) : NO_TAPS;
    const context = new Context({ left: kept + done.insert, right: before.right, taps });
    const gone = length(before.left.slice(kept.length));
    const begin = start + length(kept);
    /** @type {[number, number, number]} */
    const place = [begin, begin + gone, length(done.insert) - gone];
    const [changes, broken] = moved(this.changes, ...place);
    const stretches = shifted(this.stretches, ...place);
    return [new State({ window: new Window(start, context), changes, pending: done.pending, stretches }), broken];
  }

  /**
   * What putting in a suggestion makes of it, and what was put where.
   * @param {Suggestion} suggestion
   * @param {boolean} automatic whether nobody asked for it: then it brings no space of its own
   * @returns {[State, Change]}
   */
  withWord(suggestion, automatic) {
    const before = this.context;
    const { insert, deleteLeft, deleteRight } = suggestion.edit;
    const left = withoutLast(before.left, deleteLeft);
    const right = withoutFirst(before.right, deleteRight);
    const gone = before.left.slice(left.length) + before.right.slice(0, before.right.length - right.length);
    const start = this.window.start + length(left);
    const end = start + length(gone);
    const change = new Change({
      start: start + length(insert.slice(0, Math.max(0, insert.indexOf(suggestion.text)))),
      typed: gone,
      word: suggestion.text,
      corrects: suggestion.kind === Kind.CORRECTION,
    });
    let [changes] = moved(this.changes, start, end, length(insert) - length(gone));
    if (suggestion.kind !== Kind.LITERAL && suggestion.kind !== Kind.RESTORED) changes = withChange(changes, change);
    const brought = insert.endsWith(" ");
    const state = new State({
      window: new Window(this.window.start, new Context({ left: left + insert, right })),
      changes,
      pending: brought ? " " : "",
      beside: !automatic && !brought && right.startsWith(" "),
      stretches: replaced(this.stretches, start, end, length(insert)),
    });
    return [state, change];
  }

  /** What an edit made elsewhere makes of it, and the changed words that it broke. @param {Context} context @param {number} start @returns {[State, Changes]} */
  told(context, start) {
    const window = new Window(start, context);
    if (this.isUnseen) return [new State({ window, stretches: this.stretches }), NONE];
    const [changes, broken] = follow(this.changes, this.window, window);
    return [new State({ window, changes, stretches: told(this.stretches, this.window, window) }), broken];
  }

  /** The same text once other terms hold than before. @param {Terms} before @param {Terms} now */
  under(before, now) {
    return this.with({ stretches: underOthers(this.stretches, before, now) });
  }

  /** What of a text that stands here was written under which terms, as far as it is known. @param {string} text @param {Terms} now */
  *parts(text, now) {
    if (!this.isUnseen) yield* parts(text, this.stretches, now, this.window);
  }

  /** Whether a word that was put in took the place of what was written under these terms. @param {Change} change */
  isOfNow(change) {
    return !termsWithin(this.stretches, change.start, Math.max(change.end, change.start + 1));
  }

  /** The changed word that the cursor touches. */
  get touched() {
    return this.changes.length ? changeAt(this.changes, this.window) : null;
  }

  /** What puts back what was typed where the cursor touches a changed word. @param {Change} change */
  restoring(change) {
    const left = this.window.start + length(this.context.left) - change.start;
    return suggested({
      text: change.typed,
      kind: Kind.RESTORED,
      probability: 1,
      source: Origin.TYPED,
      edit: edit({
        deleteLeft: graphemes(head(change.word, left)).length,
        deleteRight: graphemes(rest(change.word, left)).length,
        insert: change.typed,
      }),
    });
  }
}
