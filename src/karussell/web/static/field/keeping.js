/** The text outlives a reload, unless it is private; and nobody loses to a stray reload what is kept nowhere. */

import { keepText } from "/field/kept.js";

const REST = 400; // milliseconds without a change before the text is kept

export class Keeping {
  #field;
  #discreet;
  #leave;
  #timer = 0;
  #unkept = false;

  /**
   * @param {import("/field/text-field.js").TextField} field
   * @param {() => boolean} discreet whether what is written stays here, and goes with the page
   * @param {() => void} leave what else is done when the page is left
   */
  constructor(field, discreet, leave) {
    this.#field = field;
    this.#discreet = discreet;
    this.#leave = leave;
    addEventListener("pagehide", () => this.#left());
    document.addEventListener("visibilitychange", () => this.#left());
    addEventListener("beforeunload", (event) => {
      this.now();
      if (this.#unkept) event.preventDefault();
    });
  }

  /** Keep it once the keys rest. */
  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), REST);
  }

  now() {
    const stays = this.#discreet() || this.#field.hasSealed;
    const kept = keepText(stays ? "" : this.#field.text);
    this.#unkept = !!this.#field.text && (stays || !kept);
  }

  #left() {
    this.now();
    this.#leave();
  }
}
