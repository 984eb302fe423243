/**
 * Dwelling: a pointer that rests on a button for a while presses it, as of an eye tracker or a head mouse. A
 * bar shows how long it still takes; to leave the button, a click or Escape stops it.
 */

import { make } from "/elements.js";

const WHAT = "button:enabled, label.switch:has([type=checkbox]), a[href]";
const MOVED = 8; // pixels after which a pointer that has pressed a button may press it again

export class Dwelling {
  #time = 0; // milliseconds; 0 for never
  #bar = make("div", "dwelling");
  #timer = 0;
  /** @type {HTMLElement | null} */
  #target = null;
  #spent = false; // pressed or stopped
  #at = { x: 0, y: 0 };

  constructor() {
    this.#bar.ariaHidden = "true";
    document.addEventListener("pointermove", (event) => this.#moved(event));
    document.addEventListener("pointerdown", (event) => this.#stop(event), true);
    document.documentElement.addEventListener("pointerleave", () => this.#leave());
    addEventListener("blur", () => this.#leave());
    addEventListener("keydown", (event) => event.key === "Escape" && this.#stop(), true);
  }

  /** @param {number} time in milliseconds; 0 for never */
  configure(time) {
    this.#time = time;
    this.#leave();
  }

  /** @param {PointerEvent} event */
  #moved(event) {
    if (!this.#time || event.pointerType === "touch") return;
    const target = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest(WHAT));
    const { clientX: x, clientY: y } = event;
    const again = this.#spent && Math.hypot(x - this.#at.x, y - this.#at.y) > MOVED;
    if (target === this.#target && !again) return;
    this.#leave();
    this.#at = { x, y };
    if (target) this.#begin(target);
  }

  /** @param {HTMLElement} target */
  #begin(target) {
    this.#target = target;
    const { left, top, width, height } = target.getBoundingClientRect();
    for (const [name, value] of Object.entries({ left, top, width, height })) {
      this.#bar.style.setProperty(`--${name}`, `${value}px`);
    }
    this.#bar.style.setProperty("--time", `${this.#time}ms`);
    (target.closest("dialog") ?? document.body).append(this.#bar);
    this.#timer = setTimeout(() => this.#press(target), this.#time);
  }

  /** @param {HTMLElement} target */
  #press(target) {
    this.#spent = true;
    this.#bar.remove();
    if (target.isConnected) target.click();
    else this.#target = null;
  }

  /** @param {PointerEvent} [event] */
  #stop(event) {
    if (event) this.#at = { x: event.clientX, y: event.clientY };
    clearTimeout(this.#timer);
    this.#bar.remove();
    this.#spent = true;
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#bar.remove();
    this.#target = null;
    this.#spent = false;
  }
}
