/** The part of a keyboard that all text fields share: its model, and what it has just read. */

import { followedBy, Judges } from "../correction/index.js";
import { UsageError } from "../errors.js";
import { isAnybodys, Memory } from "../memory/index.js";
import { head, length } from "../text/characters.js";
import { rulesOf, styleOf } from "../writing/index.js";
import { Context, DAMAGE, Field, hits } from "./context.js";
import { Doubts } from "./doubts.js";
import { Habits, NOTHING } from "./habits.js";
import { Languages } from "./languages.js";
import { KnownWords } from "./own-words.js";
import { following, LONGEST, typedPrefix, typedRest } from "./place.js";
import { Reading } from "./reading.js";
import { reason } from "./reasons.js";
import { Session } from "./session.js";
import { Strip } from "./suggestion.js";

/** @typedef {import("../decoder/index.js").Source} Source */
/** @typedef {import("./suggestion.js").Suggestion} Suggestion */
/** @typedef {import("./unfinished.js").Lesson} Lesson */

// What was read last is kept, for a few fields: half a megabyte each.
const READS = 4;
// What is corrected where nobody reads it: no word, and behind a sign.
const SLIP = "(htis";

/** Suggests words with one model. What it suggests follows from the text and from what was learned alone. */
export class Predictor {
  #known;
  #habits;
  #judges;
  #nowhere;
  #named;
  #isOpen = true;
  #isReady = false;
  /** @type {Reading[]} */
  #last = [];
  #fields = 0;

  /**
   * @param {import("../model/index.js").LanguageModel} model
   * @param {import("../correction/index.js").Carried} carried what the package carries for corrections
   * @param {object} [options]
   * @param {boolean} [options.offensive] whether to offer words that a model withholds before the writer used them
   * @param {number | null} [options.damage] how many of the correct words may be changed by mistake; null for none
   * @param {Memory} [options.memory] what the writer taught before
   * @param {readonly import("./emoji.js").Named[]} [options.named] emoji and their names
   */
  constructor(model, carried, { offensive = false, damage = DAMAGE, memory = new Memory(), named = [] } = {}) {
    this.languages = new Languages(model, carried, { offensive });
    this.model = model;
    this.damage = damage;
    this.memory = memory;
    this.rules = rulesOf(this.language);
    this.#known = new KnownWords(this.languages);
    this.#habits = new Habits(memory, this.#known, this.languages);
    this.#judges = new Judges([model], carried);
    this.#nowhere = new Field({ damage });
    this.#named = named;
  }

