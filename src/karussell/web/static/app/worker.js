/** The keyboard, off the page's own thread: engine, model and memory, which answer as a server does. */

import { Carried } from "../twin/correction/index.js";
import { Conversation } from "../twin/conversation.js";
import { openEngine } from "../twin/engine/engine.js";
import { Predictor } from "../twin/keyboard/index.js";
import { useEngine } from "../twin/kernels.js";
import { Kept, Memory } from "../twin/memory/index.js";
import { openModel } from "../twin/model/index.js";
import { tell } from "../twin/told.js";

const DATA = new URL("../data/", import.meta.url);

/** @type {Map<number, Conversation>} */
const conversations = new Map();
const opened = open();
opened.catch((error) => postMessage({ failed: String(error) }));

addEventListener("message", async ({ data: { line, text } }) => {
  const predictor = await opened;
  if (text === null) {
    conversations.clear(); // a page has one line at a time
    conversations.set(line, new Conversation(predictor));
    postMessage({ opened: line });
  } else {
    const conversation = conversations.get(line);
    if (conversation) postMessage({ line, text: conversation.reply(text) });
  }
});

async function open() {
  const [told, { correction }, named, model, wasm, kept] = await Promise.all([
    json("told.json"),
    json("app.json"),
    json("emoji.json"),
    bytes(new URL("model.karussell", DATA)),
    bytes(new URL("../twin/engine/engine.wasm", import.meta.url)),
    Kept.open(),
  ]);
  const carried = await Promise.all(
    correction.map(async (/** @type {string} */ name) => [name, await bytes(new URL(`correction/${name}`, DATA))]),
  );
  tell(told);
  useEngine(await openEngine(wasm));
  return new Predictor(openModel(model), new Carried(Object.fromEntries(carried)), { memory: new Memory(kept), named });
}

/** @param {URL} url */
async function bytes(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** @param {string} name */
async function json(name) {
  return JSON.parse(new TextDecoder().decode(await bytes(new URL(name, DATA))));
}
