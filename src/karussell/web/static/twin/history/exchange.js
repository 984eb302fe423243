/** A history as a file that people and programs can read, and back: byte for byte as Python's. */

import { HistoryError } from "../errors.js";
import { check, COUNTS, rejectionOf, repairOf, savingOf, sentenceOf } from "./entries.js";

/** What an export says that it is. */
export const FORMAT = "karussell history";
export const FORMAT_VERSION = 1;

/** @typedef {import("./entries.js").Entry} Entry */

const PAIR = ["typed", "word", "language", "time", "app"];
/** @type {Record<string, {make: (given: any) => Entry, fields: readonly string[], needed: readonly string[]}>} */
const KINDS = {
  sentence: {
    make: sentenceOf,
    fields: ["words", "language", "time", "app", "meant"],
    needed: ["words", "language", "time"],
  },
  rejection: { make: rejectionOf, fields: PAIR, needed: PAIR.slice(0, -1) },
  repair: { make: repairOf, fields: PAIR, needed: PAIR.slice(0, -1) },
  saving: { make: savingOf, fields: ["day", ...COUNTS, "app"], needed: ["day"] },
};

/** Entries as JSON, one a line. @param {Iterable<Entry>} entries */
export function exported(entries) {
  const lines = Array.from(entries, (entry) => {
    const told = { kind: entry.kind };
    for (const field of KINDS[entry.kind].fields) told[field] = entry[field];
    return JSON.stringify(told);
  });
  const head = `{"format":"${FORMAT}","version":${FORMAT_VERSION},"entries":[`;
  return `${head}${lines.length ? `\n${lines.join(",\n")}\n` : ""}]}\n`;
}

/**
 * The entries of an export, all of them checked.
 * @param {string} text
 * @returns {Entry[]}
 * @throws {HistoryError} which names what is wrong, and where
 */
export function parsed(text) {
  const found = read(text);
  if (found.format !== FORMAT) throw new HistoryError(`format: ${JSON.stringify(found.format)} is not "${FORMAT}"`);
  if (found.version !== FORMAT_VERSION) {
    throw new HistoryError(`version: ${found.version} is not ${FORMAT_VERSION}, the one that this Karussell reads`);
  }
  if (!Array.isArray(found.entries)) throw new HistoryError("entries: expected a list");
  return found.entries.map((values, number) => {
    try {
      return entryOf(values);
    } catch (error) {
      throw new HistoryError(`entries[${number}]: ${/** @type {Error} */ (error).message}; nothing was taken in`);
    }
  });
}

/** @param {string} text @returns {Record<string, any>} */
function read(text) {
  const none = (/** @type {string} */ why) =>
    new HistoryError(`this is no export of a history (${why}); give a file that Karussell wrote as one`);
  let found;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw none(/** @type {Error} */ (error).message);
  }
  const names = ["format", "version", "entries"];
  if (!isObject(found)) throw none("expected an object");
  for (const name of names) if (!(name in found)) throw none(`it has no ${name}`);
  for (const name of Object.keys(found)) if (!names.includes(name)) throw none(`it has an unknown field ${name}`);
  return found;
}

/**
 * An entry of what was read.
 * @param {unknown} values
 * @returns {Entry}
 * @throws {HistoryError} which names the field
 */
export function entryOf(values) {
  if (!isObject(values)) throw new HistoryError("expected an object");
  const { kind: name, ...given } = values;
  const kind = typeof name === "string" && Object.hasOwn(KINDS, name) ? KINDS[name] : null;
  if (!kind) throw new HistoryError(`kind: ${JSON.stringify(name)} is none of ${Object.keys(KINDS).join(", ")}`);
  for (const other of Object.keys(given)) {
    if (!kind.fields.includes(other)) {
      throw new HistoryError(`${other}: is no field of a ${name}; there are ${kind.fields.join(", ")}`);
    }
  }
  for (const field of kind.needed) if (!(field in given)) throw new HistoryError(`${field}: is missing`);
  const entry = kind.make(given);
  check(entry);
  return entry;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
