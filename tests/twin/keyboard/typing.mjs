/** Conversations with the twin's keyboard, for tests. */

import { readFile } from "node:fs/promises";
import { Conversation } from "../../../src/karussell/web/static/twin/conversation.js";
import { Predictor } from "../../../src/karussell/web/static/twin/keyboard/index.js";
import { carried } from "../correction/meant.mjs";
import { modelIn } from "../model.mjs";

/** @type {Map<string, {predictor: Predictor, lines: Map<string, Conversation>}>} */
const keyboards = new Map();

/**
 * What a keyboard says to a message. A keyboard, and each line to it, begins when it is first named.
 * @param {string} path the model's file
 * @param {string} keyboard
 * @param {string} line
 * @param {object | string} message
 */
export async function said(path, keyboard, line, message) {
  if (!keyboards.has(keyboard)) {
    const named = globalThis.namedEmoji ?? [];
    keyboards.set(keyboard, { predictor: new Predictor(await modelIn(path), carried, { named }), lines: new Map() });
  }
  const { predictor, lines } = keyboards.get(keyboard);
  if (!lines.has(line)) lines.set(line, new Conversation(predictor));
  return JSON.parse(lines.get(line).reply(typeof message === "string" ? message : JSON.stringify(message)));
}

/** Take over emoji and their names. @param {any[]} named */
export function tellEmoji(named) {
  globalThis.namedEmoji = named;
}

/** How long each answer takes while words are typed letter by letter, in milliseconds. @param {string} path @param {string} text */
export async function times(path, text) {
  const conversation = new Conversation(new Predictor(await modelIn(path), carried));
  conversation.reply(JSON.stringify({ type: "hello", number: 0, version: 3 }));
  const found = [];
  for (let end = 1; end <= text.length; end++) {
    const asked = JSON.stringify({ type: "ask", number: end, left: text.slice(0, end) });
    const begun = performance.now();
    conversation.reply(asked);
    found.push(performance.now() - begun);
  }
  return found;
}
