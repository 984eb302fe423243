/** What a writer taught the keyboard: learned, shown and forgotten on request, never by asking. */

import { UsageError } from "../errors.js";
import { exported, rejectionOf, repairOf, savingOf, selected, Standing } from "../history/index.js";
import { dayOf } from "../history/selection.js";
import { split } from "../text/characters.js";
import { Drops } from "./drops.js";
import { tag, taught } from "./lessons.js";
import { checkAsked, days } from "./recall.js";
import { Uses } from "./uses.js";

/** @typedef {import("../history/entries.js").Entry} Entry */
/** @typedef {import("../history/selection.js").Asked} Asked */
/** What one call of `learn`, `reject` or `repair` taught, to be taken back. @typedef {readonly number[]} Lesson */

/**
 * What was forgotten, for whoever wants it back.
 * @typedef {object} Forgotten
 * @property {number} entries how many sentences, undone corrections and other entries that was
 * @property {number} copies how many copies of them were found afterwards
 * @property {number} files how many files were searched: a browser shows none of its own
 * @property {readonly (readonly [number, Entry])[]} taught what it was
 */

/**
 * Where a memory is kept, as `Kept` keeps it.
 * @typedef {object} History
 * @property {boolean} keeps whether it outlives the program
 * @property {string | null} notice what the writer must know of it
 * @property {boolean} counts whether it is counted what was saved
 * @property {number} version another number when others changed it
 * @property {() => [number, Entry][]} entries
 * @property {(entry: Entry) => number} add
 * @property {(numbers: readonly number[]) => void} remove
 * @property {(taught: readonly (readonly [number, Entry])[]) => void} putBack
 */

/**
 * What a writer taught, in order: finished sentences, corrections undone or left standing.
 *
 * It lives as long as the program, or, with a history, in this browser. All that is offered follows from the entries
 * that remain, so that what is taken back has never been. Nothing here waits for a disk.
 */
export class Memory {
  /** @type {History | null} */
  #history;
  /** @type {Map<number, Entry>} */
  #entries = new Map();
  #counts = true;
  #uses = new Uses();
  #next = 0;
  #rewrites = 0;
  #drops = new Drops();
  // Where words stand, once one was to be forgotten: it is found sooner, and takes its room.
  /** @type {Standing | null} */
  #standing = null;
  #version = -1;
  #now;

  /**
   * @param {History | null} [history] where it is kept; null to keep it in this program's memory alone
   * @param {object} [options]
   * @param {number} [options.afterUses] from how many uses on a word that no model knows is offered
   * @param {boolean} [options.private] whether nothing is learned
   * @param {() => number} [options.now] the time, in UNIX seconds
   */
  constructor(history = null, { afterUses = 1, private: isPrivate = false, now = () => Math.floor(Date.now() / 1000) } = {}) {
    if (afterUses < 1) throw new UsageError(`words offered after ${afterUses} uses, expected 1 or more`);
    this.afterUses = afterUses;
    /** Whether nothing is learned; what was learned before is offered. */
    this.private = isPrivate;
    this.#history = history;
    this.#now = now;
    this.#look();
  }

  /** Whether what is learned outlives the program. */
  get keeps() {
    return this.#history?.keeps ?? false;
  }

  /** What the writer must know of the history, such as that a damaged one was set aside. */
  get notice() {
    return this.#history?.notice ?? null;
  }

  /** Whether it is counted what was saved; with a history that is remembered. */
  get counts() {
    return this.#history ? this.#history.counts : this.#counts;
  }

