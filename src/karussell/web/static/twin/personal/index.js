/** What a writer's own text tells of the words to come: mixed with what the models say. */

export { Personal } from "./mixture.js";
export { SETTINGS } from "./settings.js";
export { foldedOf, taughtOf } from "./taught.js";
