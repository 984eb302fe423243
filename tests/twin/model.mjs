/** A keyboard of the twin with a model's file, for tests. */

import { readFile } from "node:fs/promises";
import { openEngine } from "../../src/karussell/web/static/twin/engine/engine.js";
import { useEngine } from "../../src/karussell/web/static/twin/kernels.js";
import { openModel } from "../../src/karussell/web/static/twin/model/index.js";

const ENGINE = new URL("../../src/karussell/web/static/twin/engine/engine.wasm", import.meta.url);
const opened = new Map();

/** The model in a file, opened once. */
export async function modelIn(path) {
  if (!opened.size) useEngine(await openEngine(await readFile(ENGINE)));
  if (!opened.has(path)) opened.set(path, openModel(new Uint8Array(await readFile(path))));
  return opened.get(path);
}

/** The best words after some, and their ln P. */
export async function bestAfter(path, words, count) {
  const model = await modelIn(path);
  let state = model.start();
  for (const id of model.vocabulary.ids(words)) state = model.step(state, id);
  const logProbs = model.logProbs(state);
  return [...logProbs.keys()].sort((a, b) => logProbs[b] - logProbs[a] || a - b).slice(0, count).map((id) => [id, logProbs[id]]);
}

/** What is known of a word that the network does not know. */
export async function rareWord(path, word) {
  const { rare } = await modelIn(path);
  const id = rare.vocabulary.id(word);
  return id < rare.vocabulary.length ? [rare.display(id), rare.logShares[id], rare.logNew] : null;
}
