/** The line to the keyboard in this page's own worker; the page itself takes it for the one to a server. */

import { installed } from "./shell.js";

/** Nobody else is at the other end. */
export const NEEDS_KEY = false;

/** Once the keyboard can be loaded: at the first visit when all of it has come. */
export async function isKnown() {
  await installed;
  return true;
}

/** The worker, from when it can be loaded on. @type {Worker | null} */
let worker = null;
let lines = 0;
installed.then(start);

function start() {
  return (worker ??= new Worker(new URL("./worker.js", import.meta.url), { type: "module" }));
}

/** A new line: what is said on it is answered in order. It tells of itself as a WebSocket does. */
class WorkerLine extends EventTarget {
  #number = ++lines;

  constructor() {
    super();
    const other = start();
    other.addEventListener("message", this.#hear);
    other.addEventListener("error", this.#lose);
    other.postMessage({ line: this.#number, text: null });
  }

  /** @param {string} text */
  send(text) {
    worker?.postMessage({ line: this.#number, text });
  }

  #hear = (/** @type {MessageEvent} */ { data: { line, text, opened, failed } }) => {
    if (failed) this.#lose();
    else if (opened === this.#number) this.dispatchEvent(new Event("open"));
    else if (line === this.#number) this.dispatchEvent(new MessageEvent("message", { data: text }));
  };

  /** What the worker needs is not there: the next line asks for it anew. */
  #lose = () => {
    worker?.removeEventListener("message", this.#hear);
    worker?.removeEventListener("error", this.#lose);
    worker?.terminate();
    worker = null;
    this.dispatchEvent(new CloseEvent("close", { code: 1006 }));
  };
}

export function openLine() {
  return new WorkerLine();
}
