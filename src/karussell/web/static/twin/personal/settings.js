/** How much a writer's own text counts beside a model. */

/**
 * How much uses behind the same words count.
 *
 * What is left to everything else is sigma(g . f) with f = 1, the logarithms of one more than the uses, the
 * different words, and the words used once, of the model's most probable word, and a third of that of the words
 * since the last use.
 * @typedef {object} Habit
 * @property {readonly number[]} gate the weights g of these, in this order
 * @property {readonly [number, number]} lately how much more the uses of the last few sentences count, and of the
 * last few pages
 * @property {number} discount what is taken from each different word's uses
 */

/**
 * @typedef {object} Settings
 * @property {readonly Habit[]} habits for each number of words that agree, from none on
 * @property {number} pages after how many words a use counts for 1/e of those of the last pages
 * @property {number} sentences the same for those of the last few sentences
 * @property {number} tilt the power of how much more often than others the writer uses a word
 * @property {number} floor how much less likely a word may become that the writer uses more seldom than others
 * @property {number} doubt how many uses of a word speak for and against that, before there are any
 */

/** The numbers are Python's, where it is said how they were found. @type {Settings} */
export const SETTINGS = Object.freeze({
  habits: Object.freeze([
    habit([2.147, -0.869, 0.46, 0.918, 0.3, 0.0], [31.7, 0.592], 0.169),
    habit([2.373, -1.796, 0.498, 1.492, 0.256, 0.979], [6.84, 0.579], 0.707),
    habit([0.945, -1.459, 0.308, 1.34, -0.193, 0.705], [1.39, 0.739], 0.631),
    habit([0.428, -0.49, 0.222, 1.016, 0.136, 0.528], [0.948, 0.887], 0.508),
  ]),
  pages: 1000.0,
  sentences: 150.0,
  tilt: 0.5,
  floor: 0.8,
  doubt: 0.7,
});

/**
 * @param {number[]} gate
 * @param {[number, number]} lately
 * @param {number} discount
 * @returns {Habit}
 */
function habit(gate, lately, discount) {
  return Object.freeze({ gate, lately, discount });
}
