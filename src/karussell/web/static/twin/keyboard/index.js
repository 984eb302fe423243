/** A predictive keyboard: text and keys in, suggestions and edits out. */

export { Context, DAMAGE, Field } from "./context.js";
export { fromWord, SEPARATORS } from "./place.js";
export { Predictor } from "./predictor.js";
export { Session } from "./session.js";
export { Kind, SLOTS, Strip } from "./suggestion.js";
