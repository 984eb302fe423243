/**
 * The text and its cursor. Every change that the keyboard makes goes through the browser's own
 * editing, so that Ctrl+Z takes it back.
 *
 * Events: `change` (text or cursor), `key` whose `detail` is how many keys were pressed, `line` whose
 * `detail` is a line that was finished, and `undo` whose `detail` names the pick or line that was undone.
 */

import { graphemes, lastGraphemes } from "/graphemes.js";

const LEFT = 1000; // the server is told at least this much of the text before the cursor
const RIGHT = 200;
const LONGEST = 4000; // the server reads no more at once

export class TextField extends EventTarget {
  #area;
  #ours = false;
  /** Where the cursor stands behind the space that a pick brought or found, or -1. */
  #spaceAt = -1;
  /** Whether that space was there before the pick. */
  #spaceWasThere = false;
  #length;
  /** The text before the last line break: what undoing it comes back to. */
  #beforeLine = "";
  /** What taught something: the text before each pick or line, and its name. @type {{before: string, name: number}[]} */
  #lessons = [];
  /** Signs that take the place of the space of a pick; the server tells them. @type {Set<string>} */
  takesSpace = new Set();
  composing = false;

  /** @param {HTMLTextAreaElement} area */
  constructor(area) {
    super();
    this.#area = area;
    this.#length = area.value.length;
    area.addEventListener("beforeinput", (event) => this.#beforeInput(event));
    area.addEventListener("input", (event) => this.#input(/** @type {InputEvent} */ (event)));
    area.addEventListener("compositionstart", () => (this.composing = true));
    area.addEventListener("compositionend", (event) => {
      this.composing = false;
      this.#tell("key", graphemes(event.data).length);
      this.#tell("change");
    });
    document.addEventListener("selectionchange", () => {
      if (document.activeElement === area) this.#tell("change");
    });
  }

  get text() {
    return this.#area.value;
  }

  /**
   * The text around the cursor, as the server is told it. In a long text the beginning is left out,
   * at a place that moves only every thousand characters: what was read before stays read.
   */
  get context() {
    const { value, selectionStart, selectionEnd } = this.#area;
    const cut = Math.max(0, Math.floor((selectionStart - LEFT) / LEFT) * LEFT);
    return {
      left: fromWord(value.slice(0, selectionStart), cut),
      right: whole(value.slice(selectionEnd, selectionEnd + RIGHT)),
    };
  }

  /** Write a text as if it had been typed. @param {string} text */
  write(text) {
    this.#tell("key", 1);
    if (this.#writeBehindPick(text)) return;
    const before = this.text;
    this.#replace(this.#area.selectionStart, this.#area.selectionEnd, text);
    if (text === "\n") this.#finishLine(before);
  }

  /** Delete the selection, or what stands before the cursor. @param {"character" | "word"} what */
  erase(what) {
    const { value, selectionStart, selectionEnd } = this.#area;
    this.#tell("key", 1);
    const left = value.slice(0, selectionStart);
    const last = what === "word" ? left.slice(left.trimEnd().search(/\S+$/u)) : lastGraphemes(left, 1);
    const length = selectionStart < selectionEnd ? 0 : last.length;
    this.#replace(selectionStart - length, selectionEnd, "");
    this.#tellUndone();
  }

  /** Move the cursor by a character, or to an end of what is selected. @param {-1 | 1} step */
  step(step) {
    const { value, selectionStart, selectionEnd } = this.#area;
    const left = lastGraphemes(value.slice(0, selectionStart), 1).length;
    const [right = ""] = graphemes(value.slice(selectionEnd, selectionEnd + RIGHT));
    const selecting = selectionStart < selectionEnd;
    let at = step < 0 ? selectionStart : selectionEnd;
    if (!selecting) at += step < 0 ? -left : right.length;
    this.#area.setSelectionRange(at, at);
  }

  /** Delete everything; Ctrl+Z brings it back. */
  clear() {
    this.#area.focus();
    this.#replace(0, this.#area.value.length, "");
  }

  /**
   * Put a suggestion into the text.
   * @param {{delete_left: number, insert: string}} edit
   * @param {number} name what an `undo` of it will tell
   */
  pick(edit, name) {
    if (this.composing) this.#area.blur(); // ends the composition before the text under it changes
    this.#area.focus({ preventScroll: true });
    const { value, selectionStart, selectionEnd } = this.#area;
    const left = lastGraphemes(value.slice(0, selectionStart), edit.delete_left);
    this.#lessons.push({ before: value, name });
    this.#tell("key", 1);
    this.#replace(selectionStart - left.length, selectionEnd, edit.insert, () => {
      const at = this.#area.selectionEnd;
      this.#spaceWasThere = !edit.insert.endsWith(" ") && /^[ \u00a0]/.test(value.slice(selectionEnd));
      if (this.#spaceWasThere) this.#area.setSelectionRange(at + 1, at + 1);
      this.#spaceAt = this.#spaceWasThere || edit.insert.endsWith(" ") ? this.#area.selectionEnd : -1;
    });
  }

  /** Name the line that was just finished. @param {number} name what an `undo` of it will tell */
  nameLine(name) {
    this.#lessons.push({ before: this.#beforeLine, name });
  }

  /** Whether a text is selected, which the next key replaces. */
  get selecting() {
    return this.#area.selectionStart !== this.#area.selectionEnd;
  }

  /** The last line, as far as the server reads it. */
  get lastLine() {
    return lastLine(this.text);
  }

  /** @param {InputEvent} event */
  #beforeInput(event) {
    if (event.inputType === "insertLineBreak") this.#beforeLine = this.text;
    if (this.#ours || event.isComposing || event.inputType !== "insertText" || !event.data) return;
    if (this.#writeBehindPick(event.data)) {
      event.preventDefault();
      this.#tell("key", 1);
    }
  }

  /**
   * Right behind a picked word and its space: a space is there already, and punctuation takes its
   * place. Returns whether that was so.
   * @param {string} text
   */
  #writeBehindPick(text) {
    const { selectionStart, selectionEnd } = this.#area;
    const at = this.#spaceAt;
    this.#spaceAt = -1;
    if (at < 0 || selectionStart !== at || selectionEnd !== at) return false;
    if (text === " ") {
      this.#tell("change");
      return true;
    }
    if (!this.takesSpace.has(text)) return false;
    this.#replace(at - 1, at, this.#spaceWasThere ? `${text} ` : text);
    return true;
  }

  /** @param {InputEvent} event */
  #input(event) {
    if (this.#ours) return;
    this.#spaceAt = -1;
    if (!this.composing) this.#tell("key", keysOf(event, this.text.length - this.#length));
    if (event.inputType === "insertLineBreak") this.#finishLine(this.#beforeLine);
    else this.#tellUndone();
    this.#tell("change");
  }

  /** @param {string} before the text before the line break */
  #finishLine(before) {
    this.#beforeLine = before;
    const at = this.#area.selectionStart;
    const line = lastLine(this.text.slice(0, at - 1));
    // A word that the break cut in two was none of the writer's.
    this.#tell("line", /^\S/.test(this.text.slice(at)) ? line.replace(/\S+$/, "") : line);
  }

