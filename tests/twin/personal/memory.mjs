/** What tests ask of what a writer taught. */

import { entryOf, exported, parsed } from "../../../src/karussell/web/static/twin/history/exchange.js";
import { check, selected } from "../../../src/karussell/web/static/twin/history/index.js";
import { inside, isAnybodys, Kept, Memory, taught } from "../../../src/karussell/web/static/twin/memory/index.js";

/** What a text teaches. */
export function lessons(text, told) {
  return taught(text, { ...told, meant: Array.isArray(told.meant) ? new Set(told.meant) : told.meant });
}

export { inside, isAnybodys };

/** An entry, checked as one that was read. */
export function checked(values) {
  check(entryOf(values));
  return true;
}

/** A file's text, read and written again. */
export function exchanged(text) {
  return exported(parsed(text));
}

export function chosen(entries, asked) {
  return selected(entries, asked);
}

/** A memory after some steps, the answer of each. */
export async function remembered(steps, { kept = false } = {}) {
  let now = 0;
  const history = kept ? Kept.inMemory() : null;
  const memory = new Memory(history, { now: () => now });
  /** @type {any[]} */
  const done = [];
  for (const [time, name, ...given] of steps) {
    now = time;
    const backs = given.map((each) => (each?.back === undefined ? each : done[each.back]));
    done.push(await step(memory, history, name, backs));
  }
  return done.map((each) => (Array.isArray(each) ? each.length : each));
}

async function step(memory, history, name, given) {
  const refused = given.find((each) => each?.refused);
  if (refused) return refused; // there is nothing to recover
  if (name === "stored") return history ? (await history.export()) === exported(memory.since(-1, 0)[2]) : true;
  if (name === "learn" && Array.isArray(given[1].meant)) given[1].meant = new Set(given[1].meant);
  if (name === "since") {
    const [, anew, entries] = memory.since(...given);
    return { anew, entries };
  }
  try {
    return memory[name](...given) ?? null;
  } catch (error) {
    return { refused: error.name };
  }
}

/** How many entries are known once so many were taken in from a file. */
export async function many(count) {
  const kept = Kept.inMemory();
  const entry = entryOf({ kind: "sentence", words: ["tea"], language: "en", time: 1 });
  const restored = await kept.restore(exported(Array(count).fill(entry)));
  return [restored, new Memory(kept).since(-1, 0)[2].length];
}
