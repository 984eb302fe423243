/** The files that the package carries for corrections, read as they lie: one that is damaged is told. */

import { KarussellError } from "../errors.js";
import { KnownWords } from "./known-words.js";
import { Parameters } from "./learned.js";
import { Spelling } from "./spelling.js";

const KNOWN_WORDS = "known-words.bin";
const VERDICTS = "verdict.json";
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What was learned of languages, their spelling and their words: each file is read when it is first asked for. */
export class Carried {
  #files;
  /** @type {Map<string, Spelling>} */
  #spellings = new Map();
  /** @type {KnownWords | null} */
  #words = null;
  /** @type {Parameters | null} */
  #parameters = null;

  /** @param {Readonly<Record<string, Uint8Array>>} files the bytes of each by its name: `en.tsv`, and so on */
  constructor(files) {
    this.#files = files;
  }

  /**
   * How a language is misspelled, as far as we know.
   * @param {string} language
   */
  spellingOf(language) {
    const name = language.split("-")[0];
    let found = this.#spellings.get(name);
    if (!found) {
      const path = `${name}.tsv`;
      const learned = Object.hasOwn(this.#files, path);
      found = learned ? this.#read(path, (data) => Spelling.ofLines(utf8.decode(data))) : Spelling.ofSounds(name);
      this.#spellings.set(name, found);
    }
    return found;
  }

  /** Words that people are known to write. */
  get words() {
    this.#words ??= this.#read(KNOWN_WORDS, KnownWords.read);
    return this.#words;
  }

  /** What was learned about words that were typed right and wrong. */
  get parameters() {
    this.#parameters ??= this.#read(VERDICTS, (data) => Parameters.read(utf8.decode(data)));
    return this.#parameters;
  }

  /**
   * @template T
   * @param {string} path
   * @param {(data: Uint8Array) => T} read
   * @returns {T}
   */
  #read(path, read) {
    try {
      return read(this.#files[path]);
    } catch (error) {
      // What decodes throws anything when a file is not what it was.
      const reason = error instanceof Error ? error.message.slice(0, 120) : String(error);
      throw new KarussellError(`${path}: is missing or damaged (${reason}); load the keyboard again`, { cause: error });
    }
  }
}
