/** What a memory makes of what models say: the sources of words as one writer has them. */

import { Origin } from "../decoder/index.js";
import { Personal, taughtOf } from "../personal/index.js";
import { fold } from "../text/index.js";
import { latest } from "./place.js";

/** @typedef {import("../decoder/index.js").Source} Source */
/** @typedef {import("../history/entries.js").Entry} Entry */
/** @typedef {import("../history/entries.js").Sentence} Sentence */
/** @typedef {import("../memory/index.js").Memory} Memory */
/** @typedef {import("../personal/taught.js").Taught} Taught */
/** Whether a form that was looked at looks like a slip. @typedef {{form: string, isSlip: boolean}} Look */

// How often an own word that looks like a slip of a known one is used until it is offered, unless the writer said that
// it is none.
const SLIP_USES = 2;
// So many words of a sentence tell how far it goes as the writer's own text; each takes a millisecond.
const NEAR_WORDS = 32;

/** What a memory knows at one moment; another object whenever it knows something else. */
export class Learned {
  #habits;

  /**
   * @param {Habits | null} [habits]
   * @param {Iterable<string>} [kept] words, folded, whose correction was undone
   * @param {Iterable<string>} [withheld] words that models withhold and the writer used
   */
  constructor(habits = null, kept = [], withheld = []) {
    this.#habits = habits;
    /** @type {ReadonlySet<string>} */
    this.kept = new Set(kept);
    /** @type {ReadonlySet<string>} */
    this.withheld = new Set(withheld);
  }

  /** Whether a folded word is offered because the writer used it. @param {string} word */
  has(word) {
    return this.#habits?.offers(word) ?? false;
  }

  /** How often the writer used a folded word. @param {string} word */
  uses(word) {
    return this.#habits?.uses(word) ?? 0;
  }

  /**
   * What models say, mixed with what the writer wrote before.
   * @param {Source[]} sources what the models say
   * @param {readonly string[]} words the folded words of the sentence so far
   * @param {Source | null} text words that no model knows and that stand in the text; null for none
   */
  mixed(sources, words, text) {
    if (this.#habits) return this.#habits.mixed(sources, words, text);
    return text ? [...sources, text] : sources;
  }
}

/** What is known where nothing that was learned is offered. */
export const NOTHING = new Learned();

/** A memory, kept ready for the next key. */
export class Habits {
  #memory;
  #known;
  #personal;
  #rewrites = -1;
  #number = 0;
  #learned = new Learned(this);
  // Of words that no model knows: how they are written, and which are no slips.
  /** @type {Map<string, string>} */
  #forms = new Map();
  /** @type {Set<string>} */
  #meant = new Set();
  // How often a correction of a word was undone.
  /** @type {Map<string, number>} */
  #kept = new Map();
  /** @type {Set<string>} */
  #hidden = new Set();
  /** @type {Map<string, Look>} */
  #slips = new Map();
  /** @type {{vocabulary: import("../text/index.js").Vocabulary, ids: number[]} | null} */
  #masked = null;
  // The folded word of each form that was met, by language; "" if models offer it anyway.
  /** @type {Map<string, Map<string, string>>} */
  #own = new Map();
  /** @type {Entry[]} */
  #entries = [];

  /**
   * @param {Memory} memory what the writer taught
   * @param {import("./own-words.js").KnownWords} known what the models know
   * @param {import("./languages.js").Languages} languages they
   */
  constructor(memory, known, languages) {
    this.#memory = memory;
    this.#known = known;
    this.#personal = new Personal((words) => languages.after(words), [], { models: languages.models });
  }

  #forget() {
    this.#forms = new Map();
    this.#meant = new Set();
    this.#kept = new Map();
    this.#hidden = new Set();
    this.#slips = new Map();
    this.#masked = null;
    this.#own = new Map();
    this.#entries = [];
  }

  /** Forget what was made ready. */
  clear() {
    this.#rewrites = -1;
    this.#number = 0;
    this.#forget();
    this.#personal.rebuild([]);
    this.#learned = NOTHING;
  }

  /** What the memory knows now. */
  now() {
    const [rewrites, anew, entries] = this.#memory.since(this.#rewrites, this.#number);
    if (!anew && !entries.length) return this.#learned;
    const gone = anew ? this.#gone(rewrites) : null;
    this.#rewrites = rewrites;
    this.#number = anew ? entries.length : this.#number + entries.length;
    if (gone) this.#drop(gone);
    this.#take(gone ? entries.slice(this.#entries.length) : entries, anew && !gone);
    const used = this.#known.withheldWords.filter((word) => this.#personal.knows(word));
    this.#learned = new Learned(this, this.#kept.keys(), used);
    return this.#learned;
  }

