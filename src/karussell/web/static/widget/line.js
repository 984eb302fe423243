/**
 * The line of a page's fields to the keyboard, in version 3 of its protocol: one for all of them, which the
 * field in use has for itself. It is opened when the first one is written in, and comes back when it was cut.
 *
 * @typedef {import("../field/context.js").Context} Context
 * @typedef {import("../field/history.js").Lesson} Lesson
 * @typedef {{send: (text: string) => void}} Wire
 * @typedef {{message: (text: string) => void, closed: (forGood: boolean) => void}} Ends what a wire calls
 * @typedef {{greeting: object, open: (ends: Ends, ready: () => void) => Wire}} Way to the keyboard
 * @typedef {{purpose: string, private: boolean}} Field what is written
 * @typedef {{welcomed: (reply: any) => void, answered: (reply: any) => void, lost: (forGood: boolean) => void}} Writer
 */

import { same } from "../field/context.js";
import { Lessons } from "../field/lessons.js";

const VERSION = 3;
const FIRST_WAIT = 250; // milliseconds; doubled after each failure
const LONGEST_WAIT = 8000;
const LINE = 1; // of a worker that has no other
const REFUSED = 1008; // why a server closes a line whose greeting lacks the token

export class Line {
  #way;
  /** @type {Wire | null} */
  #wire = null;
  /** @type {any} */
  #welcome = null;
  /** @type {Writer | null} */
  #writer = null;
  /** @type {Field} */
  #field = { purpose: "text", private: false };
  #told = ""; // what of the field the keyboard was told
  /** @type {Context | null} */
  #question = null;
  #number = 0; // of the last message
  #asked = -1; // of the last question
  /** @type {Lessons<Field>} */
  #lessons = new Lessons((type, fields) => this.#send(type, fields));
  #wait = FIRST_WAIT;
  #timer = 0;

  /** @param {Way} way */
  constructor(way) {
    this.#way = way;
  }

  /**
   * Another field is written in.
   * @param {Writer} writer
   * @param {Field} field
   */
  enter(writer, field) {
    if (writer === this.#writer) return this.describe(field);
    this.#writer = writer;
    this.#question = null;
    this.#asked = -1;
    this.#lessons.begin();
    if (this.#welcome) this.#send("reset", {});
    this.describe(field);
    if (this.#welcome) writer.welcomed(this.#welcome);
    else if (!this.#wire) this.#open();
  }

  /** It is no more. @param {Writer} writer */
  leave(writer) {
    if (writer !== this.#writer) return;
    this.#writer = null;
    this.#question = null;
    this.#lessons.begin();
    if (this.#welcome) this.#send("reset", {});
  }

  /** What is written in the field is something else. @param {Field} field */
  describe(field) {
    this.#field = field;
    if (!this.#welcome || JSON.stringify(field) === this.#told) return;
    this.#tell(field);
    this.#again();
  }

  /** @param {Field} field */
  #tell(field) {
    this.#told = JSON.stringify(field);
    this.#send("field", field);
  }

  /** Ask what comes next. @param {Context} question @returns {boolean} whether an answer may come */
  ask({ left, right, start }) {
    const question = { left, right, start };
    if (this.#question && same(this.#question, question)) return this.#wire !== null;
    this.#question = question;
    this.#again();
    return this.#wire !== null;
  }

  /**
   * Tell what was done with a word or line, of which the keyboard may learn.
   * @param {"accept" | "correct" | "learn"} type
   * @param {{text?: string, answer?: number, place?: unknown}} fields
   * @returns {Lesson | null} what `revert` takes back
   */
  lesson(type, fields) {
    return this.#lessons.teach(this.#field, type, fields);
  }

  /** A line was finished in another field than the one in use. @param {Field} field @param {string} text */
  learnElsewhere(field, text) {
    const now = this.#field;
    this.describe(field);
    this.lesson("learn", { text });
    this.describe(now);
  }

  /** Take a lesson back, or teach it again. @param {Lesson} lesson */
  revert(lesson) {
    this.#lessons.revert(lesson);
  }

  #again() {
    if (this.#welcome && this.#question) this.#asked = this.#send("ask", this.#question);
  }

  /** @param {string} type @param {object} fields */
  #send(type, fields) {
    this.#number += 1;
    this.#wire?.send(JSON.stringify({ type, number: this.#number, ...fields }));
    return this.#number;
  }

  #open() {
    clearTimeout(this.#timer);
    const greet = () => {
      this.#told = JSON.stringify(this.#field);
      this.#send("hello", { version: VERSION, app: location.host || null, ...this.#way.greeting, ...this.#field });
    };
    const ends = {
      message: (/** @type {string} */ text) => this.#receive(text),
      closed: (/** @type {boolean} */ forGood) => this.#closed(forGood),
    };
    this.#wire = this.#way.open(ends, greet);
  }

  /** @param {boolean} forGood */
  #closed(forGood) {
    this.#wire = this.#welcome = null;
    this.#lessons.close();
    this.#writer?.lost(forGood);
    if (forGood) return;
    this.#timer = setTimeout(() => this.#writer && !this.#wire && this.#open(), this.#wait);
    this.#wait = Math.min(LONGEST_WAIT, 2 * this.#wait);
  }

  /** @param {string} text */
  #receive(text) {
    const reply = JSON.parse(text);
    this.#wait = FIRST_WAIT;
    this.#lessons.heard(reply.number);
    if (reply.type === "welcome") {
      this.#welcome = reply;
      this.#writer?.welcomed(reply);
      this.#lessons.open((field) => this.#tell(field));
      this.describe(this.#field);
      this.#again();
    } else if (reply.type === "answer" && reply.number === this.#asked) {
      this.#writer?.answered({ ...reply, context: this.#question });
    }
  }
}

/**
 * The way to a server on this machine.
 * @param {string} server its address
 * @param {string} token what opens it
 * @returns {Way}
 */
export function wayToServer(server, token) {
  const address = new URL("typing", server.endsWith("/") ? server : `${server}/`);
  address.protocol = address.protocol.replace("http", "ws");
  return {
    greeting: { key: token },
    open: ({ message, closed }, ready) => {
      const socket = new WebSocket(address);
      socket.addEventListener("open", ready);
      socket.addEventListener("message", ({ data }) => message(data));
      socket.addEventListener("close", ({ code }) => {
        if (code === REFUSED) console.warn(`Karussell at ${address.host} does not take this token: see its token file.`);
        closed(code === REFUSED);
      });
      return socket;
    },
  };
}

/**
 * The way to the keyboard in a worker of the page itself, by the messages of `app/worker.js`.
 * @param {URL} address of the worker
 * @returns {Way}
 */
export function wayToWorker(address) {
  return {
    greeting: {},
    open: ({ message, closed }, ready) => {
      const worker = new Worker(address, { type: "module" });
      const lost = () => {
        worker.terminate();
        closed(false);
      };
      worker.addEventListener("error", lost);
      worker.addEventListener("message", ({ data: { opened, failed, text } }) => {
        if (failed) lost();
        else if (opened === LINE) ready();
        else message(text);
      });
      worker.postMessage({ line: LINE, text: null });
      return { send: (text) => worker.postMessage({ line: LINE, text }) };
    },
  };
}
