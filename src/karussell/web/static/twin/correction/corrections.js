/**
 * The words that were meant by what was typed: a noisy channel.
 *
 * P(w | typed) is proportional to P(typed | w) P(w | the sentence before), over the words of all sources, those
 * that go on with the letters typed, and two words where a space was left out.
 *
 * @typedef {import("../decoder/index.js").Source} Source
 * @typedef {import("../engine/lattice.js").Lattice} Lattice
 * @typedef {import("./channel.js").Space} Space
 * @typedef {(words: string) => readonly Source[]} After the sources after one more folded word, or after two
 *   with a space between
 * @typedef {(words: string) => number} Follows ln P(the word right of the cursor), after more words; -Infinity of one
 *   that no source has
 */

import { LONGEST_TYPED } from "../engine/lattice.js";
import { length, rest } from "../text/characters.js";
import { beyond, byValue, highest, logSum } from "./logs.js";

// Words that are e to this times less probable than the best are not worth finding.
const WITHIN = 5.0;
// And so are those that are e to this and the above times less probable than a new word.
const DOUBT = 4.0;
// The same for two words: they are seldom meant.
const WITHIN_TWO = 3.0;
// ln P of what was typed, for each letter of it and once more, below which it is another word.
const WORST = -2.5;
// How many nodes of the tree of words a search may look at; some 50 ns each.
const BUDGET = 6000;
const BUDGET_TWO = 2000;
// And for each letter typed: a single one may mean any short word.
const BUDGET_LETTER = 1500;
// A node costs what there are letters. So many of them all nodes of a search may have: of common words, of rare
// ones, of first words of two and of second ones.
const WORK = 48_000;
const WORK_RARE = 24_000;
const WORK_FIRST = 4000;
const WORK_SECOND = 12_000;
// The network is stepped for so many first words of two, and for so many words before a next one.
const FIRST_WORDS = 2;
const BEFORE_NEXT = 5;
// Two words of fewer letters are rather one with a slip.
const LEAST_TWO = 3;
/** ln P of each letter of a word that is in no list. */
export const NEW_LETTER = -2.3;
// What a second word weighs, about, if it is one, and if it has an error.
const SECOND = -4.0;
const SECOND_WRONG = -12.0;

/** A word, or two, that may have been meant. */
export class Correction {
  /**
   * @param {object} given
   * @param {string} given.text as it is usually written inside a sentence
   * @param {string} given.word the same folded; two words with a space between
   * @param {string} given.source where it came from, the second of two words
   * @param {number} given.logChannel ln P(typed | word), 0 for letters typed right
   * @param {number} given.logProb ln P(word | the words around it)
   * @param {number} given.posterior P(word | typed); all words, those that are not listed, too, share 1
   * @param {boolean} given.exact whether the word begins with what was typed
   * @param {string} [given.language] the tag of its language, of the second of two words; "" if nobody says
   * @param {number} [given.logSecond] ln P(the second of two words | those before it), 0 if it is one word
   */
  constructor({ text, word, source, logChannel, logProb, posterior, exact, language = "", logSecond = 0 }) {
    this.text = text;
    this.word = word;
    this.source = source;
    this.logChannel = logChannel;
    this.logProb = logProb;
    this.posterior = posterior;
    this.exact = exact;
    this.language = language;
    this.logSecond = logSecond;
    Object.freeze(this);
  }

  /** The ln of what it weighs. */
  get value() {
    return this.logChannel + this.logProb;
  }
}

/**
 * The words that were most probably meant, best first.
 * @param {readonly Source[]} sources where they come from, each with ln P of its words
 * @param {string} typed what was typed of the word, folded; of more than 32 letters none is taken for an error
 * @param {Lattice} lattice what may have been meant by it
 * @param {number} limit how many words at most
 * @param {object} wish
 * @param {boolean} wish.whole whether the word is finished; else those count that go on
 * @param {readonly Space[]} [wish.spaces] where a space may have been meant; [] for one word only
 * @param {After | null} [wish.after] the sources after more words; null for one word only
 * @param {Follows | null} [wish.following] how probable the word right of the cursor is; null for none
 * @param {number} [wish.logNew] ln P(a word in no source): what was typed may be one
 * @param {number} [wish.budget] how many nodes of the tree of words each search may look at
 */
