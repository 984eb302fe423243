/** Sorted words in one block of UTF-8, searched without making strings of them. */

const NEWLINE = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export class WordList {
  /** @param {Iterable<string>} words */
  constructor(words) {
    const listed = [...words];
    this.#take(encoder.encode(listed.join("\n")), listed.length);
  }

  /** The list of words in UTF-8 with newlines between; one word at least. @param {Uint8Array} lines */
  static ofLines(lines) {
    const made = new WordList([]);
    made.#take(lines, linesIn(lines));
    return made;
  }

  /** @type {Uint8Array} */
  #bytes;
  /** Where each begins, and where one more would. @type {Uint32Array} */
  #begins;

  /** @param {Uint8Array} bytes @param {number} size */
  #take(bytes, size) {
    this.#bytes = bytes;
    this.#begins = new Uint32Array(size + 1);
    let word = 0;
    for (let at = 0; at < bytes.length && word < size; at++) if (bytes[at] === NEWLINE) this.#begins[++word] = at + 1;
    this.#begins[size] = bytes.length + 1;
    this.length = size;
  }

  /** The words in UTF-8, newlines between. */
  get lines() {
    return this.#bytes;
  }

  /** The word at a position. @param {number} position */
  word(position) {
    const begin = this.#begins[position];
    const end = this.#begins[position + 1] - 1;
    let text = "";
    for (let at = begin; at < end; at++) {
      const byte = this.#bytes[at];
      if (byte > 0x7f) return decoder.decode(this.#bytes.subarray(begin, end));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** The position of a word, or how many there are. @param {string} word */
  find(word) {
    const wanted = encoder.encode(word);
    const place = this.#from(wanted, false);
    return place < this.length && this.#compared(place, wanted, false) === 0 ? place : this.length;
  }

  /** The positions [first, last) of the words that start with a prefix. @param {string} prefix @returns {[number, number]} */
  prefix(prefix) {
    const wanted = encoder.encode(prefix);
    return [this.#from(wanted, false), this.#from(wanted, true)];
  }

  /** The first word that is not greater than the one before it, or how many there are. */
  firstUnsorted() {
    if (this.length && this.#begins[1] === 1) return 0; // an empty word
    for (let place = 1; place < this.length; place++) {
      const before = this.#bytes.subarray(this.#begins[place - 1], this.#begins[place] - 1);
      if (this.#compared(place, before, false) <= 0) return place;
    }
    return this.length;
  }

  /** The first word that comes behind others, or behind all that begin with them. @param {Uint8Array} wanted @param {boolean} beyond */
  #from(wanted, beyond) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compared(middle, wanted, beyond);
      if (order < 0 || (beyond && order === 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether a word comes before (< 0) or behind others; its beginning alone, if that is asked. @param {number} place @param {Uint8Array} wanted @param {boolean} beginning */
  #compared(place, wanted, beginning) {
    const begin = this.#begins[place];
    const length = this.#begins[place + 1] - 1 - begin;
    const common = Math.min(length, wanted.length);
    for (let at = 0; at < common; at++) {
      const order = this.#bytes[begin + at] - wanted[at];
      if (order) return order;
    }
    return length < wanted.length ? -1 : length > wanted.length && !beginning ? 1 : 0;
  }
}

/** How many lines there are, with newlines between. @param {Uint8Array} bytes */
export function linesIn(bytes) {
  let count = 1;
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === NEWLINE) count++; // at a start an iterator is slow
  return count;
}
