/** Rules of writing by language: what a sign does to the space before it, and the like. */

export { typed } from "../../writing.js";
export { edge, edgeOf, goesOn, spaceBefore } from "./edges.js";
export { rulesOf, tellRules } from "./rules.js";
export { Shout, style, styleOf, toned } from "./style.js";