export function corrections(
  sources,
  typed,
  lattice,
  limit,
  { whole, spaces = [], after = null, following = null, logNew = -Infinity, budget = BUDGET },
) {
  const letters = length(typed);
  const wide = lattice.length > LONGEST_TYPED;
  const most = Math.max(limit, BEFORE_NEXT);
  const searching = new Search(lattice, most, whole, wide ? 0 : Math.min(budget, BUDGET_LETTER * letters));
  const logTyped = logLiteral(typed, lattice);
  const { hits, logPlain } = plainHits(sources, typed, logTyped, limit, whole);
  const plain = hits.map((hit) => hit.value);
  let best = Math.max(-Infinity, ...plain);
  let fresh = -Infinity;
  if (sources.every((source) => source.offered(typed) === null)) {
    fresh = logNew + logTyped + NEW_LETTER * letters;
    best = Math.max(best, fresh - DOUBT);
  }
  const there = hits.slice();
  for (const source of sources)
    for (const hit of searching.words(source, best - WITHIN)) {
      best = Math.max(best, hit.value);
      if (!there.some((each) => each.source === source && each.wordId === hit.wordId)) hits.push(hit);
    }
  if (after && !wide && spaces.length && letters >= LEAST_TWO)
    hits.push(...twoWords(sources, typed, searching, spaces, after, best - WITHIN_TWO));
  hits.sort(byValue);
  /** @type {readonly Correction[]} */
  let listed = hits.slice(0, most).map((hit) => hit.correction(typed));
  let drop = 0;
  if (following) [listed, drop] = beforeNext(listed, following);
  const others = [...hits.slice(listed.length).map((hit) => hit.value), beyond(plain, logPlain), fresh];
  const total = logSum([...listed.map((each) => each.value), ...others.map((other) => other + drop)]);
  return listed
    .slice(0, limit)
    .map((each) => new Correction({ ...each, posterior: Math.exp(each.value - total) }));
}

/** A word that was found, before it is shown, perhaps behind another. */
class Hit {
  /**
   * @param {number} value the ln of what it weighs, all in all
   * @param {number} logChannel ln P(typed | word), all in all
   * @param {Source} source where it came from
   * @param {number} wordId which it is
   * @param {Hit | null} first the word before it, of two
   */
  constructor(value, logChannel, source, wordId, first = null) {
    this.value = value;
    this.logChannel = logChannel;
    this.source = source;
    this.wordId = wordId;
    this.first = first;
  }

  /** It alone, folded. */
  word() {
    return this.source.vocabulary.word(this.wordId);
  }

  /**
   * The word as it is shown.
   * @param {string} typed
   */
  correction(typed) {
    let word = this.word();
    let text = this.source.display(this.wordId);
    const logProb = this.value - this.logChannel;
    let logSecond = 0;
    if (this.first) {
      logSecond = logProb - (this.first.value - this.first.logChannel);
      word = `${this.first.word()} ${word}`;
      text = `${this.first.source.display(this.first.wordId)} ${text}`;
    }
    return new Correction({
      text,
      word,
      source: this.source.origin,
      logChannel: this.logChannel,
      logProb,
      posterior: 0,
      exact: word.startsWith(typed),
      language: this.source.language,
      logSecond,
    });
  }
}

/** What all searches have in common. */
class Search {
  /**
   * @param {Lattice} lattice
   * @param {number} limit
   * @param {boolean} whole
   * @param {number} budget
   */
  constructor(lattice, limit, whole, budget) {
    this.lattice = lattice;
    this.limit = limit;
    this.whole = whole;
    this.budget = budget;
  }

  /**
   * The best words of a source for the letters behind a gap, if any is above the floor.
   * @param {Source} source
   * @param {number} least the floor
   * @param {number} begin
   * @param {number} limit
   */
  words(source, least, begin = 0, limit = this.limit) {
    const floor = least - source.offset;
    const letters = Math.max(1, this.lattice.length - begin);
    const work = begin ? WORK_SECOND : source.fromFirst ? WORK : WORK_RARE;
    if (!this.budget || !(highest(source.scores) > floor)) return [];
    const worst = WORST * (this.lattice.length - begin + 2);
    const budget = Math.min(this.budget, Math.floor(work / letters));
    const wish = { whole: this.whole, begin, floor, within: WITHIN, budget };
    /** @type {Hit[]} */
    const found = [];
    for (const [wordId, logChannel] of source.vocabulary.search.best(source.scores, this.lattice, limit, wish)) {
      if (logChannel > worst)
        found.push(new Hit(source.logProb(wordId) + logChannel, logChannel, source, wordId));
    }
    return found;
  }
}

/**
 * The words for letters that were all meant, and ln of what all such words weigh.
 * @param {readonly Source[]} sources
 * @param {string} typed
 * @param {number} logChannel
 * @param {number} limit
 * @param {boolean} whole
 */
function plainHits(sources, typed, logChannel, limit, whole) {
  /** @type {Hit[]} */
  const hits = [];
  if (logChannel === -Infinity) return { hits, logPlain: -Infinity };
  /** @type {number[]} */
  const totals = [];
  for (const source of sources) {
    const [best, logTotal] = whole ? wholeWord(source, typed) : source.search(typed, limit);
    totals.push(logTotal + logChannel);
    for (const [logProb, wordId] of best) hits.push(new Hit(logProb + logChannel, logChannel, source, wordId));
  }
  return { hits, logPlain: logSum(totals) };
}

/**
 * What `search` would find of a source if words were finished.
 * @param {Source} source
 * @param {string} typed
 * @returns {[[number, number][], number]}
 */
function wholeWord(source, typed) {
  const wordId = source.offered(typed);
  if (wordId === null) return [[], -Infinity];
  const logProb = source.logProb(wordId);
  return [[[logProb, wordId]], logProb];
}

