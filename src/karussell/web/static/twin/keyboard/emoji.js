/** Emoji by their names: what may be meant by ":smi". */

import { compare, isDigit, length, SPACE, tail } from "../text/characters.js";
import { fold } from "../text/index.js";
import { toned } from "../writing/index.js";

/** @typedef {readonly [string, number, readonly [number, string][]]} Named a sign, how new it is, and its names with their kinds, as Python told them */

// What is typed of a name: ":smi", ":thumbs_u", ":+1", ":smile:".
const QUERY = new RegExp(String.raw`(?<![^${SPACE}]):([\p{L}\p{N}_+\-]{2,}):?$`, "u");
const NAMES = 1;

/** What was typed of an emoji's name behind its colon, "" for none. @param {string} left */
export function emojiQuery(left) {
  const found = QUERY.exec(tail(left, 64));
  return found && !isDigit(found[1]) ? found[0] : "";
}

/**
 * The emoji whose names have words that start as a query does, best first.
 * @param {readonly Named[]} named all emoji in the writer's language
 * @param {string} query what was typed, with its colon
 * @param {string} language BCP 47 tag of the language of the names
 * @param {string} tone a skin tone for those that take one, "" for none
 * @param {number} limit how many at most
 */
export function findEmoji(named, query, language, tone, limit) {
  const asked = plain(query, language);
  /** @type {[number, number, number, string][]} */
  const found = [];
  for (const [emoji, age, names] of named) {
    /** @type {[number, number] | null} */
    let best = null;
    for (const [kind, name] of names) {
      const rank = rankOf(asked, kind, name);
      if (rank && (!best || rank[0] < best[0] || (rank[0] === best[0] && rank[1] < best[1]))) best = rank;
    }
    if (best) found.push([best[0], age, best[1], emoji]);
  }
  found.sort((one, other) => one[0] - other[0] || one[1] - other[1] || one[2] - other[2] || compare(one[3], other[3]));
  return found.slice(0, limit).map(([, , , emoji]) => toned(emoji, tone));
}

/** How well a name fits, null if it does not; and its length. @param {string} asked @param {number} kind @param {string} name @returns {[number, number] | null} */
function rankOf(asked, kind, name) {
  if (name === asked) return [0, length(name)];
  if (name.startsWith(asked)) return [1 + kind, length(name)];
  return name.includes(` ${asked}`) ? [1 + NAMES, length(name)] : null;
}

/** A name without colons, marks and ligatures, words parted by spaces. @param {string} name @param {string} language */
function plain(name, language) {
  const letters = fold(name.replace(/^:+|:+$/g, ""), language).replaceAll("\u0153", "oe").normalize("NFD");
  return letters.replace(/\p{M}/gu, "").replace(/[_-]/g, " ");
}
