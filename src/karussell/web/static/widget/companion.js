/** Beside one field of the page: asks what comes next in it, puts into it what is picked, learns and unlearns. */

import { same } from "../field/context.js";
import { Correcting } from "../field/correcting.js";
import { readsRightToLeft } from "../field/direction.js";
import { isSilent, purposeOf } from "../field/purpose.js";
import { EarlyPick } from "../strip/early.js";
import { chosenPlace, EMPTY, filled, wordAt } from "../strip/picking.js";
import { Labels } from "./labels.js";
import { NativeField } from "./native-field.js";
import { PlainText } from "./plain-text.js";
import { isPlain } from "./allowed.js";
import { RichText } from "./rich-text.js";

/**
 * @typedef {import("../strip/suggestion-strip.js").Strip} Strip
 * @typedef {import("../strip/picking.js").Place} Place
 * @typedef {{digits: boolean, tab: boolean, correct: boolean, private: boolean}} Wishes digits alone and Tab
 *   pick; words are corrected; nothing is learned
 * @typedef {{listbox: import("./listbox.js").Listbox, line: import("./line.js").Line, wishes: Wishes,
 *   floats: boolean, changed: () => void}} Stage where the words are shown
 */

export class Companion {
  #stage;
  #surface;
  #field;
  #correcting;
  #labels;
  /** @type {Strip} */
  #offered = EMPTY;
  #shownFor = { left: "", right: "", start: 0 };
  #answered = -1;
  #early = new EarlyPick();
  #written = "";
  #digitGoesOn = false;
  #away = false; // put away by Escape, until the text changes
  #here = false; // the focus is
  #learned = ""; // the line as it stands, if it was learned: a key and its form may both say that it is done
  /** @type {Record<string, import("../writing.js").Rules>} */
  #rulesOf = {};
  visiting = true; // nothing was written since the focus came: Tab goes on, and nothing floats up

