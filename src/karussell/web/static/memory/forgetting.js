/** Forgetting, said in plain words with its proof, and taken back as long as this text goes on. */

import { button, handOn, make } from "/elements.js";
import { forgottenPhrase } from "/memory/phrases.js";

const SAID = 8000; // milliseconds that what cannot be taken back is read

export class Forgetting extends EventTarget {
  #element;
  #connection;
  #stays;
  #timer = 0;
  #asked = ""; // what is being forgotten: a second press finds nothing, and would take the way back away
  #past = false; // it has stood for as long as it stays at least

  /**
   * Tells of what was forgotten or came back, as a `change` event.
   * @param {HTMLElement} element where it is said
   * @param {import("/connection.js").Connection} connection
   * @param {number} stays milliseconds that the way back is offered at least, however fast somebody writes on
   */
  constructor(element, connection, stays) {
    super();
    this.#element = element;
    this.#connection = connection;
    this.#stays = stays;
    element.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  }

  /**
   * Forget something.
   * @param {object} what as `Connection.forget` takes it
   * @param {string} named in words
   */
  async forget(what, named) {
    const asked = JSON.stringify(what);
    if (asked === this.#asked) return;
    this.#asked = asked;
    try {
      const forgotten = await this.#connection.forget(what);
      let undone = false;
      const undo = () => undone || ((undone = true), this.#undo(forgotten.lesson, named));
      this.say(forgottenPhrase(named, forgotten), forgotten.entries ? undo : null);
      this.dispatchEvent(new Event("change"));
    } catch (failure) {
      this.say(/** @type {Error} */ (failure).message, null);
    } finally {
      if (asked === this.#asked) this.#asked = "";
    }
  }

  /** Say nothing more. */
  hide() {
    clearTimeout(this.#timer);
    handOn(this.#element);
    this.#past = false;
    this.#element.replaceChildren();
  }

  /** Somebody writes on: the way back goes once it has stood long enough; nobody else is hurried. */
  writtenOn() {
    if (this.#past) this.hide();
  }

  /**
   * @param {import("/field/history.js").Lesson} lesson
   * @param {string} named
   */
  async #undo(lesson, named) {
    try {
      await this.#connection.remember(lesson);
      this.say(`It knows ${named} again.`, null);
      this.dispatchEvent(new Event("change"));
    } catch (failure) {
      this.say(/** @type {Error} */ (failure).message, null);
    }
  }

  /**
   * Say something for a while.
   * @param {string} text
   * @param {(() => void) | null} undo what takes it back, if anything does
   */
  say(text, undo) {
    clearTimeout(this.#timer);
    handOn(this.#element);
    this.#past = false;
    const shown = [make("p", "", text)];
    this.#element.replaceChildren(...shown, ...(undo ? [button("quiet", "Undo", undo)] : []));
    this.#timer = setTimeout(() => (undo ? (this.#past = true) : this.hide()), undo ? this.#stays : SAID);
  }
}
