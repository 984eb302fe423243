/**
 * The strip: three suggestions, each with the number of its key, and beside them what was typed, in a
 * place of its own. All are real buttons. Tells which one was chosen, as a `pick` event whose `detail`
 * is its place; `why` and `forget` are events of the same kind, for a word that a finger rests on, the
 * other mouse button, the menu key, and for Delete.
 *
 * @typedef {import("/strip/picking.js").Place} Place
 * @typedef {{text: string, kind: string, probability: number,
 *            edit: {delete_left: number, delete_right?: number, insert: string}}} Suggestion
 * @typedef {{literal: Suggestion | null, slots: (Suggestion | null)[], best: 0 | 1 | 2 | null,
 *            autocorrect: Suggestion | null}} Strip
 */

import { disable } from "/elements.js";
import { onHold } from "/strip/holding.js";
import { EMPTY, wordAt } from "/strip/picking.js";
import { shown, typedLength } from "/strip/spelling.js";

const CLICK_FOLLOWS = 300; // a pointer's click comes within this many milliseconds of its end

export class SuggestionStrip extends HTMLElement {
  #slots = [...this.querySelectorAll("button:not(.literal)")];
  #literal = /** @type {HTMLButtonElement} */ (this.querySelector(".literal"));
  #shown = EMPTY;
  #digits = false;
  #left = -Infinity; // when the last finger went up

  connectedCallback() {
    for (const button of this.querySelectorAll("button")) {
      const place = button === this.#literal ? "literal" : /** @type {Place} */ (this.#slots.indexOf(button));
      const tell = (/** @type {string} */ type, byKey = false) =>
        this.dispatchEvent(new CustomEvent(type, { detail: { place, byKey, button } }));
      const word = () => wordAt(this.#shown, place)?.text;
      /** @type {string | undefined} */
      let aimedAt; // no word is picked that comes under the finger
      button.addEventListener("pointerdown", (event) => {
        event.preventDefault(); // the field keeps the focus
        aimedAt = event.button === 0 ? word() : undefined;
      });
      const wasHeld = onHold(button, ({ byKey }) => tell("why", byKey));
      // There may be no click while another finger is on the keys.
      button.addEventListener("pointerup", ({ clientX, clientY, timeStamp }) => {
        this.#left = timeStamp;
        const stays = button.contains(document.elementFromPoint(clientX, clientY));
        if (!wasHeld() && stays && aimedAt && aimedAt === word()) tell("pick");
      });
      button.addEventListener("click", ({ detail, timeStamp }) => {
        if (detail === 0 || timeStamp - this.#left > CLICK_FOLLOWS) tell("pick", detail === 0);
      });
      button.addEventListener("keydown", (event) => event.key === "Delete" && tell("forget", true));
    }
    this.show(EMPTY, "");
  }

  /**
   * @param {Strip} strip
   * @param {string} left the text before the cursor it was made for
   */
  show(strip, left) {
    const { literal, slots, best, autocorrect } = strip;
    this.#shown = strip;
    this.#slots.forEach((element, place) => {
      const button = /** @type {HTMLButtonElement} */ (element);
      const suggestion = slots[place];
      disable(button, !suggestion);
      button.classList.toggle("best", place === best);
      button.classList.toggle("will", !!suggestion && suggestion.text === autocorrect?.text);
      const [number, word, likelihood] = /** @type {HTMLElement[]} */ ([...button.children]);
      number.hidden = !suggestion;
      spell(word, suggestion?.text ?? "", suggestion ? typedLength(suggestion, left) : 0);
      likelihood.style.setProperty("--share", String(suggestion?.probability ?? 0));
      if (suggestion) button.title = `${Math.round(100 * suggestion.probability)} %`;
      else button.removeAttribute("title");
    });
    disable(this.#literal, !literal);
    this.#literal.dataset.kind = literal?.kind ?? "";
    const [does, kept] = /** @type {HTMLElement[]} */ ([...this.#literal.children]);
    does.textContent = !literal ? "Nothing else was typed" : literal.kind === "restored" ? "Put back " : "Keep ";
    kept.lang = this.lang;
    spell(kept, literal?.text ?? "", 0);
    this.#name();
  }

  /** A word is named as it is shown, with the number of its key, and in its own language. */
  #name() {
    this.#slots.forEach((button, place) => {
      const text = this.#shown.slots[place]?.text;
      const number = this.#digits ? `${place + 1} ` : "";
      button.setAttribute("aria-label", text ? number + text : `No word ${place + 1}`);
      button.setAttribute("lang", text ? this.lang : "en");
    });
  }

  /**
   * Say whether digits and Tab pick now, or are plain keys.
   * @param {boolean} digits
   * @param {boolean} tab
   */
  arm(digits, tab) {
    this.classList.toggle("digits", digits);
    this.#digits = digits && this.#slots.some((button) => button.firstElementChild?.checkVisibility());
    this.#name();
    this.classList.toggle("tab", tab);
  }
}

/**
 * @param {HTMLElement} element with a part for what was typed and one for the rest
 * @param {string} text
 * @param {number} count how much of it was typed
 */
function spell(element, text, count) {
  const { typed, rest, letters } = shown(text, count);
  element.style.setProperty("--letters", String(letters));
  element.children[0].textContent = typed;
  element.children[1].textContent = rest;
}

customElements.define("suggestion-strip", SuggestionStrip);