  set counts(on) {
    this.#counts = on;
    if (this.#history) this.#history.counts = on;
  }

  /** What is kept, as text: a browser does not tell what it takes on the disk. */
  get bytes() {
    return this.keeps ? exported(this.#entries.values()).length : 0;
  }

  /** The languages of the sentences that are known. */
  get languages() {
    const found = new Set();
    for (const entry of this.#entries.values()) if (entry.kind === "sentence") found.add(entry.language);
    return found;
  }

  /**
   * What came in since somebody looked.
   * @param {number} rewrites how often entries had been dropped or read anew by then
   * @param {number} number how many there were
   * @returns {[number, boolean, Entry[]]} how often that was by now; whether it was more often, and all are told; they
   */
  since(rewrites, number) {
    this.#look();
    if (rewrites === this.#rewrites && number === this.#entries.size) return [rewrites, false, []];
    const anew = rewrites !== this.#rewrites;
    const entries = [...this.#entries.values()];
    return [this.#rewrites, anew, anew ? entries : entries.slice(number)];
  }

  /** The places of entries that were dropped between two times. @param {number} rewrites @param {number} now */
  dropped(rewrites, now) {
    return this.#drops.between(rewrites, now);
  }

  /**
   * Take notice of a text that was finished.
   * @param {string} text
   * @param {object} told
   * @param {string} told.language the tag of its language
   * @param {string | null} [told.before] what stands before it in its sentence; null if nobody knows
   * @param {import("./lessons.js").Meant} [told.meant] the folded words that are known to be no slips; true for all
   * @param {string | null} [told.app] the application it was written in
   * @returns {Lesson}
   */
  learn(text, { language, before = null, meant = false, app = null }) {
    if (this.private) return [];
    return this.add(taught(text, { language: tag(language), time: this.#now(), before, meant, app }));
  }

  /**
   * Take notice that what was typed was meant, and another word put in its place undone.
   * @param {string} typed
   * @param {string} word
   * @param {{language: string, app?: string | null}} told
   */
  reject(typed, word, told) {
    return this.#pair(rejectionOf, typed, word, told);
  }

  /**
   * Take notice that a word was put in place of what was typed, and left standing.
   * @param {string} typed
   * @param {string} word
   * @param {{language: string, app?: string | null}} told
   */
  repair(typed, word, told) {
    return this.#pair(repairOf, typed, word, told);
  }

  /**
   * @param {(given: import("../history/entries.js").PairGiven) => Entry} made
   * @param {string} typed
   * @param {string} word
   * @param {{language: string, app?: string | null}} told
   * @returns {Lesson}
   */
  #pair(made, typed, word, { language, app = null }) {
    if (this.private) return [];
    return this.add([made({ typed, word, language: tag(language), time: this.#now(), app })]);
  }

  /** Take in entries as they are, whoever wrote them down. @param {Iterable<Entry>} entries @returns {Lesson} */
  add(entries) {
    const lesson = [];
    for (const entry of entries) {
      const number = this.#history ? this.#history.add(entry) : this.#next;
      this.#next = number + 1;
      this.#entries.set(number, entry);
      this.#standing?.add([[number, entry]]);
      lesson.push(number);
    }
    return lesson;
  }

  /** Be as if this lesson had never been, whatever was learned since. @param {Lesson} lesson */
  unlearn(lesson) {
    this.#forget(lesson.filter((number) => this.#entries.has(number)));
  }

  /**
   * Be as if all for which this holds had never been written.
   * @param {Asked & {everything?: boolean}} asked a word, however it is written, a time, an application, or everything
   * @returns {Forgotten} what was forgotten, for `recover`
   * @throws {UsageError} if nothing is said, or everything and something else; if the word is empty or several that
   * were never one, or the span has no second that is over
   */
  forget(asked) {
    return this.#forget(this.found(asked));
  }

  /** Forget once more what `recover` brought back, as far as it is still known. @param {Forgotten} recovered */
  forgetAgain(recovered) {
    this.#look();
    return this.#forget(recovered.taught.map(([number]) => number).filter((number) => this.#entries.has(number)));
  }

  /** @param {readonly number[]} numbers @returns {Forgotten} */
  #forget(numbers) {
    const gone = this.#drop(numbers);
    if (gone.length) this.#history?.remove(numbers);
    return { entries: gone.length, copies: 0, files: 0, taught: gone };
  }

  /**
   * The numbers of what `forget` would forget.
   * @param {Asked & {everything?: boolean}} asked
   */
  found({ word = null, since = null, until = null, app = null, everything = false }) {
    const narrowed = [word, since, until, app].some((each) => each !== null);
    if (narrowed === everything) {
      throw new UsageError("expected a word, a time or an application to forget, or everything, and not both");
    }
    checkAsked(word, since, until, this.#now());
    this.#look();
    const found = this.#found({ word, since, until, app });
    if (!found.length && word !== null && split(word).length > 1) {
      const why = "is several, expected one; a sentence is forgotten by any of its words";
      throw new UsageError(`word ${JSON.stringify(word)}: ${why}`);
    }
    return found;
  }

  /** @param {Asked} asked */
  #found({ word, ...span }) {
    if (word === null || word === undefined) return selected(this.#entries, span);
    this.#standing ??= new Standing(this.#entries);
    const among = this.#standing.of(word).map((number) => this.#numbered(number));
    return selected(among, span);
  }

  /** Know again what was forgotten, each thing in its place. @param {Forgotten} forgotten */
  recover(forgotten) {
    this.#history?.putBack(forgotten.taught);
    this.#take([...this.#entries, ...forgotten.taught]);
  }

  /**
   * What is known.
   * @param {string | null} [word] how the words begin; null for all
   * @param {object} [asked]
   * @param {number | null} [asked.since] what is not older, in UNIX seconds
   * @param {string | null} [asked.app] what was written there
   * @param {(word: string) => boolean} [asked.known] whether a model knows a folded word: such words come last
   * @throws {UsageError} if the word is empty
   */
  recall(word = null, { since = null, app = null, known = () => false } = {}) {
    checkAsked(word, null, null, this.#now());
    this.#look();
    let entries = this.#entries;
    let uses = this.#uses;
    if (since !== null || app !== null) {
      const numbers = selected(entries, { since, app });
      if (numbers.length < entries.size) {
        entries = new Map(numbers.map((number) => this.#numbered(number)));
        uses = new Uses();
      }
    }
    uses.follow(entries);
    return uses.recall(word, known);
  }

  /**
   * Add what was counted to the sums of today, unless counting is off or in private.
   * @param {Record<string, number>} counted
   * @param {string | null} [app]
   */
  tally(counted, app = null) {
    if (!this.counts || this.private || !Object.values(counted).some(Boolean)) return;
    this.add([savingOf({ day: dayOf(this.#now()), app, ...counted })]);
  }

  /** What was counted, day by day. */
  days() {
    this.#look();
    return days(this.#entries.values());
  }

  /** Take over the history anew if others changed it. */
  #look() {
    if (!this.#history || this.#history.version === this.#version) return;
    this.#version = this.#history.version;
    this.#take(this.#history.entries());
  }

  /** @param {readonly number[]} numbers @returns {[number, Entry][]} */
  #drop(numbers) {
    if (!numbers.length) return [];
    this.#drops.add(++this.#rewrites, numbers, this.#entries.keys());
    const gone = numbers.map((number) => this.#numbered(number));
    for (const number of numbers) this.#entries.delete(number);
    this.#standing?.drop(gone);
    return gone;
  }

  /** @param {number} number @returns {[number, Entry]} */
  #numbered(number) {
    return [number, /** @type {Entry} */ (this.#entries.get(number))];
  }

  /** Know these entries and no others. @param {readonly (readonly [number, Entry])[]} listed */
  #take(listed) {
    const entries = new Map([...listed].sort(([one], [other]) => one - other));
    const numbers = entries.keys();
    for (const number of this.#entries.keys()) {
      if (numbers.next().value === number) continue;
      this.#rewrites++; // else only some came in at the end
      break;
    }
    this.#entries = entries;
    this.#standing = null;
  }
}
