/**
 * What a field tells those who do not see the strip: that there is a list, and which word of it is in
 * question. Whatever the page has said of its field itself stays.
 */

export class Labels {
  #field;
  #ours;
  /** @type {string[]} */
  #put = [];

  /**
   * @param {HTMLElement} field
   * @param {string} list its id
   * @param {boolean} oneLine
   */
  constructor(field, list, oneLine) {
    this.#field = field;
    /** @type {Record<string, string>} */
    this.#ours = { "aria-autocomplete": "list", "aria-controls": list };
    if (oneLine) Object.assign(this.#ours, { role: "combobox", "aria-expanded": "false" });
    else if (!(field instanceof HTMLTextAreaElement)) Object.assign(this.#ours, { role: "textbox", "aria-multiline": "true" });
  }

  put() {
    for (const [name, value] of Object.entries(this.#ours)) {
      if (this.#field.hasAttribute(name)) continue;
      this.#field.setAttribute(name, value);
      this.#put.push(name);
    }
  }

  /** @param {boolean} expanded @param {string | null} word its id */
  point(expanded, word) {
    if (this.#put.includes("aria-expanded")) this.#field.setAttribute("aria-expanded", String(expanded));
    if (!this.#put.includes("aria-controls")) return; // its list is the page's
    if (word) this.#field.setAttribute("aria-activedescendant", word);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  remove() {
    this.point(false, null);
    for (const name of this.#put.splice(0)) this.#field.removeAttribute(name);
  }
}
