/** How many keys were pressed for how many letters: what the suggestions are good for. */

import { byId } from "/elements.js";

export class Counter {
  #keys = 0;
  #place = byId("count", HTMLElement);

  /** @param {number} keys */
  add(keys) {
    this.#keys += keys;
  }

  /** Show the state of things for a text. @param {string} text */
  show(text) {
    const letters = text.replace(/[\udc00-\udfff]/g, "").length; // at every key: no time for clusters
    if (letters === 0) this.#keys = 0;
    const saved = letters > 0 ? Math.max(0, 1 - this.#keys / letters) : 0;
    const counts = document.createElement("span");
    counts.textContent = letters > 0 ? `${count(this.#keys, "key")} for ${count(letters, "letter")}` : "";
    const share = document.createElement("strong");
    share.textContent = `${Math.round(100 * saved)} % saved`;
    this.#place.replaceChildren(...(saved > 0 ? [share] : []), counts);
  }
}

/**
 * @param {number} number
 * @param {string} noun
 */
function count(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
