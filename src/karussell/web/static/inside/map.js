/**
 * The map of the gates: words across, and for each layer how far its blocks wrote, kept and were read. A
 * cell is a stack of bands, on top the blocks that keep longest; its number is the mean of all blocks.
 *
 * @typedef {{mean: number[], bands: number[][]}} Openness at each word, and of each band at each word
 * @typedef {{language: string, words: string[], known: boolean[],
 *   layers: Record<"wrote" | "kept" | "read", Openness>[]}} Gates
 */

import { make } from "/elements.js";

const STOPS = 4; // colours are mixed of the two nearest of so many, and one more
const ROWS = /** @type {const} */ ({
  wrote: "How far the blocks let what they read be written",
  kept: "How far the blocks kept what they knew",
  read: "How far the blocks let what they know be read",
});

/** @param {Gates} gates */
export function mapShown({ language, words, known, layers }) {
  const caption = make("caption", "unseen", "How far the blocks wrote, kept and were read at each word, in percent");
  const heads = words.map((word, place) => wordHead(word, language, known[place]));
  const head = make("tr", "", make("td", ""), ...heads);
  const bodies = layers.map((layer, number) => layerShown(layer, layers.length > 1 ? number + 1 : 0));
  return make("table", "map", caption, make("thead", "", head), ...bodies);
}

/**
 * @param {string} word
 * @param {string} language
 * @param {boolean} known
 */
function wordHead(word, language, known) {
  const written = make("span", "map-word", word);
  written.dir = "auto";
  written.lang = language;
  const head = make("th", known ? "" : "unknown", written);
  head.scope = "col";
  if (!known) {
    head.append(make("span", "unseen", ", a word it does not know"));
    head.title = "The model does not know this word: to it, it is like any other that it does not know";
  }
  return head;
}

/**
 * @param {Gates["layers"][0]} layer
 * @param {number} number of the layer, 0 if there is one alone
 */
function layerShown(layer, number) {
  const rows = Object.entries(ROWS).map(([name, meaning]) => {
    const { mean, bands } = layer[/** @type {keyof typeof ROWS} */ (name)];
    const head = make("th", "", number ? `${name} ${number}` : name);
    head.scope = "row";
    head.title = number ? `${meaning}, layer ${number}` : meaning;
    return make("tr", "", head, ...mean.map((value, place) => cell(value, bands.map((band) => band[place]))));
  });
  return make("tbody", "", ...rows);
}

/**
 * @param {number} mean
 * @param {number[]} bands those that forget most first
 */
function cell(mean, bands) {
  const heat = make("span", "heat");
  heat.ariaHidden = "true";
  const stripes = bands.map((value, number) => {
    const ends = [number, number + 1].map((edge) => `${(100 * edge) / bands.length}%`);
    return `${colour(value)} ${ends.join(" ")}`;
  });
  heat.style.background = `linear-gradient(to top, ${stripes.join(", ")})`;
  return make("td", "", heat, String(Math.round(100 * mean)), make("span", "unseen", " %"));
}

/** The colour of a gate, 0 closed and 1 open. @param {number} value */
export function colour(value) {
  const at = STOPS * Math.max(0, Math.min(1, value));
  const below = Math.min(STOPS - 1, Math.floor(at));
  return `color-mix(in oklab, var(--heat-${below + 1}) ${Math.round(100 * (at - below))}%, var(--heat-${below}))`;
}

/** From closed to open. */
export function legend() {
  const scale = make("span", "scale");
  scale.style.background = `linear-gradient(to right, ${[0, 1, 2, 3, 4].map((stop) => `var(--heat-${stop})`).join(", ")})`;
  scale.ariaHidden = "true";
  return make(
    "p",
    "legend soft",
    make("span", "", "closed ", scale, " open"),
    make("span", "", "top: keeps longest, bottom: forgets most"),
  );
}
