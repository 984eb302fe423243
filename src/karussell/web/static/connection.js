/**
 * The line to the server, which speaks version 3 of the protocol (karussell.service.protocol). It asks
 * what comes next, drops answers to older questions, and comes back by itself when the line was cut.
 *
 * Events: `welcome` (what the server said of itself), `answer` (what the server answered, and the question),
 * `failure` (a line for a person), and `state`, whose detail says how things stand. What else is asked
 * (`request`) promises its reply.
 *
 * @typedef {import("/field/context.js").Context & {taps: ([number, number] | null)[]}} Question
 * @typedef {import("/field/history.js").Lesson} Lesson
 * @typedef {{purpose: string, app: string | null, private: boolean, language: string | null}} Field what
 *   is written, where, whether privately, and in which language if the writer fixed it
 * @typedef {{resolve: (reply: any) => void, reject: (why: Error) => void}} Promised
 * @typedef {{name: "connecting" | "ready" | "lost" | "locked", seconds?: number, reason?: string}} State
 */

import { same } from "/field/context.js";
import { keepKey, keptKey } from "/field/kept.js";
import { Lessons } from "/field/lessons.js";
import { isKnown, NEEDS_KEY, openLine } from "/line/server.js";

const VERSION = 3;
const FIRST_WAIT = 0.25; // seconds; doubled after each failure
const LONGEST_WAIT = 8;
const SILENCE = 5000; // milliseconds: a server that says nothing for so long is not there
const REFUSED = 1008; // why the server closes a line whose greeting lacks the key
const ASKS = "who has the key?"; // what a tab without it asks the others, which say it
const TABS_ANSWER = 150; // milliseconds

export class Connection extends EventTarget {
  /** @type {ReturnType<typeof openLine> | null} */
  #socket = null;
  #number = 0; // of the last message
  #asked = -1; // of the last greeting or question: only what is said to these is for a person
  #welcome = false;
  /** @type {Question | null} */
  #question = null;
  #line = 0; // what was forgotten on an earlier one cannot be taken back
  #layout = "";
  /** @type {number | null} */
  #damage = null;
  /** @type {Field} */
  #field = { purpose: "text", app: null, private: false, language: null };
  /** Replies that are waited for, by the numbers of their messages. @type {Map<number, Promised>} */
  #promised = new Map();
  /** @type {Lessons<Field>} */
  #lessons = new Lessons((type, fields) => this.#send(type, fields));
  #wait = FIRST_WAIT;
  #timer = 0;
  #attempting = false;
  #tabs = new BroadcastChannel("karussell");

  /** Connect; a one-time code in the address is handed over first and vanishes from the address. */
  async start() {
    addEventListener("hashchange", () => this.#attempt());
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.hidden || this.retry());
    this.#tabs.addEventListener("message", ({ data }) => this.#overhear(data));
    await this.#attempt();
  }

