/**
 * What of a text the server is told: the words around a place, whole ones.
 *
 * @typedef {{left: string, right: string, start: number}} Context `start` is how many code points of the
 *   text stand before `left`
 */

import { NO_LETTER } from "./letters.js";

const LEFT = 1000; // code units before the place that are told at least
const RIGHT = 200;
const NEAR = 200; // code units within which white space is looked for
const LONGEST = 4000; // the server reads no more at once

/**
 * The text around a place. In a long text the beginning is left out, at a place that moves only every
 * thousand characters: what was read before stays read.
 * @param {string} text
 * @param {number} begin of the selection
 * @param {number} end of the selection
 * @returns {Context}
 */
export function contextAt(text, begin, end) {
  const left = fromWord(text.slice(0, begin), Math.max(0, Math.floor((begin - LEFT) / LEFT) * LEFT));
  return { left, right: untilWord(text, end), start: codePoints(text.slice(0, begin - left.length)) };
}

/**
 * @param {Context} one
 * @param {Context} other
 */
export function same(one, other) {
  return one.left === other.left && one.right === other.right && one.start === other.start;
}

/** The line that ends a text, as far as the server reads it. @param {string} text */
export function lastLine(text) {
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return fromWord(line, Math.max(0, line.length - LONGEST));
}

/**
 * A text from a place on, or from the first word behind it: half a word is none. Without white space,
 * as in lists without any, other signs part words, too.
 * @param {string} text
 * @param {number} cut
 */
function fromWord(text, cut) {
  if (cut === 0 || /\s/.test(text[cut - 1])) return text.slice(cut);
  const rest = text.slice(cut);
  const gap = /\s/.exec(rest.slice(0, NEAR)) ?? NO_LETTER.exec(rest);
  return gap ? rest.slice(gap.index + gap[0].length) : "";
}

/**
 * @param {string} text
 * @param {number} from
 */
function untilWord(text, from) {
  const rest = text.slice(from, from + RIGHT);
  if (from + RIGHT >= text.length || /\s/.test(text[from + RIGHT])) return rest;
  const gap = /\s(?=\S*$)/.exec(rest);
  return gap ? rest.slice(0, gap.index + 1) : rest.replace(/[\ud800-\udbff]$/, "");
}

/** How many code points a text has. @param {string} text */
export function codePoints(text) {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
