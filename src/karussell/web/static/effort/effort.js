/** For those who type with effort: scanning by switches, dwelling, speech and phrases, as the settings say. */

import { Dwelling } from "/effort/dwelling.js";
import { weights } from "/effort/likely.js";
import { OwnPhrases } from "/effort/own-phrases.js";
import { PhraseList } from "/effort/phrase-list.js";
import { Scanning } from "/effort/scanning.js";
import { Speech } from "/effort/speech.js";
import { Switches } from "/effort/switches.js";
import { byCost, leaves, rows } from "/effort/targets.js";
import { button, byId, handOn } from "/elements.js";
import { isSecret, purposeOf } from "/field/purpose.js";
import { graphemes } from "/graphemes.js";
import { OnScreenKeyboard } from "/keyboard.js";
import { languageName } from "/memory/phrases.js";

const KEY = 350; // milliseconds that a key takes a finger
const STEPS = 5; // of a scan, that a key takes a switch
const LAST_WORD = /[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}'’-]*\P{L}*$/u;
const LAST_SENTENCE = /[^.!?\u2026\n]+[.!?\u2026\s]*$/u;

export class Effort {
  #field;
  #area;
  #settings;
  #strip;
  #say;
  #phrases = new OwnPhrases();
  #shown = byId("phrases", HTMLElement);
  #speak = byId("speak", HTMLButtonElement);
  #accents = byId("accents", HTMLButtonElement);
  #keyboard = byId("keyboard", OnScreenKeyboard);
  #speech = new Speech();
  #dwelling = new Dwelling();
  #scanning = new Scanning(
    () => this.#targets(),
    () => this.#keyboard.closeChoices(),
  );
  #switches = new Switches((which, when) => (which === "move" ? this.#scanning.move() : this.#scanning.choose(when)));
  /** @type {({probability: number} | null)[]} */
  #slots = [];
  /** @type {import("/effort/own-phrases.js").Offered[]} */
  #offered = [];

  /**
   * @param {import("/field/text-field.js").TextField} field
   * @param {HTMLTextAreaElement} area
   * @param {HTMLElement} strip
   * @param {import("/settings/settings.js").Settings} settings
   * @param {(text: string) => void} say tell a screen reader that a phrase was picked
   */
  constructor(field, area, strip, settings, say) {
    this.#field = field;
    this.#area = area;
    this.#strip = strip;
    this.#settings = settings;
    this.#say = say;
    new PhraseList(this.#phrases);
    field.addEventListener("change", () => this.#offer());
    field.addEventListener("separator", (event) => this.#ended(/** @type {CustomEvent} */ (event).detail.sign));
    document.addEventListener("close", () => this.#scanning.restart(), true); // of a dialog
    this.#speech.addEventListener("change", () => this.#tellVoice());
    this.#accents.addEventListener("click", () => this.#hold(!this.#keyboard.holds));
    this.#keyboard.addEventListener("click", () => this.#hold(false)); // it has done with the key
    this.#speak.addEventListener("click", () => {
      this.#speech.stop();
      this.#speech.say(field.text);
    });
  }

  /** Do as the settings say. */
  obey() {
    const value = (/** @type {string} */ name) => this.#settings.value(name);
    const scans = value("scanning") !== "off";
    const two = value("switches") === "two";
    this.#switches.configure(scans ? /** @type {import("/effort/switches.js").Kind} */ (value("switch")) : null, two);
    this.#scanning.configure(scans, { period: two ? 0 : Number(value("scan-time")), rounds: Number(value("scan-rounds")) });
    this.#dwelling.configure(Number(value("dwell")));
    this.#accents.hidden = !scans && value("dwell") === "0";
    this.#hold(false);
    this.#tellVoice();
    this.#offer();
  }

  /** Words are offered. @param {({probability: number} | null)[]} slots */
  answered(slots) {
    this.#slots = slots;
    this.#speech.language = this.#strip.lang;
    this.#tellVoice();
    this.#scanning.refresh();
  }

  /** A word was picked. @param {string} text */
  picked(text) {
    if (this.#speaks("words")) this.#speech.say(text);
  }

  /** Whether the next key shows what else it writes. @param {boolean} holds */
  #hold(holds) {
    this.#keyboard.holds = holds;
    this.#accents.ariaPressed = String(holds);
  }

  #targets() {
    const seen = rows();
    if (this.#settings.value("scanning") !== "likely") return seen;
    const slots = /** @type {HTMLButtonElement[]} */ ([...this.#strip.querySelectorAll("button:not(.literal)")]);
    const inWord = /[\p{L}\p{M}\p{N}]$/u.test(this.#field.context.left);
    return byCost(leaves(seen), weights({ slots: this.#slots, inWord, language: this.#strip.lang }, slots));
  }

  /** Offer the phrases that are worth it. */
  #offer() {
    const scan = this.#settings.value("scanning") === "off" ? 0 : STEPS * Number(this.#settings.value("scan-time"));
    const key = Math.max(KEY, scan, Number(this.#settings.value("dwell")));
    const left = this.#area.value.slice(0, this.#field.caret);
    const offered = isSecret(purposeOf(this.#area)) || this.#field.selecting ? [] : this.#phrases.offered(left, key);
    this.#offered = offered; // each with what stands of it now
    const texts = [...this.#shown.children].map((each) => each.textContent);
    if (offered.length === texts.length && offered.every(({ text }, place) => text === texts[place])) return;
    handOn(this.#shown);
    this.#shown.replaceChildren(
      ...offered.map(({ text, likelihood }) => {
        const made = button("phrase", text, () => this.#pick(text));
        made.dir = "auto";
        made.dataset.likelihood = String(likelihood);
        made.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
        return made;
      }),
    );
    this.#shown.hidden = !offered.length;
  }

  /** @param {string} text */
  #pick(text) {
    const typed = this.#offered.find((each) => each.text === text)?.typed ?? "";
    if (!this.#field.discreet) this.#phrases.used(text);
    this.#field.pick({ delete_left: graphemes(typed).length, insert: `${text} ` }, null);
    this.#area.focus({ preventScroll: true });
    this.#say(text);
    this.picked(text);
  }

  /** A sign was typed behind a word. @param {string} sign */
  #ended(sign) {
    if (/[\p{L}\p{M}\p{N}'’-]$/u.test(sign)) return; // it goes on
    queueMicrotask(() => {
      const left = this.#area.value.slice(0, this.#field.caret);
      if (this.#speaks("words")) this.#speech.say(LAST_WORD.exec(left)?.[0] ?? "");
      if (this.#speaks("sentences") && /[.!?\u2026\n]/.test(sign)) this.#speech.say(LAST_SENTENCE.exec(left)?.[0] ?? "");
    }); // as it was corrected, if it was
  }

  /** @param {"words" | "sentences"} what */
  #speaks(what) {
    return this.#settings.value("speech") === what && !isSecret(purposeOf(this.#area));
  }

  #tellVoice() {
    const wanted = this.#settings.value("speech") !== "off";
    const voice = this.#speech.voice();
    this.#speak.hidden = !wanted || !voice;
    if (!wanted) this.#speech.stop();
    const language = languageName(this.#speech.language || this.#strip.lang);
    const none = `No voice of this machine speaks ${language}. A voice on the net is never used: it would be sent what you write.`;
    const text = !wanted ? "" : voice ? `Spoken by ${voice.name}, a voice of this machine.` : none;
    const told = byId("voice", HTMLElement);
    if (told.textContent !== text) told.textContent = text;
  }
}
