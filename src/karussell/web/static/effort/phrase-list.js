/** The phrases in the settings: seen, added, taken away. */

import { button, byId, make } from "/elements.js";

export class PhraseList {
  #phrases;
  #list = byId("phrase-list", HTMLElement);
  #input = byId("phrase-new", HTMLInputElement);
  #said = byId("phrase-said", HTMLElement);

  /** @param {import("/effort/own-phrases.js").OwnPhrases} phrases */
  constructor(phrases) {
    this.#phrases = phrases;
    byId("phrase-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add();
    });
    this.#show();
  }

  #add() {
    const text = this.#input.value.trim();
    if (!text) return;
    const added = this.#phrases.add(text);
    this.#said.textContent = added ? `Added “${text}”.` : "No room: at most 50 phrases of 200 letters.";
    if (added) this.#input.value = "";
    this.#show();
  }

  #show() {
    const rows = this.#phrases.all.map(({ text }) => {
      const remove = button("quiet", "Remove", () => this.#remove(text, row));
      remove.ariaLabel = `Remove “${text}”`;
      const row = make("li", "", make("span", "", text), remove);
      return row;
    });
    this.#list.replaceChildren(...rows);
    this.#list.hidden = !rows.length;
  }

  /** @param {string} text @param {HTMLElement} row */
  #remove(text, row) {
    if (row.contains(document.activeElement)) this.#input.focus();
    this.#phrases.remove(text);
    this.#said.textContent = `Removed “${text}”.`;
    this.#show();
  }
}
