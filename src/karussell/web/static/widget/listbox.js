/**
 * The words as a listbox: what was typed, in a place of its own, and three suggestions. The field keeps the
 * focus and names the word in question (`aria-activedescendant`), so list and words stand in the same tree as
 * the strip; what they look like stands in shadow trees of their own, where no style of the page reaches.
 *
 * @typedef {import("../strip/suggestion-strip.js").Strip} Strip
 * @typedef {import("../strip/suggestion-strip.js").Suggestion} Suggestion
 * @typedef {import("../strip/picking.js").Place} Place
 */

import { shown, typedLength } from "../strip/spelling.js";
import { LIST, WORD } from "./styles.js";

/** @type {readonly Place[]} */
const PLACES = ["literal", 0, 1, 2];
let lists = 0;

export class Listbox {
  element = styled(document.createElement("div"), LIST, document.createElement("slot"));
  /** @type {Word[]} */
  #words;
  /** The word that Enter would pick. @type {Place | null} */
  active = null;

  /**
   * @param {string} label
   * @param {(place: Place) => void} pick
   */
  constructor(label, pick) {
    lists += 1;
    this.element.id = `karussell-${lists}`;
    this.element.setAttribute("role", "listbox");
    this.element.setAttribute("aria-label", label);
    this.#words = PLACES.map((place) => new Word(place, `${this.element.id}-${place}`, pick));
    this.element.append(...this.#words.map(({ element }) => element));
    this.element.toggleAttribute("data-empty", true);
    for (const type of ["pointerdown", "mousedown"]) {
      this.element.addEventListener(type, (event) => event.preventDefault()); // the field keeps the focus
    }
  }

  /** The id of the word that is in question. */
  get activeId() {
    return this.#words.find(({ place }) => place === this.active)?.element.id ?? null;
  }

  /**
   * @param {Strip} strip
   * @param {string} left the text before the cursor it was made for
   * @param {string} language of the words
   */
  show({ literal, slots, best, autocorrect }, left, language) {
    this.element.lang = language;
    for (const word of this.#words) {
      const suggestion = word.place === "literal" ? literal : slots[word.place];
      word.show(suggestion, suggestion && word.place !== "literal" ? typedLength(suggestion, left) : 0);
      word.mark("best", word.place === best);
      word.mark("will", !!suggestion && word.place !== "literal" && suggestion.text === autocorrect?.text);
    }
    this.element.toggleAttribute("data-empty", !this.filled);
  }

  /** Whether there is any word. */
  get filled() {
    return this.#words.some(({ empty }) => !empty);
  }

  /** Whether digits alone pick, which are shown then. @param {boolean} digits */
  set digits(digits) {
    for (const word of this.#words) word.mark("digits", digits);
  }

  /** Go on by a word, or to none behind the last one. @param {1 | -1} step */
  move(step) {
    const order = [0, 1, 2, "literal"].filter((place) => !this.#at(/** @type {Place} */ (place)).empty);
    const places = /** @type {(Place | null)[]} */ ([null, ...order]);
    const at = places.indexOf(this.active);
    this.activate(places[(Math.max(0, at) + step + places.length) % places.length]);
  }

  /** @param {Place | null} place */
  activate(place) {
    this.active = place;
    for (const word of this.#words) word.select(word.place === place);
  }

  /** @param {Place} place */
  #at(place) {
    return /** @type {Word} */ (this.#words.find((word) => word.place === place));
  }
}

class Word {
  #number = document.createElement("kbd");
  // Texts are changed and none is taken out: with any node that goes, the browser ends a step of its history.
  #typed = document.createTextNode("");
  #rest = document.createTextNode("");
  #share = document.createElement("i");
  empty = true;

  /**
   * @param {Place} place
   * @param {string} id
   * @param {(place: Place) => void} pick
   */
  constructor(place, id, pick) {
    this.place = place;
    const word = document.createElement("b");
    const typed = document.createElement("span");
    typed.append(this.#typed);
    word.append(typed, this.#rest);
    if (place !== "literal") this.#number.textContent = String(place + 1);
    this.element = styled(document.createElement("div"), WORD, this.#number, word, this.#share);
    this.element.id = id;
    this.element.setAttribute("role", "option");
    this.element.setAttribute("aria-keyshortcuts", `Alt+${place === "literal" ? 0 : place + 1}`);
    /** @type {string | null} */
    let aimedAt = null;
    this.element.addEventListener("pointerdown", () => (aimedAt = this.#text));
    this.element.addEventListener("click", () => {
      const came = aimedAt !== null && aimedAt !== this.#text; // under the finger
      aimedAt = null;
      if (!this.empty && !came) pick(place);
    });
    this.mark("literal", place === "literal");
    this.show(null, 0);
    this.select(false);
  }

  /**
   * @param {Suggestion | null} suggestion
   * @param {number} typed how much of it stands there
   */
  show(suggestion, typed) {
    this.empty = !suggestion;
    this.mark("empty", this.empty);
    this.element.ariaHidden = this.empty ? "true" : null;
    const spelt = shown(suggestion?.text ?? "", typed);
    this.#typed.data = spelt.typed;
    this.#rest.data = spelt.rest;
    this.mark("restored", suggestion?.kind === "restored");
    this.element.style.setProperty("--share", String(suggestion?.probability ?? 0));
    this.element.style.setProperty("--letters", String(spelt.letters));
    this.element.ariaLabel = suggestion && this.place === "literal" ? this.#name(suggestion) : null;
  }

  get #text() {
    return this.#typed.data + this.#rest.data;
  }

  /** @param {Suggestion} suggestion */
  #name({ kind, text }) {
    return kind === "restored" ? `${text}, as it was` : `“${text}”, as typed`;
  }

  /** @param {boolean} selected */
  select(selected) {
    this.element.ariaSelected = String(selected);
  }

  /** @param {string} name @param {boolean} on */
  mark(name, on) {
    this.element.toggleAttribute(`data-${name}`, on);
  }
}

/**
 * An element whose looks are its own.
 * @param {HTMLElement} element
 * @param {CSSStyleSheet} sheet
 * @param {...Node} content
 */
export function styled(element, sheet, ...content) {
  const root = element.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  root.append(...content);
  return element;
}
