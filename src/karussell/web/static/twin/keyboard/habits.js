/** What a memory makes of what models say: the sources of words as one writer has them. */

import { Origin } from "../decoder/index.js";
import { Personal, taughtOf } from "../personal/index.js";
import { fold } from "../text/index.js";
import { latest } from "./place.js";

/** @typedef {import("../decoder/index.js").Source} Source */
/** @typedef {import("../history/index.js").Entry} Entry */
/** @typedef {import("../personal/taught.js").Taught} Taught */

// How often an own word that looks like a slip of a known one is used until it is offered, unless the writer said
// that it is none.
const SLIP_USES = 2;
// So many words of a sentence tell how far it goes as the writer's own text.
const NEAR_WORDS = 32;
/** @type {ReadonlySet<string>} */
const NONE = new Set();

/** What a memory knows at one moment; another object whenever it knows something else. */
export class Learned {
  #habits;

  /**
   * @param {Habits | null} [habits]
   * @param {ReadonlySet<string>} [kept] words, folded, whose correction was undone
   * @param {ReadonlySet<string>} [withheld] words that models withhold and the writer used
   */
  constructor(habits = null, kept = NONE, withheld = NONE) {
    this.#habits = habits;
    this.kept = kept;
    this.withheld = withheld;
    Object.freeze(this);
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
   * @returns {Source[]}
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
  // Of a word the form that was looked at, and whether it looks like a slip.
  /** @type {Map<string, readonly [string, boolean]>} */
  #slips = new Map();
  /** @type {{vocabulary: any, places: number[]} | null} */
  #masked = null;
  // The folded word of each form that was met, "" if models offer it anyway.
  /** @type {Map<string, string>} */
  #own = new Map();
  /** @type {Entry[]} */
  #entries = [];
  /** @type {Learned} */
  #learned;

  /**
   * @param {import("../memory/index.js").Memory} memory what the writer taught
   * @param {import("./own-words.js").KnownWords} known what the models know
   * @param {import("./languages.js").Languages} languages they
   */
  constructor(memory, known, languages) {
    this.#memory = memory;
    this.#known = known;
    this.#personal = new Personal((words) => languages.after(words), [], { models: languages.models });
    this.#learned = new Learned(this);
  }

  #forget() {
    for (const each of [this.#forms, this.#meant, this.#kept, this.#hidden, this.#own]) each.clear();
    this.#slips = new Map();
    this.#masked = null;
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
    let [rewrites, anew, entries] = this.#memory.since(this.#rewrites, this.#number);
    if (anew || entries.length) {
      const gone = anew ? this.#gone(rewrites) : null;
      this.#rewrites = rewrites;
      this.#number = anew ? entries.length : this.#number + entries.length;
      if (gone) {
        this.#drop(gone);
        entries = entries.slice(this.#entries.length);
        anew = false;
      }
      this.#take(entries, anew);
      const used = this.#known.withheldWords.filter((word) => this.#personal.knows(word));
      this.#learned = new Learned(this, new Set(this.#kept.keys()), new Set(used));
    }
    return this.#learned;
  }

  /** @param {readonly Entry[]} entries @param {boolean} anew */
  #take(entries, anew) {
    /** @type {Map<string, readonly [string, boolean]>} */
    let looked = new Map();
    if (anew) {
      looked = this.#slips;
      this.#forget();
    }
    /** @type {Set<string>} */
    const touched = new Set();
    const sentences = [];
    for (const entry of entries) {
      if (isTold(entry)) sentences.push(this.#taught(entry, touched));
      else if (entry.kind === "rejection") {
        const word = fold(entry.typed, entry.language);
        this.#kept.set(word, (this.#kept.get(word) ?? 0) + 1);
        touched.add(this.#word(entry.typed, entry.language));
      }
    }
    touched.delete("");
    for (const entry of entries) this.#entries.push(entry); // of a great many no call could take them all
    if (anew) this.#personal.rebuild(sentences);
    else for (const sentence of sentences) this.#personal.add(sentence);
    this.#lookAt(touched, looked);
  }

  /** The places of entries that are no more, in order; null if others are not the same. @param {number} rewrites */
  #gone(rewrites) {
    const drops = this.#memory.dropped(this.#rewrites, rewrites);
    if (!drops) return null;
    let left = this.#entries.map((_, place) => place);
    for (const places of drops) {
      // What came in and went again stood behind these.
      const known = new Set(places);
      left = left.filter((_, place) => !known.has(place));
    }
    if (!left.length) return null;
    const stays = new Set(left);
    return this.#entries.flatMap((_, place) => (stays.has(place) ? [] : [place]));
  }

  /** Be as if some entries had never been, at the cost of what they have to do with. @param {readonly number[]} gone */
  #drop(gone) {
    const lost = this.#lost(gone);
    const looked = new Map([...lost].flatMap((word) => (this.#slips.has(word) ? [[word, this.#slips.get(word)]] : [])));
    for (const word of lost) {
      this.#slips.delete(word);
      this.#forms.delete(word);
      this.#meant.delete(word);
      this.#hidden.delete(word);
    }
    // Their other uses tell anew how they are written.
    const touched = new Set([...lost].filter((word) => this.#kept.has(word)));
    /** @type {Map<number, Taught>} */
    const instead = new Map();
    const goes = new Set(gone);
    const told = this.#entries.flatMap((entry, place) => (isTold(entry) ? [place] : []));
    for (const place of this.#personal.holding(lost)) {
      const sentence = this.#entries[told[place]];
      if (goes.has(told[place]) || sentence.kind !== "sentence") continue;
      const before = this.#personal.sentences[place];
      const after = this.#taught(sentence, touched, { among: lost, first: before.words[0] });
      if (!sameTaught(before, after)) instead.set(place, after);
    }
    const dropped = told.flatMap((entry, place) => (goes.has(entry) ? [place] : []));
    this.#entries = this.#entries.filter((_, place) => !goes.has(place));
    this.#personal.drop(dropped, instead);
    this.#lookAt(touched, looked);
  }

  /** The own words of entries that go; what counted them is counted back. @param {readonly number[]} gone */
  #lost(gone) {
    /** @type {Set<string>} */
    const lost = new Set();
    for (const place of gone) {
      const entry = this.#entries[place];
      if (entry.kind !== "sentence" && entry.kind !== "rejection") continue;
      for (const form of entry.kind === "sentence" ? entry.words : [entry.typed]) {
        lost.add(this.#word(form, entry.language));
        this.#own.delete(`${entry.language} ${form}`);
      }
      if (entry.kind !== "rejection") continue;
      const word = fold(entry.typed, entry.language);
      const uses = (this.#kept.get(word) ?? 0) - 1;
      if (uses > 0) this.#kept.set(word, uses);
      else this.#kept.delete(word);
    }
    lost.delete("");
    return lost;
  }

  /** Find out which of some own words are not offered; what was found before stays true. @param {ReadonlySet<string>} touched @param {ReadonlyMap<string, readonly [string, boolean]>} looked */
  #lookAt(touched, looked) {
    // Whether a word looks like a slip follows from it alone; of gone words nothing stays.
    for (const [word, found] of looked) {
      if (touched.has(word) && found[0] === (this.#forms.get(word) ?? word)) this.#slips.set(word, found);
    }
    this.#hide(touched);
  }

  /** The folded word of a form, "" if models offer it anyway. @param {string} form @param {string} language */
  #word(form, language) {
    const key = `${language} ${form}`;
    let word = this.#own.get(key);
    if (word === undefined) {
      const folded = fold(form, language);
      word = this.#known.offers(folded) ? "" : folded;
      this.#own.set(key, word);
    }
    return word;
  }

  /**
   * A sentence as it is learned: small at its start, a word may have a capital of its own.
   * @param {Extract<Entry, {kind: "sentence"}>} sentence
   * @param {Set<string>} touched where to put its own words
   * @param {object} [looked]
   * @param {ReadonlySet<string> | null} [looked.among] the folded words that are looked at, null for all
   * @param {string} [looked.first] the form of its first word if that is not looked at
   */
  #taught(sentence, touched, { among = null, first = "" } = {}) {
    const { language, words: forms } = sentence;
    if (!among) first = forms[0];
    for (const [place, form] of forms.entries()) {
      const word = this.#word(form, language);
      if (!word || (among && !among.has(word))) continue;
      if (!place) {
        const known = form === word ? (this.#forms.get(word) ?? form) : form;
        // Elsewhere the same capital may be that of another word: "I" in Turkish.
        first = fold(known, language) === word ? known : form;
      }
      this.#forms.set(word, place ? form : first);
      if (sentence.meant.includes(place)) this.#meant.add(word);
      touched.add(word);
    }
    // Most are as they stand: there are a great many, and few are known to be no slips.
    const words = first === forms[0] ? forms : [first, ...forms.slice(1)];
    return taughtOf(words, language, sentence.time, sentence.meant.length ? new Set(sentence.meant) : undefined);
  }

  /** Find out which own words are not offered: too short, used too seldom, or likely slips. @param {Iterable<string>} touched */
  #hide(touched) {
    const least = this.#memory.afterUses;
    /** @type {string[]} */
    const doubtful = [];
    for (const word of touched) {
      const uses = this.#personal.knows(word);
      this.#hidden.delete(word);
      if (!this.#known.isWord(word) || uses < least) this.#hidden.add(word);
      else if (uses < SLIP_USES && !this.#meant.has(word) && !this.#kept.has(word)) doubtful.push(word);
    }
    const unseen = doubtful
      .map((word) => /** @type {const} */ ([this.#forms.get(word) ?? word, word]))
      .filter(([form, word]) => this.#slips.get(word)?.[0] !== form);
    const slips = this.#known.slips(unseen);
    for (const [form, word] of unseen) this.#slips.set(word, [form, slips.has(word)]);
    for (const word of doubtful) if (this.#slips.get(word)?.[1]) this.#hidden.add(word);
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

  /** What models say, mixed with what the writer wrote before. @param {Source[]} sources @param {readonly string[]} words @param {Source | null} text @returns {Source[]} */
  mixed(sources, words, text) {
    const mixed = this.#personal.mixed(sources, latest(words, NEAR_WORDS)).map((source) => this.#shown(source));
    if (!text) return mixed;
    const last = mixed[mixed.length - 1];
    return last.origin === Origin.LEARNED ? [...mixed.slice(0, -1), ...apart(last, text)] : [...mixed, text];
  }

  /** Why a folded word is suggested. @param {string} word @param {Source[]} sources @param {readonly string[]} words */
  why(word, sources, words) {
    return this.#personal.why(word, sources, latest(words, NEAR_WORDS));
  }

  /** A source without the own words that are not offered. @param {Source} source */
  #shown(source) {
    if (source.origin !== Origin.LEARNED || !this.#hidden.size) return source;
    const { vocabulary } = source;
    if (this.#masked?.vocabulary !== vocabulary) {
      const places = vocabulary.ids([...this.#hidden]).filter((id) => id !== vocabulary.unknown);
      this.#masked = { vocabulary, places };
    }
    const scores = source.scores.slice();
    for (const place of this.#masked?.places ?? []) scores[place] = -Infinity;
    return source.with({ scores });
  }
}

/** @param {Entry} entry @returns {entry is Extract<Entry, {kind: "sentence"}>} */
function isTold(entry) {
  return entry.kind === "sentence" && entry.words.length > 0;
}

/** @param {Taught} one @param {Taught} other */
function sameTaught(one, other) {
  return one.words.length === other.words.length && one.words.every((word, place) => word === other.words[place]);
}

/** The words of the writer's own and those in the text, each where it is more probable. @param {Source} learned @param {Source} text */
function apart(learned, text) {
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
