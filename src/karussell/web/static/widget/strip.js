/**
 * `<karussell-strip for="ID" server="URL" token="...">`: the strip under the fields of a page that it is for.
 * It stands where the page puts it; with `floating` it comes up under its field as soon as something is
 * written there, and goes with it.
 */

import { isAllowed } from "./allowed.js";
import { Companion } from "./companion.js";
import { lineTo } from "./lines.js";
import { Listbox, styled } from "./listbox.js";
import { homeOf, Placing } from "./placing.js";
import { STRIP } from "./styles.js";

const CALM = 900; // milliseconds without a change before a screen reader is told the words
const MANY = 50; // fields that are known: of more, those that are gone are forgotten
const OF_FIELDS = ["autocomplete", "autocorrect", "contenteditable", "data-private", "data-purpose", "disabled", "inputmode", "readonly", "type"];

export class KarussellStrip extends HTMLElement {
  /** Fields it was given by `attach`. @type {Set<Element>} */
  #given = new Set();
  /** @type {Map<Element, Companion>} */
  #companions = new Map();
  /** @type {Companion | null} */
  #current = null;
  /** The field with the focus, whether words are offered in it or not. @type {Element | null} */
  #met = null;
  /** @type {Placing | null} */
  #placing = null;
  #said = document.createTextNode("");
  #listening = new AbortController();
  #meeting = new AbortController();
  #watch = new MutationObserver(() => this.#met && this.#meet(this.#met));
  #calm = 0;
  /** The trees in which forms are heard. @type {WeakSet<Node>} */
  #roots = new WeakSet();
  /** @type {Listbox | null} */
  #listbox = null;
  /** Where the words come from, if attributes do not say it. @type {import("./lines.js").Source | null} */
  source = null;

