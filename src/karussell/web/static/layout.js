/**
 * The rows of the on-screen keyboard.
 *
 * A key that writes is its character; the others go by the names below.
 *
 * @typedef {"letters" | "symbols"} Layer
 */

/**
 * What a key with a name says to a person, how wide it is beside a letter, and what is on it: a text,
 * or the strokes of a drawing 24 by 24.
 * @type {Record<string, {label: string, width: number, text?: string, strokes?: string[]}>}
 */
export const NAMED = {
  shift: { label: "Shift", width: 1.5, strokes: ["M12 4 4.5 12H9v5h6v-5h4.5z", "M9 20.5h6"] },
  backspace: { label: "Backspace", width: 1.5, strokes: ["M9 6h11v12H9l-5.5-6z", "m12 9.5 5 5m0-5-5 5"] },
  symbols: { label: "Digits and symbols", width: 1.5, text: "123" },
  letters: { label: "Letters", width: 1.5, text: "ABC" },
  space: { label: "Space", width: 5 },
  enter: { label: "New line", width: 1.5, strokes: ["M19 6v7H6", "m9.5 9.5-3.5 3.5 3.5 3.5"] },
};

/**
 * The rows of letters where a language has others than English.
 * @type {Record<string, string[][]>}
 */
const LETTERS = {
  de: [[..."qwertzuiopü"], [..."asdfghjklöä"], ["shift", ..."yxcvbnmß", "backspace"]],
  es: [
    [..."áéíóúü¿¡"],
    [..."qwertyuiop"],
    [..."asdfghjklñ"],
    ["shift", ..."zxcvbnm", "backspace"],
  ],
  fr: [
    [..."éèêàâçîôûù"],
    [..."azertyuiop"],
    [..."qsdfghjklm"],
    ["shift", ..."wxcvbn'", "backspace"],
  ],
};
const ENGLISH = [[..."qwertyuiop"], [..."asdfghjkl"], ["shift", ..."zxcvbnm", "backspace"]];

/**
 * The rows of each layer.
 * @param {string} language a BCP 47 tag; "" and those we do not know have English letters
 * @returns {Record<Layer, string[][]>}
 */
export function layersOf(language) {
  return {
    letters: [
      ...(LETTERS[language.split("-")[0]] ?? ENGLISH),
      ["symbols", ",", "space", ".", "enter"],
    ],
    symbols: [
      [..."1234567890"],
      [..."@#€%&-+()/"],
      [..."$*\"':;!?", "backspace"],
      ["letters", ",", "space", ".", "enter"],
    ],
  };
}

/**
 * Characters whose names a screen reader should not have to guess.
 * @type {Record<string, string>}
 */
export const SPOKEN = {
  ",": "Comma",
  ".": "Full stop",
  "'": "Apostrophe",
  '"': "Quotation mark",
  ":": "Colon",
  ";": "Semicolon",
  "!": "Exclamation mark",
  "?": "Question mark",
  "-": "Hyphen",
  "(": "Opening bracket",
  ")": "Closing bracket",
  "/": "Slash",
  "¿": "Opening question mark",
  "¡": "Opening exclamation mark",
  "*": "Asterisk",
  "+": "Plus",
};
