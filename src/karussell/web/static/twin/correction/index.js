/** What was typed, and what was meant: keys, errors, and the words behind them. */

export { Carried } from "./carried.js";
export { Channel, LONGEST_TYPED, ODDS } from "./channel.js";
export { ASPECT, Geometry, plain } from "./geometry.js";
export { knownAs, KnownWords, LANGUAGES, OTHERS } from "./known-words.js";
export { ANY_LANGUAGE, FEATURES, Kind, Network, Parameters, Side } from "./learned.js";
