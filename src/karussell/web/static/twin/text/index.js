/** Text in: spelling, words, sentences, graphemes and the vocabulary. */

export { abbreviations, tellAbbreviations } from "./abbreviations.js";
export { fold, normalise } from "./normalise.js";
export { isTitled, lastSentence, sentences } from "./sentences.js";
export { spelledOut, tellStandsFor } from "./spelled.js";
export { UNKNOWN, Vocabulary } from "./vocabulary.js";
export { linesIn } from "./word-list.js";
export { graphemes, isSpelled, words, writtenWords } from "./words.js";
