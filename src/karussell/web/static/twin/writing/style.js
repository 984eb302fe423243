/** How a writer writes: in capitals or not, with which apostrophe, in which skin tone. */

import { head, isAscii, isUpper, length, tail } from "../text/characters.js";
import { fold } from "../text/index.js";

// As far back as a style is looked for.
const REACH = 400;
const CURLY = "\u2019";
const STRAIGHT = "'";
const LETTER = String.raw`[\p{L}\p{Nl}\p{No}]`;
// Apostrophes between letters; and quotes, which a writer seldom has of two kinds.
const APOSTROPHE = new RegExp(String.raw`(?<![^\p{L}\p{N}_])['\u2019](?=${LETTER})`, "gu");
const QUOTE = /["\u201c\u201d\u201e]/g;
const TONE = /[\u{1f3fb}-\u{1f3ff}]/gu;
const WORD = new RegExp(String.raw`${LETTER}+(?:['\u2019]${LETTER}+)*`, "gu");
const PEOPLE = /\p{Emoji_Modifier_Base}/gu;
// Fewer letters are a word such as "I", or the beginning of any.
const SHOUTED_LETTERS = 2;
// So many shouted words in a row, of so many letters together, are a shout and no abbreviations.
const SHOUTED_WORDS = 2;
const SHOUTED_IN_ALL = 4;

/** Whether a writer has all in capitals; MAYBE: all words of the sentence so far. */
export const Shout = Object.freeze({ NO: 0, MAYBE: 1, YES: 2 });

/**
 * @typedef {{shout: number, sharpS: boolean, apostrophe: string, tone: string}} Style how somebody writes at a
 * place: whether all is in capitals, whether they have a capital ß, their own apostrophe, and the skin tone that
 * their last emoji with one has
 */

/** @param {Partial<Style>} [other] @returns {Readonly<Style>} */
export function style(other = {}) {
  return Object.freeze({ shout: Shout.NO, sharpS: false, apostrophe: STRAIGHT, tone: "", ...other });
}

/**
 * How somebody writes who has written a text.
 * @param {string} before the text before a word
 * @param {(word: string) => boolean} [isAcronym] whether a word, folded, is always written in capitals
 * @param {string} [right] what stands behind the word, for an apostrophe where there is none before it
 */
export function styleOf(before, isAcronym = () => false, right = "") {
  const near = tail(before, REACH);
  const shout = shoutIn(near.slice(near.lastIndexOf("\n") + 1), isAcronym);
  if (isAscii(near)) {
    const known = isAscii(right) || near.includes(STRAIGHT);
    return style({ shout, apostrophe: known ? STRAIGHT : apostropheIn(head(right, REACH)) });
  }
  const tone = before.match(TONE)?.at(-1) ?? "";
  return style({ shout, sharpS: near.includes("\u1e9e"), apostrophe: apostropheIn(near), tone });
}

/** An emoji in a skin tone, if it is of one person and takes one. @param {string} emoji @param {string} tone */
export function toned(emoji, tone) {
  const found = tone ? [...emoji.matchAll(PEOPLE)] : [];
  if (found.length !== 1) return emoji;
  const end = found[0].index + found[0][0].length;
  const rest = emoji.slice(end);
  return emoji.slice(0, end) + tone + (rest.startsWith("\ufe0f") ? rest.slice(1) : rest);
}

/** @param {string} line @param {(word: string) => boolean} isAcronym */
function shoutIn(line, isAcronym) {
  let row = 0;
  let letters = 0;
  let acronyms = 0;
  for (const word of (line.match(WORD) ?? []).reverse()) {
    const long = length(word);
    if (long < SHOUTED_LETTERS || word.toLowerCase() === word.toUpperCase()) continue;
    if (!isUpper(word)) return Shout.NO;
    row += 1;
    letters += long;
    if (isAcronym(fold(word))) acronyms += 1;
    if (row - acronyms >= 1 && row >= SHOUTED_WORDS && letters >= SHOUTED_IN_ALL) return Shout.YES;
  }
  return row > acronyms ? Shout.MAYBE : Shout.NO;
}

/** @param {string} near */
function apostropheIn(near) {
  const found = near.match(APOSTROPHE);
  if (found) return found.at(-1) === CURLY ? CURLY : STRAIGHT;
  const quote = near.match(QUOTE)?.at(-1);
  return quote && quote !== '"' ? CURLY : STRAIGHT;
}
