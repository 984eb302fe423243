/** One text field, and what was done in it. */

import { UsageError } from "../errors.js";
import { isAlnum, length, rest, head } from "../text/characters.js";
import { rulesOf } from "../writing/index.js";
import { Window } from "./changes.js";
import { Context, geometry, withoutLast } from "./context.js";
import { endsWord, startsSentence, typedPrefix } from "./place.js";
import { State } from "./state.js";
import { Kind, Offers } from "./suggestion.js";
import { Deed, Unfinished } from "./unfinished.js";

/** @typedef {import("./context.js").Field} Field */
/** @typedef {import("./context.js").Tap} Tap */
/** @typedef {import("./suggestion.js").Strip} Strip */
/** @typedef {import("./suggestion.js").Suggestion} Suggestion */
/**
 * @typedef {{before: State, automatic: boolean, deed: Deed, keys: readonly (readonly [string, Tap | null])[]}} Step
 * something that was put in place of what was typed: the text before it, whether nobody asked for it, what may be
 * learned of it in the end, and what was typed since
 * @typedef {{step: Step, after: State, deed: Deed}} Undone a step that was taken back, the text as it was with it, and
 * what took it back
 */

// Corrections and picks that can be undone one after the other.
const STEPS = 50;

/** A text field that a predictor serves; belongs to one writer. */
export class Session {
  #predictor;
  #field;
  #doubleSpace;
  /** @type {State} */
  #state;
  #unfinished;
  #offers = new Offers();
  /** @type {readonly Step[]} */
  #steps = [];
  /** @type {readonly Undone[]} */
  #undone = [];

  /**
   * @param {import("./predictor.js").Predictor} predictor shared with other sessions
   * @param {Context} context the text and its cursor
   * @param {Field} field what the predictor must know of it beside its text
   * @param {{doubleSpace?: boolean}} [options] whether two spaces behind a word make a full stop
   */
  constructor(predictor, context, field, { doubleSpace = false } = {}) {
    this.#predictor = predictor;
    this.#field = field;
    this.#doubleSpace = doubleSpace;
    this.#state = new State({ window: new Window(0, context) });
    this.#unfinished = new Unfinished(predictor);
  }

  /** What the predictor knows of this field beside its text. */
  get field() {
    return this.#field;
  }

  /** The text around the cursor. */
  get context() {
    return this.#state.context;
  }

  /** The whole text. */
  get text() {
    return this.context.text;
  }

  /** Whether a letter typed now is the first of a sentence. */
  get startsSentence() {
    return startsSentence(this.context.left, this.language);
  }

  /** The tag of the language that is believed at the cursor: its rules of writing apply. */
  get language() {
    return this.#predictor.languageAt(this.context, { field: this.#field });
  }

  /** Whether a digit typed now is one, and picks no word. */
  get digitGoesOn() {
    return this.#predictor.digitGoesOn(this.context.left);
  }

  /**
   * Type a text key by key, as a keyboard would. A space, punctuation or a line break behind a word that is surely
   * wrong corrects it; signs take the place of the space that a pick brought.
   * @param {string} text
   * @param {readonly (Tap | null)[]} [taps] where each character (code point) of it was hit
   */
  type(text, taps = []) {
    [...text].forEach((key, number) => {
      if (endsWord(key)) this.correct();
      else if (isAlnum(key)) this.#goOn();
      this.#press(key, taps[number] ?? null);
    });
  }

  /** Put in a text at the cursor as it is. @param {string} text */
  paste(text) {
    this.#edit(new Context({ left: this.context.left + text, right: this.context.right }));
  }

  /** Delete characters (grapheme clusters) left of the cursor, as far as there are any. @param {number} [count] */
  backspace(count = 1) {
    if (count < 0) throw new UsageError(`${count} characters to delete, expected 0 or more`);
    const { left: before, right, taps } = this.context;
    const left = withoutLast(before, count);
    const gone = length(before.slice(left.length));
    this.#edit(new Context({ left, right, taps: taps.slice(0, Math.max(0, taps.length - gone)) }));
  }