  /** Tell what the last change took back, by Ctrl+Z or letter by letter. */
  #tellUndone() {
    if (this.text === this.#lessons.at(-1)?.before) this.#tell("undo", this.#lessons.pop()?.name);
  }

  /**
   * @param {number} start
   * @param {number} end
   * @param {string} text
   * @param {() => void} [after] what else belongs to this change, before anybody is told
   */
  #replace(start, end, text, after) {
    this.#ours = true;
    try {
      this.#area.setSelectionRange(start, end);
      // execCommand alone leaves the browser's undo history whole; it works in the focused field.
      const focused = document.activeElement === this.#area;
      const done = focused && (text ? document.execCommand("insertText", false, text) : document.execCommand("delete"));
      if (!done && (text || start < end)) this.#area.setRangeText(text, start, end, "end");
      after?.();
    } finally {
      this.#ours = false;
    }
    this.#tell("change");
  }

  /**
   * @param {"change" | "key" | "line" | "undo"} type
   * @param {number | string} [detail]
   */
  #tell(type, detail) {
    if (type === "change") {
      this.#length = this.text.length;
      if (!this.#length) this.#lessons = []; // another text begins
    }
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/**
 * How many keys a change of the text took; what was pasted or dropped counts as if it had been typed.
 * @param {InputEvent} event
 * @param {number} growth of the text, in code units
 */
function keysOf(event, growth) {
  if (event.inputType === "insertText" && event.data) return graphemes(event.data).length;
  if (event.inputType === "insertCompositionText") return 0; // counted when the composition ends
  return event.inputType.startsWith("insertFrom") ? Math.max(1, growth) : 1;
}

/**
 * A text from a place on, or from the first word behind it: half a word is none.
 * @param {string} text
 * @param {number} cut
 */
function fromWord(text, cut) {
  const rest = whole(text.slice(cut));
  return cut > 0 ? rest.slice(rest.search(/\s/) + 1) : rest;
}

/** @param {string} text */
function lastLine(text) {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return fromWord(line, Math.max(0, line.length - LONGEST));
}

/** Without half a character at either end. @param {string} text */
function whole(text) {
  return text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
}
