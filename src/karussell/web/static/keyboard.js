/**
 * The on-screen keyboard: it knows keys and layers, and tells which was pressed, as a `press` event
 * whose `detail` is text to write, or "backspace".
 */

import { NAMED, SPOKEN, layersOf } from "/layout.js";

const SVG = "http://www.w3.org/2000/svg";
const HOLD = 450; // milliseconds until a held backspace repeats
const REPEAT = 70; // milliseconds between its repeats
const CLICK_FOLLOWS = 300; // a pointer's click comes within this many milliseconds of its end
const DOUBLE = 350; // two taps on shift within this many milliseconds lock it

const STEPS = new Map([
  ["ArrowLeft", { down: 0, right: -1 }],
  ["ArrowRight", { down: 0, right: 1 }],
  ["ArrowUp", { down: -1, right: 0 }],
  ["ArrowDown", { down: 1, right: 0 }],
]);

/** @typedef {"off" | "once" | "locked"} Shift */

export class OnScreenKeyboard extends HTMLElement {
  /** @type {import("/layout.js").Layer} */
  #layer = "letters";
  /** @type {Shift} */
  #shift = "off";
  #shiftTapped = -Infinity;
  #chosen = false; // whether shift is as a person wants it, until the text changes
  /** @type {Map<string, HTMLButtonElement>} */
  #keys = new Map();
  #pointerLeft = -Infinity; // when the last finger or mouse button went up
  #timer = 0;

  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.#pointerDown(event));
    this.addEventListener("pointerleave", () => clearTimeout(this.#timer));
    for (const end of ["pointerup", "pointercancel"]) {
      this.addEventListener(end, () => {
        clearTimeout(this.#timer);
        this.#pointerLeft = performance.now();
      });
    }
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => this.#move(event));
    this.addEventListener("contextmenu", (event) => event.preventDefault());
    this.#build();
  }

  /**
   * Show capitals, or not, for the next letter; a locked or chosen shift stays as it is.
   * @param {boolean} capital
   */
  suggestCapital(capital) {
    if (this.#shift !== "locked" && !this.#chosen) this.#setShift(capital ? "once" : "off");
  }

  /** The text is another one: what shift was chosen for is past. */
  textChanged() {
    this.#chosen = false;
  }

  /**
   * Light a lamp on the keys that are likely next.
   * @param {Map<string, number>} likely lower-case letter to probability, 0 to 1
   */
  glow(likely) {
    for (const [name, key] of this.#keys) {
      const probability = likely.get(name) ?? 0;
      key.style.setProperty("--glow", probability > 0 ? (0.25 + 0.75 * probability).toFixed(2) : "0");
    }
  }

  /**
   * Show that a key of the real keyboard was pressed.
   * @param {string} key as KeyboardEvent.key names it
   */
  echo(key) {
    const button = this.#keys.get(key === " " ? "space" : key.toLowerCase());
    if (!button) return;
    button.classList.add("echo");
    setTimeout(() => button.classList.remove("echo"), 130);
  }

  #build() {
    this.#keys.clear();
    const rows = layersOf(this.lang)[this.#layer].map((names) => {
      const row = document.createElement("div");
      row.className = "row";
      row.append(...names.map((name) => this.#makeKey(name)));
      return row;
    });
    this.replaceChildren(...rows);
    this.#first().tabIndex = 0;
    this.#setShift(this.#shift);
  }

  /** @param {string} name */
  #makeKey(name) {
    const key = document.createElement("button");
    key.type = "button";
    key.tabIndex = -1; // one stop for the whole keyboard; the arrow keys move within
    key.dataset.key = name;
    const cap = document.createElement("span");
    cap.className = "cap";
    key.append(cap);
    if (name in NAMED) {
      const { label, width, text = "", strokes } = NAMED[name];
      key.classList.add("named", name);
      key.setAttribute("aria-label", label);
      key.style.setProperty("--width", String(width));
      cap.append(strokes ? draw(strokes) : text);
    } else {
      if (name in SPOKEN) key.setAttribute("aria-label", SPOKEN[name]);
      cap.textContent = name;
    }
    this.#keys.set(name, key);
    return key;
  }

  /** @param {PointerEvent} event */
  #pointerDown(event) {
    event.preventDefault(); // the text field keeps the focus
    const name = keyOf(event);
    if (!name || event.button !== 0) return;
    // Here and not at the click: a second finger is down before the first is up, and makes no click.
    this.#press(name);
    if (name === "backspace") {
      const again = () => {
        this.#press("backspace");
        this.#timer = setTimeout(again, REPEAT);
      };
      clearTimeout(this.#timer);
      this.#timer = setTimeout(again, HOLD);
    }
  }

  /**
   * A click without a pointer: Enter on a focused key, or a screen reader. One that follows a
   * pointer was pressed already, and may even land on another key if the layer has changed since.
   * @param {MouseEvent} event
   */
  #click(event) {
    const name = keyOf(event);
    if (name && performance.now() - this.#pointerLeft > CLICK_FOLLOWS) this.#press(name);
  }

  /** @param {string} name */
  #press(name) {
    if (name === "shift") this.#tapShift();
    else if (name === "symbols" || name === "letters") this.#setLayer(name);
    else if (name === "backspace") this.#tell("backspace");
    else if (name === "enter") this.#tell("\n");
    else if (name === "space") this.#writeSpace();
    else this.#tell(this.#shift === "off" ? name : capital(name));
  }

  #writeSpace() {
    if (this.#layer === "symbols") this.#setLayer("letters");
    this.#tell(" ");
  }

  /** @param {string} detail */
  #tell(detail) {
    this.#shiftTapped = -Infinity;
    if (this.#shift === "once") this.#setShift("off");
    this.dispatchEvent(new CustomEvent("press", { detail }));
  }

  #tapShift() {
    const now = performance.now();
    const double = now - this.#shiftTapped < DOUBLE;
    this.#shiftTapped = now;
    this.#chosen = true;
    if (double && this.#shift !== "locked") this.#setShift("locked");
    else this.#setShift(this.#shift === "off" ? "once" : "off");
  }

  /** @param {import("/layout.js").Layer} layer */
  #setLayer(layer) {
    const focused = this.contains(document.activeElement);
    this.#layer = layer;
    this.#build();
    if (focused) this.#first().focus();
  }

