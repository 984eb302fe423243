/** A model of words at run time. */

export { LanguageModel, openModel } from "./network.js";
export { RareWords } from "./rare.js";
export { Reader, StateCache } from "./reader.js";
