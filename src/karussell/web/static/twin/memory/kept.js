/** What a writer taught, kept in this browser and nowhere else, by writes that nobody waits for. */

import { HistoryError } from "../errors.js";
import { check, exported, parsed } from "../history/index.js";
import { Database } from "./database.js";
import { Rows } from "./rows.js";

// Milliseconds until another try, when a disk was full or failed; doubled each time.
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
// Ids are milliseconds since 2020 and a number of the page's own: those of several pages are in the order of time,
// whatever was forgotten between, as Python makes them.
const EPOCH_MS = 1_577_836_800_000;
const LANES = 2 ** 12;
const UNCOUNTED = "uncounted";

/** @typedef {import("../history/entries.js").Entry} Entry */
/** @typedef {import("./database.js").Row} Row */
/** @typedef {import("./database.js").Change} Change */

/**
 * What a writer taught, in order, in the browser's database as soon as the next task.
 *
 * Pages of one origin share it: what one learns or forgets the others read anew. Nothing that happens to the database
 * keeps anybody from writing: one that cannot be read is left as it is, and where there can be none, what is learned
 * lives as long as the page. `notice` tells it.
 */
export class Kept {
  #reopen;
  /** @type {Database | Rows} */
  #store;
  #channel;
  #lane = Math.floor(Math.random() * LANES);
  #last = 0;
  /** @type {Row[]} */
  #found = [];
  /** @type {Change[]} */
  #queue = [];
  /** @type {Map<number, number>} */
  #moved = new Map();
  /** @type {Promise<void> | null} */
  #writing = null;
  /** @type {Promise<void> | null} */
  #reading = null;
  #isStale = false;
  #pause = 0;
  #counts = true;
  /** @type {string | null} */
  #late = null;
  /** Another number when other pages changed what is kept. */
  version = 0;

  /**
   * @param {Database | Rows} store
   * @param {() => Promise<Database | Rows>} reopen
   * @param {string | null} notice
   * @param {BroadcastChannel | null} channel
   */
  constructor(store, reopen, notice, channel) {
    this.#store = store;
    this.#reopen = reopen;
    this.#channel = channel;
    this.told = notice;
    if (channel) channel.onmessage = () => void this.#readAnew();
  }

  /**
   * Open what was kept. It never fails: where nothing can be kept, `notice` says so.
   * @param {object} [options]
   * @param {string} [options.name] that of the database
   * @param {IDBFactory | null} [options.factory] what opens databases; null to keep nothing
   */
  static async open({ name = "karussell", factory = theFactory() } = {}) {
    const reopen = async () => (factory ? Database.open(factory, name) : new Rows());
    try {
      const store = await reopen();
      const notice = factory ? store.notice : NOTHING_KEPT;
      const channel = factory && globalThis.BroadcastChannel ? new BroadcastChannel(`karussell: ${name}`) : null;
      const kept = new Kept(store, reopen, notice, channel);
      await kept.#readFirst();
      return kept;
    } catch (error) {
      const why = error instanceof HistoryError ? error.message : `this browser opens no database (${told(error)})`;
      return new Kept(new Rows(), reopen, `Nothing is kept: ${why}. ${UNTIL_CLOSED}`, null);
    }
  }

  /** A history that lasts as long as the page. */
  static inMemory() {
    return new Kept(new Rows(), async () => new Rows(), null, null);
  }

  /** Whether it outlives the page. */
  get keeps() {
    return this.#store instanceof Database;
  }

  /** What a person is to be told about the store; null for nothing. */
  get notice() {
    return this.#late ?? this.told;
  }

  /** Whether it is counted what was saved. */
  get counts() {
    return this.#counts;
  }

  set counts(on) {
    this.#counts = on;
    this.#store.setFact(UNCOUNTED, !on).catch(() => null); // then it holds as long as the page
  }

