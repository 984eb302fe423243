/**
 * The settings: the switches of the page, remembered by this browser. Tells when one was changed, as a
 * `change` event.
 */

import { remember, remembered } from "/remembered.js";

export class Settings extends EventTarget {
  /** @type {Map<string, HTMLInputElement | HTMLSelectElement>} */
  #controls = new Map();

  constructor() {
    super();
    for (const found of document.querySelectorAll("[data-setting]")) {
      const control = /** @type {HTMLInputElement | HTMLSelectElement} */ (found);
      const name = control.dataset.setting ?? "";
      this.#controls.set(name, control);
      setValue(control, remembered(name, valueOf(control)));
      control.addEventListener("change", () => {
        remember(name, valueOf(control));
        this.dispatchEvent(new Event("change"));
      });
    }
  }

  /** Whether a switch is on. @param {string} name */
  on(name) {
    return this.value(name) === "on";
  }

  /** Choose for somebody. @param {string} name @param {string} value */
  choose(name, value) {
    const control = this.#controls.get(name);
    if (!control) return;
    setValue(control, value);
    control.dispatchEvent(new Event("change"));
  }

  /** What was chosen. @param {string} name */
  value(name) {
    const control = this.#controls.get(name);
    return control ? valueOf(control) : "";
  }
}

/** @param {HTMLInputElement | HTMLSelectElement} control */
function valueOf(control) {
  if (control instanceof HTMLSelectElement) return control.value;
  return control.checked ? "on" : "off";
}

/**
 * @param {HTMLInputElement | HTMLSelectElement} control
 * @param {string} value
 */
function setValue(control, value) {
  if (control instanceof HTMLSelectElement) {
    if ([...control.options].some((option) => option.value === value)) control.value = value;
  } else {
    control.checked = value === "on";
  }
}
