/** One text field asks and teaches, one session answers: no line between them is known here. */

import { KarussellError, UsageError } from "./errors.js";
import { Context, fromWord } from "./keyboard/index.js";
import { decode, NoMessage, protocol } from "./protocol.js";
import { length } from "./text/characters.js";

/** @typedef {import("./keyboard/index.js").Predictor} Predictor */
/** @typedef {import("./keyboard/index.js").Strip} Strip */
/** @typedef {import("./keyboard/suggestion.js").Suggestion} Suggestion */
/**
 * @typedef {{deed?: any, text?: string, lesson?: readonly number[], undone?: boolean, forgotten?: any}} Told what one
 * message told: the pick or correction that was made or undone, the finished text and what this taught, whether it is
 * taken back, and what it had the memory forget
 */

// Messages that can be taken back: more than anybody undoes one by one.
const LESSONS = 100;
const COUNTS = ["keys", "letters", "picks", "corrected", "undone"];
// Answers whose words can be picked: about one text it is asked again once a language is fixed.
const ANSWERS = 20;

/** The service's end of one conversation. */
export class Conversation {
  #predictor;
  #session;
  #greeted = false;
  #number = -1;
  /** @type {Map<number, Strip>} */
  #answers = new Map();
  /** @type {Map<number, Told>} */
  #told = new Map();

  /** @param {Predictor} predictor what suggests and learns; shared with other conversations */
  constructor(predictor) {
    this.#predictor = predictor;
    this.#session = predictor.session();
  }

  /** The reply to one message. Whatever goes wrong becomes a line for the person who types. @param {string} text @returns {string} */
  reply(text) {
    /** @type {number | null} */
    let number = null;
    let error = "A fault in Karussell; your text is untouched.";
    try {
      const message = decode(text);
      number = message.number;
      this.#count(message.number);
      return JSON.stringify(this.#obey(message));
    } catch (mistake) {
      if (mistake instanceof KarussellError || mistake instanceof NoMessage) error = mistake.message;
    }
    return JSON.stringify({ type: "failure", number, error });
  }

  /** @param {any} message */
  #obey(message) {
    const { type, number } = message;
    if (type === "hello") return this.#welcome(message);
    if (!this.#greeted) throw new UsageError(`no greeting came first; say hello in version ${protocol().version}`);
    if (type === "ask") return this.#ask(message);
    if (type === "why") return this.#why(message);
    if (type === "forget") return this.#forget(message);
    if (type === "learned") return this.#learned(message);
    if (type === "saved") {
      const { memory } = this.#predictor;
      return { type: "savings", number, days: memory.days(), on: memory.counts };
    }
    return { type: "done", number, changed: this.#change(message) };
  }

  /** @param {number} number */
  #count(number) {
    if (number <= this.#number) {
      throw new UsageError(`message ${number} follows message ${this.#number}, expected a greater number`);
    }
    this.#number = number;
  }

  /** @param {any} message */
  #welcome(message) {
    const { version, capabilities, separators } = protocol();
    if (message.version !== version) {
      throw new UsageError(
        `version ${message.version} of the protocol is not spoken here, expected ${version}; ` +
          "load the page anew, or take a keyboard of this service's version",
      );
    }
    const { languages, memory, rules, language } = this.#predictor;
    languages.check(message.language);
    this.#session.layOut(message.layout);
    if (message.damage !== undefined) this.#session.embolden(message.damage);
    this.#session.describe(fieldOf(message));
    this.#greeted = true;
    return {
      type: "welcome",
      number: message.number,
      version,
      language,
      languages: languages.tags,
      capabilities,
      separators,
      rules,
      keeps: memory.keeps,
      notice: memory.notice,
    };
  }

  /** @param {any} message */
  #ask(message) {
    const session = this.#session;
    const { number, right, taps } = message;
    if (session.field.isSecret) {
      // What stands in the field is not even looked at.
      return answer(number, this.#strip(number), { autocorrect: null, startsSentence: false, digitGoesOn: true });
    }
    let { left } = message;
    if (message.start || length(left) === protocol().context_limit) left = fromWord(left); // half a word is none
    const start = message.start + length(message.left) - length(left);
    session.replace(new Context({ left, right, taps }), { start });
    const strip = this.#strip(number);
    const { autocorrect } = strip;
    return answer(number, strip, { autocorrect, startsSentence: session.startsSentence, digitGoesOn: session.digitGoesOn });
  }

  /** What an answer offers, of which something may be picked. @param {number} number */
  #strip(number) {
    const strip = this.#session.strip();
    this.#answers.set(number, strip);
    if (this.#answers.size > ANSWERS) this.#answers.delete(/** @type {number} */ (this.#answers.keys().next().value));
    return strip;
  }

