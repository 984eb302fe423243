/**
 * The strip of three suggestions: real buttons, each with the number of its key. Tells which one was
 * chosen, as a `pick` event whose `detail` is its place, 0 to 2.
 *
 * @typedef {{text: string, kind: string, probability: number, place: number,
 *            edit: {delete_left: number, insert: string}}} Suggestion
 */

import { lastGraphemes } from "/graphemes.js";

export class SuggestionStrip extends HTMLElement {
  #buttons = [...this.querySelectorAll("button")];

  connectedCallback() {
    this.#buttons.forEach((button, place) => {
      button.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      button.addEventListener("click", () => {
        this.dispatchEvent(new CustomEvent("pick", { detail: place }));
      });
    });
    this.show([], "");
  }

  /**
   * @param {Suggestion[]} suggestions best first
   * @param {string} left the text before the cursor they were made for
   */
  show(suggestions, left) {
    this.#buttons.forEach((button, place) => {
      const suggestion = suggestions[place];
      const [number, word, likelihood] = /** @type {HTMLElement[]} */ ([...button.children]);
      button.disabled = !suggestion;
      button.setAttribute("aria-label", suggestion?.text ?? `No word ${place + 1}`);
      number.hidden = !suggestion;
      const typed = suggestion ? typedLength(suggestion, left) : 0;
      word.children[0].textContent = suggestion?.text.slice(0, typed) ?? "";
      word.children[1].textContent = suggestion?.text.slice(typed) ?? "";
      likelihood.style.setProperty("--share", String(suggestion?.probability ?? 0));
      const percent = Math.round(100 * (suggestion?.probability ?? 0));
      if (suggestion) button.title = `${percent} % likely`;
      else button.removeAttribute("title");
    });
  }

  /**
   * Say whether digits and Tab pick now, or are plain keys.
   * @param {boolean} digits
   * @param {boolean} tab
   */
  arm(digits, tab) {
    this.classList.toggle("digits", digits);
    this.classList.toggle("tab", tab);
  }
}

/**
 * How much of a suggestion stands there already; 0 if it is spelt otherwise, or all of it is there.
 * @param {Suggestion} suggestion
 * @param {string} left
 */
export function typedLength(suggestion, left) {
  const typed = lastGraphemes(left, suggestion.edit.delete_left);
  const goesOn = suggestion.text.toLowerCase().startsWith(typed.toLowerCase());
  return goesOn && typed.length < suggestion.text.length ? typed.length : 0;
}

customElements.define("suggestion-strip", SuggestionStrip);