  /**
   * @param {HTMLElement} element
   * @param {Stage} stage
   */
  constructor(element, stage) {
    this.element = element;
    this.#stage = stage;
    this.#surface = isPlain(element) ? new PlainText(element) : new RichText(element);
    this.#labels = new Labels(element, stage.listbox.element.id, this.#surface.oneLine);
    const { line } = stage;
    this.#field = new NativeField(this.#surface);
    this.#correcting = new Correcting(
      this.#field,
      (context) => line.ask(context),
      (answer) => line.lesson("correct", { answer }),
    );
    this.#field.addEventListener("change", () => this.#here && this.#refresh());
    this.#field.addEventListener("separator", (event) => {
      const { end, sign } = detailOf(event);
      if (!this.#away) this.#correcting.typed(end, sign);
    });
    this.#field.addEventListener("edit", () => (this.#learned = ""));
    this.#field.addEventListener("line", (event) => this.#ended(detailOf(event)));
    this.#field.addEventListener("sent", (event) => this.#learn(detailOf(event)));
    this.#field.addEventListener("undo", (event) => line.revert(detailOf(event)));
    this.#written = this.#field.text;
  }

  /** The focus came. */
  enter() {
    this.#here = this.visiting = true;
    this.#labels.put();
    this.#field.follow();
    this.#written = this.#field.text;
    this.obey();
    this.#refresh();
  }

  /** What may be learned here, and what is wished, may be other than before. */
  obey() {
    this.#field.discreet = this.#stage.wishes.private || isSilent(purposeOf(this.element));
    this.#correcting.on = this.#stage.wishes.correct && this.element.getAttribute("autocorrect") !== "off";
    this.#stage.line.enter(this, this.#kind);
  }

  get #kind() {
    return { purpose: purposeOf(this.element), private: this.#stage.wishes.private };
  }

  /** The focus went. */
  leave() {
    this.#here = false;
    this.#correcting.giveUp();
    this.#stage.line.leave(this);
    this.#offer(EMPTY);
  }

  /** The field is none of ours any more. */
  close() {
    this.leave();
    this.#labels.remove();
    this.#field.close();
  }

  /** @param {any} reply */
  welcomed({ rules, rules_of, separators }) {
    this.#field.rules = rules;
    this.#rulesOf = rules_of ?? {};
    this.#correcting.separators = separators;
  }

  /** @param {any} reply */
  answered({ number, literal, slots, best, autocorrect, digit_goes_on, language, context }) {
    const correction = this.#correcting.answered({ number, context, autocorrect });
    if (!same(context, this.#field.context)) return this.#refresh(); // it was about a word that was ended meanwhile
    this.#answered = number;
    this.#shownFor = context;
    this.#digitGoesOn = digit_goes_on;
    this.#field.rules = this.#rulesOf[language] ?? this.#field.rules;
    const taken = slots.map((/** @type {any} */ word) => (word && this.#field.takes(word.edit) ? word : null));
    const strip = { literal, slots: taken, best: taken[best] ? best : null, autocorrect: this.#correcting.on ? correction : null };
    this.#offer(strip, language);
    const place = this.#early.answered(this.#offered, context, digit_goes_on);
    if (place !== null) this.pick(place);
  }

  lost() {
    this.#correcting.giveUp();
    this.#early.drop();
    this.#offer(EMPTY);
  }

  /** Whether words are to be seen. */
  get shows() {
    const called = !this.#stage.floats || !this.visiting;
    return this.#here && !this.#away && called && this.#stage.listbox.filled;
  }

  /** What is said of them. */
  get said() {
    const words = this.#offered.slots.flatMap((word, place) => (word ? [`${place + 1} ${word.text}`] : []));
    return this.shows ? words.join(", ") : "";
  }

  /** A key goes down in the field. @param {KeyboardEvent} event @returns {boolean} whether it was for us */
  key(event) {
    if (event.isComposing || event.keyCode === 229) return false;
    if (!event.repeat) this.#early.drop();
    const { listbox } = this.#stage;
    const chosen = this.#away ? null : chosenPlace(event, this.#picking);
    const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const steps = plain && (listbox.active !== null || event.altKey || this.#surface.oneLine);
    if (chosen !== null) {
      const key = () => this.#field.pick({ delete_left: 0, insert: event.key }, null);
      this.pick(chosen, event.key === "Tab" || event.altKey ? null : key);
    } else if (steps && (event.key === "ArrowDown" || event.key === "ArrowUp") && this.#callable) {
      this.visiting = this.#away = false;
      listbox.move(event.key === "ArrowDown" ? 1 : -1);
      this.#changed();
    } else if (listbox.active !== null && event.key === "Enter" && plain) {
      this.pick(listbox.active);
    } else if (event.key === "Escape" && this.shows) {
      if (listbox.active === null) this.#away = true;
      this.#changed(null);
    } else {
      if (!["Alt", "Control", "Meta", "Shift"].includes(event.key)) this.#changed(null);
      if (event.key === "Enter") this.finish(false);
      return false;
    }
    return true;
  }

  /**
   * @param {Place} place
   * @param {(() => void) | null} [key] writes the key that picks, if it is a plain one where nothing is picked
   */
  pick(place, key = null) {
    if (!this.#isFresh) return this.#early.wait(place, this.#field.context, key);
    const suggestion = wordAt(this.#offered, place);
    if (!suggestion) return;
    this.#early.clear();
    if (place === "literal") this.#correcting.leave(suggestion.text);
    this.visiting = false;
    this.#stage.listbox.activate(null);
    this.#field.pick(suggestion.edit, this.#stage.line.lesson("accept", { answer: this.#answered, place }));
  }

  /** What stands here is finished, or may be. @param {boolean} surely */
  finish(surely) {
    this.#field.follow();
    if (surely || this.#surface.oneLine) this.#learn(this.#field.lineBefore());
    else this.#field.enter();
  }

  get #picking() {
    if (!this.#here) return { places: filled(EMPTY), best: null, tab: false, digits: false }; // nor is the field read
    const { context, composing, selecting } = this.#field;
    const meant = this.#isFresh ? this.#offered : this.#early.seen(context);
    const words = composing ? EMPTY : meant;
    const { wishes } = this.#stage;
    const seen = this.shows;
    const digits = seen && wishes.digits && !selecting && (this.#isFresh ? !this.#digitGoesOn : this.#early.goesOn(context));
    return { places: filled(words), best: words.best, tab: wishes.tab && seen && !this.visiting, digits };
  }

  /** Whether what is offered is for the text as it stands; that the cursor went on is told later than a key is. */
  get #isFresh() {
    return this.#offered !== EMPTY && same(this.#field.context, this.#shownFor);
  }

  /** Whether there are words to go to, seen or not yet. */
  get #callable() {
    return this.#here && this.#stage.listbox.filled && this.#offered !== EMPTY && !this.#field.composing;
  }

  #refresh() {
    const { context, text } = this.#field;
    if (text !== this.#written) {
      this.#written = text;
      this.#away = this.visiting = false;
    }
    if (!same(context, this.#shownFor)) {
      this.#offered = EMPTY;
      this.#stage.listbox.element.ariaBusy = "true";
      this.#stage.listbox.activate(null);
    }
    if (this.#correcting.waits) this.#correcting.resume();
    if (!this.#correcting.ask(context)) this.#offer(EMPTY);
    this.#stage.listbox.element.dir = readsRightToLeft(context.left, text) ? "rtl" : "ltr";
    this.#changed();
  }

  /** @param {Strip} strip @param {string} [language] */
  #offer(strip, language = "") {
    this.#offered = strip;
    if (strip === EMPTY) this.#early.clear();
    this.#stage.listbox.element.ariaBusy = null;
    this.#stage.listbox.show(strip, this.#shownFor.left, language);
    this.#changed(null);
  }

  /** Show how things stand. @param {Place | null} [active] the word in question from now on */
  #changed(active = this.#stage.listbox.active) {
    const { listbox } = this.#stage;
    if (active !== listbox.active) listbox.activate(active);
    listbox.digits = this.#picking.digits && !this.#digitGoesOn;
    this.#labels.point(this.shows, listbox.activeId);
    this.#stage.changed();
  }

  /** @param {{end: number, before: string, cut: boolean}} line */
  #ended({ end, before, cut }) {
    const line = { end, learn: () => learn() };
    const learn = () => {
      const text = this.#field.lineBefore(line.end);
      // A word that the break cut in two was none of the writer's.
      this.#field.teach(before, this.#learn(cut ? text.replace(/\S+$/, "") : text));
    };
    this.#correcting.ended(line);
  }

  /** @param {string} text */
  #learn(text) {
    if (!/[^\s\ufffc]/.test(text) || text === this.#learned) return null;
    this.#learned = text;
    if (this.#here) return this.#stage.line.lesson("learn", { text });
    this.#stage.line.learnElsewhere(this.#kind, text);
    return null;
  }
}

/** What an event of the field tells. @param {Event} event */
function detailOf(event) {
  return /** @type {CustomEvent} */ (event).detail;
}
