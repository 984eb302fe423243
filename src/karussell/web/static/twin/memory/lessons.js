/** What a finished text teaches: its sentences, without what is nobody's business. */

import { isLanguage, sentenceOf } from "../history/index.js";
import { first, isAlnum, isAlpha, isSpace, isUpper, last, length, rest, SPACE, split, trimEnd, trimStart } from "../text/characters.js";
import { fold, lastSentence, sentences, writtenWords } from "../text/index.js";

// Four digits in a row, and six in groups: cards, telephones, accounts, codes.
const DIGITS = /\p{Nd}{4,}/gu;
const GROUPED = /\p{Nd}{1,3}(?:(?:_|[^\p{L}\p{N}_\n,]){1,3}\p{Nd}{1,3})+/gu;
const LEAST_GROUPED = 6;
// Dates, amounts and times are groups of digits, too, and nobody's secret.
const D = String.raw`\p{Nd}`;
const DAY = `(?:0?[1-9]|[12]${D}|3[01])`;
const PLAIN = new RegExp(
  [
    String.raw`(?<!${D})(?<!${D}[\-.\/])${DAY}([\-.\/])${DAY}\1${D}${D}(?![\-.\/]?${D})`,
    `(?<!${D})(?<!${D}[.,:])${D}{1,2}[:h]${D}${D}(?::${D}${D})?(?!:?${D})`,
    `(?<!${D})(?<!${D}[.,])${D}{1,3}(?:(?:[.,'\u2019\u00a0\u202f]${D}{3})+(?:[.,]${D}${D}?)?|[.,]${D}${D}?)(?![.,]?${D})`,
    `(?<!${D})(?<!${D} )${D}{1,3}(?: ${D}{3})+(?:[.,]${D}${D}?)?` +
      `(?=[${SPACE}]?(?:[€$£¥]|eur|dollar|dólar|pound|pfund|franc|franken|peso))`,
  ].join("|"),
  "giu",
);
/** What stands in a text for a letter that nobody is to know, as for an object that is no text. */
export const HIDDEN = "\ufffc";
const HIDDEN_RUN = /\ufffc+/g;
/** Longer runs of letters are no words: a key that was held, a sequence of genes. */
export const MOST_LETTERS = 60;
// Words before one that tell whether all is in capitals.
const SHOUT = 16;
const ENDS_WORD = new RegExp(`[^${SPACE}]+$`);

/** The tag of a language as it is kept: "en-US" for "en_US"; "" for a name that is none. @param {string} language */
export function tag(language) {
  const found = language.replaceAll("_", "-");
  return isLanguage(found) ? found : "";
}

/** @typedef {boolean | ReadonlySet<string>} Meant which folded words are known to be no slips; true for all */

/**
 * The sentences of a text, in order.
 *
 * A sentence ends before four or more digits in a row, six in groups that are no date, time or amount, and before
 * what is `HIDDEN`, and another begins behind them.
 * @param {string} text
 * @param {object} told
 * @param {string} told.language the tag of its language
 * @param {number} told.time when it was finished, in UNIX seconds
 * @param {string | null} [told.before] what stands before it, for the sentence that goes on; null if nobody knows:
 * the capital of a single word may be its own then
 * @param {Meant} [told.meant]
 * @param {string | null} [told.app] the application it was written in
 */
export function taught(text, { language, time, before = null, meant = false, app = null }) {
  const isMeant = (/** @type {string} */ form) =>
    typeof meant === "boolean" ? meant : meant.size > 0 && meant.has(fold(form, language));
  return Array.from(runs(text, language, before), (words) => {
    const places = words.flatMap((form, place) => (isMeant(form) ? [place] : []));
    return sentenceOf({ words, language, time, app, meant: places });
  });
}

/** Whether a typed word holds nothing that is never kept, such as a number of four digits. @param {string} typed */
export function isAnybodys(typed) {
  return length(typed) <= MOST_LETTERS && !numbers(typed).length;
}

/** Where numbers stand that are never kept, and what is hidden. @param {string} text */
function numbers(text) {
  const found = [...text.matchAll(DIGITS), ...text.matchAll(HIDDEN_RUN)];
  // As many marks in their place, so that all else stays where it is.
  const plain = text.replace(PLAIN, (match) => ",".repeat(match.length));
  for (const match of plain.matchAll(GROUPED)) {
    if ((match[0].match(/\p{Nd}/gu) ?? []).length >= LEAST_GROUPED) found.push(match);
  }
  const spans = found.map((match) => [match.index, match.index + match[0].length]);
  return spans.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
}

/** What stands before each of those, and behind the last; nothing written together with one. @param {string} text */
function* stretches(text) {
  let end = 0;
  for (const [start, stop] of numbers(text)) {
    if (stop <= end) continue;
    const before = text.slice(end, start);
    yield isSpace(last(before)) || !before ? before : before.replace(ENDS_WORD, "");
    const behind = first(text.slice(stop));
    end = !behind || isSpace(behind) ? stop : stop + split(text.slice(stop))[0].length;
  }
  yield text.slice(end);
}

/**
 * The words of each stretch without a number, as they would stand inside a sentence.
 * @param {string} text
 * @param {string} language
 * @param {string | null} before
 * @returns {Iterable<string[]>}
 */
function* runs(text, language, before) {
  let soFar = before ? writtenWords(lastSentence(before, language)) : [];
  const alone = before === null ? trimStart(trimEnd(text)) : null;
  for (const line of text.split("\n")) {
    for (const sentence of sentences(line, language)) {
      let number = 0;
      for (const stretch of stretches(sentence)) {
        if (number++) soFar.push("0"); // a number stands there, or something that is hidden
        let words = [];
        for (const written of writtenWords(stretch)) {
          if (length(written) <= MOST_LETTERS) words.push(inside(written, soFar, language));
          else {
            if (words.length) yield words;
            words = [];
          }
          soFar.push(written);
        }
        if (words.length === 1 && alone === soFar[soFar.length - 1]) words = [calm(alone, language)];
        if (words.length) yield words;
      }
      soFar = [];
    }
  }
}

/**
 * A word as it would be written inside a sentence.
 *
 * Its capital at the start of a sentence, and its capitals among words that are all in capitals, are not its own.
 * @param {string} form the word as it is written
 * @param {readonly string[]} before the words of its sentence so far, as they are written
 * @param {string} language the tag of its language
 */
export function inside(form, before, language) {
  const word = fold(form, language);
  // In English the writer is large wherever they stand: "I", "I'm".
  if (form === word || (language.slice(0, 2) === "en" && word.split("'", 1)[0] === "i")) return form;
  if (isUpper(form) && length(form) > 1) {
    const near = before.slice(-SHOUT).filter((each) => isAlpha(each) && length(each) > 1);
    return near.every(isUpper) ? word : form;
  }
  const atStart = !before.some((each) => isAlnum(first(each)));
  return atStart && rest(form, 1) === fold(rest(form, 1), language) ? word : form;
}

/** @param {string} form @param {string} language */
function calm(form, language) {
  return isUpper(form) ? fold(form, language) : form;
}
