/**
 * The keyboard, off the page's own thread: engine, model and memory, which answer as a server does. What they need is
 * asked for at once, before the modules have come that read it.
 */

const DATA = new URL("../data/", import.meta.url);

/** @typedef {import("./opening.js").Files} Files */
/** @type {Map<number, import("../twin/conversation.js").Conversation>} */
const conversations = new Map();
const opened = open();
opened.catch((error) => postMessage({ failed: String(error) }));

addEventListener("message", async ({ data: { line, text } }) => {
  const { begin, written } = await opened;
  if (text === null) {
    conversations.clear(); // a page has one line at a time
    conversations.set(line, begin());
    postMessage({ opened: line });
  } else {
    const conversation = conversations.get(line);
    if (!conversation) return;
    const reply = conversation.reply(text);
    const { type, number } = JSON.parse(reply);
    if (type !== "forgotten") return postMessage({ line, text: reply });
    try {
      await written(); // it is said once it is so
      postMessage({ line, text: reply });
    } catch (error) {
      const why = error instanceof Error ? error.message : `${error}`;
      postMessage({ line, text: JSON.stringify({ type: "failure", number, error: why }) });
    }
  }
});

async function open() {
  const files = Promise.all([
    json("told.json"),
    json("emoji.json"),
    carried(),
    bytes(new URL("model.karussell", DATA)),
    bytes(new URL("../twin/engine/engine.wasm", import.meta.url)),
  ]);
  files.catch(() => {}); // told below
  const { makeKeyboard } = await import("./opening.js");
  return makeKeyboard(...(await files));
}

/** What the package carries for corrections, by its names. @returns {Promise<Record<string, Uint8Array>>} */
async function carried() {
  const { correction } = await json("app.json");
  const named = async (/** @type {string} */ name) => [name, await bytes(new URL(`correction/${name}`, DATA))];
  return Object.fromEntries(await Promise.all(correction.map(named)));
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
