/**
 * What fingers do on keys: press, hold, slide. A key that has more to offer when it is held writes when
 * its finger leaves; whatever a finger began is done before the next one begins, so that two thumbs
 * write in the order in which they came down.
 */

const HOLD = 400; // milliseconds until a key is held
const REPEAT = 70; // milliseconds between the repeats of a held backspace
export const WORDS = 20; // so many repeats delete characters; the next ones delete words
const STEP = 11; // pixels on the space bar that move the caret by one
const STARTS = 16; // pixels after which a finger on the space bar slides

/** @typedef {import("/keys/key.js").Point} Point */
/**
 * @typedef {object} Does what a keyboard does with them
 * @property {(event: PointerEvent) => HTMLElement | null} keyAt
 * @property {(key: HTMLElement) => boolean} waits whether it is pressed only when the finger leaves
 * @property {(key: HTMLElement, at: Point, repeats: number) => void} press
 * @property {(key: HTMLElement, at: Point) => boolean} hold whether something else begins
 * @property {(key: HTMLElement) => void} lift
 * @property {(step: -1 | 1) => void} caret
 */

export class Fingers {
  /** When the last one went up, as its event says it: a busy page may hear of it late. */
  left = -Infinity;
  #does;
  #choices;
  #timer = 0;
  /**
   * The finger that is down, or the last of them.
   * @type {{id: number, key: HTMLElement, at: Point, doing: "press" | "done" | "choose" | "slide"} | undefined}
   */
  #finger;
  /** The finger that rests on shift while others write. @type {{id: number, key: HTMLElement} | undefined} */
  #resting;

  /**
   * @param {HTMLElement} keyboard
   * @param {import("/keys/choices.js").Choices} choices
   * @param {Does} does
   */
  constructor(keyboard, choices, does) {
    this.#does = does;
    this.#choices = choices;
    keyboard.addEventListener("pointerdown", (event) => this.#down(event));
    keyboard.addEventListener("pointermove", (event) => this.#move(event));
    keyboard.addEventListener("pointerup", (event) => this.#up(event));
    keyboard.addEventListener("pointercancel", (event) => this.#cancel(event));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    event.preventDefault(); // the text field keeps the focus
    if (event.button !== 0) return;
    this.#finish();
    if (event.isTrusted) /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    const at = { x: event.clientX, y: event.clientY };
    if (this.#choices.key && this.#choices.element.contains(/** @type {Node} */ (event.target))) {
      this.#finger = { id: event.pointerId, key: this.#choices.key, at, doing: "choose" };
      this.#choices.slide(at);
      return;
    }
    this.#choices.close();
    const key = this.#does.keyAt(event);
    if (!key) return;
    const waits = this.#does.waits(key);
    key.classList.add("down");
    if (key.dataset.key === "shift") this.#resting = { id: event.pointerId, key };
    else this.#finger = { id: event.pointerId, key, at, doing: waits ? "press" : "done" };
    if (!waits) this.#does.press(key, at, 0);
    if (key.dataset.key === "backspace") this.#timer = setTimeout(() => this.#repeat(key, at, 1), HOLD);
    else this.#timer = setTimeout(() => this.#hold(key, at), HOLD);
  }

  /**
   * @param {HTMLElement} key
   * @param {Point} at
   */
  #hold(key, at) {
    if (this.#does.hold(key, at) && this.#finger) this.#finger.doing = "choose";
  }

  /**
   * @param {HTMLElement} key
   * @param {Point} at
   * @param {number} count
   */
  #repeat(key, at, count) {
    this.#does.press(key, at, count);
    this.#timer = setTimeout(() => this.#repeat(key, at, count + 1), count < WORDS ? REPEAT : 3 * REPEAT);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const finger = this.#finger;
    if (event.pointerId !== finger?.id) return;
    if (finger.doing === "choose") this.#choices.slide({ x: event.clientX, y: event.clientY });
    if (finger.key.dataset.key !== "space" || finger.doing === "done") return;
    let far = event.clientX - finger.at.x;
    if (finger.doing === "press" && Math.abs(far) < STARTS) return;
    finger.doing = "slide";
    clearTimeout(this.#timer);
    for (; Math.abs(far) >= STEP; far = event.clientX - finger.at.x) {
      finger.at.x += Math.sign(far) * STEP;
      this.#does.caret(far > 0 ? 1 : -1);
    }
  }

  /** @param {PointerEvent} event */
  #up(event) {
    this.left = event.timeStamp;
    if (event.pointerId === this.#finger?.id) this.#finish();
    if (event.pointerId !== this.#resting?.id) return;
    clearTimeout(this.#timer);
    this.#lift(this.#resting.key);
    this.#resting = undefined;
  }

  /** The browser took the finger for itself, to scroll with. @param {PointerEvent} event */
  #cancel(event) {
    const finger = this.#finger;
    const scrolls = event.pointerId === finger?.id && finger.key.closest(".emoji-grid");
    if (scrolls && finger.doing === "press") finger.doing = "done";
    this.#up(event);
  }

  /** Do what the finger that is down, or was, has not done yet. */
  #finish() {
    clearTimeout(this.#timer);
    const finger = this.#finger;
    if (!finger) return;
    this.#finger = undefined;
    if (finger.doing === "press") this.#does.press(finger.key, finger.at, 0);
    if (finger.doing === "choose") this.#choices.settle();
    this.#lift(finger.key);
  }

  /** @param {HTMLElement} key */
  #lift(key) {
    key.classList.remove("down");
    this.#does.lift(key);
  }
}
