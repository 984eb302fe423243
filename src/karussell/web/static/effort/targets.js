/**
 * What a switch can reach: the buttons of the page, as a tree of groups. A person goes through the groups,
 * then through what is in one.
 *
 * @typedef {HTMLButtonElement | Target[]} Target
 */

const COMMANDS = "#accents, #speak, #undo, #redo, #copy, #clear";

/** The rows as they are seen, from the words down. @returns {Target[]} */
export function rows() {
  const choices = buttons("#keyboard .choices");
  if (choices.length) return choices;
  const seen = [...document.querySelectorAll("#keyboard > .row, #keyboard > .emoji-grid")];
  const keys = seen.map((row) => (row.matches(".row") ? buttonsOf(row) : grid(row)));
  return [buttons(".paper > .forgotten"), buttons("#phrases"), buttons(".beside"), ...keys, pressable(COMMANDS)].filter((row) => row.length);
}

/** All of them. @param {Target[]} targets @returns {HTMLButtonElement[]} */
export function leaves(targets) {
  return /** @type {HTMLButtonElement[]} */ (targets.flat(Infinity));
}

/**
 * Groups so that what is likely takes few steps. A step leads to the next group, or to the next in one, so
 * what stands i-th in the g-th group takes g + i of them: the likelier a target, the cheaper its place.
 * @param {HTMLButtonElement[]} targets
 * @param {(target: HTMLButtonElement) => number} weight how likely it is that one is wanted
 * @returns {HTMLButtonElement[][]}
 */
export function byCost(targets, weight) {
  const likely = targets.map((target) => ({ target, weight: weight(target) })).sort((one, other) => other.weight - one.weight);
  /** @type {HTMLButtonElement[][]} */
  const groups = [];
  for (let cost = 0; likely.length; cost++) {
    for (let group = 0; group <= cost && likely.length; group++) {
      (groups[group] ??= []).push(/** @type {{target: HTMLButtonElement}} */ (likely.shift()).target);
    }
  }
  return groups;
}

/** @param {Element} element @returns {Target[]} */
function grid(element) {
  const groups = [...element.children].map((group) =>
    [...Map.groupBy(buttonsOf(group), (button) => button.offsetTop).values()],
  );
  return groups;
}

/** @param {string} selector of what they are in */
function buttons(selector) {
  return [...document.querySelectorAll(selector)].flatMap(buttonsOf);
}

/** @param {Element} element */
function buttonsOf(element) {
  return [...element.querySelectorAll("button")].filter(isPressable);
}

/** @param {string} selector */
function pressable(selector) {
  return /** @type {HTMLButtonElement[]} */ ([...document.querySelectorAll(selector)]).filter(isPressable);
}

/** @param {HTMLButtonElement} button */
export function isPressable(button) {
  return !button.disabled && button.checkVisibility({ visibilityProperty: true });
}
