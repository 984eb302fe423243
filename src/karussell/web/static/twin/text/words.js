/** Words and graphemes: where a text is cut. */

import { graphemes as clusters } from "../../graphemes.js";
import { isAlnum, isAscii, first, SPACE } from "./characters.js";
import { fold, normalise } from "./normalise.js";

// A word is a run of letters, marks and digits with apostrophes inside: "don't", "3rd", "naïve".
const LETTERS = String.raw`[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:'\p{L}[\p{L}\p{M}]*)*`;
// So is an emoticon that stands alone: ":-)", ";P", "<3".
const EMOTICON = String.raw`(?<![^${SPACE}])(?:[:;=]'?-?(?:\)+|\(+|[DdPpOo3\/|*\[\]])|<3)(?![^${SPACE}])`;
// And so is an emoji, and a flag; not one that is joined with others.
const EMOJI = String.raw`(?<!\u200d)(?![\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u3030\u303d])\p{Extended_Pictographic}(?!\u200d)|\p{Regional_Indicator}{2}`;
const WORD = new RegExp(`${LETTERS}|${EMOTICON}|${EMOJI}`, "gu");
// The same for ASCII text, which needs no tables of Unicode.
const ASCII_WORD = new RegExp(String.raw`[A-Za-z0-9]+(?:'[A-Za-z]+)*|${EMOTICON}`, "g");

/** The words of a text as they are written, without punctuation; emoji and emoticons count. @param {string} text @returns {string[]} */
export function writtenWords(text) {
  text = normalise(text);
  return text.match(isAscii(text) ? ASCII_WORD : WORD) ?? [];
}

/**
 * The words of a text as a model reads them: in lower case, without punctuation.
 * @param {string} text
 * @param {string} [language] its BCP 47 tag, for what `fold` needs it
 */
export function words(text, language = "") {
  return writtenWords(text).map((word) => fold(word, language));
}

/** Whether a word has letters or digits to type; emoji and emoticons have none. @param {string} word */
export function isSpelled(word) {
  return isAlnum(first(word));
}

/** The grapheme clusters of a text: what a person calls its characters. @param {string} text @returns {string[]} */
export function graphemes(text) {
  return isAscii(text) && !text.includes("\r") ? text.split("") : clusters(text);
}
