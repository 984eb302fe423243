/** What the tests of corrections ask of the twin, in calls that JSON can say. */

import { readFileSync } from "node:fs";
import { accented, alphabetOf, inTwo } from "../../src/karussell/web/static/twin/correction/alphabet.js";
import { Carried } from "../../src/karussell/web/static/twin/correction/carried.js";
import { Channel } from "../../src/karussell/web/static/twin/correction/channel.js";
import { Geometry, plain } from "../../src/karussell/web/static/twin/correction/geometry.js";

const PACKAGED = new URL("../../src/karussell/correction/packaged/", import.meta.url);

/** The files of the package as they lie. */
export const carried = new Carried(
  Object.fromEntries(
    ["en.tsv", "known-words.bin", "verdict.json"].map((name) => [name, readFileSync(new URL(name, PACKAGED))]),
  ),
);

export function files(given) {
  const bytes = Object.entries(given).map(([name, text]) => [name, new TextEncoder().encode(text)]);
  const damaged = new Carried(Object.fromEntries(bytes));
  return [damaged.spellingOf("en"), damaged.parameters, damaged.words];
}

/** A layout by its name, or by where its keys are. */
export function geometryOf(layout) {
  return typeof layout === "string" ? Geometry.named(layout) : Geometry.ofKeys(layout);
}

export function layout(name) {
  const { keys, space } = geometryOf(name);
  return [[...keys], space];
}

export function layoutOf(language) {
  return [...Geometry.ofLanguage(language).keys.keys()].join("");
}

export function names() {
  return Geometry.NAMES;
}

export function near(name, letter, other, tap) {
  const keys = geometryOf(name);
  return [
    keys.nearest(tap),
    keys.keyOf(letter),
    keys.centre(letter),
    keys.distance(letter, other),
    keys.neighbours(letter),
    keys.aboveSpace(letter),
  ];
}

export function letters(language) {
  return [alphabetOf(language), accented(language), inTwo(language)];
}

export { plain };

export function meant(language, typed) {
  return carried.spellingOf(language).meant(typed);
}

export function known(language, word) {
  return [carried.words.knows(language, word), carried.words.elsewhere(language, word)];
}

export function probability(tapped, features) {
  return carried.parameters[tapped ? "taps" : "letters"].network.probability(features);
}

export function thresholds(tapped, language) {
  return [carried.parameters.damage, carried.parameters[tapped ? "taps" : "letters"].of(language)];
}

const channels = new Map();

/** The channel of a keyboard, made once. */
export function channelOf(layout, languages) {
  const key = JSON.stringify([layout, languages]);
  if (!channels.has(key)) channels.set(key, new Channel(geometryOf(layout), languages, carried));
  return channels.get(key);
}

export function lattice(layout, languages, typed, taps) {
  const channel = channelOf(layout, languages);
  const { length, arcs, missing } = channel.lattice(typed, taps);
  return [length, arcs, missing, channel.spaces(typed, taps)];
}