  constructor() {
    super();
    const status = document.createElement("div");
    status.role = "status";
    status.append(this.#said);
    styled(this, STRIP, document.createElement("slot"), status);
    // What is done here is not done to the page: it may take it for a press outside of its own windows.
    for (const type of ["pointerdown", "pointerup", "mousedown", "mouseup", "click", "touchstart", "touchend"]) {
      this.addEventListener(type, (event) => event.stopPropagation(), { passive: true });
    }
  }

  connectedCallback() {
    if (!this.#listbox) {
      this.#listbox = new Listbox(this.getAttribute("label") ?? "Suggestions", (place) => this.#pick(place));
      this.append(this.#listbox.element);
    }
    this.#listening.abort();
    this.#listening = new AbortController();
    if (this.floats) this.popover = "manual";
    const options = { signal: this.#listening.signal, capture: true };
    const root = this.getRootNode();
    root.addEventListener("focusin", (event) => this.#meet(/** @type {Element} */ (event.target)), options);
    const focused = /** @type {Document | ShadowRoot} */ (root).activeElement;
    if (focused) this.#meet(focused);
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#part();
    queueMicrotask(() => this.isConnected || this.#close(() => true)); // it may only be moved
  }

  /** Leave fields alone for good. @param {(field: Element) => boolean} which */
  #close(which) {
    for (const [field, companion] of this.#companions) {
      if (!which(field)) continue;
      companion.close();
      this.#companions.delete(field);
    }
  }

  /** Be there for a field, wherever it stands. @param {Element} field */
  follow(field) {
    this.#given.add(field);
    field.addEventListener("focusin", () => this.#settle(field));
    if (field.matches(":focus")) this.#settle(field);
  }

  /** Leave all fields that it was given, and the page. */
  detach() {
    this.#given.clear();
    this.remove();
  }

  get floats() {
    return this.hasAttribute("floating");
  }

  /** A strip that floats goes where its field is. @param {Element} field */
  #settle(field) {
    if (!this.#given.has(field) || !(field instanceof HTMLElement)) return;
    const home = homeOf(field);
    if (this.floats && this.parentNode !== home) home.append(this);
    else this.#meet(field);
  }

  /** @param {Element} field */
  #isOurs(field) {
    const ids = this.getAttribute("for")?.split(/\s+/) ?? [];
    return this.#given.has(field) || (field.id !== "" && ids.includes(field.id));
  }

  /** The focus is in a field, or the field changed its kind. @param {Element} field */
  #meet(field) {
    if (!this.#isOurs(field)) return;
    if (field !== this.#met) {
      this.#part();
      this.#met = field;
      this.#watch.observe(field, { attributeFilter: OF_FIELDS });
      const { signal } = (this.#meeting = new AbortController());
      field.addEventListener("focusout", () => isFocused(field) || this.#part(), { signal });
      const root = field.getRootNode();
      // Before anybody else hears of it; what happens in a tree that is closed is told within it alone.
      const first = root instanceof ShadowRoot ? root : window;
      first.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)), { signal, capture: true });
    }
    if (!this.#allows(field)) {
      this.#drop();
      this.#close((each) => each === field);
      return;
    }
    const companion = this.#companions.get(field) ?? this.#accompany(/** @type {HTMLElement} */ (field));
    if (companion === this.#current) {
      this.#placing?.update();
      return companion.obey();
    }
    this.#drop();
    this.#current = companion;
    if (this.floats) this.#placing = new Placing(this, companion.element);
    companion.enter();
  }

  /** @param {Element} field */
  #allows(field) {
    return isAllowed(field, this.getAttribute("also")?.split(/\s+/));
  }

  /** @param {HTMLElement} field */
  #accompany(field) {
    const picks = this.getAttribute("pick")?.split(/\s+/) ?? [];
    const companion = new Companion(field, {
      listbox: /** @type {Listbox} */ (this.#listbox),
      line: lineTo(this.source ?? this.#told),
      wishes: {
        digits: picks.includes("digits"),
        tab: picks.includes("tab"),
        correct: this.getAttribute("correct") !== "off",
        private: this.hasAttribute("private"),
      },
      floats: this.floats,
      changed: () => this.#show(),
    });
    if (this.#companions.size > MANY) this.#close((each) => !each.isConnected);
    this.#companions.set(field, companion);
    const root = field.getRootNode();
    if (!this.#roots.has(root)) root.addEventListener("submit", (event) => this.#submitted(event), { capture: true });
    this.#roots.add(root);
    return companion;
  }

  /** Where the words come from, as the attributes say. @returns {import("./lines.js").Source} */
  get #told() {
    const [server, token, app] = ["server", "token", "app"].map((name) => this.getAttribute(name) ?? "");
    return app ? { app } : { server, token };
  }

  #drop() {
    const left = this.#current;
    this.#current = null;
    left?.leave();
    this.#placing?.close();
    this.#placing = null;
  }

  /** The focus is elsewhere. */
  #part() {
    this.#met = null;
    this.#meeting.abort();
    this.#watch.disconnect();
    this.#drop();
  }

  #show() {
    this.#placing?.show(!!this.#current?.shows);
    this.#placing?.update();
    clearTimeout(this.#calm);
    this.#calm = setTimeout(() => (this.#said.data = this.#current?.said ?? ""), CALM);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const companion = this.#current;
    if (!companion || event.composedPath()[0] !== companion.element) return;
    if (!this.#allows(companion.element)) return this.#meet(companion.element); // by something around it
    if (!companion.key(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {import("../strip/picking.js").Place} place */
  #pick(place) {
    const companion = this.#current;
    companion?.pick(place);
    companion?.element.focus({ preventScroll: true });
  }

  /** A form is sent, by a key in its field or by a button. @param {Event} event */
  #submitted(event) {
    for (const [field, companion] of this.#companions) {
      if (/** @type {HTMLInputElement} */ (field).form !== event.target || !this.#allows(field)) continue;
      companion.finish(true);
    }
  }
}

/** Whether a field has the focus of its tree; it keeps it while another window is in front. @param {Element} field */
function isFocused(field) {
  return /** @type {Document | ShadowRoot} */ (field.getRootNode()).activeElement === field;
}
