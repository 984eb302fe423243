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

/**
 * What a text field holds after each of some deeds, and what each deed gave.
 * @param {string} path
 * @param {boolean} doubleSpace
 * @param {[string, ...any[]][]} deeds
 */
export async function field(path, doubleSpace, deeds) {
  const session = new Predictor(await modelIn(path), carried).session("", { doubleSpace });
  return deeds.map(([name, ...given]) => {
    const done = name === "accept" ? accepted(session, given[0]) : session[name](...given);
    const { left, right } = session.context;
    return [name === "correct" ? (done?.text ?? null) : typeof done === "boolean" ? done : null, left, right];
  });
}

/** @param {import("../../../src/karussell/web/static/twin/keyboard/index.js").Session} session @param {number} place */
function accepted(session, place) {
  const strip = session.strip();
  const suggestion = place < 3 ? strip.slots[place] : strip.literal;
  if (suggestion) session.accept(suggestion);
  return Boolean(suggestion);
}
