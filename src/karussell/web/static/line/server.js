/**
 * The line to the server that served the page. In the app that is kept for offline use, `app/line.js` stands in the
 * place of this file.
 */

const SILENCE = 5000; // milliseconds: a server that says nothing for so long is not there

/** Whether only who has a key may talk on the line. */
export const NEEDS_KEY = true;

/** Whether the server knows this browser; fails where no server is. @returns {Promise<boolean>} */
export async function isKnown() {
  const { status } = await fetch("/session", { cache: "no-store", signal: AbortSignal.timeout(SILENCE) });
  if (status !== 204 && status !== 401) throw new Error(`the server answers ${status}`);
  return status === 204;
}

/** A new line. @returns {WebSocket} */
export function openLine() {
  return new WebSocket(`ws://${location.host}/typing`);
}
