/** The browser's own database, IndexedDB, as a place for entries: opened with care, written in transactions. */

import { HistoryError } from "../errors.js";
import { summed } from "../history/entries.js";
import { entryOf, FORMAT } from "../history/exchange.js";

const VERSION = 1;
const ENTRIES = "entries";
const FACTS = "facts";
const FORMAT_FACT = "format";
// Databases of the same name that are set aside, before it is given up.
const MOST_ASIDE = 9;

/** @typedef {import("../history/entries.js").Entry} Entry */
/** @typedef {[number, Entry]} Row an entry with its id */
/** @typedef {{rows: Row[], unread: number}} Found */

/**
 * What is to be done: an entry put under an id, or deleted (null).
 * @typedef {[number, Entry | null]} Change
 */

/** A database that is none of ours, or cannot be read; it is left as it is. */
class Foreign extends Error {}

/** The entries of one database. */
export class Database {
  #opened;

  /** @param {IDBDatabase} opened @param {string | null} notice */
  constructor(opened, notice) {
    this.#opened = opened;
    /** What the writer must know of it, null for nothing. */
    this.notice = notice;
    /** What was in it when it was opened. @type {Found} */
    this.found = { rows: [], unread: 0 };
    // Another page, of a later version or to delete all, is not kept waiting.
    opened.onversionchange = () => opened.close();
  }

  /** Its name. */
  get name() {
    return this.#opened.name;
  }

  /**
   * Open the database of a name, or, where one lies that is none of ours, the next of it: nothing is overwritten.
   * @param {IDBFactory} factory
   * @param {string} name
   * @throws {HistoryError} if it is of a later version, or there can be none
   */
  static async open(factory, name) {
    let notice = null;
    for (let number = 1; number <= MOST_ASIDE; number++) {
      const here = number === 1 ? name : `${name} ${number}`;
      const { opened, isNew } = await openedAs(factory, here);
      try {
        await checkOurs(opened);
        const database = new Database(opened, isNew ? notice : null);
        database.found = await database.read().catch((error) => {
          throw unreadable(error);
        });
        return database;
      } catch (error) {
        opened.close();
        if (!(error instanceof Foreign)) throw error;
        notice =
          `The database "${here}" of this browser ${error.message}. It was left as it is, and what is learned now ` +
          "is kept beside it.";
      }
    }
    throw new HistoryError(`this browser has ${MOST_ASIDE} databases named like "${name}" that are none of ours`);
  }

  /**
   * All entries in order, and how many rows are none that this Karussell can read; those stay where they are.
   * @returns {Promise<Found>}
   */
  async read() {
    const store = this.#opened.transaction(ENTRIES).objectStore(ENTRIES);
    const [keys, values] = await Promise.all([answer(store.getAllKeys()), answer(store.getAll())]);
    /** @type {Row[]} */
    const rows = [];
    for (const [place, key] of keys.entries()) {
      const entry = Number.isSafeInteger(key) ? readable(values[place]) : null;
      if (entry) rows.push([/** @type {number} */ (key), entry]);
    }
    return { rows, unread: keys.length - rows.length };
  }

  /**
   * Do all of some changes, or none. A day's sums are added to those that were saved on it before.
   * @param {readonly Change[]} changes
   * @param {Map<number, number>} moved the ids of those that have another there, more of which are put into it
   */
  async write(changes, moved) {
    const transaction = this.#opened.transaction(ENTRIES, "readwrite", { durability: "strict" });
    const store = transaction.objectStore(ENTRIES);
    const done = completed(transaction);
    try {
      for (const [number, entry] of changes) {
        if (entry === null) store.delete(moved.get(number) ?? number);
        else if (entry.kind !== "saving") store.put(entry, number);
        else moved.set(number, await added(store, number, entry));
      }
      transaction.commit(); // else it would ask this page first, which may be closed at once
    } catch (error) {
      transaction.abort();
      await done.catch(() => null);
      throw error;
    }
    await done;
  }

  /** Whether something is so, remembered beside the entries. @param {string} name */
  async fact(name) {
    return Boolean(await answer(this.#opened.transaction(FACTS).objectStore(FACTS).get(name)));
  }

  /** @param {string} name @param {boolean} is */
  async setFact(name, is) {
    const transaction = this.#opened.transaction(FACTS, "readwrite");
    transaction.objectStore(FACTS).put(is, name);
    transaction.commit();
    await completed(transaction);
  }

  close() {
    this.#opened.close();
  }
}

/**
 * @param {IDBFactory} factory
 * @param {string} name
 * @returns {Promise<{opened: IDBDatabase, isNew: boolean}>}
 */
async function openedAs(factory, name) {
  const request = factory.open(name); // whatever version there is: a later one may be ours, or nobody's
  let isNew = false;
  request.onupgradeneeded = () => {
    isNew = true;
    // An index of what has a day: savings alone.
    request.result.createObjectStore(ENTRIES).createIndex("day", "day");
    request.result.createObjectStore(FACTS).put(FORMAT, FORMAT_FACT);
  };
  return { opened: await answer(request), isNew };
}

/** @param {IDBDatabase} opened */
async function checkOurs(opened) {
  const has = (/** @type {string} */ store) => opened.objectStoreNames.contains(store);
  let format;
  try {
    if (has(FACTS)) format = await answer(opened.transaction(FACTS).objectStore(FACTS).get(FORMAT_FACT));
    if (format === FORMAT && opened.version === VERSION && has(ENTRIES)) {
      if (!opened.transaction(ENTRIES).objectStore(ENTRIES).indexNames.contains("day")) format = null;
    }
  } catch (error) {
    throw unreadable(error);
  }
  if (format !== FORMAT) throw new Foreign("is none of this keyboard's");
  if (opened.version > VERSION) {
    throw new HistoryError(
      `what was learned here is of version ${opened.version}, and this page knows versions up to ${VERSION}; it was ` +
        "left as it is: load the page again to get a newer one",
    );
  }
  if (!has(ENTRIES)) throw new Foreign("has lost its entries");
}

/** @param {unknown} error */
function unreadable(error) {
  return new Foreign(`cannot be read (${error instanceof Error ? error.message : error})`);
}

/** @param {unknown} value @returns {Entry | null} */
function readable(value) {
  try {
    return entryOf(value);
  } catch {
    return null;
  }
}

/**
 * Add a day's sums to those of the same day and application.
 * @param {IDBObjectStore} store
 * @param {number} number
 * @param {import("../history/entries.js").Saving} saving
 * @returns {Promise<number>} the id under which they are now
 */
async function added(store, number, saving) {
  const index = store.index("day");
  const [keys, values] = await Promise.all([answer(index.getAllKeys(saving.day)), answer(index.getAll(saving.day))]);
  const place = values.findIndex((each, at) => keys[at] !== number && each.app === saving.app && readable(each));
  const sums = place < 0 ? saving : summed(values[place], saving);
  const there = place < 0 ? number : /** @type {number} */ (keys[place]);
  store.put(sums, there);
  return there;
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = (event) => {
      event.stopPropagation();
      reject(request.error);
    };
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function completed(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("the browser broke it off"));
  });
}
