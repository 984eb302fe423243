/** What was read around a cursor, and the suggestions that follow from it. */

import { corrections, tokenOf } from "../correction/index.js";
import { cased, Origin, weighed } from "../decoder/index.js";
import { LONGEST_TYPED } from "../engine/lattice.js";
import { first, isAlnum, isAlpha, length } from "../text/characters.js";
import { abbreviations, fold, graphemes } from "../text/index.js";
import { goesOn, rulesOf, spaceBefore } from "../writing/index.js";
import { edit as edited, keyOf, NO_TAPS } from "./context.js";
import { LEAST_LIKELY } from "./doubts.js";
import { emojiQuery, findEmoji } from "./emoji.js";
import { LONGEST, typedRest } from "./place.js";
import { arranged, EMPTY, haveCommon, Kind, SLOTS, suggestion as suggested } from "./suggestion.js";

/** @typedef {import("../correction/index.js").Correction} Correction */
/** @typedef {import("../decoder/index.js").Source} Source */
/** @typedef {import("./context.js").Field} Field */
/** @typedef {import("./context.js").Tap} Tap */
/** @typedef {import("./suggestion.js").Slots} Slots */
/** @typedef {import("./suggestion.js").Suggestion} Suggestion */
/** @typedef {readonly (Tap | null)[]} Taps */

// Words that are weighed against each other where one would be put in unasked.
const RIVALS = 5;
const isOwn = (source) => source === Origin.TEXT || source === Origin.LEARNED;

/**
 * The text around the word being typed, and where candidates come from, as long as `learned` is what the writer
 * taught.
 */
export class Reading {
  // The slots after each beginning of the word that was typed, and the best one's place.
  /** @type {Map<string, [Slots, number | null]>} */
  #slots = new Map();
  // What a space would put in place of what was typed.
  /** @type {Map<string, Suggestion | null>} */
  #verdicts = new Map();

  /**
   * @param {object} given
   * @param {string} given.before the text left of the word
   * @param {string} given.right what stands right of the cursor
   * @param {any} given.learned what the writer taught
   * @param {Field} given.where the field
   * @param {import("./place.js").Place} given.place where the cursor stands
   * @param {() => Source[]} given.base what the models say
   * @param {readonly Source[]} given.sources where candidates come from
   * @param {(words: string) => readonly Source[]} given.after where they would come from after more words
   * @param {import("../correction/corrections.js").Follows | null} given.following how probable the word right of the
   *   cursor is after more words
   * @param {number} given.logNew ln P of a word that no source has
   * @param {import("../correction/index.js").Channel} given.channel what was meant by the keys of the field
   * @param {import("./doubts.js").Doubts} given.doubts whether letters may have been meant otherwise
   * @param {import("../correction/index.js").Judges} given.judges what may be corrected unasked
   * @param {string} given.language the tag of the language that is believed there
   * @param {Readonly<Record<string, number>>} given.shares P(language) there of each, by tag
   * @param {readonly import("./emoji.js").Named[]} given.named emoji and their names
   */
  constructor(given) {
    this.before = given.before;
    this.right = given.right;
    this.learned = given.learned;
    this.where = given.where;
    this.place = given.place;
    this.base = given.base;
    this.sources = given.sources;
    this.after = given.after;
    this.following = given.following;
    this.logNew = given.logNew;
    this.channel = given.channel;
    this.doubts = given.doubts;
    this.judges = given.judges;
    this.language = given.language;
    this.shares = given.shares;
    this.named = given.named;
    Object.freeze(this);
  }

  /**
   * Whether this is what would be read again. Behind punctuation a word to come and one that has begun stand in
   * different places.
   * @param {string} before
   * @param {string} right
   * @param {any} learned
   * @param {Field} where
   * @param {boolean} begun
   */
  isOf(before, right, learned, where, begun) {
    return (
      this.learned === learned &&
      this.before === before &&
      this.right === right &&
      (!this.place.edge.wantsSpace || begun !== this.place.wantsSpace) &&
      this.where.equals(where)
    );
  }

  /** The words that are most probably meant, best first, those with errors among them. @param {string} prefix @param {Taps} taps @param {number} limit */
  offered(prefix, taps, limit) {
    return this.#found(prefix, taps, limit)[0];
  }

