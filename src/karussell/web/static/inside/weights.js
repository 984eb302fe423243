/**
 * The earlier words that weigh on a suggestion, in plain words and with a bar for each: filled where the
 * word speaks for it, hollow where it speaks against it.
 *
 * @typedef {{word: string, place: number, weight: number}} Weight ln P with the word, less that without
 * @typedef {{word: string, language: string, known: boolean, words: Weight[]}} Weights
 */

import { bar, make } from "/elements.js";

const LEAST = Math.log(1.5); // what changes less than by half hardly matters
const MOST = 6; // words that are told
const FULL = Math.log(100); // a bar is full at a hundredfold, or at the longest if that is more
const UNCOUNTED = 1e6;

const number = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 });

/** @param {Weights} weights */
export function weightsShown({ language, known, words }) {
  const told = words.filter(({ weight }) => Math.abs(weight) >= LEAST).slice(0, MOST);
  const longest = Math.max(FULL, ...told.map(({ weight }) => Math.abs(weight)));
  const rows = told.map((each) => row(each, which(each, words), language, longest));
  const shown = rows.length ? [make("ul", "", ...rows)] : [];
  const rest = restPhrase(words.length, told);
  if (rest) shown.push(make("p", "soft", rest));
  if (!known) {
    shown.push(make("p", "soft", "The model does not know this word: it only expects some word it does not know."));
  }
  return shown;
}

/**
 * Which of several that are written alike; "" for the only one.
 * @param {Weight} weight
 * @param {Weight[]} words
 */
function which({ word, place }, words) {
  const alike = words.filter((other) => other.word.toLowerCase() === word.toLowerCase());
  if (alike.length < 2) return "";
  const before = words.find((other) => other.place === place - 1);
  return before ? ` after ${before.word}` : " at the start";
}

/**
 * @param {Weight} weight
 * @param {string} where
 * @param {string} language
 * @param {number} longest
 */
function row({ word, weight }, where, language, longest) {
  const written = make("span", "weighing", word);
  written.dir = "auto";
  written.lang = language;
  const said = make("span", "", "without ", written, where);
  const long = bar(Math.abs(weight) / longest);
  long.classList.toggle("against", weight < 0);
  return make("li", "", make("span", "part", said, make("span", "soft", change(weight))), long);
}

/** What taking a word away does to the suggestion. @param {number} weight */
export function change(weight) {
  const factor = Math.exp(Math.abs(weight));
  const much = factor > UNCOUNTED ? "over a million" : number.format(factor);
  return `${much} times ${weight > 0 ? "less" : "more"} likely`;
}

/**
 * @param {number} count
 * @param {Weight[]} told
 */
function restPhrase(count, told) {
  const rest = count - told.length;
  if (!count) return "No earlier word stands in this sentence yet.";
  if (!rest) return "";
  if (told.length === MOST) return `The other ${rest === 1 ? "one matters" : `${rest} matter`} less.`;
  if (!told.length) return "No word of this sentence matters much for it.";
  return `The other ${rest === 1 ? "one hardly matters" : `${rest} hardly matter`}.`;
}
