/** A keyboard out of the files of the app. */

import "./modules.js"; // all at once: else each would be asked for when the one before it has come
import { Carried } from "../twin/correction/index.js";
import { Conversation } from "../twin/conversation.js";
import { openEngine } from "../twin/engine/engine.js";
import { Predictor } from "../twin/keyboard/index.js";
import { useEngine } from "../twin/kernels.js";
import { Kept, Memory } from "../twin/memory/index.js";
import { openModel } from "../twin/model/index.js";
import { tell } from "../twin/told.js";

/** @typedef {[any, any[], Record<string, Uint8Array>, Uint8Array, Uint8Array]} Files */

/**
 * What begins conversations with a keyboard whose memory lies in this browser, and what waits until all that was
 * learned and forgotten is written there.
 * @param {Files} files what Python tells, emoji and their names, what is carried for corrections, the model, the engine
 * @returns {Promise<{begin: () => Conversation, written: () => Promise<void>}>}
 */
export async function makeKeyboard(...[told, named, carried, model, wasm]) {
  tell(told);
  const [engine, kept] = await Promise.all([openEngine(wasm), Kept.open()]);
  useEngine(engine);
  const predictor = new Predictor(openModel(model), new Carried(carried), { memory: new Memory(kept), named });
  return { begin: () => new Conversation(predictor), written: () => kept.settled() };
}
