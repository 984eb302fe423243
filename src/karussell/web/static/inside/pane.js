/**
 * The pane "What it remembers": what the model's gates do with the sentence, as one types, and which words
 * weigh on a suggestion: the best one, or the one that is pointed at. It asks only while it is open, once
 * the keys rest, and keeps nothing.
 *
 * @typedef {import("/strip/suggestion-strip.js").Suggestion} Suggestion
 */

import { button, byId, make } from "/elements.js";
import { legend, mapShown } from "/inside/map.js";
import { weightsShown } from "/inside/weights.js";

const REST = 180; // milliseconds without another answer before it asks
const POINTED = 80; // milliseconds that a suggestion is pointed at before it asks

export class InsidePane extends EventTarget {
  #connection;
  #element = byId("inside", HTMLElement);
  #opener = byId("open-inside", HTMLButtonElement);
  #map = byId("inside-map", HTMLElement);
  #choices = byId("inside-choices", HTMLElement);
  #weights = byId("inside-weights", HTMLElement);
  #timer = 0;
  #asked = 0; // only the newest replies are shown
  #answer = -1;
  /** @type {(Suggestion | null)[]} */
  #slots = [];
  #place = -1; // of the suggestion that is looked at
  #pointed = false; // somebody chose it

  /**
   * Tells that it took or gave back room as a `change` event.
   * @param {import("/connection.js").Connection} connection
   * @param {HTMLElement} strip whose words are pointed at
   */
  constructor(connection, strip) {
    super();
    this.#connection = connection;
    byId("inside-legend", HTMLElement).append(legend());
    this.#opener.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
    this.#opener.addEventListener("click", () => this.#show(this.#element.hidden));
    byId("inside-close", HTMLElement).addEventListener("click", () => this.#show(false));
    this.#element.addEventListener("keydown", (event) => event.key === "Escape" && this.#show(false));
    const words = [...strip.querySelectorAll("button:not(.literal)")];
    for (const type of ["pointerover", "focusin"]) {
      strip.addEventListener(type, (event) => {
        const word = /** @type {Element} */ (event.target).closest("button");
        if (word) this.#point(words.indexOf(word));
      });
    }
  }

  /** What was answered is about another text: what is asked of it would be refused. */
  wait() {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.#answer = -1;
    this.#element.ariaBusy = "true";
  }

  /**
   * What is shown now.
   * @param {{number: number, slots: (Suggestion | null)[], best: number | null}} answer
   */
  answered({ number, slots, best }) {
    const looked = this.#pointed ? this.#slots[this.#place]?.text : undefined;
    const stays = slots.findIndex((each) => each && each.text === looked);
    this.#asked += 1;
    this.#answer = number;
    this.#slots = slots;
    this.#pointed = stays >= 0;
    this.#place = stays >= 0 ? stays : (best ?? -1);
    this.#later(REST, () => this.#load());
  }

  /** @param {boolean} open */
  #show(open) {
    const within = this.#element.contains(document.activeElement);
    this.#element.hidden = !open;
    this.#opener.ariaExpanded = String(open);
    if (!open && within) this.#opener.focus();
    if (open) this.#load();
    this.dispatchEvent(new Event("change"));
  }

  /** @param {number} place */
  #point(place) {
    if (this.#element.hidden || !this.#slots[place] || place === this.#place) return;
    this.#place = place;
    this.#pointed = true;
    this.#choose();
    this.#later(POINTED, () => this.#weigh());
  }

  /**
   * @param {number} milliseconds
   * @param {() => void} act
   */
  #later(milliseconds, act) {
    clearTimeout(this.#timer);
    if (!this.#element.hidden) this.#timer = setTimeout(act, milliseconds);
  }

  async #load() {
    this.#choose();
    const [map] = await Promise.all([this.#ask("inside", {}, gatesShown), this.#weigh()]);
    if (!map) return;
    this.#map.replaceChildren(...map);
    this.#map.scrollLeft = this.#map.scrollWidth; // the word that was written last is seen
    this.#element.ariaBusy = "false";
  }

  async #weigh() {
    const place = this.#place;
    const nothing = [make("p", "soft", "No word is offered here.")];
    const weights = this.#slots[place] ? await this.#ask("weigh", { place }, weightsShown) : nothing;
    if (weights && place === this.#place) this.#weights.replaceChildren(...weights);
  }

  /**
   * Ask about the last answer. Gives what to show of the reply; null if that is no longer the last answer.
   * @param {"inside" | "weigh"} type
   * @param {object} fields
   * @param {(reply: any) => Node[]} show
   */
  async #ask(type, fields, show) {
    const asked = this.#asked;
    if (this.#answer < 0) return null;
    const shown = await this.#connection.request(type, { answer: this.#answer, ...fields }).then(
      show,
      (failure) => [make("p", "soft", failure.message)],
    );
    return asked === this.#asked ? shown : null;
  }

  /** The suggestions, of which one is looked at. */
  #choose() {
    const focused = [...this.#choices.children].indexOf(document.activeElement ?? this.#choices);
    const made = this.#slots.flatMap((suggestion, place) => {
      if (!suggestion) return [];
      const choice = button("choice", suggestion.text, () => this.#point(place));
      choice.ariaPressed = String(place === this.#place);
      choice.dir = "auto";
      choice.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
      return [choice];
    });
    this.#choices.replaceChildren(...made);
    if (focused >= 0) made[Math.min(focused, made.length - 1)]?.focus();
  }
}

/** @param {import("/inside/map.js").Gates} gates */
function gatesShown(gates) {
  if (gates.words.length) return [mapShown(gates)];
  return [make("p", "soft", "Write a few words: each of them opens and shuts the gates of the model’s memory blocks.")];
}
