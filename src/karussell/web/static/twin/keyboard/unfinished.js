/** What was done in a text that is not finished yet, and may still come to nothing. */

import { fold, writtenWords } from "../text/index.js";

/** @typedef {import("./changes.js").Changes} Changes */
/** @typedef {import("./context.js").Field} Field */
/** @typedef {import("./context.js").Terms} Terms */
/** @typedef {readonly number[]} Lesson what one call taught, to be taken back; [] for nothing */
/** @typedef {readonly [string, string]} Exchange what was typed, and the word that was put in its place */

// Words that are left alone, and undone corrections, in a text that never ends.
const KEPT = 500;

/**
 * A pick, a correction or the undoing of one: of it is learned what is left in the end.
 *
 * Known by itself, not by what it holds.
 */
export class Deed {
  /**
   * @param {object} [given]
   * @param {Terms | null} [given.terms] under which terms the text stood there; null for one that teaches nothing
   * @param {string} [given.meant] words that the writer picked or confirmed by it
   * @param {Exchange | null} [given.repair] what it put in unasked
   * @param {Exchange | null} [given.rejection] what it refused
   * @param {Exchange | null} [given.refused] what its undoing refuses
   * @param {Deed | null} [given.undoes] what it took back
   */
  constructor({ terms = null, meant = "", repair = null, rejection = null, refused = null, undoes = null } = {}) {
    this.terms = terms;
    this.meant = meant;
    this.repair = repair;
    this.rejection = rejection;
    this.refused = refused;
    this.undoes = undoes;
    Object.freeze(this);
  }
}

/** What was done in a text so far, deed by deed. */
export class Unfinished {
  #learner;
  // In order: of the line that is not finished, and those that undid a correction before it.
  /** @type {Set<Deed>} */
  #deeds = new Set();
  /** @type {Set<Deed>} */
  #pending = new Set();
  // What was learned of deeds whose line is finished.
  /** @type {Map<Deed, Lesson>} */
  #taught = new Map();
  // What was typed again over its correction.
  /** @type {Set<string>} */
  #left = new Set();

  /** @param {any} learner what learns of it once it is finished: a predictor */
  constructor(learner) {
    this.#learner = learner;
    /** Folded words that the writer picked or confirmed: no slips. @type {ReadonlySet<string>} */
    this.meant = new Set();
  }

  /** Begin another text. */
  clear() {
    for (const each of [this.#left, this.#pending, this.#deeds, this.#taught]) each.clear();
    this.#mean();
  }

  /**
   * Learn a line that was finished; what was picked and corrected in it is known no more.
   * @param {Iterable<[Terms, string]>} parts what of it was written under which terms
   * @param {Field} field where it stands
   * @returns {Lesson}
   */
  finish(parts, field) {
    /** @type {Lesson} */
    let lesson = [];
    if (field.teaches) {
      for (const [terms, text] of parts) if (terms.teaches) lesson = [...lesson, ...this.#learn(text, terms, field)];
    }
    for (const deed of this.#deeds) if (deed.rejection) this.#pending.add(deed);
    for (const deed of this.#taught.keys()) this.#pending.delete(deed);
    for (const deeds of [this.#pending, this.#taught]) {
      for (const deed of [...deeds.keys()].slice(0, -KEPT)) deeds.delete(deed);
    }
    this.#deeds.clear();
    this.#mean();
    return lesson;
  }

  /** @param {string} text @param {Terms} terms @param {Field} where @returns {Lesson} */
  #learn(text, terms, where) {
    const field = where.with({ app: terms.app, language: terms.language });
    let lesson = this.#learner.learn(text, { field, before: "", meant: field.meant });
    for (const deed of [...this.#leftIn(text, terms)]) {
      let taught = [];
      if (deed.rejection) taught = this.#learner.reject(...deed.rejection, { field });
      else if (deed.repair) taught = this.#learner.repair(...deed.repair, { field });
      if (!taught.length) continue;
      this.#taught.set(deed, taught);
      lesson = [...lesson, ...taught];
    }
    return lesson;
  }

  /** Take notice of a deed. @param {Deed} deed */
  do(deed) {
    this.#deeds.add(deed);
    if (deed.repair) this.#left.delete(fold(deed.repair[0]));
    this.#mean();
  }

  /** Be as if something had never been done. @param {Deed} deed @returns {Deed} this deed, which can be undone, too */
  undo(deed) {
    this.#learner.unlearn(this.#taught.get(deed) ?? []);
    this.#taught.delete(deed);
    this.drop(deed);
    const done =
      deed.undoes ??
      new Deed({ terms: deed.terms, meant: deed.refused ? deed.refused[0] : "", rejection: deed.refused, undoes: deed });
    this.do(done);
    return done;
  }

  /** Be as if something had never been done, and undone neither. @param {Deed} deed */
  drop(deed) {
    this.#deeds.delete(deed);
    this.#pending.delete(deed);
    this.#mean();
  }

  /** The writer mended corrections by hand: what was typed there is left alone. @param {Changes} changes */
  broke(changes) {
    for (const change of changes) {
      for (const deed of [...this.#deeds]) {
        if (deed.repair && deed.repair[0] === change.typed && deed.repair[1] === change.word) this.#deeds.delete(deed);
      }
      this.#leave(change.typed);
    }
  }

  /** @param {string} typed */
  #leave(typed) {
    this.#left.add(fold(typed));
    for (const word of [...this.#left].slice(0, -KEPT)) this.#left.delete(word);
  }

  /** Whether what was typed is corrected no more. @param {string} typed */
  leaves(typed) {
    if (!this.#left.size && !this.#deeds.size && !this.#pending.size) return false;
    const word = fold(typed);
    const refuses = (deed) => deed.rejection && fold(deed.rejection[0]) === word;
    return this.#left.has(word) || [...this.#deeds, ...this.#pending].some(refuses);
  }

  /** Deeds of which something is left in a finished text that was written under some terms. @param {string} text @param {Terms} terms */
  *#leftIn(text, terms) {
    const words = new Set(writtenWords(text));
    for (const deed of [...this.#pending, ...this.#deeds]) {
      const stands = deed.rejection ? deed.rejection[0] : deed.repair ? deed.repair[1] : "";
      const ours = deed.terms && deed.terms.teaches === terms.teaches && deed.terms.app === terms.app;
      if (ours && stands && writtenWords(stands).every((word) => words.has(word))) yield deed;
    }
  }

  #mean() {
    const language = this.#learner.language;
    const forms = [...this.#deeds].flatMap((deed) => (deed.meant ? writtenWords(deed.meant) : []));
    this.meant = new Set(forms.map((form) => fold(form, language)));
  }
}
