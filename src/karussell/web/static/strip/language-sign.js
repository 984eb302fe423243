/**
 * The sign beside the strip, where there are several languages: which one it believes, and how surely. A
 * tap fixes the first, another one the next, until it is left to the words again.
 */

import { bar, byId, make } from "/elements.js";
import { languageName } from "/memory/phrases.js";

export class LanguageSign extends EventTarget {
  #button = byId("language", HTMLButtonElement);
  /** @type {string[]} */
  #tags = [];
  /** The one that the writer fixed. @type {string | null} */
  fixed = null;
  #believed = "";
  #share = 0;

  /** Tells of another choice as a `change` event whose `detail` is what to say of it. */
  constructor() {
    super();
    this.#button.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.#button.addEventListener("click", () => this.#next());
  }

  /** The languages there are. @param {string[]} tags */
  set tags(tags) {
    this.#tags = tags;
    if (this.fixed && !tags.includes(this.fixed)) this.fixed = null;
    this.#button.hidden = tags.length < 2;
    this.#believed = tags.includes(this.#believed) ? this.#believed : (tags[0] ?? "");
    this.#show();
  }

  /** How far each is believed. @param {Record<string, number>} shares */
  believe(shares) {
    const [best] = Object.entries(shares).sort((one, other) => other[1] - one[1]);
    if (!best) return;
    [this.#believed, this.#share] = best;
    this.#show();
  }

  #next() {
    const place = this.fixed === null ? 0 : this.#tags.indexOf(this.fixed) + 1;
    this.fixed = this.#tags[place] ?? null;
    this.#show();
    const said = this.fixed ? `${languageName(this.fixed)} only` : "The words tell the language";
    this.dispatchEvent(new CustomEvent("change", { detail: said }));
  }

  #show() {
    if (this.#button.hidden) return;
    const tag = this.fixed ?? this.#believed;
    const name = languageName(tag);
    const label = this.fixed ? `Language: ${name}, fixed` : `Language: ${name}, told by the words`;
    if (this.#button.ariaLabel !== label) this.#button.ariaLabel = this.#button.title = label;
    this.#button.classList.toggle("fixed", this.fixed !== null);
    const code = make("span", "", tag.split("-")[0].toUpperCase());
    this.#button.replaceChildren(code, bar(this.fixed ? 1 : this.#share));
  }
}