  #first() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("button"));
  }

  /** @param {Shift} shift */
  #setShift(shift) {
    this.#shift = shift;
    this.dataset.shift = shift;
    this.#keys.get("shift")?.setAttribute("aria-pressed", String(shift !== "off"));
    for (const [name, key] of this.#keys) {
      if (name in NAMED || this.#layer !== "letters") continue;
      key.children[0].textContent = shift === "off" ? name : capital(name);
    }
  }

  /**
   * The arrow keys move the focus from key to key.
   * @param {KeyboardEvent} event
   */
  #move(event) {
    const step = STEPS.get(event.key);
    const rows = Array.from(this.children, (row) => /** @type {HTMLElement[]} */ ([...row.children]));
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const at = rows.findIndex((row) => row.includes(focused));
    if (!step || at < 0) return;
    event.preventDefault();
    const place = rows[at].indexOf(focused);
    const row = rows[(at + step.down + rows.length) % rows.length];
    const across = Math.floor(((place + 0.5) / rows[at].length) * row.length); // the key above or below
    const next = row[step.down ? across : (place + step.right + row.length) % row.length];
    focused.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}

/**
 * A letter's capital, or the letter where that is more than one, as of ß.
 * @param {string} letter
 */
function capital(letter) {
  const upper = letter.toUpperCase();
  return upper.length === letter.length ? upper : letter;
}

/** @param {string[]} strokes */
function draw(strokes) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  for (const stroke of strokes) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", stroke);
    drawing.append(path);
  }
  return drawing;
}

/**
 * The name of the key that an event is about.
 * @param {Event} event
 */
function keyOf(event) {
  return /** @type {Element} */ (event.target).closest("button")?.dataset.key;
}

customElements.define("on-screen-keyboard", OnScreenKeyboard);