  /** Forget what was read and learned; suggesting is over. */
  close() {
    if (!this.#isOpen) return;
    this.languages.clear();
    this.#known.clear();
    this.memory = new Memory();
    this.#habits.clear();
    this.#isOpen = false;
    this.#last = [];
  }

  /** The tag of the language that the model knows. */
  get language() {
    return this.model.card.language;
  }

  /** The tag of the language that is believed at a cursor. @param {Context} _context @param {{field?: Field | null}} [options] */
  languageAt(_context, { field = null } = {}) {
    this.languages.check((field ?? this.#nowhere).language);
    return this.language;
  }

  /**
   * A text field that holds a text, its cursor at the end.
   * @param {string} [text]
   * @param {{doubleSpace?: boolean, layout?: import("./context.js").Layout | null}} [options] whether two spaces behind
   *   a word make a full stop, and where the keys are that are tapped
   */
  session(text = "", { doubleSpace = false, layout = null } = {}) {
    const field = new Field({ number: this.#fields++, layout, damage: this.damage });
    return new Session(this, new Context({ left: text }), field, { doubleSpace });
  }

  /** Make what is made once, such as the trees of words: else a key waits for it. The first words need nothing of it. */
  makeReady() {
    if (this.#isReady || !this.#isOpen) return;
    this.#isReady = true;
    this.autocorrect(new Context({ left: SLIP }), { field: new Field() });
  }

  /**
   * Learn a finished text: its words, known to the model or not, and their order.
   * @param {string} text
   * @param {object} [options]
   * @param {Field | null} [options.field] the field where it was written
   * @param {string | null} [options.before] what stands before it in its sentence; null if nobody knows
   * @param {boolean | ReadonlySet<string>} [options.meant] the folded words that are surely no slips, true for all
   * @returns {Lesson} what it taught, for `unlearn`
   */
  learn(text, { field = null, before = null, meant = false } = {}) {
    this.#opened();
    const where = field ?? this.#nowhere;
    /** @type {Lesson} */
    let lesson = [];
    if (!where.teaches) return lesson;
    let so = before;
    for (const [language, part] of this.languages.spoken(text, before ?? "", where.language)) {
      lesson = [...lesson, ...this.memory.learn(part, { language, before: so, meant, app: where.app })];
      so = "";
    }
    return lesson;
  }

  /** Take a word as it was typed from now on, and never put this other one in its place. @param {string} typed @param {string} word @param {{field?: Field | null}} [options] @returns {Lesson} */
  reject(typed, word, { field = null } = {}) {
    const told = this.#pair(typed, word, field);
    return told ? this.memory.reject(typed, word, told) : [];
  }

  /** Remember that a word was put in place of what was typed, and left. @param {string} typed @param {string} word @param {{field?: Field | null}} [options] @returns {Lesson} */
  repair(typed, word, { field = null } = {}) {
    const told = this.#pair(typed, word, field);
    return told ? this.memory.repair(typed, word, told) : [];
  }

  /** @param {string} typed @param {string} word @param {Field | null} field */
  #pair(typed, word, field) {
    this.#opened();
    const where = field ?? this.#nowhere;
    const taught = where.teaches && isAnybodys(typed) && isAnybodys(word);
    return taught ? { language: where.language ?? this.language, app: where.app } : null;
  }

  /** Take back a lesson. @param {Lesson} lesson */
  unlearn(lesson) {
    this.memory.unlearn(lesson);
  }

  /** What is known of the writer, words of their own first. @param {string | null} [word] @param {{since?: number | null, app?: string | null}} [options] */
  recall(word = null, { since = null, app = null } = {}) {
    return this.memory.recall(word, { since, app, known: (/** @type {string} */ each) => this.#known.has(each) });
  }

  /** Why a word is offered at a cursor. @param {Suggestion} suggestion one of those that are @param {Context} context @param {{field?: Field | null}} [options] */
  why(suggestion, context, { field = null } = {}) {
    const read = this.#read(context, typedPrefix(context.left), field ?? this.#nowhere);
    return reason(suggestion, read, this.#habits, this.languages.tags);
  }

  /**
   * Suggestions at a cursor: different words, best first; those that go on with what was typed, and those that may
   * have been meant by it, by the probability that they are the one.
   * @param {Context} context
   * @param {number} [limit]
   * @param {{field?: Field | null}} [options]
   * @returns {Suggestion[]}
   */
  suggestions(context, limit = 3, { field = null } = {}) {
    if (!(Number.isInteger(limit) && limit >= 1)) throw new UsageError(`${limit} suggestions, expected 1 or more`);
    const prefix = typedPrefix(context.left);
    if (isTooLong(prefix) || field?.isSecret) {
      this.#opened();
      return [];
    }
    return this.#read(context, prefix, field ?? this.#nowhere).offered(prefix, hits(context, prefix), limit);
  }

  /**
   * What is shown at a cursor. It follows from the text alone: a word that is still offered after another letter stays
   * where it was.
   * @param {Context} context
   * @param {{field?: Field | null}} [options]
   */
  strip(context, { field = null } = {}) {
    const where = field ?? this.#nowhere;
    const prefix = typedPrefix(context.left);
    if (isTooLong(prefix) || where.isSecret) {
      this.#opened();
      return new Strip();
    }
    const read = this.#read(context, prefix, where);
    const first = this.#read(new Context({ left: read.before, right: context.right }), "", where);
    const taps = hits(context, prefix);
    const [slots, best] = read.arranged(prefix, taps, first);
    const correct = () => {
      this.#opened();
      return read.autocorrected(prefix, taps);
    };
    return new Strip({ literal: read.literal(prefix, best, this.#known), slots, best, correct });
  }

  /** What a space or punctuation typed now puts in place of the typed word, null for nothing. @param {Context} context @param {{field?: Field | null}} [options] */
  autocorrect(context, { field = null } = {}) {
    const prefix = typedPrefix(context.left);
    if (!prefix || isTooLong(prefix) || field?.isSecret) return null;
    return this.#read(context, prefix, field ?? this.#nowhere).autocorrected(prefix, hits(context, prefix));
  }

  /** Whether a digit typed behind a text is one, and picks no word. @param {string} left */
  digitGoesOn(left) {
    return this.#known.digitGoesOn(left, this.rules);
  }

  #opened() {
    if (!this.#isOpen) throw new UsageError("the predictor is closed; open another one");
  }

  /** What stands around a word, and what may come there; a letter more reads nothing again. @param {Context} context @param {string} prefix @param {Field} field */
  #read(context, prefix, field) {
    this.#opened();
    const { left } = context;
    const right = head(context.right, LONGEST);
    const before = left.slice(0, left.length - prefix.length);
    const learned = field.recalls ? this.#habits.now() : NOTHING;
    for (const read of this.#last) if (read.isOf(before, right, learned, field, Boolean(prefix))) return read;
    const read = this.#newReading(left, before, right, learned, field);
    this.#last = [read, ...this.#last.slice(0, READS - 1)];
    return read;
  }

  /** @param {string} left @param {string} before @param {string} right @param {any} learned @param {Field} field */
  #newReading(left, before, right, learned, field) {
    const { languages } = this;
    const inText = this.#known.inText(before);
    const at = languages.at(left, field.language);
    const used = new Set([...inText.withheld, ...learned.withheld]);
    const expected = (more) => languages.expected(languages.heardAfter(at, more), used, at.place.named && !more.length);
    const next = expected([]);
    const meant = (word) => learned.uses(word) > 0 || field.meant.has(word);
    const here = this.#known.source(inText, meant, next.logNew);
    const after = lastTwo((more) => {
      const told = more.split(" ").filter(Boolean);
      return learned.mixed(expected(told).sources, [...at.place.words, ...told], here);
    });
    const sources = learned.mixed(next.sources, at.place.words, here);
    return new Reading({
      before,
      right,
      learned,
      where: field,
      place: at.place.with({ style: styleOf(before, (word) => languages.isAcronym(word), right) }),
      base: () => expected([]).sources,
      sources,
      doubts: new Doubts(sources),
      after,
      following: followedBy(after, following(right.slice(typedRest(right).length), at.language)),
      logNew: next.logNew,
      channel: languages.channel(field.layout),
      judges: this.#judges,
      language: at.language,
      shares: next.shares,
      named: this.#named,
    });
  }
}

/** @param {string} prefix */
const isTooLong = (prefix) => prefix.length >= LONGEST && length(prefix) >= LONGEST;

/**
 * A function that remembers what it gave last, as many as one search asks for.
 * @param {(word: string) => readonly Source[]} made
 */
function lastTwo(made) {
  /** @type {Map<string, readonly Source[]>} */
  const known = new Map();
  return (/** @type {string} */ word) => {
    const found = known.get(word) ?? made(word);
    known.delete(word);
    known.set(word, found);
    if (known.size > 2) known.delete(/** @type {string} */ (known.keys().next().value));
    return found;
  };
}
