/** How many keys were pressed for how many letters: what the suggestions are good for. */

import { byId } from "/elements.js";

export class Counter {
  #place = byId("count", HTMLElement);

  /**
   * @param {string} text
   * @param {number} keys pressed for it
   */
  show(text, keys) {
    const letters = text.replace(/[\udc00-\udfff]/g, "").length; // at every key: no time for clusters
    const saved = letters > 0 ? Math.max(0, 1 - keys / letters) : 0;
    const counts = document.createElement("span");
    counts.textContent = letters > 0 ? `${count(keys, "key")} for ${count(letters, "letter")}` : "";
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
