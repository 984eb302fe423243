/** How things stand with the server, said calmly: a word at the top, and a line when help is needed. */

import { byId, handOn } from "/elements.js";

const WORDS = { connecting: "connecting", ready: "ready", lost: "not connected", locked: "closed" };
const PATIENCE = 1200; // milliseconds: a line that comes back at once is not worth a word

export class Notice {
  #word = byId("connection", HTMLElement);
  #box = byId("notice", HTMLElement);
  #text = byId("notice-text", HTMLElement);
  #retry = byId("retry", HTMLElement);
  #timer = 0;
  /** @type {import("/connection.js").State["name"]} */
  #state = "connecting";

  /** @param {import("/connection.js").State} state */
  state({ name, reason }) {
    const before = this.#state;
    this.#state = name;
    if (name === "lost") {
      if (before !== "lost") this.#timer = setTimeout(() => this.#lost(), PATIENCE);
      return;
    }
    clearTimeout(this.#timer);
    this.#say(name);
    this.#show(name === "locked" ? `${locked(reason)} Your text stays here.` : "", false);
  }

  /** A question failed. @param {string} reason one line, or nothing once one has worked */
  failure(reason) {
    if (this.#state === "ready") this.#show(reason && `No suggestions here: ${reason}`, false);
  }

  #lost() {
    this.#say("lost");
    this.#show("Karussell does not answer. Your text is safe on this page; it keeps trying.", true);
  }

  /** @param {import("/connection.js").State["name"]} name */
  #say(name) {
    this.#word.dataset.state = name;
    if (this.#word.textContent !== WORDS[name]) this.#word.textContent = WORDS[name];
  }

  /**
   * @param {string} text
   * @param {boolean} retry
   */
  #show(text, retry) {
    if (this.#text.textContent !== text) this.#text.textContent = text;
    if (!text || !retry) handOn(this.#retry);
    this.#box.hidden = !text;
    this.#retry.hidden = !retry;
  }
}

/** @param {string | undefined} reason */
function locked(reason) {
  const why = reason?.trim() ?? "This page needs a fresh link.";
  return `${why} Press Enter in the terminal where Karussell runs, and open the link that it shows.`;
}
