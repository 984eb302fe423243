/** The small window over a key with what else it writes. */

import { makeKey, nearest, neighbour } from "/keys/key.js";

const MOVED = 8; // pixels that a finger slides before it chooses

/** @typedef {import("/keys/key.js").Point} Point */

export class Choices {
  element = document.createElement("div");
  /** @type {HTMLElement | undefined} the key it belongs to, while it is open */
  key;
  /** @type {(text: string) => void} */
  #choose = () => {};
  /** @type {HTMLElement | undefined} what had the focus before */
  #before;
  /** @type {Point | undefined} */
  #from;
  #slid = false;

  /** Escape closes it, and so does writing on; the real keys are heard wherever the focus is. */
  #onKey = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
    }
    if (event.key === "Escape" || !this.element.contains(document.activeElement)) this.close();
  };

  constructor() {
    this.element.className = "choices";
    this.element.setAttribute("role", "menu");
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => this.#keyDown(event));
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.element.contains(/** @type {Node | null} */ (relatedTarget))) this.close();
    });
  }

  /**
   * @param {HTMLElement} key
   * @param {string[]} texts the likeliest first
   * @param {(text: string) => void} choose
   * @param {Point} [from] where the finger is that slides to one; without it the first has the focus
   */
  open(key, texts, choose, from) {
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    if (!this.element.contains(focused)) this.#before = focused === document.body ? key : focused;
    this.key = key;
    this.#choose = choose;
    this.#from = from;
    this.#slid = false;
    const label = key.getAttribute("aria-label") ?? key.textContent;
    this.element.setAttribute("aria-label", `More for ${label}`);
    this.element.replaceChildren(...texts.map((text) => makeKey(text)));
    for (const button of this.#buttons) button.setAttribute("role", "menuitem");
    this.element.hidden = false;
    this.#place(key);
    this.#mark(this.#buttons[0]);
    key.setAttribute("aria-expanded", "true");
    document.addEventListener("keydown", this.#onKey, true);
    if (!from) this.#buttons[0].focus();
  }

  close() {
    const { key } = this;
    if (!key) return;
    this.key = undefined;
    key.setAttribute("aria-expanded", "false");
    this.#cover([]);
    if (this.element.contains(document.activeElement)) (this.#before?.isConnected ? this.#before : key).focus();
    this.element.hidden = true;
    document.removeEventListener("keydown", this.#onKey, true);
  }

  /** Whether a finger slid among them, or came down there. */
  get slid() {
    return this.#slid;
  }

  /** The finger is here now. @param {Point} point */
  slide(point) {
    if (this.#from && Math.hypot(point.x - this.#from.x, point.y - this.#from.y) < MOVED) return;
    this.#from = undefined;
    this.#slid = true;
    const { bottom, height } = this.element.getBoundingClientRect();
    const away = point.y > bottom + 2.5 * height; // whoever slides down and off wants none of them
    this.#mark(away ? undefined : nearest(this.#buttons, point));
  }

  /** The finger is up: choose where it was, or stay open for one that never slid. */
  settle() {
    if (!this.#slid && this.#buttons.length > 1) return;
    const marked = this.#buttons.find((button) => button.classList.contains("marked"));
    if (marked) this.choose(marked);
    else this.close();
  }

  /** @param {HTMLElement} button */
  choose(button) {
    this.close();
    this.#choose(/** @type {string} */ (button.dataset.key));
  }

  get #buttons() {
    return /** @type {HTMLElement[]} */ ([...this.element.children]);
  }

  /** @param {HTMLElement | null | undefined} button */
  #mark(button) {
    for (const each of this.#buttons) {
      each.classList.toggle("marked", each === button);
      each.tabIndex = each === button ? 0 : -1;
    }
  }

  /** Over the key, the first choice right above it, and all of it on the screen. @param {HTMLElement} key */
  #place(key) {
    const home = /** @type {HTMLElement} */ (this.element.parentElement).getBoundingClientRect();
    const { left, right, top } = key.getBoundingClientRect();
    const leftwards = (left + right) / 2 > home.left + home.width / 2;
    this.element.classList.toggle("leftwards", leftwards);
    this.element.style.setProperty("--side", `${leftwards ? home.right - right : left - home.left}px`);
    this.element.style.setProperty("--key", `${right - left}px`);
    const { width, height } = this.element.getBoundingClientRect();
    const side = Math.max(0, Math.min(leftwards ? home.right - right : left - home.left, home.width - width));
    this.element.style.setProperty("--side", `${side}px`);
    this.element.style.setProperty("--top", `${top - home.top - height}px`);
    const { left: from, right: to, top: upper, bottom: lower } = this.element.getBoundingClientRect();
    this.#cover(
      this.#keys.filter((each) => {
        const box = each.getBoundingClientRect();
        return box.left < to && box.right > from && box.top < lower && box.bottom > upper && each !== key;
      }),
    );
  }

  /** Nobody comes to keys that it lies over; a finger still finds them, by where they are. @param {HTMLElement[]} keys */
  #cover(keys) {
    for (const each of this.#keys) each.inert = keys.includes(each);
  }

  /** Those that it may lie over. */
  get #keys() {
    const keyboard = this.element.parentElement;
    return /** @type {HTMLElement[]} */ ([...(keyboard?.querySelectorAll(":not(.choices) > button") ?? [])]);
  }

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    const next = neighbour(this.#buttons, /** @type {HTMLElement} */ (document.activeElement), event.key);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    this.#mark(next);
    next.focus();
  }

}
