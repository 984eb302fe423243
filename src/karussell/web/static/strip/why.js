/**
 * Why is this word offered? A small window at the word that says it, and forgets the word. It is no menu
 * that takes the focus: whoever was writing writes on, and it goes away.
 */

import { bar, button, byId, make } from "/elements.js";
import { percent, reasonPhrase } from "/memory/phrases.js";

const GAP = 8; // pixels to the word, and to the edge of the window

export class Why {
  #element = byId("why", HTMLElement);
  #forget;
  /** @type {HTMLElement | null} the word it belongs to, while it is open */
  #word = null;
  several = false; // languages

  /** Escape closes it, and so does writing on. */
  #onKey = (/** @type {KeyboardEvent} */ event) => {
    const within = this.#element.contains(document.activeElement);
    const leaves = event.key === "Escape" || (event.key === "Tab" && within); // back to the word
    if (leaves) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (leaves || !within) this.close();
  };
  #onPointer = (/** @type {PointerEvent} */ event) => {
    if (!this.#element.contains(/** @type {Node} */ (event.target))) this.close();
  };

  /** @param {(word: string) => void} forget */
  constructor(forget) {
    this.#forget = forget;
    this.#element.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.#element.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.#element.contains(/** @type {Node | null} */ (relatedTarget))) this.close();
    });
  }

  /**
   * @param {HTMLElement} word its button
   * @param {string} text
   * @param {Promise<{word: string, parts: import("/memory/phrases.js").Part[]}>} reason
   * @param {boolean} focused whether the focus shall follow
   */
  async open(word, text, reason, focused) {
    this.close();
    this.#word = word;
    const shown = await reason.then(
      ({ parts }) => this.#parts(parts),
      (failure) => make("p", "soft", failure.message),
    );
    if (this.#word !== word) return; // closed meanwhile
    const title = make("h2", "", "Why ", make("span", "learned-word", `“${text}”`), "?");
    title.id = "why-title";
    const forget = button("quiet", "Forget this word", () => {
      this.close();
      this.#forget(text);
    });
    forget.append(make("kbd", "", "Del"));
    forget.addEventListener("keydown", (event) => event.key === "Delete" && forget.click());
    this.#element.replaceChildren(title, shown, forget);
    this.#element.showPopover();
    this.#place(word);
    document.addEventListener("keydown", this.#onKey, true);
    document.addEventListener("pointerdown", this.#onPointer, true);
    if (focused) forget.focus();
  }

  close() {
    const word = this.#word;
    this.#word = null;
    if (!word || !this.#element.matches(":popover-open")) return;
    document.removeEventListener("keydown", this.#onKey, true);
    document.removeEventListener("pointerdown", this.#onPointer, true);
    if (this.#element.contains(document.activeElement)) word.focus();
    this.#element.hidePopover();
  }

  /** @param {import("/memory/phrases.js").Part[]} parts */
  #parts(parts) {
    /** @type {Map<string, {title: string, detail: string, share: number}>} */
    const said = new Map(); // a habit after two words is one after the last of them, too: one part for a person
    for (const part of parts) {
      const { title, detail } = reasonPhrase(part, this.several);
      const before = said.get(title);
      if (before) before.share += part.share;
      else said.set(title, { title, detail, share: part.share });
    }
    const rows = [...said.values()].map(({ title, detail, share }) => {
      const line = make("span", "part", make("span", "", title), make("span", "soft", percent(share)));
      return make("li", "", line, bar(share), ...(detail ? [make("span", "soft", detail)] : []));
    });
    return make("ul", "", ...rows);
  }

  /** Above the word, and all of it on the screen. @param {HTMLElement} word */
  #place(word) {
    const { left, width, top } = word.getBoundingClientRect();
    const own = this.#element.offsetWidth;
    const side = Math.max(GAP, Math.min(left + (width - own) / 2, innerWidth - own - GAP));
    this.#element.style.setProperty("--left", `${side}px`);
    this.#element.style.setProperty("--bottom", `${innerHeight - top + GAP}px`);
    this.#element.style.setProperty("--room", `${top - 2 * GAP}px`);
  }
}