  /** What is offered, and whether letters are right as far as it is known without a search. @param {string} prefix @param {Taps} taps @param {number} limit @returns {[Suggestion[], boolean]} */
  #found(prefix, taps, limit) {
    if (this.place.edge.searches) return [this.#emoji(prefix, limit), false];
    if (!this.place.takes(prefix) || (this.right && goesOn(this.right))) return [[], false];
    const folded = fold(prefix, this.language);
    const [listed, logTotal] = weighed(this.sources, folded, limit);
    const rest = prefix ? typedRest(this.right) : "";
    // "'s" stays behind any word.
    if (isAlnum(first(rest))) return [this.#amended(prefix, rest, taps, listed, limit), false];
    const kind = prefix ? Kind.COMPLETION : Kind.PREDICTION;
    const plain = listed.map((each) => this.#suggestion(each.text, prefix, kind, each.probability, each));
    if (!this.#isSearched(folded, prefix, taps, logTotal)) return [plain, length(folded) > 1];
    const meant = this.#meant(folded, taps, limit + 1, { whole: false, two: !listed.length })
      .filter((each) => (each.exact || each.posterior >= LEAST_LIKELY) && !(each.word === folded && isOwn(each.source)))
      .map((each) => this.#corrected(each, prefix))
      .slice(0, limit);
    // The place that is kept for a word of the writer's own stays its own.
    const own = plain.slice(limit - 1).find((each) => isOwn(each.source));
    if (own && meant.length && limit > 1 && !meant.some((each) => isOwn(each.source))) {
      const probability = Math.min(own.probability, meant[meant.length - 1].probability);
      meant.splice(limit - 1, Infinity, suggested({ ...own, probability }));
    }
    return [meant, false];
  }

  /** What a space puts in place of a word that was typed, null to leave it. @param {string} prefix @param {Taps} taps */
  autocorrected(prefix, taps) {
    if (!prefix || isAlnum(first(typedRest(this.right)))) return null;
    const key = `${prefix} ${keyOf(taps)}`;
    let found = this.#verdicts.get(key);
    if (found === undefined) {
      if (this.#verdicts.size > 2 * LONGEST) this.#verdicts.clear();
      found = this.#judged(prefix, taps);
      this.#verdicts.set(key, found);
    }
    return found;
  }

  /**
   * What was typed, unless it is a whole known word and nothing else could come of it.
   * @param {string} prefix
   * @param {number | null} best
   * @param {{has: (word: string) => boolean}} known
   */
  literal(prefix, best, known) {
    if (![...prefix].some(isAlpha)) return null;
    const rest = typedRest(this.right);
    const word = fold(prefix + rest, this.language);
    if (best === null && (known.has(word) || this.learned.has(word))) return null;
    const text = prefix + rest;
    return suggested({ text, kind: Kind.LITERAL, probability: 1, source: Origin.TYPED, edit: this.edit(text, prefix, rest) });
  }

  /** @param {string} prefix @param {Taps} given @returns {Suggestion | null} */
  #judged(prefix, given) {
    const folded = fold(prefix, this.language);
    const damage = this.where.boldness;
    const letters = length(folded);
    const taps = letters === given.length ? given : NO_TAPS;
    const { startsSentence } = this.place;
    const token = tokenOf({ word: prefix, left: this.before, startsSentence, tapped: taps.some(Boolean) });
    if (!damage || letters > LONGEST_TYPED || this.learned.kept.has(folded)) return null;
    if (this.place.edge.searches) return null;
    if (this.judges.lacksCapital(token, this.language)) {
      const capital = first(prefix);
      const text = this.written(capital.toUpperCase() + prefix.slice(capital.length), prefix);
      return this.#putIn(text, prefix, 1, Origin.NETWORK, this.language);
    }
    if (this.judges.protects(token, this.language)) return null;
    const lattice = this.channel.lattice(folded, taps);
    const found = this.#meant(folded, taps, RIVALS, { whole: true, lattice });
    const verdict = this.judges.verdict(token, found, lattice, { logNew: this.logNew, shares: this.shares, damage });
    if (!verdict) return null;
    const { correction: meant, probability } = verdict;
    const text = this.written(meant.text, prefix, meant.language);
    return text === prefix ? null : this.#putIn(text, prefix, probability, meant.source, meant.language);
  }

  /** A word that takes the place of what was typed, unasked. @param {string} text @param {string} prefix @param {number} probability @param {string} source @param {string} language */
  #putIn(text, prefix, probability, source, language) {
    const edit = edited({ deleteLeft: graphemes(prefix).length, insert: text });
    return suggested({ text, kind: Kind.CORRECTION, probability, source, edit, language: language || null });
  }

  /** What is offered inside a word: what the whole of it was meant as, then what goes on. @param {string} prefix @param {string} rest @param {Taps} given @param {readonly import("../decoder/candidates.js").Candidate[]} listed @param {number} limit */
  #amended(prefix, rest, given, listed, limit) {
    const folded = fold(prefix + rest, this.language);
    const taps = given.length ? [...given, ...Array(length(rest)).fill(null)] : NO_TAPS;
    const meant = this.#meant(folded, taps, limit, { whole: true })
      .filter((each) => each.word !== folded)
      .map((each) => this.#suggestion(each.text, prefix, Kind.CORRECTION, each.posterior, each, rest));
    const known = new Set(meant.map((each) => each.text));
    const weight = Math.max(0, 1 - meant.reduce((sum, each) => sum + each.probability, 0));
    for (const each of listed) {
      if (known.has(this.written(each.text, prefix, each.language))) continue;
      meant.push(this.#suggestion(each.text, prefix, Kind.COMPLETION, weight * each.probability, each));
    }
    return meant.sort((one, other) => other.probability - one.probability).slice(0, limit);
  }

  /** Whether words with errors are looked for. @param {string} folded @param {string} prefix @param {Taps} taps @param {number} logTotal */
  #isSearched(folded, prefix, taps, logTotal) {
    const letters = length(folded);
    if (letters !== length(prefix) || letters > LONGEST_TYPED) return false;
    return this.doubts.about(folded, logTotal) || (taps.length > 0 && letters > 1);
  }

  /**
   * What may have been meant, two words too if that is asked for.
   * @param {string} folded
   * @param {Taps} taps
   * @param {number} limit
   * @param {{whole: boolean, two?: boolean, lattice?: any}} wish
   * @returns {Correction[]}
   */
  #meant(folded, taps, limit, { whole, two = true, lattice = null }) {
    if (!folded || length(folded) > LONGEST_TYPED) return [];
    const found = corrections(this.sources, folded, lattice ?? this.channel.lattice(folded, taps), limit, {
      whole,
      spaces: two ? this.channel.spaces(folded, taps) : [],
      after: this.after,
      following: this.following,
      logNew: this.logNew,
    });
    // Two words may be found by more than one place for the space between them.
    /** @type {Map<string, Correction>} */
    const unique = new Map();
    for (const each of found) if (!unique.has(each.word)) unique.set(each.word, each);
    return [...unique.values()];
  }

  /** @param {Correction} found @param {string} prefix */
  #corrected(found, prefix) {
    return this.#suggestion(found.text, prefix, found.exact ? Kind.COMPLETION : Kind.CORRECTION, found.posterior, found);
  }

  /** @param {string} display @param {string} prefix @param {string} kind @param {number} probability @param {{source: string, language: string}} from @param {string} [rest] */
  #suggestion(display, prefix, kind, probability, { source, language }, rest = "") {
    const text = this.written(display, prefix, language);
    const edit = this.edit(text, prefix, rest, language);
    return suggested({ text, kind, probability: Math.min(1, probability), source, edit, language: language || null });
  }

