/** All that may have been meant by some letters typed, as `karussell.kernels.Lattice`. */

/** The most letters of a lattice. */
export const LONGEST_TYPED = 32;

/** Numbers of 32 bits of an arc: begin, end, length, three letters, ln P; as kernels/host/lattice.h has it. */
const ARC = 7;

/**
 * What stands between two gaps of the letters typed was meant as a text: begin, end, text, ln P.
 * @typedef {readonly [number, number, string, number]} Arc
 */

/** Gap j lies before the letter j of them, gap n behind the last. Arcs read what lies between two gaps. */
export class Lattice {
  #packed = null;

  /**
   * @param {number} length how many letters were typed, n, 32 at most
   * @param {readonly Arc[]} arcs begin <= end <= n, and texts of up to three code points; without one (begin < end)
   *   the letters typed mean nothing. They must not be changed once they were searched for.
   * @param {Float32Array} missing ln P of any one letter of the word left out, for each gap (n + 1)
   */
  constructor(length, arcs, missing) {
    this.length = length;
    this.arcs = arcs;
    this.missing = missing;
  }

  /** The same, as the kernels read it; made once. @returns {Uint32Array} */
  pack() {
    return (this.#packed ??= packed(this));
  }
}

/** @param {Lattice} lattice */
function packed({ length, arcs, missing }) {
  if (!Number.isInteger(length) || length < 0 || length > LONGEST_TYPED) {
    throw new RangeError(`${length} letters typed, expected 0 to ${LONGEST_TYPED}`);
  }
  if (!(missing instanceof Float32Array) || missing.length !== length + 1) {
    throw new RangeError(`missing has ${missing?.length} numbers, expected ${length + 1}`);
  }
  missing.forEach((value, gap) => checkLogProb(value, `missing ${gap}`));
  const words = new Uint32Array(ARC * arcs.length);
  const floats = new Float32Array(words.buffer);
  for (let number = 0, at = 0; number < arcs.length; number++, at += ARC) {
    const [begin, end, text, logProb] = arcs[number];
    checkGap(begin, number, length);
    checkGap(end, number, length);
    let letters = 0;
    for (let unit = 0; unit < text.length; letters++) {
      const letter = /** @type {number} */ (text.codePointAt(unit));
      unit += letter > 0xffff ? 2 : 1;
      if (letters < 3) words[at + 3 + letters] = letter;
    }
    if (letters > 3) throw new RangeError(`arc ${number} means ${letters} letters, expected 0 to 3`);
    if (begin + (letters ? 0 : 1) > end) throw new RangeError(`arc ${number} goes from ${begin} to ${end}`);
    if (!(logProb <= 0)) checkLogProb(logProb, `arc ${number}`);
    words[at] = begin;
    words[at + 1] = end;
    words[at + 2] = letters;
    floats[at + 6] = logProb;
  }
  return words;
}

/** @param {number} value @param {string} of */
function checkLogProb(value, of) {
  if (!(value <= 0)) throw new RangeError(`${of} has ln P ${value}, expected 0 or less`);
}

/** @param {number} gap @param {number} number @param {number} length */
function checkGap(gap, number, length) {
  if (!Number.isInteger(gap) || gap < 0 || gap > length) {
    throw new RangeError(`arc ${number} is at ${gap}, expected 0 to ${length}`);
  }
}
