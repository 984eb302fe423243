/** What stands in an `input` or a `textarea`, and its caret. */

export class PlainText {
  /** @param {HTMLInputElement | HTMLTextAreaElement} element */
  constructor(element) {
    this.element = element;
  }

  /** Whether it has one line alone. */
  get oneLine() {
    return this.element instanceof HTMLInputElement;
  }

  /** How many characters it takes; negative for any number. */
  get longest() {
    return this.element.maxLength;
  }

  get text() {
    return this.element.value;
  }

  /** What is selected; in a field that does not tell (`type=email`) the caret is taken to be at the end. */
  get selection() {
    const { selectionStart, selectionEnd, value } = this.element;
    return { start: selectionStart ?? value.length, end: selectionEnd ?? value.length };
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  select(start, end) {
    if (this.element.selectionStart !== null) this.element.setSelectionRange(start, end);
  }

  /** Whether the place of the caret is told. */
  get tells() {
    return this.element.selectionStart !== null;
  }

  /** Whether a place may be selected from the character before it on. @param {number} place */
  joins(place) {
    return this.tells && place > 0;
  }

  /**
   * Write without the browser's help, past a framework that watches the value of its element.
   * @param {string} text
   * @param {string} inserted
   */
  overwrite(text, inserted) {
    const setter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(this.element), "value")?.set;
    setter?.call(this.element, text);
    const more = { bubbles: true, composed: true, inputType: "insertReplacementText", data: inserted };
    this.element.dispatchEvent(new InputEvent("input", more));
  }
}