  /**
   * The suggestions that have a place: none for what was typed to its end already.
   *
   * The word that a space would put in is among them, but where the letters go on as those of likely words do: it
   * would take the place of one of these, and cost a search at each letter.
   * @param {string} prefix
   * @param {Taps} taps
   */
  shown(prefix, taps) {
    let [offered, right] = this.#found(prefix, taps, SLOTS);
    const typed = prefix ? prefix + typedRest(this.right) : "";
    const isTyped = (each) => each.text === prefix || each.text === typed;
    if (offered.some(isTyped)) {
      [offered, right] = this.#found(prefix, taps, SLOTS + 2);
      offered = offered.filter((each) => !isTyped(each)).slice(0, SLOTS);
    }
    return right ? offered : this.#withCorrection(offered, prefix, taps);
  }

  /**
   * The slots after a beginning of a word, and the place of the best suggestion. They follow from those after one
   * letter less, as far as the same words are shown.
   * @param {string} prefix the beginning
   * @param {Taps} taps where its letters were hit, [] for nowhere
   * @param {Reading} start what is read where nothing of the word was typed
   * @returns {[Slots, number | null]}
   */
  arranged(prefix, taps, start) {
    // Back to where it is known, or nothing of what is shown was: each letter costs a search.
    /** @type {Slots} */
    let slots = EMPTY;
    /** @type {number | null} */
    let best = null;
    /** @type {[string, Suggestion[]][]} */
    const later = [];
    const letters = [...prefix];
    for (let count = letters.length; count >= 0; count--) {
      const typed = letters.slice(0, count).join("");
      const begun = taps.slice(0, count);
      const hit = begun.some(Boolean) ? begun : NO_TAPS;
      const key = `${typed} ${keyOf(hit)}`;
      const known = this.#slots.get(key);
      if (known || (prefix && !count)) {
        [slots, best] = known ?? start.arranged("", NO_TAPS, start);
        break;
      }
      const after = later.at(-1)?.[1];
      if (after && !after.length) break;
      const shown = this.shown(typed, hit);
      if (after && !haveCommon(shown, after)) break;
      later.push([key, shown]);
    }
    if (this.#slots.size > 2 * LONGEST) this.#slots.clear();
    for (const [key, shown] of later.reverse()) {
      slots = arranged(slots, shown);
      best = shown.length ? slots.indexOf(shown[0]) : null;
      this.#slots.set(key, [slots, best]);
    }
    return [slots, best];
  }

  /** Suggestions with the word among them that a space would put in. @param {Suggestion[]} shown @param {string} prefix @param {Taps} taps */
  #withCorrection(shown, prefix, taps) {
    const correction = this.autocorrected(prefix, taps);
    if (!correction) return shown;
    const text = correction.text.toLowerCase();
    if (shown.some((each) => each.text.toLowerCase() === text)) return shown;
    const edit = this.edit(correction.text, prefix, "", correction.language ?? "");
    return [...shown.slice(0, SLOTS - 1), suggested({ ...correction, edit })];
  }

