/**
 * Suggestions under any text field of a page: `<script type="module" src=".../widget/widget.js">`, then
 *
 *     <textarea id="note"></textarea>
 *     <karussell-strip for="note" server="ADDRESS" token="TOKEN"></karussell-strip>
 *
 * or, from a script, `attach(field, { server, token })`, which lets the strip float under the field.
 *
 * @typedef {import("./lines.js").Source & Partial<Options>} Wishes
 * @typedef {object} Options
 * @property {HTMLElement} into where the strip stands instead of floating
 * @property {("digits" | "tab")[]} pick which keys pick a word, beside Alt with its number
 * @property {("email" | "url")[]} also fields to offer in, too, of which nothing is learned
 * @property {boolean} correct whether words are corrected; they are where the field does not forbid it
 * @property {boolean} private whether nothing is learned
 * @property {"light" | "dark"} theme instead of the page's own
 * @property {string} label what the list is called by a screen reader
 */

import { KarussellStrip } from "./strip.js";

/**
 * Offer words in a field.
 * @param {Element} field an `input` of texts, a `textarea`, or an element with `contenteditable`
 * @param {Wishes} wishes where the words come from, and how they are offered
 * @returns {KarussellStrip} the strip; `detach()` takes it away
 */
export function attach(field, { into, pick, also, correct, private: private_, theme, label, ...source }) {
  const strip = /** @type {KarussellStrip} */ (document.createElement("karussell-strip"));
  strip.source = source;
  if (!into) strip.setAttribute("floating", "");
  if (pick) strip.setAttribute("pick", pick.join(" "));
  if (also) strip.setAttribute("also", also.join(" "));
  if (correct === false) strip.setAttribute("correct", "off");
  if (private_) strip.setAttribute("private", "");
  if (theme) strip.setAttribute("theme", theme);
  if (label) strip.setAttribute("label", label);
  into?.append(strip);
  strip.follow(field);
  return strip;
}

if (!customElements.get("karussell-strip")) customElements.define("karussell-strip", KarussellStrip);

export { KarussellStrip };
