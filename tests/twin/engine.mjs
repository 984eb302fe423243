/** The engine as tests drive it: what is opened stays for the calls that follow. Null is minus infinity. */

import { readFileSync } from "node:fs";
import { readContainer } from "../../src/karussell/web/static/twin/engine/container.js";
import { Lattice, openEngine } from "../../src/karussell/web/static/twin/engine/engine.js";

const WASM = new URL("../../src/karussell/web/static/twin/engine/engine.wasm", import.meta.url);

let engine;
let network;

/** The sizes of the network in a file. */
export async function open(path) {
  engine ??= await openEngine(readFileSync(WASM));
  network?.free();
  network = engine.network(readContainer(readFileSync(path)));
  return [network.words, network.layers, network.hiddenSize];
}

const after = (ids) => ids.reduce((states, id) => network.step(states, id), network.zeros());

/** The states after some words. */
export function read(ids) {
  return after(ids);
}

export function scores(ids, first, last) {
  return network.scores(after(ids), first ?? undefined, last ?? undefined);
}

export function best(ids, k) {
  return network.best(after(ids), k);
}

const floats = (numbers) => Float32Array.from(numbers, (number) => (number === "NaN" ? NaN : (number ?? -Infinity)));

export function bestOf(numbers, k, first, last) {
  return engine.bestOf(floats(numbers), k, first, last);
}

export function logSumExp(numbers) {
  return engine.logSumExp(floats(numbers));
}

/** The same bytes for all words of a list, where each stands, and the spans of prefixes. */
export function list(words, asked) {
  const made = new engine.WordList(words);
  const found = {
    words: words.map((_, place) => made.word(place)),
    places: asked.map((word) => made.find(word)),
    spans: asked.map((word) => made.prefix(word)),
    unsorted: made.firstUnsorted(),
  };
  made.free();
  return found;
}

export function unprintable(bytes) {
  return engine.unprintable(Uint8Array.from(bytes));
}

/** What a search finds: words for the whole, for a beginning, for all beginnings, and the nodes looked at. */
export function search(words, numbers, length, arcs, missing, limit, begin) {
  const list = new engine.WordList(words);
  const made = new engine.WordSearch(list);
  const known = arcs.map(([from, to, text, logProb]) => [from, to, text, logProb ?? -Infinity]);
  const lattice = new Lattice(length, known, floats(missing));
  const scored = floats(numbers);
  const found = {
    whole: made.best(scored, lattice, limit, { whole: true, begin }),
    prefix: made.best(scored, lattice, limit, { whole: false, begin, within: 4 }),
    heads: made.heads(scored, lattice, limit),
    nodes: made.nodes(scored, lattice, limit, { whole: true, begin }),
  };
  list.free();
  made.free();
  return found;
}

/** How much memory the engine takes before and after so many rounds of everything. */
export async function memory(rounds) {
  const step = () => {
    let states = network.zeros();
    states = network.step(states, 1);
    network.best(states, 3);
    engine.bestOf(network.scores(states), 3, 0, network.words);
    search(["tea", "ten"], [0, 0], 1, [[0, 1, "t", -1]], [-1, -1], 2, 0);
  };
  for (let round = 0; round < 100; round++) step();
  const before = engine.bytes;
  for (let round = 0; round < rounds; round++) step();
  return [before, engine.bytes];
}

/** What is made of a file that lies: whether it is refused, and with which kind of error. */
export function lie(base64) {
  try {
    const made = engine.network(readContainer(new Uint8Array(Buffer.from(base64, "base64"))));
    const states = made.step(made.zeros(), made.words);
    made.scores(states);
    made.free();
    return "opened";
  } catch (error) {
    if (error.name === "ModelFileError") return "refused";
    throw error;
  }
}