  /** A word of a language as it would be written here, given what was typed of it. @param {string} display @param {string} prefix @param {string} [language] */
  written(display, prefix, language = "") {
    const { startsSentence, named, style } = this.place;
    const tag = language || this.language;
    const isName = named && !abbreviations(tag).particles.has(display.split("'", 1)[0]);
    return cased(display, prefix, { startsSentence: startsSentence || isName, style, language: tag });
  }

  /**
   * Put a word in place of what was typed of it, with the space it brings.
   * @param {string} text the word
   * @param {string} prefix what was typed of it
   * @param {string} [rest] what it takes the place of right of the cursor; "" for the rest of the word there if it ends
   *   in that, else nothing
   * @param {string} [language] the tag of its language; "" for the one that is believed here
   */
  edit(text, prefix, rest = "", language = "") {
    const on = prefix && !rest ? typedRest(this.right) : "";
    if (on) {
      const ends = fold(text, this.language).endsWith(fold(on, this.language));
      rest = ends && length(text) >= length(prefix) + length(on) ? on : "";
    }
    const right = this.right.slice(rest.length);
    const space = right ? spaceBefore(rulesOf(language || this.language), this.before + text, right) : " ";
    return edited({
      deleteLeft: graphemes(prefix).length,
      deleteRight: graphemes(rest).length,
      insert: (this.place.wantsSpace ? " " : "") + text + space,
    });
  }

  /** The emoji that the name being typed may mean. @param {string} prefix @param {number} limit */
  #emoji(prefix, limit) {
    const query = emojiQuery(this.before + prefix);
    if (!query) return [];
    const found = findEmoji(this.named, query, this.language, this.place.style.tone, limit);
    const { deleteRight, insert } = this.edit("", "");
    return found.map((text) =>
      suggested({
        text,
        kind: Kind.EMOJI,
        probability: 1 / found.length,
        source: Origin.NAME,
        edit: edited({ deleteLeft: length(query), deleteRight, insert: text + insert }),
      }),
    );
  }
}