  /** @param {any} message */
  #why(message) {
    const suggestion = this.#suggested(message.answer, message.place);
    const { context, field } = this.#session;
    const { word, parts } = this.#predictor.why(suggestion, context, { field });
    return { type: "reason", number: message.number, word, parts };
  }

  /** @param {any} message */
  #forget({ number, word, since, until, app, everything }) {
    const forgotten = this.#predictor.memory.forget({ word, since, until, app, everything });
    this.#keep(number, { forgotten });
    const { entries, copies, files } = forgotten;
    return { type: "forgotten", number, entries, copies, files };
  }

  /** The page of what is known that a message asks for. @param {any} message */
  #learned({ number, word, since, app, offset, limit }) {
    const known = this.#predictor.recall(word, { since, app });
    return {
      type: "memory",
      number,
      words: known.words.slice(offset, offset + limit),
      repairs: known.repairs.slice(0, limit),
      rejections: known.rejections.slice(0, limit),
      total: known.words.length,
      sentences: known.sentences,
      apps: known.apps,
      bytes: this.#predictor.memory.bytes,
    };
  }

  /** Change what is known; whether it is other than before. @param {any} message @returns {boolean} */
  #change(message) {
    const { type, number } = message;
    if (type === "accept") return this.#keep(number, this.#accept(message));
    if (type === "correct") return this.#keep(number, this.#correct(message));
    if (type === "learn") return this.#keep(number, { text: message.text, lesson: this.#session.learn(message.text) });
    if (type === "revert") return this.#revert(message);
    this.#set(message);
    return false;
  }

  /** Change how this conversation goes on, or what is counted; nothing is learned by it. @param {any} message */
  #set(message) {
    const { memory, languages } = this.#predictor;
    if (message.type === "layout") this.#session.layOut(message.layout);
    else if (message.type === "boldness") this.#session.embolden(message.damage);
    else if (message.type === "field") {
      for (const [name, value] of Object.entries(fieldOf(message))) {
        if (name === "language") languages.check(value);
        this.#session.describe({ [name]: value });
      }
    } else if (message.type === "tally") {
      const counted = Object.fromEntries(COUNTS.map((name) => [name, message[name]]));
      memory.tally(counted, this.#session.field.app);
    } else if (message.type === "saving") memory.counts = message.on;
    else {
      this.#session.clear();
      this.#told = new Map([...this.#told].filter(([, told]) => told.forgotten));
    }
  }

  /** @param {any} message @returns {Told} */
  #accept(message) {
    this.#session.accept(this.#suggested(message.answer, message.place));
    return { deed: this.#session.lastDeed };
  }

  /** @param {any} message @returns {Told} */
  #correct(message) {
    const strip = this.#answered(message.answer);
    if (!this.#session.correct(strip)) throw new UsageError(`answer ${message.answer} has no correction`);
    return { deed: this.#session.lastDeed };
  }

  /** What stands at a place of an answer. @param {number} number @param {number | "literal"} place @returns {Suggestion} */
  #suggested(number, place) {
    const strip = this.#answered(number);
    const suggestion = place === "literal" ? strip.literal : strip.slots[place];
    if (suggestion) return suggestion;
    throw new UsageError(`place ${place} of answer ${number} is empty and cannot be accepted`);
  }

  /** What an answer about the text as it stands offered. @param {number} number */
  #answered(number) {
    const strip = this.#answers.get(number);
    if (strip && this.#session.stands(strip)) return strip;
    throw new UsageError(
      `what answer ${number} offered cannot be accepted, expected an answer about the text as it stands; ` +
        "ask for suggestions again",
    );
  }

  /** Take back what a message taught, or the taking back of it; whether that was anything. @param {any} message @returns {boolean} */
  #revert({ number, message }) {
    const told = this.#told.get(message);
    this.#told.delete(message);
    if (!told) throw new UsageError(`message ${message} taught nothing that can be taken back`);
    if (told.forgotten) {
      const { memory } = this.#predictor;
      let { forgotten } = told;
      if (told.undone) forgotten = memory.forgetAgain(forgotten);
      else memory.recover(forgotten);
      this.#keep(number, { forgotten, undone: !told.undone });
      return forgotten.entries > 0;
    }
    if (told.deed) return this.#keep(number, { deed: this.#session.undo(told.deed) });
    if (told.undone) {
      const lesson = this.#session.learn(told.text ?? "");
      return this.#keep(number, { ...told, lesson, undone: false });
    }
    this.#predictor.unlearn(told.lesson ?? []);
    this.#keep(number, { ...told, lesson: [], undone: true });
    return Boolean(told.lesson?.length);
  }

  /** @param {number} number @param {Told} told @returns {boolean} */
  #keep(number, told) {
    this.#told.set(number, told);
    if (this.#told.size > LESSONS) this.#told.delete(/** @type {number} */ (this.#told.keys().next().value));
    return Boolean(told.lesson?.length);
  }
}

/** What a message tells of its field. @param {any} message @returns {Record<string, any>} */
function fieldOf(message) {
  const names = ["purpose", "app", "private", "language"];
  return Object.fromEntries(names.filter((name) => message[name] !== undefined).map((name) => [name, message[name]]));
}

/** @param {number} number @param {Strip} strip @param {{autocorrect: Suggestion | null, startsSentence: boolean, digitGoesOn: boolean}} there */
function answer(number, strip, { autocorrect, startsSentence, digitGoesOn }) {
  return {
    type: "answer",
    number,
    literal: written(strip.literal),
    slots: strip.slots.map(written),
    best: strip.best,
    autocorrect: written(autocorrect),
    starts_sentence: startsSentence,
    digit_goes_on: digitGoesOn,
    languages: {},
  };
}

/** @param {Suggestion | null} suggestion */
function written(suggestion) {
  if (!suggestion) return null;
  const { deleteLeft, deleteRight, insert } = suggestion.edit;
  return { ...suggestion, edit: { delete_left: deleteLeft, delete_right: deleteRight, insert } };
}
