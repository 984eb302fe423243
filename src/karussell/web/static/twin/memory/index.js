/** What a writer taught, whatever models they write with: learned, shown, forgotten. */

export { Kept } from "./kept.js";
export { HIDDEN, inside, isAnybodys, MOST_LETTERS, taught } from "./lessons.js";
export { Memory } from "./memory.js";
