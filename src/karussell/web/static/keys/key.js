/** A key: a button with a cap on it, and its place among the others. */

import { NAMED, NAMES_ARE, SPOKEN } from "/keys/signs.js";

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {{x: number, y: number}} Point */

/**
 * @param {string} name the character that it writes, or one of `NAMED`
 * @param {{text?: string, hint?: string, width?: number}} [more] another text on the cap, what a long
 *   press gives, and how wide it is beside a letter
 */
export function makeKey(name, { text, hint = "", width = 1 } = {}) {
  const key = document.createElement("button");
  key.type = "button";
  key.dataset.key = name;
  const cap = document.createElement("span");
  cap.className = "cap";
  key.append(cap);
  if (hint) cap.dataset.hint = hint;
  key.style.setProperty("--width", String(width));
  const named = NAMED[name];
  if (named) {
    const shown = text ?? named.text ?? "";
    const { label } = named;
    key.classList.add("named", name);
    key.lang = NAMES_ARE; // whatever is written with the others
    // What is seen on it is a part of its name: who speaks to the machine says what is seen.
    const spoken = named.text ? `${shown}, ${label.toLowerCase()}` : [label, shown].filter(Boolean).join(", ");
    key.setAttribute("aria-label", spoken);
    cap.append(named.strokes ? draw(named.strokes) : shown);
  } else {
    if (name in SPOKEN) {
      key.lang = NAMES_ARE;
      key.setAttribute("aria-label", SPOKEN[name]);
    }
    cap.textContent = text ?? name;
  }
  return key;
}

/** @param {string[]} strokes */
function draw(strokes) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  for (const stroke of strokes) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", stroke);
    drawing.append(path);
  }
  return drawing;
}

/**
 * The button that lies nearest to a point; none is farther than the others let it be.
 * @param {Iterable<HTMLElement>} buttons
 * @param {Point} point
 */
export function nearest(buttons, { x, y }) {
  let found = null;
  let least = Infinity;
  for (const button of buttons) {
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const distance = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
    if (distance < least) [found, least] = [button, distance];
  }
  return found;
}

/**
 * Where a point lies in key widths and heights, from the upper left corner of a key.
 * @param {HTMLElement} first the first key of the alphabet
 * @param {Point} point
 */
export function inKeys(first, { x, y }) {
  const { left, top, width, height } = first.getBoundingClientRect();
  return { x: rounded((x - left) / width), y: rounded((y - top) / height) };
}

/** @param {number} value */
function rounded(value) {
  return Math.round(1000 * value) / 1000;
}

const STEPS = new Map([
  ["ArrowLeft", { down: 0, right: -1 }],
  ["ArrowRight", { down: 0, right: 1 }],
  ["ArrowUp", { down: -1, right: 0 }],
  ["ArrowDown", { down: 1, right: 0 }],
]);

/**
 * The button that an arrow key leads to; the last in a row or column leads to the first.
 * @param {HTMLElement[]} buttons
 * @param {HTMLElement} from
 * @param {string} arrow as KeyboardEvent.key names it
 * @returns {HTMLElement | undefined} nothing for other keys
 */
export function neighbour(buttons, from, arrow) {
  const step = STEPS.get(arrow);
  if (!step || !buttons.includes(from)) return undefined;
  const rows = [...Map.groupBy(buttons, (button) => Math.round(button.getBoundingClientRect().top)).values()];
  const at = rows.findIndex((row) => row.includes(from));
  const place = rows[at].indexOf(from);
  if (step.right) return rows[at][(place + step.right + rows[at].length) % rows[at].length];
  const row = rows[(at + step.down + rows.length) % rows.length];
  const middle = middleOf(from);
  // Between two that are as near, the one at the same place in its row: up comes back from down.
  const far = row.map((button, index) => Math.abs(middleOf(button) - middle) + Math.abs(index - place));
  return row[far.indexOf(Math.min(...far))];
}

/** @param {HTMLElement} button */
function middleOf(button) {
  const { left, width } = button.getBoundingClientRect();
  return left + width / 2;
}
