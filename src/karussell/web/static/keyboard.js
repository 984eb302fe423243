/**
 * The on-screen keyboard. It tells what was pressed, as events:
 *
 * - `press`, whose `detail` is a `Press`;
 * - `caret`, whose `detail` is -1 or 1: the space bar is slid on, and the caret goes with it;
 * - `back`, whose `detail` is how many of the last presses came behind the end of a held backspace, heard late;
 * - `find`: the name of an emoji is about to be typed;
 * - `layout`: other keys are shown than before.
 *
 * The attribute `layout` names one of `LAYOUTS`; without it the language decides.
 *
 * @typedef {object} Press
 * @property {string | null} text what to write
 * @property {"character" | "word" | null} erase what to delete before the caret; one of the two is null
 * @property {{x: number, y: number} | null} tap where a letter was hit, in key widths and heights from
 *   the upper left corner of the first key of the alphabet; null where no finger hit one
 */

import { alternativesOf } from "/keys/accents.js";
import { Choices } from "/keys/choices.js";
import { emojiRows, goToGroup } from "/keys/emoji-grid.js";
import { TONES, hasSkin, inTone } from "/keys/emoji.js";
import { Fingers, WORDS } from "/keys/fingers.js";
import { inKeys, makeKey, nearest, neighbour } from "/keys/key.js";
import { Shift } from "/keys/shift.js";
import { NAMED } from "/keys/signs.js";
import { layersOf, layoutNamed } from "/layout.js";
import { remember, remembered } from "/remembered.js";

const CLICK_FOLLOWS = 300; // a pointer's click comes within this many milliseconds of its end
/** Signs that stand within a word or begin one: after the first of them letters are wanted again. */
const BEFORE_LETTERS = new Set([..."'’-_@#&(¿¡„“«‹‚‘"]);
const ECHOES = new Map([
  [" ", "space"],
  ["Enter", "enter"],
  ["Backspace", "backspace"],
  ["Shift", "shift"],
]);

export class OnScreenKeyboard extends HTMLElement {
  static observedAttributes = ["layout"];

  /** @type {import("/layout.js").Layer} */
  #layer = "letters";
  #wroteHere = false; // whether something was written since the layer was opened
  #shift = new Shift(() => this.#showShift());
  #choices = new Choices();
  #status = document.createElement("p");
  #tone = remembered("tone", "");
  /** @type {Map<string, HTMLButtonElement>} */
  #keys = new Map();
  #likely = new Map();
  /** Whether the next key that is pressed shows what a long press would: for whoever cannot hold one. */
  holds = false;
  /** @type {Fingers | undefined} */
  #fingers;

  connectedCallback() {
    this.#status.className = "unseen";
    this.#status.setAttribute("role", "status");
    this.#fingers = new Fingers(this, this.#choices, {
      keyAt: (event) => this.#keyAt(event),
      waits: (key) => nameOf(key) === "space" || inGrid(key) || this.#alternatives(key).length > 0,
      press: (key, at, repeats) => (this.holds && this.#hold(key)) || this.#press(nameOf(key), this.#tapAt(at), repeats),
      hold: (key, at) => this.#hold(key, at),
      lift: (key, short, late) => {
        if (nameOf(key) === "shift") this.#shift.release(short);
        if (late) this.dispatchEvent(new CustomEvent("back", { detail: late }));
      },
      caret: (step) => this.dispatchEvent(new CustomEvent("caret", { detail: step })),
    });
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => this.#keyDown(event));
    this.addEventListener("contextmenu", (event) => this.#menu(event));
    this.#build();
  }

  attributeChangedCallback() {
    if (!this.#fingers) return;
    this.#layer = "letters";
    this.#build();
    this.dispatchEvent(new CustomEvent("layout"));
  }

  /** The name of the layout that is shown. */
  get layout() {
    return this.#layout.name;
  }

  get #layout() {
    return layoutNamed(this.getAttribute("layout") ?? "", this.lang);
  }

