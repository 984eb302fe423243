/**
 * Shift: off, on for one letter, or locked. Pressed twice it is locked: once more locks what a press before has
 * put on, and two quick ones lock what the sentence has.
 */

const DOUBLE = 700; // two presses within this many milliseconds lock it

export class Shift {
  /** @type {"off" | "once" | "locked"} */
  state = "off";
  #pressed = -Infinity; // when it was pressed last
  #chosen = false; // whether it is as a person wants it, until the text changes
  #held = false;
  #used = false; // whether something was written while it was held
  /** What it was before it was held for long. @type {Shift["state"] | null} */
  #unlocked = null;
  #show;

  /** @param {() => void} show called whenever the state may have changed */
  constructor(show) {
    this.#show = show;
  }

  /**
   * Show capitals, or not, for the next letter; a shift that is locked, held or chosen stays as it is.
   * @param {boolean} capital
   */
  suggest(capital) {
    if (this.state !== "locked" && !this.#held && !this.#chosen) this.#become(capital ? "once" : "off");
  }

  /** The text is another one: what it was chosen for is past. */
  forget() {
    this.#chosen = false;
  }

  press() {
    const now = performance.now();
    const double = now - this.#pressed < DOUBLE;
    const again = this.#chosen && this.state === "once"; // however long ago: nobody needs to be quick
    this.#pressed = now;
    this.#chosen = true;
    if (this.state !== "locked" && (double || again)) this.#become("locked");
    else this.#become(this.state === "off" ? "once" : "off");
  }

  /** A finger is on it, too: capitals until it leaves. */
  hold() {
    this.#held = true;
    this.#used = false;
    this.#unlocked = null;
  }

  /** It was held for long. */
  lock() {
    if (this.#held && this.#used) return;
    this.#unlocked = this.state;
    this.#become("locked");
  }

  /** The finger left. @param {boolean} short before it was held for long: it locked nothing */
  release(short) {
    if (short && this.#held && this.#unlocked) this.#become(this.#unlocked);
    if (this.#held && this.#used && this.state === "once") this.#become("off");
    this.#held = false;
  }

  /** Something was written. */
  wrote() {
    this.#pressed = -Infinity;
    this.#used = true;
    if (this.state === "once" && !this.#held) this.#become("off");
  }

  /** @param {"off" | "once" | "locked"} state */
  #become(state) {
    this.state = state;
    this.#show();
  }
}
