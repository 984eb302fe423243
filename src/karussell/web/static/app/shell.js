/**
 * What makes an app of the page: it is put by for offline use at the first visit, visibly, and a later version is
 * fetched beside it and taken when the writer says so, or when all its windows were closed.
 */

const page = new URL("..", import.meta.url);

/** Settled when all that the keyboard needs lies in this browser, or nothing can be put by here. */
export const installed = install().catch(() => {}); // it works online, then

async function install() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  serviceWorker.addEventListener("message", ({ data }) => {
    if (!serviceWorker.controller) show(data.done, data.total); // else a later version comes, while this one works
  });
  const registering = serviceWorker.register(new URL("service-worker.js", page), { updateViaCache: "none" });
  registering.then(followUpdates, () => {});
  if (serviceWorker.controller) return;
  const registration = await registering;
  if (registration.active) return;
  await settled(/** @type {ServiceWorker} */ (registration.installing ?? registration.waiting));
  show(1, 1);
  if (registration.active) announce("Ready for offline use.");
  navigator.storage?.persist?.();
}

/** Wait until a service worker is at work or was given up. @param {ServiceWorker} worker @returns {Promise<void>} */
function settled(worker) {
  return new Promise((resolve) => {
    const look = () => ["activated", "redundant"].includes(worker.state) && resolve();
    worker.addEventListener("statechange", look);
    look();
  });
}

/** How much of the first version has come. @param {number} done @param {number} total */
function show(done, total) {
  const progress = document.getElementById("install");
  const bar = progress?.querySelector("progress");
  const said = progress?.querySelector("p");
  if (!progress || !bar || !said) return; // the page itself is still on its way
  if (progress.hidden && done < total) announce("Getting ready for offline use."); // once, not at every step
  progress.hidden = done === total;
  bar.max = total;
  bar.value = done;
  const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);
  said.textContent = `Getting ready for offline use: ${megabytes(done)} of ${megabytes(total)} MB`;
}

/** Tell a screen reader. @param {string} text */
function announce(text) {
  const live = document.getElementById("announcement");
  if (live) live.textContent = text;
}

/** Offer a later version once it is there. @param {ServiceWorkerRegistration} registration */
async function followUpdates(registration) {
  if (document.readyState === "loading") await new Promise((done) => addEventListener("DOMContentLoaded", done));
  const renewal = /** @type {HTMLButtonElement} */ (document.getElementById("renew"));
  const offer = () => (renewal.hidden = !(registration.waiting && navigator.serviceWorker.controller));
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  offer();
  renewal.addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take over");
  });
}
