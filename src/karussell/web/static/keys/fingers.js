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
 * @property {(key: HTMLElement, short: boolean, late: number) => void} lift told whether what a hold began must not have
 *   begun, and how many repeats came behind the finger's end
 * @property {(step: -1 | 1) => void} caret
 */

/**
 * @typedef {object} Finger
 * @property {number} id
 * @property {HTMLElement} key that it came down on, or whose choices it came down on
 * @property {Point} at
 * @property {number} since when it came down, as its event says it: a busy page may hear of it late
 * @property {number} timer
 * @property {number[]} repeats when each was
 * @property {"press" | "done" | "choose" | "slide"} doing
 */

export class Fingers {
  /** When the last one went up. */
  left = -Infinity;
  #does;
  #choices;
  /** The finger that is down, or the last of them. @type {Finger | undefined} */
  #finger;
  /** The finger that rests on shift while others write. @type {Finger | undefined} */
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
    const elsewhere = (/** @type {PointerEvent} */ { target, timeStamp }) =>
      keyboard.contains(/** @type {Node} */ (target)) || this.#goOn(timeStamp);
    document.addEventListener("pointerdown", elsewhere, true); // what it does comes behind this letter
  }

  /** @param {PointerEvent} event */
  #down(event) {
    event.preventDefault(); // the text field keeps the focus
    if (event.button !== 0) return;
    const { pointerId: id, timeStamp: since, target } = event;
    const at = { x: event.clientX, y: event.clientY };
    if (event.isTrusted) /** @type {Element} */ (event.currentTarget).setPointerCapture(id);
    if (this.#choices.key && this.#choices.element.contains(/** @type {Node} */ (target))) {
      this.#finish(since);
      this.#finger = { id, key: this.#choices.key, at, since: -Infinity, timer: 0, repeats: [], doing: "choose" };
      this.#choices.slide(at);
      return;
    }
    this.#goOn(since);
    this.#choices.close();
    const key = this.#does.keyAt(event);
    if (!key) return;
    const waits = this.#does.waits(key);
    /** @type {Finger} */
    const finger = { id, key, at, since, timer: 0, repeats: [], doing: waits ? "press" : "done" };
    key.classList.add("down");
    if (key.dataset.key === "shift") this.#resting = finger;
    else this.#finger = finger;
    if (!waits) this.#does.press(key, at, 0);
    const held = () => (key.dataset.key === "backspace" ? this.#repeat(finger, 1) : this.#hold(finger));
    finger.timer = setTimeout(held, HOLD);
  }

  /** @param {Finger} finger */
  #hold(finger) {
    if (this.#does.hold(finger.key, finger.at)) finger.doing = "choose";
  }

  /**
   * @param {Finger} finger
   * @param {number} count
   */
  #repeat(finger, count) {
    finger.repeats.push(performance.now());
    this.#does.press(finger.key, finger.at, count);
    finger.timer = setTimeout(() => this.#repeat(finger, count + 1), count < WORDS ? REPEAT : 3 * REPEAT);
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
    clearTimeout(finger.timer);
    for (; Math.abs(far) >= STEP; far = event.clientX - finger.at.x) {
      finger.at.x += Math.sign(far) * STEP;
      this.#does.caret(far > 0 ? 1 : -1);
    }
  }

  /** @param {PointerEvent} event */
  #up({ pointerId, timeStamp }) {
    this.left = timeStamp;
    if (pointerId === this.#finger?.id) this.#finish(timeStamp);
    if (pointerId !== this.#resting?.id) return;
    this.#lift(this.#resting, timeStamp);
    this.#resting = undefined;
  }

  /** The browser took the finger for itself, to scroll with. @param {PointerEvent} event */
  #cancel(event) {
    const finger = this.#finger;
    const scrolls = event.pointerId === finger?.id && finger.key.closest(".emoji-grid");
    if (scrolls && (finger.doing === "press" || isShort(finger, event.timeStamp))) {
      this.#choices.close();
      finger.doing = "done";
    }
    this.#up(event);
  }

  /** Another finger came down: who writes on with it chooses nothing with one that never slid. @param {number} when */
  #goOn(when) {
    clearTimeout(this.#resting?.timer);
    if (this.#finger?.doing === "choose" && !this.#choices.slid) this.#press(this.#finger);
    this.#finish(when);
  }

  /**
   * Do what the finger that is down, or was, has not done yet.
   * @param {number} when it went up, or another one came down
   */
  #finish(when) {
    const finger = this.#finger;
    if (!finger) return;
    this.#finger = undefined;
    if (finger.doing === "press" || (finger.doing === "choose" && isShort(finger, when))) this.#press(finger);
    if (finger.doing === "choose") this.#choices.settle();
    this.#lift(finger, when);
  }

  /** Write what its key writes by itself. @param {Finger} finger */
  #press(finger) {
    this.#choices.close();
    finger.doing = "done";
    this.#does.press(finger.key, finger.at, 0);
  }

  /**
   * @param {Finger} finger
   * @param {number} when
   */
  #lift(finger, when) {
    clearTimeout(finger.timer);
    finger.key.classList.remove("down");
    const late = finger.repeats.filter((at) => at > when);
    this.#does.lift(finger.key, isShort(finger, when), late.length);
  }
}

/**
 * Whether a finger went before its key was held: its time may have been up before the page heard of that.
 * @param {Finger} finger
 * @param {number} when it went
 */
function isShort({ since }, when) {
  return when - since < HOLD;
}
