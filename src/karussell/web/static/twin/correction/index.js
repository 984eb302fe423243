/** What was typed, and what was meant: keys, errors, and the words behind them. */

export { Carried } from "./carried.js";
export { Channel, ODDS } from "./channel.js";
export { Correction, corrections, followedBy, NEW_LETTER } from "./corrections.js";
export { LONGEST_TYPED } from "../engine/lattice.js";
export { ASPECT, Geometry, plain } from "./geometry.js";
export { Judges } from "./judges.js";
export { knownAs, KnownWords, LANGUAGES, OTHERS } from "./known-words.js";
export { ANY_LANGUAGE, FEATURES, Kind, Network, Parameters, Side } from "./learned.js";
export { Protection, tokenOf } from "./protection.js";
export { Judge } from "./verdict.js";
