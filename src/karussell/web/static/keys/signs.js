/** What the keys say to a person: drawings and names. */

/** The language of these names. */
export const NAMES_ARE = "en";

/**
 * What a key with a name says, how wide it is beside a letter (0: what the row leaves), and what is on
 * it: a text, or the strokes of a drawing 24 by 24.
 * @type {Record<string, {label: string, width: number, text?: string, strokes?: string[]}>}
 */
export const NAMED = {
  shift: { label: "Shift", width: 0, strokes: ["M12 4 4.5 12H9v5h6v-5h4.5z", "M9 20.5h6"] },
  backspace: { label: "Backspace", width: 0, strokes: ["M9 6h11v12H9l-5.5-6z", "m12 9.5 5 5m0-5-5 5"] },
  symbols: { label: "Digits and symbols", width: 1.25, text: "123" },
  more: { label: "More symbols", width: 0, text: "=\\<" },
  letters: { label: "Letters", width: 1.25, text: "ABC" },
  emoji: {
    label: "Emoji",
    width: 1,
    strokes: ["M12 3.5a8.5 8.5 0 1 0 .01 0z", "M8.2 13.8a4.4 4.4 0 0 0 7.6 0", "M9 9.3v.9m6-.9v.9"],
  },
  find: {
    label: "Find an emoji by its name",
    width: 1,
    strokes: ["M10.5 4.5a6 6 0 1 0 .01 0z", "m15 15 4.5 4.5"],
  },
  space: { label: "Space", width: 0 },
  enter: { label: "New line", width: 1.25, strokes: ["M19 6v7H6", "m9.5 9.5-3.5 3.5 3.5 3.5"] },
};

/**
 * Characters whose names a screen reader should not have to guess.
 * @type {Record<string, string>}
 */
export const SPOKEN = {
  ",": "Comma",
  ".": "Full stop",
  "…": "Ellipsis",
  "'": "Apostrophe",
  "’": "Curly apostrophe",
  "‘": "Opening single quote",
  "‚": "Low single quote",
  "‹": "Left single guillemet",
  "›": "Right single guillemet",
  "`": "Backtick",
  "´": "Acute accent",
  '"': "Quotation mark",
  "“": "Left quotation mark",
  "”": "Right quotation mark",
  "„": "Low quotation mark",
  "«": "Left guillemet",
  "»": "Right guillemet",
  ":": "Colon",
  ";": "Semicolon",
  "!": "Exclamation mark",
  "?": "Question mark",
  "¿": "Opening question mark",
  "¡": "Opening exclamation mark",
  "-": "Hyphen",
  "–": "En dash",
  "—": "Em dash",
  "·": "Middle dot",
  _: "Underscore",
  "(": "Opening bracket",
  ")": "Closing bracket",
  "[": "Opening square bracket",
  "]": "Closing square bracket",
  "{": "Opening brace",
  "}": "Closing brace",
  "<": "Less than",
  ">": "Greater than",
  "/": "Slash",
  "\\": "Backslash",
  "|": "Vertical bar",
  "~": "Tilde",
  "^": "Circumflex",
  "*": "Asterisk",
  "+": "Plus",
  "=": "Equals",
  "@": "At",
  "#": "Hash",
  "&": "Ampersand",
  "%": "Per cent",
  "°": "Degree",
  "§": "Section",
  "•": "Bullet",
};
