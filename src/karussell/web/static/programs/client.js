/**
 * A line to a running `karussell serve --port`, for pages of other origins and for Node: one file, nothing else.
 *
 *     const line = await connect({ url, token });
 *     const answer = await line.request("ask", { left: "see you tom" });
 *
 * `url` is what the server says when it starts. The messages are those of version 3 of the protocol
 * (docs/reference/protocol.md). The origin of a page must be named by `--origin`. Node has a WebSocket from 22 on, and
 * 20 has with --experimental-websocket; elsewhere hand over a class like it.
 *
 * @typedef {{url: string, token: string, hello?: object, timeout?: number, WebSocket?: any}} Options where the server
 *   is; its token; what else the greeting says (`app`, `purpose`, `language` ...); milliseconds to wait for a reply
 * @typedef {{resolve: (reply: any) => void, reject: (why: Error) => void, timer: any}} Waiting
 */

export const VERSION = 3;
const MOST = 65_536; // bytes of a message that the server reads

/**
 * Open a line, and greet.
 * @param {Options} options
 * @returns {Promise<Line>} a line that was welcomed; fails with an `Error` whose message is for a person
 */
export async function connect(options) {
  const line = new Line(options);
  await line.opened;
  line.welcome = await line.request("hello", { version: VERSION, key: options.token, ...options.hello });
  return line;
}

/** A conversation about one text field. Its `close` event says that the line is cut. */
export class Line extends EventTarget {
  /** What the server said of itself. @type {any} */
  welcome = null;
  #number = -1;
  #ended = false;
  /** @type {Map<number, Waiting>} */
  #waiting = new Map();
  /** @type {any} */
  #socket;
  #timeout;

  /** @param {Options} options */
  constructor({ url, token, timeout = 10_000, WebSocket = globalThis.WebSocket }) {
    super();
    this.#timeout = timeout;
    const address = new URL("/typing", url);
    address.protocol = "ws:";
    // Only a program may set a header; a page says its token in the greeting.
    const bearing = { headers: { Authorization: `Bearer ${token}` } };
    this.#socket = new WebSocket(address.href, globalThis.document ? [] : bearing);
    /** Settled once the line is open. @type {Promise<void>} */
    this.opened = new Promise((resolve, reject) => {
      this.#socket.addEventListener("open", () => resolve());
      const end = (/** @type {any} */ { reason }) => {
        const why = new Error(reason || `no line to Karussell at ${url}`);
        reject(why);
        this.#end(why);
      };
      this.#socket.addEventListener("close", end);
      this.#socket.addEventListener("error", end); // Node 20 closes nothing that was not open
    });
    this.opened.catch(() => {}); // who waits for it is told
    this.#socket.addEventListener("message", (/** @type {any} */ { data }) => this.#hear(JSON.parse(data)));
  }

  /**
   * The reply to a message; it carries the `number` that `accept`, `correct` and `revert` refer to.
   * @param {string} type
   * @param {object} [fields]
   * @returns {Promise<any>} fails if the server does not obey, says nothing in time, or the line is cut
   */
  request(type, fields = {}) {
    if (this.#socket.readyState !== 1) return Promise.reject(new Error("The line to Karussell is not open."));
    const number = ++this.#number;
    const message = JSON.stringify({ ...fields, type, number });
    const size = new TextEncoder().encode(message).length;
    if (size > MOST) return Promise.reject(new Error(`A message of ${size} bytes, expected at most ${MOST}; it was not sent.`));
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#waiting.delete(number);
        reject(new Error(`Karussell said nothing for ${this.#timeout} ms.`));
      };
      this.#waiting.set(number, { resolve, reject, timer: setTimeout(late, this.#timeout) });
      this.#socket.send(message);
    });
  }

  /** Hang up. */
  close() {
    this.#socket.close();
  }

  /** @param {any} reply */
  #hear(reply) {
    // What could not be read has no number; it is the oldest that waits, for replies come in order.
    const number = reply.number ?? this.#waiting.keys().next().value;
    const waiting = this.#waiting.get(number);
    if (!waiting) return; // too late
    this.#waiting.delete(number);
    clearTimeout(waiting.timer);
    if (reply.type === "failure") waiting.reject(new Error(reply.error));
    else waiting.resolve(reply);
  }

  /** @param {Error} why */
  #end(why) {
    if (this.#ended) return;
    this.#ended = true;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(why);
    }
    this.#waiting.clear();
    this.dispatchEvent(new CustomEvent("close", { detail: why.message }));
  }
}
