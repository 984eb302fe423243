/**
 * The list of learned words: each with how often and when it was used, and a button that forgets it.
 *
 * @typedef {{word: string, uses: number, last: number, language: string, apps: string[]}} LearnedWord
 * @typedef {{typed: string, word: string, uses: number, last: number}} Pair
 */

import { button, make } from "/elements.js";
import { ago, languageName, times } from "/memory/phrases.js";

const SVG = "http://www.w3.org/2000/svg";
const BIN = "M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 10.5v5.5m3-5.5v5.5";

/**
 * @param {LearnedWord} learned
 * @param {boolean} several whether there are several languages
 * @param {(word: string) => void} forget
 */
export function wordRow({ word, uses, last, language, apps }, several, forget) {
  const name = make("span", "learned-word", word);
  name.dir = "auto";
  name.lang = language;
  const said = [times(uses), ago(last)];
  if (several) said.push(languageName(language));
  const bin = button("quiet bin", "", () => forget(word));
  bin.append(drawing(BIN));
  bin.ariaLabel = bin.title = `Forget “${word}”`;
  const row = make("li", "", name, make("span", "soft", said.join(" · ")), bin);
  if (apps.length) row.title = `Written in ${apps.join(", ")}`;
  return row;
}

/** @param {Pair} pair */
export function pairRow({ typed, word, uses, last }) {
  const pair = make("span", "learned-word", make("span", "was", typed), " → ", make("span", "", word));
  return make("li", "", pair, make("span", "soft", `${times(uses)} · ${ago(last)}`));
}

/**
 * Move from word to word with the arrow keys, and forget one with Delete.
 * @param {HTMLElement} list
 */
export function walk(list) {
  list.addEventListener("keydown", (event) => {
    const bins = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll(".bin")]);
    const place = bins.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (place < 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) bins[place + step]?.focus();
    else if (event.key === "Delete") bins[place].click();
    else return;
    event.preventDefault();
  });
}

/** @param {string} strokes */
function drawing(strokes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", strokes);
  svg.append(path);
  return svg;
}