  /** Put the cursor elsewhere. @param {number} place how many code points of `text` stand left of it then */
  move(place) {
    const { text } = this;
    if (!(place >= 0 && place <= length(text))) throw new UsageError(`the cursor at ${place}, expected 0 to ${length(text)}`);
    this.#edit(new Context({ left: head(text, place), right: rest(text, place) }));
  }

  /** The best suggestions at the cursor, best first. @param {number} [limit] */
  suggestions(limit = 3) {
    const found = this.#predictor.suggestions(this.context, limit, { field: this.#field });
    this.#offers.add(...found);
    return found;
  }

  /** What is shown at the cursor. Where it touches a word that was changed, the literal is what was typed there. */
  strip() {
    let strip = this.#predictor.strip(this.context, { field: this.#field });
    if (this.#isLeft()) strip = strip.uncorrecting();
    const change = this.#state.touched;
    if (change) strip = strip.uncorrecting(this.#state.restoring(change));
    this.#offers.add(strip, strip.literal, ...strip.slots);
    return strip;
  }

  /** Whether this was offered for the text as it is, and can be put into it. @param {Strip | Suggestion} offered */
  stands(offered) {
    return this.#offers.has(offered);
  }

  /** Put a suggested word in place of what was typed of it. @param {Suggestion} suggestion one of those that were given for the text as it is */
  accept(suggestion) {
    this.#offers.check(suggestion);
    this.#put(suggestion, false);
  }

  /**
   * Make the correction that `strip` shows, as typing a space does by itself.
   * @param {Strip | null} [strip] one that was given for the text as it is; null for what would be shown now
   * @returns {Suggestion | null} what was put in
   */
  correct(strip = null) {
    let suggestion = null;
    if (strip) {
      this.#offers.check(strip);
      suggestion = strip.autocorrect;
    } else if (!this.#isLeft() && !this.#state.touched) {
      suggestion = this.#predictor.autocorrect(this.context, { field: this.#field });
    }
    if (suggestion) this.#put(suggestion, true);
    return suggestion;
  }

  /**
   * Undo the last correction or pick, as if it had never been. What was typed since stays, as it would stand there
   * without it.
   * @returns {boolean} whether there was something to undo
   */
  revert() {
    const step = this.#steps.at(-1);
    if (!step) return false;
    const after = this.#state;
    const undone = this.#undone;
    const deed = this.undo(step.deed);
    this.#takeBack(step);
    this.#undone = [...undone, { step, after, deed }];
    return true;
  }

  /** Take back the last `revert`, if nothing was done since. @returns {boolean} whether there was something to take back */
  redo() {
    const last = this.#undone.at(-1);
    if (!last) return false;
    const undone = this.#undone.slice(0, -1);
    this.undo(last.deed);
    this.#take(last.after, [...this.#steps, last.step]);
    this.#undone = undone;
    return true;
  }

  /** The last correction or pick, for `undo`; null if the text went on since. */
  get lastDeed() {
    return this.#steps.at(-1)?.deed ?? null;
  }

  /** Be as if a correction or pick had never been; the text was, or will be, changed so. @param {Deed} deed @returns {Deed} this undoing, which can be undone, too */
  undo(deed) {
    const done = this.#unfinished.undo(deed);
    this.#mean();
    return done;
  }

  /** Say where the keys are that are tapped, null for the usual layout of the language. @param {import("./context.js").Layout | null} layout */
  layOut(layout) {
    geometry(layout, this.#predictor.language);
    this.#field = this.#field.with({ layout });
  }

  /** Say how many of the correct words may be changed by mistake, null to correct nothing. @param {number | null} damage */
  embolden(damage) {
    this.#field = this.#field.with({ damage });
  }

  /**
   * Say what is written in this field from now on; a field of secrets forgets its text. What stands there already is
   * learned, or is not, as it was written.
   * @param {{purpose?: string, app?: string | null, private?: boolean, language?: string | null}} told
   */
  describe(told) {
    const before = this.#field;
    this.#field = before.with(told);
    if (before.isSecret || this.#field.isSecret) {
      this.clear();
      this.#take(State.unseen(before.terms));
      return;
    }
    const { terms } = before;
    const now = this.#field.terms;
    this.#state = this.#state.under(terms, now);
    this.#steps = this.#steps.map((step) => ({ ...step, before: step.before.under(terms, now) }));
    this.#undone = [];
  }

  /** Learn a text that was finished in this field, from its first word to its last. @param {string} text @returns {readonly number[]} what it taught */
  learn(text) {
    const lesson = this.#unfinished.finish(this.#state.parts(text, this.#field.terms), this.#field);
    this.#mean();
    return lesson;
  }

  /** Begin another text: nothing that was done in this one can be undone any more. */
  clear() {
    this.#take(new State({ window: new Window(0, new Context()) }));
    this.#unfinished.clear();
    this.#mean();
  }

  /**
   * Take over a text and cursor that were changed elsewhere.
   * @param {Context} context the part of it that is told
   * @param {{start?: number}} [options] how many code points stand before that part
   */
  replace(context, { start = 0 } = {}) {
    if (start === this.#state.window.start && context.equals(this.context)) return;
    const [state, broken] = this.#state.told(context, start);
    this.#unfinished.broke(broken);
    this.#take(state);
  }

  /** Change the text as the writer does. @param {Context} context */
  #edit(context) {
    this.#state = this.#state.with({ isUnseen: false });
    this.replace(context, { start: this.#state.window.start });
  }

  /** Be in another state; the steps can be undone in it. @param {State} state @param {readonly Step[]} [steps] */
  #take(state, steps = []) {
    this.#state = state;
    this.#steps = steps.slice(-STEPS);
    this.#offers = new Offers();
    this.#undone = [];
  }

  /** Write what a key does, and nothing more. @param {string} key @param {Tap | null} tap */
  #press(key, tap) {
    const [state, broken] = this.#state.pressed(key, tap, rulesOf(this.language), this.#doubleSpace);
    this.#unfinished.broke(broken);
    let steps = this.#steps;
    const last = steps.at(-1);
    if (isAlnum(key)) steps = [];
    else if (last) steps = [...steps.slice(0, -1), { ...last, keys: [...last.keys, /** @type {const} */ ([key, tap])] }];
    this.#take(state, steps);
  }

  /** @param {Suggestion} suggestion @param {boolean} automatic */
  #put(suggestion, automatic) {
    const [state, change] = this.#state.withWord(suggestion, automatic);
    const exchange = change.corrects ? change.exchange : null;
    const deed = new Deed({
      terms: state.isOfNow(change) ? this.#field.terms : null,
      meant: automatic ? "" : suggestion.text,
      repair: automatic ? exchange : null,
      rejection: this.#refused(suggestion),
      refused: exchange,
    });
    this.#unfinished.do(deed);
    this.#mean();
    this.#take(state, [...this.#steps, { before: this.#state, automatic, deed, keys: [] }]);
  }

  /** Take the last step back, and write again what was typed since. @param {Step} step */
  #takeBack(step) {
    this.#take(step.before, this.#steps.slice(0, -1));
    for (const [key, tap] of step.keys) this.#press(key, tap);
  }

  /** What was taken for the end of a word goes on: an address, the name of a file. */
  #goOn() {
    const step = this.#steps.at(-1);
    if (!step?.automatic || step.keys.length !== 1 || !".:".includes(step.keys[0][0])) return;
    this.#unfinished.drop(step.deed);
    this.#takeBack(step);
  }

  /** What the writer wants in place of what was put in, or a space would put in, if that. @param {Suggestion} suggestion @returns {[string, string] | null} */
  #refused(suggestion) {
    if (suggestion.kind === Kind.RESTORED) {
      const change = this.#state.touched;
      return change?.corrects ? change.exchange : null;
    }
    if (suggestion.kind !== Kind.LITERAL) return null;
    const other = this.#predictor.autocorrect(this.context, { field: this.#field });
    return other ? [suggestion.text, other.text] : null;
  }

  #mean() {
    this.#field = this.#field.with({ meant: this.#unfinished.meant });
  }

  #isLeft() {
    return this.#unfinished.leaves(typedPrefix(this.context.left));
  }
}
