/**
 * Lines to where the words come from, one to each place for all fields of the page.
 *
 * @typedef {{server: string, token: string} | {app: string | URL}} Source a server on this machine and what
 *   opens it; or the folder of the app, on the page's own origin
 */

import { Line, wayToServer, wayToWorker } from "./line.js";

/** @type {Map<string, Line>} */
const lines = new Map();

/** @param {Source} source */
export function lineTo(source) {
  const key = JSON.stringify(source);
  const line = lines.get(key) ?? new Line(wayTo(source));
  lines.set(key, line);
  return line;
}

/** @param {Source} source */
function wayTo(source) {
  if (!("app" in source)) return wayToServer(source.server, source.token);
  const folder = new URL(`${source.app}/`.replace(/\/\/$/, "/"), document.baseURI);
  return wayToWorker(new URL("app/worker.js", folder));
}
