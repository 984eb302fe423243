/**
 * Lines to where the words come from, one to each place for all fields of the page.
 *
 * @typedef {{server: string, token: string} | {app: string | URL | Worker | MessagePort}} Source a server on
 *   this machine and what opens it; or the folder of the app on the page's own origin, or its worker
 */

import { Line, wayToServer, wayToWorker } from "./line.js";

/** @type {Map<unknown, Line>} */
const lines = new Map();

/** @param {Source} source */
export function lineTo(source) {
  const key = "app" in source ? keyOf(source.app) : `${source.server}\n${source.token}`;
  const line = lines.get(key) ?? new Line("app" in source ? wayToApp(source.app) : wayToServer(source.server, source.token));
  lines.set(key, line);
  return line;
}

/** @param {string | URL | Worker | MessagePort} app */
function keyOf(app) {
  return typeof app === "string" || app instanceof URL ? String(new URL(app, document.baseURI)) : app;
}

/** @param {string | URL | Worker | MessagePort} app */
function wayToApp(app) {
  if (typeof app !== "string" && !(app instanceof URL)) return wayToWorker(app);
  const folder = new URL(app, document.baseURI);
  return wayToWorker(new Worker(new URL("app/worker.js", folder), { type: "module" }));
}
