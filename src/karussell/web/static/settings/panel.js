/** The panel "Keys and settings": a modal sheet, so that the focus is never behind it. */

import { byId } from "/elements.js";

export class SettingsPanel {
  #dialog = byId("keys", HTMLDialogElement);

  /** @param {import("/settings/settings.js").Settings} settings */
  constructor(settings) {
    byId("other-hand", HTMLElement).addEventListener("click", () => {
      settings.choose("hand", settings.value("hand") === "left" ? "right" : "left");
    });
    byId("open-keys", HTMLElement).addEventListener("click", () => this.#dialog.showModal());
    byId("keys-close", HTMLElement).addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
  }
}
