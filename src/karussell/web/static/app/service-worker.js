// Above this line `karussell app` writes APP: the version, and each file with its size and SHA-256.
/* global APP */

/**
 * Puts all files of one version by when it is installed, and serves them from then on; it asks the network for nothing
 * else. A file that did not come whole spoils the installation, and the version before stays.
 */

const SCOPE = self.registration.scope;
const MINE = `karussell ${new URL(SCOPE).pathname} `;
const NAME = MINE + APP.version;
const AT_ONCE = 6;
const TYPES = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
};

let mine = null;

self.addEventListener("install", (event) => {
  event.waitUntil(install());
  // Where the browser can, it takes files from here itself, and need not start this first.
  event.addRoutes?.({ condition: { urlPattern: `${SCOPE}*`, requestMethod: "GET" }, source: { cacheName: NAME } });
});
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", ({ data }) => data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(SCOPE)) event.respondWith(answer(event.request));
});

async function install() {
  const total = APP.files.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const progress = async (bytes) => {
    done += bytes;
    for (const client of await self.clients.matchAll({ includeUncontrolled: true })) client.postMessage({ done, total });
  };
  const cache = await caches.open(NAME);
  const kept = await keptBefore();
  const left = [...APP.files];
  const some = async () => {
    for (let file = left.shift(); file; file = left.shift()) {
      const before = await kept(file.hash);
      if (before) await progress(file.size);
      const body = before ?? (await fetched(file, progress));
      const type = TYPES[file.path.split(".").pop()] ?? "application/octet-stream";
      const headers = { "Content-Type": type, ETag: file.hash };
      for (const address of addressesOf(file.path)) await cache.put(address, new Response(body, { headers }));
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, some));
  } catch (error) {
    await caches.delete(NAME);
    throw error;
  }
}

/** A file's bytes, which are those that were written, or an error. */
async function fetched({ path, size, hash }, progress) {
  const found = await fetch(addressOf(path), { cache: "no-cache" });
  const chunks = [];
  const reader = found.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    await progress(part.value.length);
  }
  const body = await new Blob(chunks).arrayBuffer();
  const digest = [...new Uint8Array(await crypto.subtle.digest("SHA-256", body))];
  if (!found.ok || digest.map((byte) => byte.toString(16).padStart(2, "0")).join("") !== hash) {
    throw new Error(`${path} has ${body.byteLength} bytes, expected ${size} with another digest`);
  }
  return body;
}

/** What an earlier version has put by, by its digest. */
async function keptBefore() {
  const known = new Map();
  for (const name of await earlier()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const found = await cache.match(request);
      known.set(found.headers.get("ETag"), found);
    }
  }
  return async (hash) => known.get(hash)?.clone().arrayBuffer();
}

async function activate() {
  for (const name of await earlier()) await caches.delete(name);
  await self.clients.claim();
}

async function earlier() {
  return (await caches.keys()).filter((name) => name.startsWith(MINE) && name !== NAME);
}

async function answer(request) {
  const cache = await (mine ??= caches.open(NAME));
  const { origin, pathname } = new URL(request.url);
  const found = await cache.match(origin + pathname);
  if (found) return found;
  return (request.mode === "navigate" && (await cache.match(addressOf("index.html")))) || fetch(request);
}

/** Where a file lies. @param {string} path */
function addressOf(path) {
  return new URL(path, SCOPE).href;
}

/** The same, and the folder itself, which is the page. @param {string} path */
function addressesOf(path) {
  return path === "index.html" ? [addressOf(path), SCOPE] : [addressOf(path)];
}
