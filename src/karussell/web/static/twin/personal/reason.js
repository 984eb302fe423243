/** Why a word is suggested. */

/**
 * One of the reasons for a word.
 * @typedef {object} Part
 * @property {string} source "network" or "rare" for a model's words; "habit" for what the writer wrote after the same
 * words; "cache" for a word written lately, "word" if no model has it
 * @property {string | null} language the tag of the language, null if nobody knows
 * @property {number} share its part of the probability, 0..1; all parts are 1 together
 * @property {readonly string[]} after the words of the writer's that it followed
 * @property {number} uses how often
 * @property {number | null} last when it was last written, in seconds since 1970; null if it was not
 */

/**
 * Why a word is suggested.
 * @typedef {object} Reason
 * @property {string} word the word, folded
 * @property {readonly Part[]} parts the reasons, the largest first
 */

/**
 * @param {string} source
 * @param {string | null} language
 * @param {number} share
 * @param {readonly string[]} [after]
 * @param {number} [uses]
 * @param {number | null} [last]
 * @returns {Part}
 */
export function partOf(source, language, share, after = [], uses = 0, last = null) {
  return { source, language, share, after, uses, last };
}