  /**
   * Show capitals, or not, for the next letter; a locked or chosen shift stays as it is.
   * @param {boolean} capital
   */
  suggestCapital(capital) {
    this.#shift.suggest(capital);
  }

  /** The text is another one: what shift was chosen for is past. */
  textChanged() {
    this.#shift.forget();
  }

  /**
   * Light a lamp on the keys that are likely next.
   * @param {Map<string, number>} likely lower-case letter to probability, 0 to 1
   */
  glow(likely) {
    this.#likely = likely;
    for (const [name, key] of this.#keys) {
      const probability = likely.get(name) ?? 0;
      key.style.setProperty("--glow", probability > 0 ? (0.5 + 0.5 * probability).toFixed(2) : "0");
    }
  }

  /**
   * Show that a key of the real keyboard was pressed.
   * @param {string} key as KeyboardEvent.key names it
   */
  echo(key) {
    const button = this.#keys.get(ECHOES.get(key) ?? key.toLowerCase());
    if (!button) return;
    button.classList.add("echo");
    setTimeout(() => button.classList.remove("echo"), 130);
  }

  #build() {
    const layout = this.#layout;
    this.#choices.close();
    const layers = layersOf(layout, this.lang);
    const rows = this.#layer === "emoji" ? emojiRows(this.#tone) : this.#makeRows(layers[this.#layer]);
    if (this.#layer === "emoji") rows.push(...this.#makeRows([["letters", "space", "backspace", "enter"]]));
    this.style.setProperty("--rows", String(layers.letters.length));
    this.dataset.layer = this.#layer;
    this.replaceChildren(...rows, this.#choices.element, this.#status);
    this.#keys = new Map(this.#buttons.map((key) => [nameOf(key), key]));
    for (const key of this.#buttons) {
      if (this.#alternatives(key).length) key.setAttribute("aria-haspopup", "menu");
    }
    for (const key of this.#buttons) key.tabIndex = inGrid(key) ? -1 : 0; // who has Tab and Enter alone reaches each
    const first = this.querySelector(".emoji-grid button");
    if (first) /** @type {HTMLElement} */ (first).tabIndex = 0;
    this.#showShift();
    this.glow(this.#likely);
  }

  /** @param {string[][]} layer */
  #makeRows(layer) {
    const letters = this.#layer === "letters";
    const { units, accents } = this.#layout;
    const widest = letters ? units : 10;
    return layer.map((names, place) => {
      const row = document.createElement("div");
      row.className = "row";
      row.style.setProperty("--units", String(widest));
      const rest = names.filter((name) => NAMED[name]?.width === 0).length;
      const taken = names.reduce((sum, name) => sum + (NAMED[name]?.width ?? 1), 0);
      row.append(
        ...names.map((name, column) => {
          const hint = letters && place === accents ? digitOf(column) : "";
          const text = name === "space" ? nameOfLanguage(this.lang) : undefined;
          return makeKey(name, { text, hint, width: (NAMED[name]?.width ?? 1) || (widest - taken) / rest });
        }),
      );
      return row;
    });
  }

  /** What a key also writes. @param {HTMLElement} key */
  #alternatives(key) {
    const name = nameOf(key);
    if (name in NAMED || key.closest(".tabs, .choices")) return [];
    if (this.#layer === "emoji") return hasSkin(name) ? TONES.map((tone) => inTone(name, tone)) : [];
    const found = alternativesOf(name, this.lang, this.#hintOf(key));
    return this.#capitals ? found.map((text) => this.#capital(text)) : found;
  }

  /** @param {HTMLElement} key */
  #hintOf(key) {
    return /** @type {HTMLElement} */ (key.children[0]).dataset.hint ?? "";
  }

  /** The key that was hit: between two, the nearer one. @param {PointerEvent} event */
  #keyAt(event) {
    const hit = /** @type {Element} */ (event.target).closest("button");
    if (hit) return hit;
    const { clientX: x, clientY: y } = event;
    return this.#layer === "emoji" ? null : nearest(this.#buttons, { x, y });
  }

  /** @param {import("/keys/key.js").Point} at */
  #tapAt(at) {
    if (this.#layer !== "letters") return null;
    const first = this.children[this.#layout.accents].children[0];
    return inKeys(/** @type {HTMLElement} */ (first), at);
  }

  /**
   * A click without a pointer: Enter on a focused key, or a screen reader. One that follows a
   * pointer was pressed already, and may even land on another key if the layer has changed since.
   * @param {MouseEvent} event
   */
  #click(event) {
    const key = /** @type {Element} */ (event.target).closest("button");
    if (!key || event.timeStamp - (this.#fingers?.left ?? 0) <= CLICK_FOLLOWS) return;
    if (this.#choices.element.contains(key)) return this.#choices.choose(key);
    this.closeChoices();
    if (!this.holds || !this.#hold(key)) this.#press(nameOf(key), null, 0);
  }

  closeChoices() {
    this.#choices.close();
  }

  /**
   * @param {string} name
   * @param {Press["tap"]} tap
   * @param {number} repeats how often it was repeated by holding it
   */
  #press(name, tap, repeats) {
    if (name === "shift") {
      this.#shift.press();
      if (tap) this.#shift.hold();
    } else if (name === "symbols" || name === "more" || name === "letters" || name === "emoji") this.#setLayer(name);
    else if (name === "find") this.#find();
    else if (name === "backspace") this.#tell({ text: null, erase: repeats > WORDS ? "word" : "character", tap });
    else if (name === "enter") this.#write("\n", tap);
    else if (name === "space") this.#write(" ", tap);
    else if (this.#layer === "emoji") this.#goToGroup(name) || this.#write(inTone(name, this.#tone), tap);
    else this.#write(this.#capitals ? this.#capital(name) : name, tap);
  }

  /** @param {string} name of a key @returns {boolean} whether it leads to a group */
  #goToGroup(name) {
    const first = goToGroup(this, name);
    if (!first) return false;
    for (const each of this.querySelectorAll(".emoji-grid button")) each.tabIndex = each === first ? 0 : -1;
    if (this.contains(document.activeElement)) first.focus();
    return true;
  }

  /** An emoji is found by its name, which is typed. */
  #find() {
    this.#setLayer("letters");
    this.#status.textContent = "Type the name of the emoji";
    this.dispatchEvent(new CustomEvent("find"));
  }

  /**
   * @param {string} text
   * @param {Press["tap"]} tap
   */
  #write(text, tap) {
    const symbols = this.#layer === "symbols" || this.#layer === "more";
    const first = !this.#wroteHere;
    this.#wroteHere = true;
    if (symbols && (text === " " || text === "\n" || (first && BEFORE_LETTERS.has(text)))) this.#setLayer("letters");
    this.#tell({ text, erase: null, tap });
  }

  /** @param {Press} detail */
  #tell(detail) {
    this.#shift.wrote();
    this.dispatchEvent(new CustomEvent("press", { detail }));
  }

  /**
   * A finger rests on a key.
   * @param {HTMLElement} key
   * @param {import("/keys/key.js").Point} [at] without it the first choice has the focus
   * @returns {boolean} whether there is something to choose
   */
  #hold(key, at) {
    if (nameOf(key) === "shift") this.#shift.lock();
    const texts = this.#alternatives(key);
    if (!texts.length) return false;
    this.#choices.open(key, texts, (text) => this.#chosen(key, text), at);
    this.#status.textContent = texts.join(" ");
    return true;
  }

  /**
   * @param {HTMLElement} key
   * @param {string} text
   */
  #chosen(key, text) {
    if (this.#layer === "emoji") {
      this.#tone = TONES.find((tone) => tone && text.includes(tone)) ?? "";
      remember("tone", this.#tone);
      for (const each of this.#buttons) {
        if (inGrid(each)) each.children[0].textContent = inTone(nameOf(each), this.#tone);
      }
    }
    this.#write(text, null);
  }

  /** @param {import("/layout.js").Layer} layer */
  #setLayer(layer) {
    const focused = this.contains(document.activeElement);
    if (layer === "letters" || this.#layer === "letters") this.#wroteHere = false;
    this.#layer = layer;
    this.#build();
    this.#status.textContent = NAMED[layer].label;
    if (focused) this.#buttons[0].focus();
  }

  get #buttons() {
    return /** @type {HTMLButtonElement[]} */ ([...this.querySelectorAll(":not(.choices) > button")]);
  }

  get #capitals() {
    return this.#layer === "letters" && this.#shift.state !== "off";
  }

