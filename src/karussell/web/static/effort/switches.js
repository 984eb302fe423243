/**
 * Switches: keys or clicks that scan instead of what they do else. Most switches are such keys to the machine.
 *
 * @typedef {"space" | "enter" | "click" | "any"} Kind
 */

const SHAKES = 120; // milliseconds in which a second press is the same one
const OURS = new Set(["Tab", "Escape", "Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead", "Process"]);
const STAYS = ".top, .notice, dialog"; // what a carer clicks, whatever a click means else

export class Switches {
  #press;
  /** @type {Kind | null} */
  #kind = null;
  #two = false;
  #last = -Infinity;

  /** @param {(which: "choose" | "move", when: number) => void} press told what was pressed, and when */
  constructor(press) {
    this.#press = press;
    for (const type of ["keydown", "keyup"]) {
      addEventListener(type, (event) => this.#key(/** @type {KeyboardEvent} */ (event)), true);
    }
    for (const type of ["pointerdown", "pointerup", "mousedown", "mouseup", "click", "contextmenu"]) {
      addEventListener(type, (event) => this.#pointer(/** @type {MouseEvent} */ (event)), true);
    }
  }

  /**
   * @param {Kind | null} kind what chooses; null for no switches
   * @param {boolean} two whether another one moves: Space, or Enter where Space chooses
   */
  configure(kind, two) {
    this.#kind = kind;
    this.#two = two;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#kind || event.isComposing || document.querySelector("dialog[open]")) return;
    const which = this.#meaning(event);
    if (!which) return;
    swallow(event);
    if (event.type === "keydown" && !event.repeat) this.#pressed(which, event.timeStamp);
  }

  /** @param {KeyboardEvent} event @returns {"choose" | "move" | null} */
  #meaning({ key, ctrlKey, altKey, metaKey }) {
    if (ctrlKey || altKey || metaKey) return null;
    const [space, enter] = [key === " ", key === "Enter"];
    if (this.#two && (this.#kind === "space" ? enter : space)) return "move";
    if (this.#kind === "any") return OURS.has(key) || /^F\d/.test(key) ? null : "choose";
    return (this.#kind === "space" && space) || (this.#kind === "enter" && enter) ? "choose" : null;
  }

  /** @param {MouseEvent} event */
  #pointer(event) {
    if (this.#kind !== "click" || !event.isTrusted || /** @type {Element} */ (event.target).closest?.(STAYS)) return;
    if (event.type === "click" && event.detail === 0) return; // a key pressed a button
    swallow(event);
    if (event.type === "pointerdown") this.#pressed(this.#two && event.button === 2 ? "move" : "choose", event.timeStamp);
  }

  /** @param {"choose" | "move"} which @param {number} when */
  #pressed(which, when) {
    const shakes = when - this.#last < SHAKES;
    this.#last = when;
    if (!shakes) this.#press(which, when);
  }
}

/** @param {Event} event */
function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
