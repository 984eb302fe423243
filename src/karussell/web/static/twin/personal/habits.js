/** What a writer wrote behind the same words before. */

import { BEGIN, following } from "./stream.js";

// Beyond so many times the age at which a use counts 1/e it counts no more than older ones.
const OLDEST = 10;

/** @typedef {import("./settings.js").Habit} Habit */
/** @typedef {import("./settings.js").Settings} Settings */

/**
 * What a writer wrote, whatever stood before.
 * @typedef {object} Always
 * @property {Float64Array} shares P(word), (T,)
 * @property {number[]} features how many uses, different words, and words used once, as the gate wants them
 */

/**
 * What is added to the probabilities of models.
 * @typedef {object} Mixed
 * @property {number} kept by what those of the models are multiplied
 * @property {number} always by what those of all that was written are
 * @property {Int32Array} numbers the numbers of words that stood behind the same ones, sorted
 * @property {Float64Array[]} habits what each of them gains at each number of words that agree, from one on
 * @property {Float64Array[]} shares P(word) among what stood behind them, at each
 * @property {number[][]} places where so many words agree
 */

/**
 * What a writer wrote, whatever stood before.
 * @param {Int32Array} tokens all words in order
 * @param {ArrayLike<number>} counts how often each stands there, BEGIN too, (T,)
 * @param {Settings} settings how much all that counts
 * @returns {Always}
 */
export function always(tokens, counts, settings) {
  const [habit] = settings.habits;
  const shares = new Float64Array(counts.length);
  const late = tokens.subarray(Math.max(0, tokens.length - Math.trunc(OLDEST * settings.pages)));
  for (let place = 0; place < late.length; place++) {
    shares[late[place]] += lately(late.length - place, habit, settings);
  }
  let uses = 0;
  let different = 0;
  let once = 0;
  let total = 0;
  shares[BEGIN] = 0;
  for (let number = BEGIN + 1; number < counts.length; number++) {
    const count = counts[number];
    uses += count;
    if (count) different++;
    if (count === 1) once++;
    shares[number] = Math.max(0, shares[number] + count - habit.discount);
    total += shares[number];
  }
  total = Math.max(total, 1e-9);
  for (let number = 0; number < shares.length; number++) shares[number] /= total;
  return { shares, features: features(uses, different, once) };
}

/**
 * What the words before a place tell of the next one.
 * @param {Int32Array} tokens all words in order
 * @param {readonly number[]} context the numbers of the words before the place
 * @param {Always} written what tells of it, whatever stands before
 * @param {number} logMost ln P of the models' most probable word
 * @param {Settings} settings how much all that counts
 * @returns {Mixed}
 */
export function mix(tokens, context, written, logMost, settings) {
  const [first, ...others] = settings.habits;
  let kept = left(first, written.features, logMost, 0);
  let share = 1 - kept;
  const places = following(tokens, context, others.length);
  const numbers = places.length ? different(tokens, places[0]) : new Int32Array(0);
  const at = new Map();
  for (let place = 0; place < numbers.length; place++) at.set(numbers[place], place);
  /** @type {Float64Array[]} */
  const habits = [];
  const shares = [];
  for (const [level, those] of places.entries()) {
    const habit = others[level];
    const found = new Float64Array(numbers.length);
    const rest = fillLevel(found, tokens, those, at, logMost, habit, settings);
    for (const gains of habits) for (let place = 0; place < gains.length; place++) gains[place] *= rest;
    habits.push(found.map((each) => each * (1 - rest)));
    shares.push(found);
    kept *= rest;
    share *= rest;
  }
  return { kept, always: share, numbers, habits, shares, places };
}

/** @param {Int32Array} tokens @param {readonly number[]} places */
function different(tokens, places) {
  const found = new Set();
  for (const place of places) found.add(tokens[place]);
  return Int32Array.from(found).sort();
}

/**
 * P(word) among what stood behind some words.
 * @param {Float64Array} found where it is put, for each word
 * @param {Int32Array} tokens
 * @param {readonly number[]} places where those words stand
 * @param {ReadonlyMap<number, number>} at the place of each word
 * @param {number} logMost ln P of the models' most probable word
 * @param {Habit} habit how much it counts
 * @param {Settings} settings how long something is late
 * @returns {number} what is left to all others
 */
function fillLevel(found, tokens, places, at, logMost, habit, settings) {
  const uses = new Uint32Array(found.length);
  for (const place of places) {
    const word = /** @type {number} */ (at.get(tokens[place]));
    uses[word]++;
    found[word] += 1 + lately(tokens.length - place, habit, settings);
  }
  let several = 0;
  let once = 0;
  let total = 0;
  for (let word = 0; word < found.length; word++) {
    if (uses[word]) several++;
    if (uses[word] === 1) once++;
    total += found[word];
  }
  total -= habit.discount * several;
  for (let word = 0; word < found.length; word++) {
    found[word] = uses[word] ? (found[word] - habit.discount) / total : 0;
  }
  const age = tokens.length - places[places.length - 1];
  return left(habit, features(places.length, several, once), logMost, age);
}

/**
 * How much more a use counts that is so old.
 * @param {number} age
 * @param {Habit} habit
 * @param {Settings} settings
 */
function lately(age, habit, settings) {
  const [sentence, page] = habit.lately;
  return page * Math.exp(age * (-1 / settings.pages)) + sentence * Math.exp(age * (-1 / settings.sentences));
}

/**
 * @param {number} uses
 * @param {number} different
 * @param {number} once
 */
function features(uses, different, once) {
  return [1, Math.log1p(uses), Math.log1p(different), Math.log1p(once)];
}

/**
 * What is left to all others.
 * @param {Habit} habit
 * @param {readonly number[]} known
 * @param {number} logMost
 * @param {number} age
 */
function left(habit, known, logMost, age) {
  const values = [...known, logMost, Math.log1p(age) / 3];
  const value = habit.gate.reduce((sum, weight, place) => sum + weight * values[place], 0);
  return 1 / (1 + Math.exp(-value));
}
