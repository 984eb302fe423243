/** What the tests of corrections ask of the twin, in calls that JSON can say. */

import { readFileSync } from "node:fs";
import { accented, alphabetOf, inTwo } from "../../../src/karussell/web/static/twin/correction/alphabet.js";
import {
  Carried,
  Channel,
  Correction,
  corrections,
  followedBy,
  Geometry,
  Judge,
  Judges,
  plain,
  tokenOf,
} from "../../../src/karussell/web/static/twin/correction/index.js";
import { Origin, Source } from "../../../src/karussell/web/static/twin/decoder/index.js";
import { openEngine } from "../../../src/karussell/web/static/twin/engine/engine.js";
import { Doubts } from "../../../src/karussell/web/static/twin/keyboard/doubts.js";
import { Slips } from "../../../src/karussell/web/static/twin/keyboard/slips.js";
import { useEngine } from "../../../src/karussell/web/static/twin/kernels.js";
import { fold, Vocabulary } from "../../../src/karussell/web/static/twin/text/index.js";

const STATIC = new URL("../../../src/karussell/web/static/", import.meta.url);
const PACKAGED = new URL("../../../src/karussell/correction/packaged/", import.meta.url);

useEngine(await openEngine(readFileSync(new URL("twin/engine/engine.wasm", STATIC))));

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

/** A language of which Python told the words; its scores come with each case. */
class Told {
  constructor({ language, words, casing, rare, counts }) {
    this.card = { language };
    this.vocabulary = new Vocabulary(words, casing);
    this.rare = { vocabulary: new Vocabulary(rare) };
    this.counts = counts && Uint32Array.from(counts);
  }
}

let models = [];
let judges = null;
let slips = null;

export function tellModels(told) {
  models = told.map((each) => new Told(each));
  judges = new Judges(models, carried);
  slips = new Slips(models[0].vocabulary);
}

export function protects(token, believed) {
  return [judges.protects(tokenOf(token), believed), judges.rewritten(tokenOf(token), believed)];
}

export function verdict(layout, token, found, taps, there) {
  const listed = found.map((each) => new Correction(each));
  const tags = models.map(({ card }) => card.language);
  const lattice = channelOf(layout, tags).lattice(fold(token.word), taps);
  const { vocabulary, counts } = models[0];
  const judge = new Judge(tags[0], vocabulary, carried, { counts, spoken: tags });
  const given = tokenOf({ ...token, tapped: taps.length > 0 });
  return [
    judge.evidence(given, listed, lattice, there.logNew),
    judge.verdict(given, listed, lattice, there.logNew),
    judges.verdict(given, listed, lattice, there),
  ];
}

export function looksLikeOne(form, word) {
  return slips.looksLikeOne(form, word);
}

export function among(words) {
  return [...slips.among(words)].sort();
}

export function doubts(scores, words) {
  const { vocabulary } = models[0];
  const source = new Source({
    origin: Origin.NETWORK,
    vocabulary,
    display: (wordId) => vocabulary.display(wordId),
    scores: Float32Array.from(scores),
    fromFirst: true,
  });
  const known = new Doubts([source]);
  return words.map(([word, logMass]) => known.about(word, logMass));
}

/** Sources of which Python told the scores, and what they are after each word. */
let told = new Map();

export function tellSources(listed) {
  told = new Map(
    listed.map(([after, sources]) => [
      after,
      sources.map(
        ({ words, casing, scores, ...others }) =>
          new Source({ ...others, ...vocabularyOf(words, casing), scores: Float32Array.from(scores, Number) }),
      ),
    ]),
  );
}

const vocabularies = new Map();

/** The vocabulary of some words, and how they are shown; made once. */
function vocabularyOf(words, casing) {
  const key = typeof words === "string" ? words : JSON.stringify(words);
  if (!vocabularies.has(key)) vocabularies.set(key, new Vocabulary(words, casing));
  const vocabulary = vocabularies.get(key);
  return { vocabulary, display: (wordId) => vocabulary.display(wordId) };
}

export function meantBy(layout, tags, typed, taps, { limit, two, following, ...wish }) {
  const channel = channelOf(layout, tags);
  const spaces = two ? channel.spaces(typed, taps) : [];
  const after = (words) => told.get(words) ?? told.get("*");
  const how = { ...wish, spaces, after: two ? after : null, following: followedBy(after, following) };
  return corrections(told.get(""), typed, channel.lattice(typed, taps), limit, how);
}
