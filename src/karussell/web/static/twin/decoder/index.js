/** From probabilities to the words that are shown. */

export { candidates, weighed } from "./candidates.js";
export { cased } from "./casing.js";
export { Shown } from "./shown.js";
export { modelSources, Origin, ownSource, Source } from "./sources.js";
