/** What a writer taught, as entries: checked, found, and told to other programs. */

export { COUNTS, check, isLanguage, rejectionOf, repairOf, same, savingOf, sentenceOf } from "./entries.js";
export { exported, parsed } from "./exchange.js";
export { selected } from "./selection.js";
export { Standing } from "./standing.js";