  /** @param {readonly Entry[]} entries @param {boolean} anew whether they are all there are */
  #take(entries, anew) {
    /** @type {ReadonlyMap<string, Look>} */
    const looked = anew ? this.#slips : new Map();
    if (anew) this.#forget();
    /** @type {Set<string>} */
    const touched = new Set();
    const sentences = [];
    for (const entry of entries) {
      if (isTold(entry)) sentences.push(this.#taught(entry, touched));
      else if (entry.kind === "rejection") {
        count(this.#kept, fold(entry.typed, entry.language), 1);
        touched.add(this.#word(entry.typed, entry.language));
      }
    }
    touched.delete("");
    for (const entry of entries) this.#entries.push(entry);
    if (anew) this.#personal.rebuild(sentences);
    else for (const sentence of sentences) this.#personal.add(sentence);
    this.#lookAt(touched, looked);
  }

  /**
   * The places of entries that are no more; null if others are not the same.
   * @param {number} rewrites
   * @returns {Set<number> | null}
   */
  #gone(rewrites) {
    const drops = this.#memory.dropped(this.#rewrites, rewrites);
    if (!drops) return null;
    let left = Array.from(this.#entries, (_, place) => place);
    for (const places of drops) {
      // What came in and went again stood behind these.
      const dropped = new Set(places);
      left = left.filter((_, place) => !dropped.has(place));
    }
    if (!left.length) return null;
    const gone = new Set(this.#entries.keys());
    for (const place of left) gone.delete(place);
    return gone;
  }

  /** Be as if some entries had never been, at the cost of what they have to do with. @param {ReadonlySet<number>} gone */
  #drop(gone) {
    const lost = this.#lose(gone);
    /** @type {Map<string, Look>} */
    const looked = new Map();
    for (const word of lost) {
      const look = this.#slips.get(word);
      if (look) looked.set(word, look);
      for (const listed of [this.#slips, this.#forms, this.#meant, this.#hidden]) listed.delete(word);
    }
    // Their other uses tell anew how they are written.
    const touched = new Set([...lost].filter((word) => this.#kept.has(word)));
    const told = [];
    for (const [place, entry] of this.#entries.entries()) if (isTold(entry)) told.push(place);
    const instead = new Map();
    for (const place of this.#personal.holding(lost)) {
      if (gone.has(told[place])) continue;
      const before = this.#personal.sentences[place];
      const sentence = /** @type {Sentence} */ (this.#entries[told[place]]);
      const after = this.#taught(sentence, touched, lost, before.words[0]);
      if (after.words[0] !== before.words[0]) instead.set(place, after);
    }
    const dropped = [];
    for (const [number, place] of told.entries()) if (gone.has(place)) dropped.push(number);
    this.#entries = this.#entries.filter((_, place) => !gone.has(place));
    this.#personal.drop(dropped, instead);
    this.#lookAt(touched, looked);
  }

  /**
   * Let go of what entries said.
   * @param {ReadonlySet<number>} gone
   * @returns {Set<string>} the own words that stood in them
   */
  #lose(gone) {
    const lost = new Set();
    for (const place of gone) {
      const entry = this.#entries[place];
      if (entry.kind !== "sentence" && entry.kind !== "rejection") continue;
      const forms = entry.kind === "sentence" ? entry.words : [entry.typed];
      for (const form of forms) lost.add(this.#word(form, entry.language));
      for (const form of forms) this.#own.get(entry.language)?.delete(form);
      if (entry.kind === "rejection") count(this.#kept, fold(entry.typed, entry.language), -1);
    }
    lost.delete("");
    return lost;
  }

  /**
   * Find out which of some own words are not offered; what was found before stays true: whether a word looks like a
   * slip follows from it alone. Of gone words nothing stays.
   * @param {ReadonlySet<string>} touched
   * @param {ReadonlyMap<string, Look>} looked
   */
  #lookAt(touched, looked) {
    for (const word of touched) {
      const look = looked.get(word);
      if (look?.form === this.#formOf(word)) this.#slips.set(word, look);
    }
    this.#hide(touched);
  }

  /** How a folded word is written. @param {string} word */
  #formOf(word) {
    return this.#forms.get(word) ?? word;
  }

  /** The folded word of a form, "" if models offer it anyway. @param {string} form @param {string} language */
  #word(form, language) {
    let known = this.#own.get(language);
    if (!known) this.#own.set(language, (known = new Map()));
    let word = known.get(form);
    if (word === undefined) {
      word = fold(form, language);
      if (this.#known.offers(word)) word = "";
      known.set(form, word);
    }
    return word;
  }

  /**
   * A sentence as it is learned: small at its start, a word may have a capital of its own.
   * @param {Sentence} sentence
   * @param {Set<string>} touched where to put its own words
   * @param {ReadonlySet<string> | null} [among] the folded words that are looked at, null for all
   * @param {string} [first] the form of its first word if that is not looked at
   * @returns {Taught}
   */
  #taught({ language, words: forms, meant, time }, touched, among = null, first = forms[0]) {
    for (const [place, form] of forms.entries()) {
      const word = this.#word(form, language);
      if (!word || (among && !among.has(word))) continue;
      if (!place) {
        const known = form === word ? (this.#forms.get(word) ?? form) : form;
        // Elsewhere the same capital may be that of another word: "I" in Turkish.
        first = fold(known, language) === word ? known : form;
      }
      this.#forms.set(word, place ? form : first);
      if (meant.includes(place)) this.#meant.add(word);
      touched.add(word);
    }
    const words = first === forms[0] ? forms : [first, ...forms.slice(1)];
    return taughtOf(words, language, time, meant.length ? new Set(meant) : undefined);
  }

  /** Find out which own words are not offered: too short, used too seldom, or likely slips. @param {Iterable<string>} touched */
  #hide(touched) {
    const doubtful = [];
    for (const word of touched) {
      const uses = this.#personal.knows(word);
      this.#hidden.delete(word);
      if (!this.#known.isWord(word) || uses < this.#memory.afterUses) this.#hidden.add(word);
      else if (uses < SLIP_USES && !this.#meant.has(word) && !this.#kept.has(word)) doubtful.push(word);
    }
    /** @type {[string, string][]} */
    const added = doubtful
      .filter((word) => this.#slips.get(word)?.form !== this.#formOf(word))
      .map((word) => [this.#formOf(word), word]);
    const slips = this.#known.slips(added);
    for (const [form, word] of added) this.#slips.set(word, { form, isSlip: slips.has(word) });
    for (const word of doubtful) if (this.#slips.get(word)?.isSlip) this.#hidden.add(word);
    this.#masked = null;
  }

  /** Whether a folded word is offered because the writer used it. @param {string} word */
  offers(word) {
    return !this.#hidden.has(word) && this.#personal.knows(word) > 0;
  }

  /** How often the writer used a folded word. @param {string} word */
  uses(word) {
    return this.#personal.knows(word);
  }

  /**
   * What models say, mixed with what the writer wrote before.
   * @param {Source[]} sources
   * @param {readonly string[]} words
   * @param {Source | null} text
   */
  mixed(sources, words, text) {
    const mixed = this.#personal.mixed(sources, latest(words, NEAR_WORDS)).map((source) => this.#shown(source));
    const learned = mixed[mixed.length - 1];
    if (!text) return mixed;
    if (learned.origin !== Origin.LEARNED) return [...mixed, text];
    return [...mixed.slice(0, -1), ...apart(learned, text)];
  }

  /**
   * Why a folded word is suggested.
   * @param {string} word
   * @param {Source[]} sources
   * @param {readonly string[]} words
   */
  why(word, sources, words) {
    return this.#personal.why(word, sources, latest(words, NEAR_WORDS));
  }

  /** A source without the own words that are not offered. @param {Source} source */
  #shown(source) {
    if (source.origin !== Origin.LEARNED || !this.#hidden.size) return source;
    const { vocabulary } = source;
    if (this.#masked?.vocabulary !== vocabulary) {
      const ids = [...this.#hidden].map((word) => vocabulary.id(word)).filter((id) => id !== vocabulary.unknown);
      this.#masked = { vocabulary, ids };
    }
    const scores = source.scores.slice();
    for (const id of this.#masked.ids) scores[id] = -Infinity;
    return source.with({ scores });
  }
}

/** Whether an entry is a sentence of words. @param {Entry} entry @returns {entry is Sentence} */
function isTold(entry) {
  return entry.kind === "sentence" && entry.words.length > 0;
}

/** @param {Map<string, number>} counts @param {string} word @param {number} times */
function count(counts, word, times) {
  const uses = (counts.get(word) ?? 0) + times;
  if (uses > 0) counts.set(word, uses);
  else counts.delete(word);
}

/** The words of the writer's own and those in the text, each where it is more probable. */
function apart(/** @type {Source} */ learned, /** @type {Source} */ text) {
  const here = text.scores.slice();
  const ours = learned.scores.slice();
  for (let number = 0; number < here.length; number++) {
    const found = learned.vocabulary.id(text.vocabulary.word(number));
    if (found === learned.vocabulary.unknown) continue;
    if (text.logProb(number) > learned.logProb(found)) ours[found] = -Infinity;
    else here[number] = -Infinity;
  }
  return [learned.with({ scores: ours }), text.with({ scores: here })];
}
