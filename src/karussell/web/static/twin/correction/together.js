/** Two words that people run together so often that lists have them as one. */

/** @type {Record<string, string[]>} */
const PAIRS = {
  en: [
    "a bit",
    "a lot",
    "after all",
    "all the",
    "and I",
    "and the",
    "as well",
    "at all",
    "at least",
    "each other",
    "even though",
    "from the",
    "good luck",
    "high school",
    "how about",
    "how come",
    "I am",
    "I have",
    "I was",
    "I will",
    "in case",
    "in fact",
    "in order",
    "in the",
    "it is",
    "it was",
    "my name",
    "no one",
    "no thanks",
    "of course",
    "of the",
    "on the",
    "pretty much",
    "thank you",
    "this is",
    "to be",
    "to the",
    "up to",
    "will be",
    "with the",
    "yes please",
    "you are",
    "you have",
  ],
  de: ["gar nicht", "immer noch", "in der", "nicht wahr", "vor allem", "zum beispiel"],
  fr: ["au revoir", "est-ce", "parce que", "peut-être", "quelque chose", "quelque part"],
  es: [
    "a menudo",
    "a pesar",
    "a veces",
    "de las",
    "de los",
    "en el",
    "en la",
    "es que",
    "lo que",
    "me gusta",
    "me gustaría",
    "o sea",
    "por favor",
    "que me",
  ],
};

/**
 * For each language what is two words, folded, and the two as they are written.
 *
 * Chosen from what the models have in one word, or people are known to write, and is fifteen times as common in two:
 * no names, nor what is a word as well ("tome", "sobretodo"), nor what many write in one ("login", "zuviel").
 */
export const TOGETHER = new Map(
  Object.entries(PAIRS).map(([language, pairs]) => [
    language,
    new Map(pairs.map((pair) => [pair.toLowerCase().replaceAll(/[ -]/g, ""), pair])),
  ]),
);
