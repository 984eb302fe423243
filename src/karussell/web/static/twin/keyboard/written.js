/** Under which terms each stretch of a text was written: whether it may be learned, and for whom. */

import { HIDDEN } from "../memory/index.js";
import { head, length, rest, SPACE, trimEnd } from "../text/characters.js";
import { edited } from "./changes.js";
import { part, sameTerms } from "./context.js";

/** @typedef {import("./changes.js").Window} Window */
/** @typedef {import("./context.js").Terms} Terms */
/** @typedef {readonly [number, number, Terms]} Stretch where it begins and ends, in code points from the start of the text */
/** @typedef {readonly Stretch[]} Stretches in order; what stands beside them was written under the terms that hold now */

// Beyond the end of any text.
const END = 2 ** 53;
// What stays of a text that is hidden: where its words and sentences end.
const KEPT = new RegExp(`[^${SPACE}.!?\u2026]`, "gu");

/** A text whose length nobody knows. @param {Terms} terms @returns {Stretches} */
export function allUnder(terms) {
  return [[0, END, terms]];
}

/** Stretches once other terms hold: what stands there was written under those before. @param {Stretches} stretches @param {Terms} before @param {Terms} now */
export function underOthers(stretches, before, now) {
  return sameTerms(before, now) ? stretches : joined(filled(stretches, before), now);
}

/** Stretches after [begin, end) of the text was replaced by what is longer by a growth. @param {Stretches} stretches @param {number} begin @param {number} end @param {number} growth */
export function shifted(stretches, begin, end, growth) {
  /** @type {Stretch[]} */
  const found = [];
  for (const [start, stop, terms] of stretches) {
    found.push([start, Math.min(stop, begin), terms]);
    found.push([Math.max(start, end) + growth, stop === END ? stop : stop + growth, terms]);
  }
  return joined(found);
}

/** Stretches after a word of some length took the place of [start, end), under its terms. @param {Stretches} stretches @param {number} start @param {number} end @param {number} size */
export function replaced(stretches, start, end, size) {
  if (!stretches.length) return stretches;
  const here = termsWithin(stretches, start, end);
  const others = shifted(stretches, start, end, size - (end - start));
  return here ? joined([...others, /** @type {Stretch} */ ([start, start + size, here])].sort(byRange)) : others;
}

/** The terms under which a part of the text was written; null for those that hold now. @param {Stretches} stretches @param {number} start @param {number} end */
export function termsWithin(stretches, start, end) {
  return stretches.find(([begin, stop]) => begin < end && stop > start)?.[2] ?? null;
}

/** Stretches after an edit that was made elsewhere; what it brought is written now. @param {Stretches} stretches @param {Window} old @param {Window} now */
export function told(stretches, old, now) {
  if (!stretches.length) return stretches;
  let edit = edited(old, now);
  if (!edit) {
    const [end, last] = [old, now].map((each) => each.start + length(each.context.text));
    // No more than another part of the text.
    if (old.context.right || !(now.start <= end && end < last)) return stretches;
    edit = [end, end, last - end];
  }
  return shifted(stretches, ...edit);
}

/**
 * What of a text was written under which terms; of the rest only the ends of words are left.
 * @param {string} text the text; `HIDDEN` stands for letters of it that are not told
 * @param {Stretches} stretches the stretches of the text that it is a part of
 * @param {Terms} now the terms that hold now
 * @param {Window} window what is known of that text
 * @returns {Generator<[Terms, string]>}
 */
export function* parts(text, stretches, now, window) {
  const places = stretches.length && trimEnd(text) ? placesOf(text, window) : [];
  const listed = filled(stretches, now);
  if (!places.length) {
    // Where nobody knows which stretches it is, nothing of it is told if one is private.
    if (listed.every(([, , terms]) => terms.teaches)) yield [now, text];
    return;
  }
  const size = length(text);
  for (const [teaches, app] of new Map(listed.map(([, , { teaches, app }]) => [JSON.stringify([teaches, app]), /** @type {const} */ ([teaches, app])])).values()) {
    const ours = (terms) => terms.teaches === teaches && terms.app === app;
    /** @type {[Terms, number][]} */
    const letters = [];
    for (const [, , terms] of listed) {
      if (ours(terms) && !letters.some(([each]) => sameTerms(each, terms))) letters.push([terms, 0]);
    }
    let shown = text;
    for (const place of places) {
      for (const [start, end, terms] of listed) {
        const first = Math.max(0, start - place);
        const last = Math.max(0, Math.min(end - place, size));
        if (ours(terms)) {
          const counted = letters.find(([each]) => sameTerms(each, terms));
          if (counted) counted[1] += Math.max(0, last - first);
        } else if (first < last) {
          shown = head(shown, first) + part(shown, first, last).replace(KEPT, HIDDEN) + rest(shown, last);
        }
      }
    }
    if (letters.some(([, count]) => count)) {
      yield [letters.reduce((most, each) => (each[1] > most[1] ? each : most))[0], shown];
    }
  }
}

/** Where a text may begin, in code points from the start of the whole: nowhere if not there. @param {string} text @param {Window} window */
function placesOf(text, window) {
  const known = window.context.text;
  const { left } = window.context;
  const line = left.slice(left.lastIndexOf("\n") + 1);
  const wanted = text.replace(/[\\^$.*+?()[\]{}|\/]/g, "\\$&").replaceAll(HIDDEN, ".");
  // Whole lines, else anywhere.
  for (const pattern of [`(?<![^\n])(?:${wanted})(?![^\n])`, wanted]) {
    const found = [...known.matchAll(new RegExp(pattern, "gsu"))];
    if (found.length) return found.map((match) => window.start + length(known.slice(0, match.index)));
  }
  // It goes on behind what is known, or begins before it.
  const place = line ? text.indexOf(line) : -1;
  if (place < 0) return [];
  return [window.start + length(left) - length(line) - length(text.slice(0, place))];
}

/** Stretches, and what stands beside them, which was written under these terms. @param {Stretches} stretches @param {Terms} terms @returns {Stretch[]} */
function filled(stretches, terms) {
  const ends = [0, ...stretches.flatMap(([start, end]) => [start, end]), END];
  /** @type {Stretch[]} */
  const beside = [];
  for (let at = 0; at < ends.length; at += 2) beside.push([ends[at], ends[at + 1], terms]);
  return [...stretches, ...beside].filter(([start, end]) => start < end).sort(byRange);
}

/** @param {Stretch} one @param {Stretch} other */
const byRange = (one, other) => one[0] - other[0] || one[1] - other[1];

/** Those that are not empty, and not under the terms that hold now; neighbours as one. @param {Stretch[]} stretches @param {Terms | null} [now] @returns {Stretches} */
function joined(stretches, now = null) {
  /** @type {Stretch[]} */
  const found = [];
  for (const [start, end, terms] of stretches) {
    if (start >= end || (now && sameTerms(terms, now))) continue;
    const before = found.at(-1);
    if (before && before[1] === start && sameTerms(before[2], terms)) found[found.length - 1] = [before[0], end, terms];
    else found.push([start, end, terms]);
  }
  return found;
}
