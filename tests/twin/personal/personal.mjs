/** What tests ask of a writer's own text. */

import { modelSources } from "../../../src/karussell/web/static/twin/decoder/index.js";
import { always, mix } from "../../../src/karussell/web/static/twin/personal/habits.js";
import { Personal, taughtOf } from "../../../src/karussell/web/static/twin/personal/index.js";
import { SETTINGS } from "../../../src/karussell/web/static/twin/personal/settings.js";
import { Stream } from "../../../src/karussell/web/static/twin/personal/stream.js";
import { Vocabulary } from "../../../src/karussell/web/static/twin/text/index.js";

/**
 * A writer's text after some steps, asked at some places.
 * @param {{models: any[], tables: number[][][]}} base
 * @param {any[]} steps
 * @param {{words: string[], why: string[]}[]} asked
 */
export function follow(base, steps, asked) {
  const models = base.models.map(modelOf);
  const after = (words) =>
    models.flatMap(({ vocabulary, rare, card }, number) => {
      const table = base.tables[number];
      return modelSources(vocabulary, Float32Array.from(table[words.length % table.length]), rare, card.language);
    });
  const personal = new Personal(after, [], { models: base.models.length ? models : [] });
  for (const step of steps) followed(personal, step, after);
  return { sentences: personal.sentences, answers: asked.map((each) => answered(personal, each, after)) };
}

/** The words of all sentences as numbers, and what follows from them at a place. */
export function habits(sentences, words, logMost) {
  const stream = new Stream(sentences.map(read));
  const written = always(stream.tokens, stream.counts, SETTINGS);
  const { tokens, counts, words: known, forms, times } = stream;
  return { tokens, counts, known, forms, times, written, ...mix(tokens, stream.numbers(words), written, logMost, SETTINGS) };
}

export function settings() {
  return SETTINGS;
}

function followed(personal, { add, drop, instead, rebuild, ask }, after) {
  if (add) personal.add(read(add));
  if (drop) personal.drop(drop, new Map(instead.map(([place, taught]) => [place, read(taught)])));
  if (rebuild) personal.rebuild(rebuild.map(read));
  if (ask) personal.mixed(after(ask), ask);
}

function answered(personal, { words, why }, after) {
  const sources = personal.mixed(after(words), words).map((source) => ({
    origin: source.origin,
    fromFirst: source.fromFirst,
    own: source.own,
    words: source.vocabulary.words,
    shown: source.vocabulary.words.map((_, id) => source.display(id)),
    scores: source.scores,
    offset: source.offset,
  }));
  const reasons = why.map((word) => personal.why(word, after(words), words));
  return { sources, reasons, knows: why.map((word) => personal.knows(word)), holding: personal.holding(why) };
}

function read([words, language, time, sure]) {
  return taughtOf(words, language, time, new Set(sure));
}

function modelOf({ words, casing, counts, rare, rareCasing, logShares, language }) {
  const vocabulary = new Vocabulary(words, casing);
  const beside = new Vocabulary(rare, rareCasing);
  return {
    vocabulary,
    counts,
    card: { language },
    rare: { vocabulary: beside, logShares: Float32Array.from(logShares), display: (id) => beside.display(id) },
  };
}
