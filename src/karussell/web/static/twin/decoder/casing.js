/** How a suggestion is written, given what was typed and where. */

import { first, head, isAlnum, isAlpha, isAscii, isUpper, length, rest } from "../text/characters.js";
import { fold } from "../text/index.js";
import { Shout, style as styled, toned } from "../writing/index.js";

/** @typedef {import("../writing/style.js").Style} Style */

// Below this many, a capital is the start of a word and not of a shout.
const ALL_CAPS_LETTERS = 2;
// Signs that are shown as text unless the sign behind them asks for the emoji.
const PLAIN_SIGN = /^[\u2600-\u27bf]$/;
const AS_EMOJI = "\ufe0f";
const STRAIGHT = "'";
const CURLY = "\u2019";
const PLAIN = styled();

/**
 * The form of a word that follows the writer's own.
 * @param {string} display how the word is usually written inside a sentence
 * @param {string} prefix what was typed of it, as it was typed
 * @param {object} where
 * @param {boolean} where.startsSentence whether the word is the first of its sentence
 * @param {Style} [where.style] how the writer has written so far
 * @param {string} [where.language] BCP 47 tag, for the capitals of i
 */
export function cased(display, prefix, { startsSentence, style = PLAIN, language = "" }) {
  if (!isAscii(display)) {
    if (PLAIN_SIGN.test(display)) display += AS_EMOJI;
    if (style.tone && !isAlnum(first(display))) return toned(display, style.tone);
  }
  let form = display;
  if (startsSentence || style.shout || prefix !== prefix.toLowerCase()) {
    form = capitals(display, prefix, startsSentence, style, language);
  }
  if (!form.includes(STRAIGHT)) return form;
  const curly = prefix.includes(CURLY) || (style.apostrophe === CURLY && !prefix.includes(STRAIGHT));
  return curly ? form.replaceAll(STRAIGHT, CURLY) : form;
}

/** @param {string} display @param {string} prefix @param {boolean} startsSentence @param {Style} style @param {string} language */
function capitals(display, prefix, startsSentence, style, language) {
  if (shouts(display, prefix, style)) return upper(display, prefix, style, language);
  // A word with a digit is no word of a sentence: "mp3".
  const large = isUpper(first(prefix)) || (startsSentence && !/\p{Nd}/u.test(display));
  if (large && display === fold(display, language)) return kept(prefix, capital(display, language), language);
  return kept(prefix, display, language);
}

/** @param {string} display @param {string} prefix @param {Style} style */
function shouts(display, prefix, style) {
  if (!prefix) return style.shout === Shout.YES;
  if (!isUpper(prefix)) return false;
  if (style.shout) return true;
  return !display.startsWith(prefix) && [...prefix].filter(isAlpha).length >= ALL_CAPS_LETTERS;
}

/** The form, with the capitals that were typed inside it. @param {string} prefix @param {string} form @param {string} language */
function kept(prefix, form, language) {
  const inner = rest(prefix, 1);
  if (inner === inner.toLowerCase() || form.startsWith(prefix)) return form;
  const letters = length(prefix);
  const same = fold(head(form, letters), language) === fold(prefix, language);
  const written = prefix.replaceAll(CURLY, STRAIGHT) + rest(form, letters);
  return same && fold(written, language) === fold(form, language) ? written : form;
}

/** The word in capitals, unless they change the letters themselves, as they do with ß and SS. @param {string} display @param {string} prefix @param {Style} style @param {string} language */
function upper(display, prefix, style, language) {
  let text = dotted(display, language);
  if (style.sharpS || style.shout || prefix.includes("\u1e9e")) text = text.replaceAll("\u00df", "\u1e9e");
  return ifSame(text.toUpperCase(), display, language);
}

/** @param {string} display @param {string} language */
function capital(display, language) {
  const letters = language.slice(0, 2) === "nl" && display.startsWith("ij") ? 2 : 1;
  const large = dotted(head(display, letters), language).toUpperCase();
  return ifSame(large + rest(display, letters), display, language);
}

/** @param {string} text @param {string} language */
function dotted(text, language) {
  return ["tr", "az"].includes(language.slice(0, 2)) ? text.replaceAll("i", "\u0130") : text;
}

/** @param {string} form @param {string} display @param {string} language */
function ifSame(form, display, language) {
  return fold(form, language) === fold(display, language) ? form : display;
}
