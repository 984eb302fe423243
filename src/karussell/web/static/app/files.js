/** What the keyboard needs, asked for before any other module of it runs. */

import { CARRIED } from "./carried.js"; // which `karussell app` writes

const DATA = new URL("../data/", import.meta.url);

/**
 * What Python tells, emoji and their names, what is carried for corrections, the model, the engine.
 * @typedef {Promise<[any, any[], Record<string, Uint8Array>, Uint8Array, Uint8Array]>} Files
 */

/** @type {Files} */
export const files = Promise.all([
  json("told.json"),
  json("emoji.json"),
  carried(),
  bytes(new URL("model.karussell", DATA)),
  bytes(new URL("../twin/engine/engine.wasm", import.meta.url)),
]);
files.catch(() => {}); // whoever waits for them is told

/** What the package carries for corrections, by its names. @returns {Promise<Record<string, Uint8Array>>} */
async function carried() {
  const named = async (/** @type {string} */ name) => [name, await bytes(new URL(`correction/${name}`, DATA))];
  return Object.fromEntries(await Promise.all(CARRIED.map(named)));
}

/** @param {URL} url */
async function bytes(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** @param {string} name @returns {Promise<any>} */
async function json(name) {
  return JSON.parse(new TextDecoder().decode(await bytes(new URL(name, DATA))));
}
