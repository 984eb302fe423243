/** A keyboard out of the files of the app. */

import { Carried } from "../twin/correction/index.js";
import { Conversation } from "../twin/conversation.js";
import { openEngine } from "../twin/engine/engine.js";
import { Predictor } from "../twin/keyboard/index.js";
import { useEngine } from "../twin/kernels.js";
import { Kept, Memory } from "../twin/memory/index.js";
import { openModel } from "../twin/model/index.js";
import { tell } from "../twin/told.js";

/**
 * What begins conversations with a keyboard whose memory lies in this browser, what makes the keyboard ready for
 * letters, and what waits until all that was learned and forgotten is written there.
 * @param {import("./files.js").Files} files
 * @returns {Promise<{begin: () => Conversation, makeReady: () => void, written: () => Promise<void>}>}
 */
export async function makeKeyboard(files) {
  const opening = Kept.open(); // while the files come
  const [told, named, carried, model, wasm] = await files;
  tell(told);
  const [engine, kept] = await Promise.all([openEngine(wasm), opening]);
  useEngine(engine);
  const predictor = new Predictor(openModel(model), new Carried(carried), { memory: new Memory(kept), named });
  return {
    begin: () => new Conversation(predictor),
    makeReady: () => predictor.makeReady(),
    written: () => kept.settled(),
  };
}
