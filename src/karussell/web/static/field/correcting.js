/**
 * Correction at the end of a word: what the server would put in place of it, put there once the sign
 * that ends the word is typed. If the answer about the word has not come by then, the correction waits
 * for it, and no later question is asked, so that fast typing gives the same text as slow typing.
 *
 * What the writer would not have is known to the server as long as the line lasts; that of earlier lines, here.
 *
 * @typedef {import("./context.js").Context} Context
 * @typedef {import("./history.js").Lesson} Lesson
 * @typedef {{text: string, edit: {delete_left: number, delete_right?: number, insert: string}}} Correction
 * @typedef {{number: number, context: Context, autocorrect: Correction | null}} Answer
 * @typedef {{end: number, right: string, word: string}} Word that was ended, and what stood behind it then
 * @typedef {{end: number, learn: () => void}} Line that was ended behind such words
 * @typedef {{start: number, typed: string, written: string, past: boolean}} Made a correction that stands, and
 *   whether an earlier line was told of it
 */

import { contextAt, same } from "./context.js";
import { fits, moved } from "./edits.js";
import { LAST_RUN, NO_LETTER } from "./letters.js";
import { firstGraphemes, lastGraphemes } from "../graphemes.js";

const LONGEST_WORD = 100;
const MOST = 500; // corrections, and words that are left alone, in a text that never ends

export class Correcting {
  #field;
  #ask;
  #teach;
  /** @type {Answer | null} */
  #answer = null;
  /** @type {(Word | Line)[]} */
  #waiting = [];
  /** @type {Made[]} */
  #made = [];
  /** What was typed again over its correction, or picked, on this line. @type {Set<string>} */
  #refused = new Set();
  /** What of that an earlier line was told. @type {Set<string>} */
  #left = new Set();
  on = true;
  separators = ""; // signs that end a word, beside white space; the server tells them

