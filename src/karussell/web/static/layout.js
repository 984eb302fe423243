/**
 * The layouts of the on-screen keyboard: which keys stand where, in each of its layers.
 *
 * A key that writes is its character; the others go by the names in `signs.js`. A key is 1 wide, and the
 * wide ones at the ends of a row share what the widest row leaves, so that a place on the keys can be
 * told in key widths and heights, whatever the screen.
 *
 * @typedef {"letters" | "symbols" | "more"} Rows
 * @typedef {Rows | "emoji"} Layer
 * @typedef {{name: string, label: string, units: number, accents: number, letters: string[][]}} Layout
 *   `units` is the width of its widest row, `accents` the number of rows above the alphabet
 */

const SHIFTED = (/** @type {string} */ letters) => ["shift", ...letters, "backspace"];
const FOOT = ["symbols", "emoji", ",", "space", ".", "enter"];

/** @type {Layout[]} */
const KNOWN = [
  {
    name: "qwerty",
    label: "QWERTY",
    units: 10,
    accents: 0,
    letters: [
      [..."qwertyuiop"],
      [..."asdfghjkl"],
      SHIFTED("zxcvbnm"),
      ["symbols", "emoji", ",", "space", "'", ".", "enter"],
    ],
  },
  {
    name: "qwertz",
    label: "QWERTZ (German)",
    units: 11,
    accents: 0,
    letters: [[..."qwertzuiopü"], [..."asdfghjklöä"], SHIFTED("yxcvbnmß"), FOOT],
  },
  {
    name: "azerty",
    label: "AZERTY (French)",
    units: 10,
    accents: 1,
    letters: [[..."éèêàâçîôûù"], [..."azertyuiop"], [..."qsdfghjklm"], SHIFTED("wxcvbn'"), FOOT],
  },
  {
    name: "dvorak",
    label: "Dvorak",
    units: 11,
    accents: 0,
    letters: [
      [..."',.pyfgcrl"],
      [..."aoeuidhtns"],
      SHIFTED("qjkxbmwvz"),
      ["symbols", "emoji", "-", "space", "?", "enter"],
    ],
  },
  {
    name: "qwerty-es",
    label: "QWERTY (Spanish)",
    units: 10,
    accents: 1,
    letters: [[..."áéíóúü¿¡"], [..."qwertyuiop"], [..."asdfghjklñ"], SHIFTED("zxcvbnm"), FOOT],
  },
];

/** The layouts there are, in the order in which they are offered. @type {readonly {name: string, label: string}[]} */
export const LAYOUTS = KNOWN;

/** @type {Record<string, string>} */
const OF_LANGUAGE = { de: "qwertz", fr: "azerty", es: "qwerty-es" };

/**
 * The layout that a language is written on; "qwerty" where we know no other.
 * @param {string} language a BCP 47 tag, or ""
 */
export function layoutOf(language) {
  return OF_LANGUAGE[language.toLowerCase().split("-")[0]] ?? "qwerty";
}

/**
 * @param {string} name one of `LAYOUTS`, or else the language decides
 * @param {string} language
 */
export function layoutNamed(name, language) {
  const wanted = KNOWN.find((layout) => layout.name === name);
  return wanted ?? /** @type {Layout} */ (KNOWN.find((layout) => layout.name === layoutOf(language)));
}

/**
 * The rows of the layers of a layout.
 * @param {Layout} layout
 * @param {string} language what the currency is guessed from
 * @returns {Record<Rows, string[][]>}
 */
export function layersOf(layout, language) {
  const foot = ["letters", "emoji", ",", "space", ".", "enter"];
  return {
    letters: withApostrophe(layout.letters, language),
    symbols: [
      [..."1234567890"],
      [..."@#", currencyOf(language), ..."%&-+()/"],
      ["more", ...`*"':;!?`, "backspace"],
      foot,
    ],
    more: [[..."[]{}<>=^~`"], [..."_\\|°§•£€$¥"], ["symbols", ..."¿¡«»„“–", "backspace"], foot],
  };
}

/**
 * English needs an apostrophe at hand, whatever the layout.
 * @param {string[][]} letters
 * @param {string} language
 */
function withApostrophe(letters, language) {
  if (language.split("-")[0] !== "en" || letters.some((row) => row.includes("'"))) return letters;
  return letters.map((row) => row.flatMap((name) => (name === "space" ? [name, "'"] : [name])));
}

/** @param {string} language */
function currencyOf(language) {
  const [spoken, ...rest] = language.split("-");
  const land = rest.find((part) => /^[A-Za-z]{2}$/.test(part))?.toUpperCase();
  if (land === "GB") return "£";
  return spoken === "en" && land !== "IE" ? "$" : "€";
}
