/** How words are misspelled: pieces of a word, and what is typed in their place. */

// What sounds alike, where nothing was learned from lists: ln P of one for another.
const SOUNDS_ALIKE = -4.0;
/** @type {ReadonlyMap<string, string>} */
const ALIKE = new Map([
  [
    "de",
    "ß s ss|dt t d|ie i ih|ä e|äu eu|v f ph|ck k|tz z|ei ai|th t|ah a aa|eh e ee|oh o oo|uh u|ks x chs|" +
      "qu kw|ll l|mm m|nn n|tt t|ff f|pp p|rr r",
  ],
  [
    "fr",
    "er é ez ée et|és ées|è ê ai e|c ss s|sc s|ç s ss|ph f|au o eau|en an|in ain ein|qu k c|g ge j|i y|h |" +
      "ll l|mm m|nn n|tt t|pp p|rr r|ff f|cc c",
  ],
  ["es", "b v|ll y|c s z|g j|h |qu k c|gu g|x s|m n|rr r|cc c|i y|hue gue"],
]);

/** Code points of a piece, at most. */
export const LONGEST = 3;
// Nothing is less likely than this, in tenths of -ln P.
const MOST_TENTHS = 1000;

/**
 * @typedef {readonly [string, number]} Piece what was meant, and ln P of what was typed for it
 */

/** @type {readonly Piece[]} */
const NONE = Object.freeze([]);

/** A model of errors in the head: ln P(typed | meant) of pieces of up to three letters. */
export class Spelling {
  /** @type {Map<string, Piece[]>} */
  #meant = new Map();

  /** @param {Iterable<[string, string, number]>} pieces what was meant and typed, each pair once, and its ln P */
  constructor(pieces) {
    for (const [meant, typed, logProb] of pieces) {
      const listed = this.#meant.get(typed);
      if (listed) listed.push([meant, logProb]);
      else this.#meant.set(typed, [[meant, logProb]]);
    }
  }

  /**
   * The model in the lines of a packaged file: typed, meant, -ln P in tenths.
   * @param {string} text
   * @throws {RangeError} if a line is none of those
   */
  static ofLines(text) {
    return new Spelling(
      text
        .replace(/\r?\n$/u, "")
        .split("\n")
        .map((line, number) => {
          const [typed, meant, tenths, ...more] = line.split("\t");
          const price = /^\d+\s*$/u.test(tenths ?? "") ? Number(tenths) : Infinity;
          if (more.length || [...typed].length > LONGEST || [...meant].length > LONGEST || price > MOST_TENTHS)
            throw new RangeError(`line ${number + 1} is no piece of a word and its price`);
          return /** @type {[string, string, number]} */ ([meant, typed, -price / 10]);
        }),
    );
  }

  /**
   * How a language is misspelled of which nothing was learned: by what sounds alike.
   * @param {string} language
   */
  static ofSounds(language) {
    /** @type {Map<string, [string, string, number]>} */
    const pieces = new Map();
    for (const alike of (ALIKE.get(language.split("-")[0]) ?? "").split("|").map((each) => each.split(" ")))
      for (const meant of alike)
        for (const typed of alike)
          if (meant !== typed) pieces.set(`${meant} ${typed}`, [meant, typed, SOUNDS_ALIKE]);
    return new Spelling(pieces.values());
  }

  /**
   * What may have been meant by letters typed, with ln P of typing them so.
   * @param {string} typed
   */
  meant(typed) {
    return this.#meant.get(typed) ?? NONE;
  }
}
