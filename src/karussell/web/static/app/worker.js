/** The keyboard, off the page's own thread: engine, model and memory, which answer as a server does. */

import { files } from "./files.js";
import { makeKeyboard } from "./opening.js";

/** @type {Map<number, import("../twin/conversation.js").Conversation>} */
const conversations = new Map();
const opened = makeKeyboard(files);
opened.catch((error) => postMessage({ failed: String(error) }));

addEventListener("message", async ({ data: { line, text } }) => {
  const { begin, makeReady, written } = await opened;
  if (text === null) {
    conversations.clear(); // a page has one line at a time
    conversations.set(line, begin());
    postMessage({ opened: line });
  } else {
    const conversation = conversations.get(line);
    if (!conversation) return;
    const reply = conversation.reply(text);
    const { type, number } = JSON.parse(reply);
    if (type === "answer") setTimeout(makeReady); // behind the first words, before the first letter
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