  /** Connect now instead of later. */
  retry() {
    if (!this.#socket) this.#attempt();
  }

  /**
   * Ask what comes next. Returns whether there is a line to ask on.
   * @param {Question} question
   */
  ask(question) {
    if (!this.#question || !same(this.#question, question)) {
      this.#question = question;
      this.askAgain();
    }
    return this.#welcome;
  }

  /** What is offered may be other than before. */
  askAgain() {
    if (this.#welcome && this.#question) this.#asked = this.#send("ask", this.#question);
  }

  /**
   * Tell what was done with a word or line, of which the server may learn.
   * @param {"accept" | "correct" | "learn"} type
   * @param {{text?: string, answer?: number, place?: unknown}} fields
   * @returns {Lesson | null} what `revert` takes back
   */
  lesson(type, fields) {
    return this.#lessons.teach(this.#field, type, fields);
  }

  /** Take a lesson back, or teach it again. @param {Lesson} lesson */
  revert(lesson) {
    this.#lessons.revert(lesson);
  }

  /**
   * Ask for something else than words. Fails with a line for a person.
   * @param {string} type
   * @param {object} [fields]
   * @returns {Promise<any>} the reply
   */
  request(type, fields = {}) {
    if (!this.#welcome) return Promise.reject(new Error("Karussell does not answer just now."));
    return new Promise((resolve, reject) => this.#promised.set(this.#send(type, fields), { resolve, reject }));
  }

  /**
   * Forget as if it had never been written.
   * @param {object} what a `word`, a span (`since`, `until`), an `app` or `everything`
   * @returns {Promise<{entries: number, copies: number, files: number, lesson: Lesson}>} what was forgotten,
   *   and what `remember` takes back
   */
  async forget(what) {
    const age = this.#line;
    const { number, entries, copies, files } = await this.request("forget", what);
    this.askAgain();
    return { entries, copies, files, lesson: { message: number, age } };
  }

  /** Bring back what was forgotten. @param {Lesson} lesson */
  async remember({ message, age }) {
    if (age !== this.#line) throw new Error("The line to Karussell was cut since: it cannot be brought back.");
    await this.request("revert", { message });
    this.askAgain();
  }

  /** What is written in the field is something else from now on. @param {Partial<Field>} told */
  describe(told) {
    const before = JSON.stringify(this.#field);
    this.#field = { ...this.#field, ...told };
    if (JSON.stringify(this.#field) !== before) this.#change("field", told);
  }

  /** Tell of a setting by which other words may be offered. @param {string} type @param {object} fields */
  #change(type, fields) {
    if (!this.#welcome) return;
    this.#send(type, fields);
    this.askAgain();
  }

  /** The on-screen keys have a layout. @param {string} name */
  set layout(name) {
    if (name === this.#layout) return;
    this.#layout = name;
    this.#change("layout", { layout: name });
  }

  /** How many of the correct words may be changed by mistake; null to correct nothing. @param {number | null} damage */
  set damage(damage) {
    if (damage === this.#damage) return;
    this.#damage = damage;
    this.#change("boldness", { damage });
  }

  /** Another text begins. */
  forgetLessons() {
    this.#lessons.begin();
    if (this.#welcome) this.#send("reset", {});
  }

  /**
   * @param {string} type
   * @param {object} fields
   */
  #send(type, fields) {
    this.#number += 1;
    this.#socket?.send(JSON.stringify({ type, number: this.#number, ...fields }));
    return this.#number;
  }

  async #attempt() {
    if (this.#attempting) return;
    this.#attempting = true;
    clearTimeout(this.#timer);
    try {
      const refusal = NEEDS_KEY ? await handOverCode(this.#tabs) : null;
      if (this.#socket) return;
      if (NEEDS_KEY && !keptKey()) await this.#askTabs();
      if ((await isKnown()) && (keptKey() || !NEEDS_KEY)) this.#open();
      else this.#lock(refusal ?? undefined);
    } catch {
      this.#later();
    } finally {
      this.#attempting = false;
    }
  }

  #open() {
    const socket = openLine();
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#tell({ name: "ready" });
      this.#asked = this.#send("hello", {
        version: VERSION,
        key: keptKey(),
        layout: this.#layout,
        damage: this.#damage,
        ...this.#field,
      });
    });
    socket.addEventListener("message", (event) => this.#receive(event.data));
    socket.addEventListener("close", ({ code }) => {
      this.#socket = null;
      this.#welcome = false;
      this.#lessons.close();
      this.#field.language = null; // who answers next may not know it, and tells which it knows
      for (const { reject } of this.#promised.values()) reject(new Error("The line to Karussell was cut."));
      this.#promised.clear();
      if (code === REFUSED) this.#lock();
      else this.#later();
    });
  }

  /** @param {string} data */
  #receive(data) {
    this.#wait = FIRST_WAIT; // not at the opening: a server that is full closes right behind it
    const reply = JSON.parse(data);
    const promised = this.#promised.get(reply.number);
    if (promised) {
      this.#promised.delete(reply.number);
      if (reply.type === "failure") promised.reject(new Error(reply.error));
      else promised.resolve(reply);
      return;
    }
    this.#lessons.heard(reply.number);
    if (reply.number !== this.#asked && reply.number !== null) return;
    if (reply.type === "welcome") {
      this.#welcome = true;
      this.#line += 1;
      this.dispatchEvent(new CustomEvent("welcome", { detail: reply }));
      // Who answers now may not know the language that a line was fixed to.
      const told = this.#lessons.open((field) => this.#send("field", { ...field, language: null }));
      if (told) this.#send("field", this.#field);
      this.askAgain();
    } else if (reply.type === "answer") {
      this.dispatchEvent(new CustomEvent("answer", { detail: { ...reply, context: this.#question } }));
    } else if (reply.type === "failure") {
      this.dispatchEvent(new CustomEvent("failure", { detail: reply.error }));
    }
  }

  /** What another tab of this origin says: it asks for the key, or tells it. @param {string} said */
  #overhear(said) {
    if (said === ASKS) {
      if (keptKey()) this.#tabs.postMessage(keptKey());
    } else if (!this.#welcome) {
      keepKey(said);
      this.retry();
    }
  }

  /** Ask the other tabs for the key, and wait a moment. */
  #askTabs() {
    this.#tabs.postMessage(ASKS);
    return new Promise((resolve) => {
      this.#tabs.addEventListener("message", resolve, { once: true });
      setTimeout(resolve, TABS_ANSWER);
    });
  }

  /** Only a fresh link opens the line. @param {string} [reason] */
  #lock(reason) {
    keepKey("");
    this.#tell({ name: "locked", reason });
  }

  #later() {
    this.#tell({ name: "lost", seconds: this.#wait });
    this.#timer = setTimeout(() => this.#attempt(), 1000 * this.#wait * (1 + 0.2 * Math.random()));
    this.#wait = Math.min(LONGEST_WAIT, 2 * this.#wait);
  }

  /** @param {State} detail */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }
}

/**
 * Swap the code in the address, if there is one, for the cookie and the key. It stays in the address only while
 * the server does not answer. Returns why it was refused, or null.
 * @param {BroadcastChannel} tabs
 */
async function handOverCode(tabs) {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) return null;
  const answer = await fetch("/session", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Karussell": "1" },
    body: JSON.stringify({ code }),
    signal: AbortSignal.timeout(SILENCE),
  });
  history.replaceState(null, "", location.pathname);
  if (!answer.ok) return await answer.text();
  const { key } = await answer.json();
  keepKey(key);
  tabs.postMessage(key);
  return null;
}
