/** How the page looks, as the settings say. */

import { byId } from "/elements.js";

const ASKED = "(prefers-contrast: more)";

/** @param {import("/settings/settings.js").Settings} settings */
export function wear(settings) {
  const theme = settings.value("theme");
  const high = theme === "contrast";
  document.documentElement.style.colorScheme = high ? "dark" : theme;
  document.documentElement.dataset.keys = settings.value("keys");
  document.documentElement.dataset.hand = settings.value("hand");
  byId("contrast", HTMLLinkElement).media = high ? "all" : theme ? "not all" : ASKED;
}
