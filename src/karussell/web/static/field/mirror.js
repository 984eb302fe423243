/**
 * A copy of the text behind the text field, line for line at the same places: a text field can neither
 * underline a word nor say where its caret is seen.
 */

// Of a longer text no copy is made, nor of a longer line, which a key lays out anew: it would cost more
// than it is worth.
const LONGEST = 200_000;
const LONGEST_LINE = 50_000;
const EMPTY = "\u200b"; // an empty line is as high as any

export class Mirror {
  #area;
  #box;
  /** @type {string[]} */
  #lines = [];
  /** The line with the underlined word, or -1. */
  #marked = -1;

  /**
   * @param {HTMLTextAreaElement} area
   * @param {HTMLElement} box
   */
  constructor(area, box) {
    this.#area = area;
    this.#box = box;
    area.addEventListener("scroll", () => this.#follow());
    new ResizeObserver(() => this.#follow()).observe(area);
  }

  /**
   * Underline a part of a line of the text, or nothing.
   * @param {{start: number, end: number} | null} part
   */
  underline(part) {
    if (this.#marked >= 0) this.#write(this.#marked);
    this.#marked = -1;
    if (!part || !this.#canCopy(part.start)) return;
    this.#copy();
    const { line, place } = this.#find(part.start);
    const text = this.#lines[line];
    const mark = document.createElement("mark");
    mark.textContent = text.slice(place, place + part.end - part.start);
    this.#box.children[line].replaceChildren(text.slice(0, place), mark, text.slice(place + part.end - part.start));
    this.#marked = line;
    this.#follow();
  }

  /** Scroll the caret into view. */
  reveal() {
    const area = this.#area;
    if (area.selectionEnd === area.value.length) area.scrollTop = area.scrollHeight;
    else if (area.scrollHeight > area.clientHeight && this.#canCopy(area.selectionEnd)) this.#revealPlace();
  }

  /** Whether the text and the line at a place are short enough. @param {number} place */
  #canCopy(place) {
    const { value } = this.#area;
    if (value.length > LONGEST) return false;
    const end = value.indexOf("\n", place);
    return (end < 0 ? value.length : end) - value.lastIndexOf("\n", place - 1) <= LONGEST_LINE;
  }

  #revealPlace() {
    const area = this.#area;
    this.#copy();
    const { line, place } = this.#find(area.selectionEnd);
    const element = this.#box.children[line];
    const range = document.createRange();
    const node = element.firstChild;
    if (this.#marked !== line && node && this.#lines[line]) {
      range.setStart(node, Math.min(place, this.#lines[line].length));
    } else {
      range.selectNodeContents(element);
    }
    this.#follow();
    const seen = this.#box.getBoundingClientRect();
    const caret = range.getClientRects()[0] ?? element.getBoundingClientRect();
    const room = caret.height / 2;
    if (caret.bottom + room > seen.bottom) area.scrollTop += caret.bottom + room - seen.bottom;
    else if (caret.top - room < seen.top) area.scrollTop -= seen.top - caret.top + room;
  }

  /** Bring the copy up to date; lines that stay are left alone. */
  #copy() {
    const lines = this.#area.value.split("\n");
    const before = this.#lines;
    const shorter = Math.min(lines.length, before.length);
    let top = 0;
    while (top < shorter && lines[top] === before[top]) top++;
    let bottom = 0;
    while (bottom < shorter - top && lines.at(-1 - bottom) === before.at(-1 - bottom)) bottom++;
    this.#lines = lines;
    for (let line = before.length - bottom; line > lines.length - bottom; line--) this.#box.children[line - 1].remove();
    const behind = this.#box.children[Math.min(before.length, lines.length) - bottom] ?? null;
    for (let line = before.length - bottom; line < lines.length - bottom; line++) {
      this.#box.insertBefore(document.createElement("div"), behind);
    }
    for (let line = top; line < lines.length - bottom; line++) this.#write(line);
  }

  /** @param {number} line */
  #write(line) {
    if (this.#box.children[line]) this.#box.children[line].textContent = this.#lines[line] || EMPTY;
  }

  /** @param {number} place in the text */
  #find(place) {
    let line = 0;
    while (line < this.#lines.length - 1 && place > this.#lines[line].length) place -= this.#lines[line++].length + 1;
    return { line, place };
  }

  #follow() {
    this.#box.scrollTop = this.#area.scrollTop;
  }
}