/**
 * The best pairs of words with a space between that was left out or slipped.
 *
 * The network is stepped for few first words only: those that promise most when the rest is taken for a usual
 * word, or for one with an error if it is none.
 * @param {readonly Source[]} sources
 * @param {string} typed
 * @param {Search} searching
 * @param {readonly Space[]} spaces
 * @param {After} after
 * @param {number} floor
 */
function twoWords(sources, typed, searching, spaces, after, floor) {
  /** @type {{value: number, space: Space, first: Hit}[]} */
  const hopes = [];
  const most = Math.max(...spaces.map((space) => space.logProb));
  const budget = Math.min(BUDGET_TWO, Math.floor(WORK_FIRST / length(typed)));
  for (const source of sources) {
    const least = floor - most - source.offset;
    if (!source.fromFirst || highest(source.scores) <= least) continue;
    const wish = { floor: least, within: WITHIN, budget };
    const heads = source.vocabulary.search.heads(source.scores, searching.lattice, 2, wish);
    for (const space of spaces) {
      if (!heads[space.begin].length) continue;
      const second = source.vocabulary.has(rest(typed, space.end)) ? SECOND : SECOND_WRONG;
      for (const [wordId, logChannel] of heads[space.begin]) {
        const logFirst = logChannel + space.logProb;
        const value = source.logProb(wordId) + logFirst;
        if (value + second > floor)
          hopes.push({ value: value + second, space, first: new Hit(value, logFirst, source, wordId) });
      }
    }
  }
  hopes.sort(byValue);
  /** @type {Map<string, Hit>} */
  const found = new Map();
  for (const { space, first } of hopes.slice(0, FIRST_WORDS)) {
    const best = bestOf(after(first.word()), searching, space.end, floor - first.value);
    if (!best) continue;
    const value = first.value + best.value;
    const hit = new Hit(value, first.logChannel + best.logChannel, best.source, best.wordId, first);
    const both = `${first.word()} ${best.word()}`;
    const known = found.get(both);
    if (!known || hit.value >= known.value) found.set(both, hit);
  }
  return [...found.values()];
}

/**
 * The best word of all sources for the letters behind a gap, null if none is above a floor.
 * @param {readonly Source[]} sources
 * @param {Search} searching
 * @param {number} begin
 * @param {number} floor
 */
function bestOf(sources, searching, begin, floor) {
  /** @type {Hit | null} */
  let found = null;
  let least = floor;
  for (const source of sources)
    for (const hit of searching.words(source, least, begin, 1)) {
      found = hit;
      least = hit.value;
    }
  return found;
}

/**
 * Words in a new order, once the word that follows has said which it would follow; and by how much, in ln, what was
 * not looked at weighs less: it follows no better than the worst that was.
 * @param {readonly Correction[]} listed
 * @param {Follows} following
 * @returns {[readonly Correction[], number]}
 */
function beforeNext(listed, following) {
  /** @type {Correction[]} */
  const weighed = [];
  for (const each of listed.slice(0, BEFORE_NEXT)) {
    const logProb = following(each.word);
    if (logProb === -Infinity) return [listed, 0];
    weighed.push(new Correction({ ...each, logProb: each.logProb + logProb }));
  }
  if (!weighed.length) return [listed, 0];
  const drop = Math.min(...weighed.map((each, place) => each.logProb - listed[place].logProb));
  const others = listed
    .slice(BEFORE_NEXT)
    .map((each) => new Correction({ ...each, logProb: each.logProb + drop }));
  return [[...weighed, ...others].sort(byValue), drop];
}

/**
 * How probable the first of some folded words is behind others, asked for each once: the letters of a word mean the
 * same few words again and again.
 * @param {After} after
 * @param {readonly string[]} words
 * @returns {Follows | null}
 */
export function followedBy(after, [following]) {
  if (following === undefined) return null;
  /** @type {Map<string, number>} */
  const known = new Map();
  return (more) => {
    let logProb = known.get(more);
    if (logProb !== undefined) return logProb;
    logProb = -Infinity;
    for (const source of after(more)) {
      const wordId = source.offered(following);
      if (wordId !== null) logProb = source.logProb(wordId);
    }
    known.set(more, logProb);
    return logProb;
  };
}

/**
 * The ln P of typing just these letters and meaning them.
 *
 * The arcs lie by where they begin, as those of a channel do.
 * @param {string} typed
 * @param {Lattice} lattice
 */
export function logLiteral(typed, { length: letters, arcs }) {
  let total = 0;
  if (letters > LONGEST_TYPED) return total;
  let [at, place] = [0, 0];
  for (const letter of typed) {
    while (at < arcs.length && !(arcs[at][0] === place && arcs[at][1] === place + 1 && arcs[at][2] === letter)) {
      if (arcs[at][0] > place) return -Infinity;
      at++;
    }
    if (at === arcs.length) return -Infinity;
    total += arcs[at][3];
    place++;
  }
  return total;
}