  /**
   * @param {import("./text-field.js").TextField} field
   * @param {(context: Context, place: number) => boolean} ask about the text before a place; whether it could
   * @param {(answer: number, word: string, typed: string) => Lesson | null} teach tell that the correction of
   *   an answer was made: which word stands in place of what was typed
   */
  constructor(field, ask, teach) {
    this.#field = field;
    this.#ask = ask;
    this.#teach = teach;
    field.addEventListener("edit", (event) => {
      const edit = /** @type {CustomEvent} */ (event).detail;
      for (const item of this.#waiting) item.end = moved(item.end, edit);
      this.#follow(edit);
    });
  }

  /** Whether words wait for their answers; nothing else is asked meanwhile. */
  get waits() {
    return this.#waiting.length > 0 && !this.#field.composing;
  }

  /** Go on with words that waited, as for the end of a composition. */
  resume() {
    this.#goOn();
  }

  /**
   * Ask what comes next, unless words wait for their answers.
   * @param {Context} context
   * @returns {boolean} whether an answer may come
   */
  ask(context) {
    return this.waits || this.#asks(context, this.#field.caret);
  }

  /** An answer came. @param {Answer} answer @returns {Correction | null} what a sign would put in */
  answered({ number, context, autocorrect }) {
    const taken = autocorrect && gone(context, autocorrect);
    const wanted = taken && this.#left.has(taken.left + taken.right) ? null : autocorrect;
    this.#answer = { number, context, autocorrect: wanted };
    this.#goOn();
    return wanted;
  }

  /** The writer wants a word as it was typed. @param {string} word */
  leave(word) {
    this.#refused.add(word);
  }

  /** No answer will come to what was asked, or none is waited for: the next one may be another server's. */
  giveUp() {
    this.#answer = null;
    this.#left = new Set([...this.#left, ...this.#refused].slice(-MOST));
    this.#refused.clear();
    for (const made of this.#made) made.past = true;
    for (const item of this.#waiting.splice(0)) this.#learn(item);
  }

  /**
   * A sign was typed behind a place.
   * @param {number} end
   * @param {string} sign
   */
  typed(end, sign) {
    if (!this.on || (sign.trim() && !this.separators.includes(sign))) return;
    const text = this.#field.text;
    const word = LAST_RUN.exec(text.slice(Math.max(0, end - LONGEST_WORD), end))?.[0];
    if (!word) return;
    this.#waiting.push({ end, word, right: text.slice(this.#field.caret, this.#field.caret + LONGEST_WORD * 3) });
    this.#goOn();
  }

  /** Learn a line once its words are corrected. @param {Line} line */
  ended(line) {
    this.#waiting.push(line);
    this.#goOn();
  }

  /** An edit that touches a correction says that it was not wanted. @param {import("./edits.js").Edit} edit */
  #follow(edit) {
    const end = edit.start + edit.removed.length;
    this.#made = this.#made.filter((made) => {
      const stands = made.start >= end || made.start + made.written.length <= edit.start;
      if (!stands) (made.past ? this.#left : this.#refused).add(made.typed);
      if (made.start >= end) made.start += edit.inserted.length - edit.removed.length;
      return stands;
    });
    if (this.#field.text) return;
    this.#made = []; // another text begins
    this.#refused.clear();
    this.#left.clear();
  }

  #goOn() {
    for (let item = this.#waiting[0]; item; item = this.#waiting[0]) {
      if (this.#field.composing) return;
      if ("word" in item && this.#stands(item) && this.on) {
        const { left, start } = contextAt(this.#field.text, item.end, item.end);
        const context = { left, start, right: contextAt(item.right, 0, 0).right };
        if (!this.#answer || !same(this.#answer.context, context)) {
          if (this.#asks(context, item.end)) return;
        } else {
          this.#correct(item, this.#answer);
        }
      } else {
        this.#learn(item);
      }
      this.#waiting.shift();
    }
  }

  /**
   * Of several answers about one text only the last one can be taken: that about it before another question is none.
   * @param {Context} context
   * @param {number} place
   */
  #asks(context, place) {
    if (this.#answer && !same(this.#answer.context, context)) this.#answer = null;
    return this.#ask(context, place);
  }

  /** Learn a line whose end was not taken back. @param {Word | Line} item */
  #learn(item) {
    if ("learn" in item && this.#field.text[item.end] === "\n") item.learn();
  }

  /** Whether a word stands as it was ended. @param {Word} word */
  #stands({ end, word }) {
    const text = this.#field.text;
    const before = text.slice(Math.max(0, end - LONGEST_WORD), end);
    if (/^[.:][\p{L}\p{N}]/u.test(text.slice(end, end + 3))) return false; // it goes on, as an address does
    return LAST_RUN.exec(before)?.[0] === word && NO_LETTER.exec(text.slice(end, end + 2))?.index === 0;
  }

  /**
   * @param {Word} word
   * @param {Answer} answer
   */
  #correct({ end }, { number, autocorrect }) {
    if (!autocorrect) return;
    const { text } = this.#field;
    const { left, right } = gone({ left: text.slice(0, end), right: text.slice(end) }, autocorrect);
    const edit = { start: end - left.length, removed: left + right, inserted: autocorrect.edit.insert };
    if (!fits(text, edit, this.#field.longest)) return;
    const lesson = this.#teach(number, autocorrect.text, left);
    this.#answer = null; // should the writer take it back, only a newer answer tells whether it is made again
    this.#field.correct(edit, lesson);
    this.#refused.delete(edit.removed);
    const made = { start: edit.start, typed: edit.removed, written: edit.inserted, past: false };
    this.#made = [...this.#made.slice(1 - MOST), made];
  }
}

/** What a correction takes away on both sides. @param {{left: string, right: string}} text @param {Correction} correction */
function gone({ left, right }, { edit: { delete_left, delete_right = 0 } }) {
  return { left: lastGraphemes(left, delete_left), right: firstGraphemes(right, delete_right) };
}