  /** All entries with their ids, in order, as they were read last: asked once for each version. */
  entries() {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /**
   * Keep an entry, from the end of this task on.
   * @param {Entry} entry
   * @returns {number} its id, larger than those before
   * @throws {HistoryError} if the entry cannot be kept and read back as it is
   */
  add(entry) {
    check(entry);
    const number = this.#nextId();
    this.#change([[number, entry]]);
    return number;
  }

  /** Be as if these entries had never been added. @param {readonly number[]} numbers */
  remove(numbers) {
    const gone = new Set(numbers);
    // What is still to be written never is.
    const waiting = new Set(this.#queue.filter(([number, entry]) => entry && gone.has(number)).map(([number]) => number));
    this.#queue = this.#queue.filter(([number, entry]) => !entry || !waiting.has(number));
    this.#change(numbers.filter((number) => !waiting.has(number)).map((number) => [number, null]));
  }

  /** Bring back what was removed, under its ids and so in its place. @param {readonly (readonly [number, Entry])[]} taught */
  putBack(taught) {
    this.#change(taught.map(([number, entry]) => [number, entry]));
  }

  /**
   * Wait until all that was added is in the database, and all that was forgotten out of it.
   * @throws {HistoryError} if it cannot be written; it is tried again
   */
  async settled() {
    while (this.#writing) await this.#writing;
    if (this.#late) throw new HistoryError(this.#late);
  }

  /** All entries as text that people and programs can read, the same for the same entries. */
  async export() {
    const { rows } = await this.#read();
    return exported(rows.map(([, entry]) => entry));
  }

  /**
   * Take in what `export`, or Python's history, gave: all of it, or, if anything in it is wrong, nothing. Entries that
   * are kept already are not doubled.
   * @param {string} text
   * @returns {Promise<number>} how many were new
   * @throws {HistoryError} which names what is wrong, and where; or if it cannot be written
   */
  async restore(text) {
    const given = parsed(text);
    const { rows } = await this.#read();
    /** @type {Map<string, number>} */
    const known = new Map();
    for (const [, entry] of rows) known.set(JSON.stringify(entry), (known.get(JSON.stringify(entry)) ?? 0) + 1);
    const added = given.filter((entry) => {
      const left = known.get(JSON.stringify(entry)) ?? 0;
      if (left) known.set(JSON.stringify(entry), left - 1);
      return !left;
    });
    this.#change(added.map((entry) => [this.#nextId(), entry]));
    await this.settled();
    await this.#readAnew();
    return added.length;
  }

  /** Write what waits, and let go of the database. */
  async close() {
    while (this.#writing && !this.#late) await this.#writing;
    this.#channel?.close();
    this.#store.close();
  }

  #nextId() {
    this.#last = Math.max((Date.now() - EPOCH_MS) * LANES + this.#lane, this.#last + 1);
    return this.#last;
  }

  /** @param {readonly Change[]} changes */
  #change(changes) {
    if (!changes.length) return;
    for (const change of changes) this.#queue.push(change); // of a great many no call could take them all
    this.#writing ??= this.#write();
  }

  /** Write what waits, all of it in one transaction, until nothing does. */
  async #write() {
    await null; // what is changed in one task goes into one
    while (this.#queue.length) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        if (this.#pause) this.#store = await this.#reopen();
        await this.#store.write(batch, this.#moved);
        this.#pause = 0;
        this.#late = null;
        this.#channel?.postMessage(null);
      } catch (error) {
        this.#queue = [...batch, ...this.#queue];
        this.#isLate(error);
        break;
      }
    }
    this.#writing = null;
  }

  /** Tell that something is still to be written, and try again later. @param {unknown} error */
  #isLate(error) {
    this.#pause = Math.min(Math.max(2 * this.#pause, FIRST_PAUSE), LONGEST_PAUSE);
    this.#late =
      `This browser does not write what is learned and forgotten just now (${told(error)}). It is tried again; until ` +
      "then it lasts until this page is closed.";
    this.#store.close();
    setTimeout(() => (this.#writing ??= this.#write()), this.#pause);
  }

  async #readFirst() {
    const { rows, unread } = this.#store.found;
    this.#store.found = { rows: [], unread: 0 };
    this.#counts = !(await this.#store.fact(UNCOUNTED));
    this.#take(rows);
    if (!unread) return;
    const what = unread === 1 ? "1 entry" : `${unread.toLocaleString("en")} entries`;
    this.told = `${what} of what was learned cannot be read by this page; they were left as they are.`;
  }

  /** What is in the database once all that waits is. */
  async #read() {
    await this.settled();
    return this.#store.read();
  }

  /** Read what other pages changed. */
  async #readAnew() {
    this.#isStale = true;
    this.#reading ??= this.#readWhileStale();
    return this.#reading;
  }

  async #readWhileStale() {
    while (this.#isStale) {
      this.#isStale = false;
      const found = await this.#read().catch(() => null); // the next change tells
      if (found) this.#take(found.rows);
    }
    this.#reading = null;
  }

  /** @param {Row[]} rows */
  #take(rows) {
    const found = new Map(rows);
    for (const [number, entry] of this.#queue) {
      if (entry) found.set(number, entry);
      else found.delete(number);
    }
    this.#found = [...found].sort(([one], [other]) => one - other);
    this.#last = Math.max(this.#last, this.#found.at(-1)?.[0] ?? 0);
    this.version++;
  }
}

const UNTIL_CLOSED = "What is learned is forgotten when this page is closed.";
const NOTHING_KEPT = `This browser keeps nothing, as in a private window. ${UNTIL_CLOSED}`;

/** What opens databases here; null where there is none, or it must not be asked for. */
function theFactory() {
  try {
    return globalThis.indexedDB ?? null;
  } catch {
    return null;
  }
}

/** @param {unknown} error */
function told(error) {
  return error instanceof Error ? error.message || error.name : String(error);
}
