/** Undo and redo, by their buttons and by keys, wherever the focus is: one history for all that was written. */

import { byId, disable } from "/elements.js";

export class Undoing {
  #field;
  #say;
  #undo = byId("undo", HTMLButtonElement);
  #redo = byId("redo", HTMLButtonElement);

  /**
   * @param {import("/field/text-field.js").TextField} field
   * @param {(done: string) => void} say tell what was done
   */
  constructor(field, say) {
    this.#field = field;
    this.#say = say;
    for (const [button, act] of /** @type {const} */ ([[this.#undo, () => this.back()], [this.#redo, () => this.again()]])) {
      button.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      button.addEventListener("click", act);
    }
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show whether there is anything to take back, or to make again. */
  show() {
    disable(this.#undo, !this.#field.canUndo);
    disable(this.#redo, !this.#field.canRedo);
  }

  back() {
    if (!this.#field.canUndo) return;
    this.#field.undo();
    this.#say("Undone");
  }

  again() {
    if (!this.#field.canRedo) return;
    this.#field.redo();
    this.#say("Done again");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    if (document.querySelector("dialog[open]")) return; // what is typed there is no part of the text
    const key = event.key.toLowerCase();
    if (key !== "z" && (key !== "y" || event.metaKey)) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) this.again();
    else this.back();
  }
}
