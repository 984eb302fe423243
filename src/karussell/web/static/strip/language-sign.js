/**
 * The sign beside the strip, where there are several languages: which one it believes, and how surely. A
 * tap fixes it, the next leaves it to the words again; a long press or the menu key fixes another one. What
 * is fixed stays so in this tab.
 */

import { bar, byId, make } from "/elements.js";
import { keepLanguage, keptLanguage } from "/field/kept.js";
import { languageName } from "/memory/phrases.js";
import { onHold } from "/strip/holding.js";

export class LanguageSign extends EventTarget {
  #button = byId("language", HTMLButtonElement);
  /** @type {string[]} */
  #tags = [];
  /** The one that the writer fixed. @type {string | null} */
  fixed = keptLanguage() || null;
  #believed = "";
  #share = 0;

  /** Tells of another choice as a `change` event whose `detail` is what to say of it. */
  constructor() {
    super();
    this.#button.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    let before = { fixed: this.fixed, believed: "", share: 0 };
    const other = () => {
      before = { fixed: this.fixed, believed: this.#believed, share: this.#share };
      this.#fix(this.#other);
    };
    const back = () => {
      [this.#believed, this.#share] = [before.believed, before.share];
      this.#fix(before.fixed);
    };
    const held = onHold(this.#button, other, back);
    this.#button.addEventListener("click", () => {
      if (!held()) this.#fix(this.fixed === null ? this.#believed : null);
    });
  }

  /** The languages there are. @param {string[]} tags */
  set tags(tags) {
    this.#tags = tags;
    if (this.fixed && !tags.includes(this.fixed)) this.fixed = null; // this keyboard does not know it
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

  /** The one behind that which is shown. */
  get #other() {
    const place = this.#tags.indexOf(this.fixed ?? this.#believed) + 1;
    return this.#tags[place % this.#tags.length] ?? null;
  }

  /** @param {string | null} tag */
  #fix(tag) {
    this.fixed = tag;
    keepLanguage(tag ?? "");
    this.#show();
    const said = this.fixed ? `${languageName(this.fixed)} only` : "The words tell the language";
    this.dispatchEvent(new CustomEvent("change", { detail: said }));
  }

  #show() {
    if (this.#button.hidden) return;
    const tag = this.fixed ?? this.#believed;
    const name = languageName(tag);
    const code = tag.split("-")[0].toUpperCase();
    const label = `${code}, language: ${name}, ${this.fixed ? "fixed" : "told by the words"}`; // named as it is shown
    if (this.#button.ariaLabel !== label) {
      this.#button.ariaLabel = label;
      const more = this.fixed ? "press to leave it to the words" : "press to fix it";
      this.#button.title = `${label}; ${more}, hold for another`;
    }
    this.#button.ariaPressed = String(this.fixed !== null);
    this.#button.classList.toggle("fixed", this.fixed !== null);
    this.#button.replaceChildren(make("span", "", code), bar(this.fixed ? 1 : this.#share));
  }
}
