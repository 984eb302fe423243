/** Text in: spelling, words, sentences, graphemes and the vocabulary. */

export { fold, normalise } from "./normalise.js";