  /** A letter's capital, or the letter where that is more than one, as of ß. @param {string} letter */
  #capital(letter) {
    const upper = letter.toLocaleUpperCase(localeOf(this.lang));
    return upper.length === letter.length ? upper : letter;
  }

  #showShift() {
    const { state } = this.#shift;
    const locked = state === "locked";
    if (locked || this.dataset.shift === "locked") {
      this.#status.textContent = locked ? "Capitals locked" : "Capitals unlocked";
    }
    this.dataset.shift = state;
    const shift = this.#keys.get("shift");
    shift?.setAttribute("aria-pressed", String(state !== "off"));
    shift?.setAttribute("aria-label", { off: "Shift", once: "Shift, one letter", locked: "Shift, locked" }[state]);
    if (this.#layer !== "letters") return;
    for (const [name, key] of this.#keys) {
      if (!(name in NAMED)) key.children[0].textContent = this.#capitals ? this.#capital(name) : name;
    }
  }

  /**
   * The arrow keys move the focus from key to key; Alt with Down, or the menu key, opens what a long
   * press would.
   * @param {KeyboardEvent} event
   */
  #keyDown(event) {
    const key = /** @type {HTMLElement} */ (document.activeElement);
    if (!this.#buttons.includes(/** @type {HTMLButtonElement} */ (key))) return;
    const opens = event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
    if (opens || (event.key === "ArrowDown" && event.altKey)) {
      event.preventDefault();
      this.#hold(key);
      return;
    }
    const next = neighbour(this.#buttons, key, event.key);
    if (!next) return;
    event.preventDefault();
    if (inGrid(next)) for (const each of this.#buttons) each.tabIndex = inGrid(each) && each !== next ? -1 : 0;
    next.focus();
  }

  /** The other button of a mouse opens what a long press would. @param {MouseEvent} event */
  #menu(event) {
    event.preventDefault();
    const key = /** @type {Element} */ (event.target).closest("button");
    const mouse = /** @type {PointerEvent} */ (event).pointerType === "mouse";
    if (mouse && key && !this.#choices.key) this.#hold(key, { x: event.clientX, y: event.clientY });
  }
}

/** @param {HTMLElement} key */
function nameOf(key) {
  return /** @type {string} */ (key.dataset.key);
}

/** @param {HTMLElement} key */
function inGrid(key) {
  return key.closest(".emoji-grid") !== null;
}

/** The digit of a key of the top row. @param {number} column */
function digitOf(column) {
  return column < 10 ? String((column + 1) % 10) : "";
}

/** What a language calls itself; nothing if it has no name. @param {string} language */
function nameOfLanguage(language) {
  const [locale] = localeOf(language);
  if (!locale) return "";
  const spoken = locale.split("-")[0];
  const name = new Intl.DisplayNames([locale], { type: "language", fallback: "none" }).of(spoken);
  return name ? name[0].toLocaleUpperCase(locale) + name.slice(1) : "";
}

/** A language as Intl takes it: nothing for what is no tag, which a model file may say. @param {string} language */
function localeOf(language) {
  try {
    return Intl.getCanonicalLocales(language);
  } catch {
    return [];
  }
}

customElements.define("on-screen-keyboard", OnScreenKeyboard);
