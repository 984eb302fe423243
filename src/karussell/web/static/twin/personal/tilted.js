/** Sources whose words are likelier as the writer uses them more often than others do. */

/** @typedef {import("../decoder/index.js").Source} Source */
/** @typedef {import("./known.js").Home} Home */

const LEAST_PROBABLE = Math.log(1e-6);

// What a vocabulary's scores said last: those of rare words are the same at every place.
/** @type {WeakMap<object, {scores: Float32Array, probs: Float32Array}>} */
const raised = new WeakMap();

/** Sources beside what is made of them. Where Python keeps logarithms, these are probabilities: each is raised once. */
export class Tilted {
  #sources;
  #homes;
  /** What each source's scores say, without its offset. @type {Float32Array[]} */
  #probs;
  /** ln of what is added to each source's scores, tilted. @type {number[]} */
  #offsets;

  /** @param {readonly Source[]} sources @param {readonly Home[]} homes */
  constructor(sources, homes) {
    this.#sources = sources;
    this.#homes = homes;
    this.#probs = sources.map(probabilities);
    let before = 0;
    let after = 0;
    let most = 0;
    for (const [number, { offset }] of sources.entries()) {
      const sums = summed(this.#probs[number], homes[number].gain);
      const weight = Math.exp(offset);
      before += weight * sums.before;
      after += weight * sums.after;
      most = Math.max(most, weight * sums.most);
    }
    const tilts = homes.some((home) => home.gain);
    // What no source has stays as it is beside them.
    const shift = tilts ? -Math.log(after + Math.max(0, 1 - before)) : 0;
    this.#offsets = sources.map((source) => source.offset + shift);
    /** The ln P of the most probable word. */
    this.logMost = sources.length ? Math.max(LEAST_PROBABLE, Math.log(most) + shift) : 0;
  }

  /** P(word) of one with an id in a source. @param {number} number @param {number} id */
  probOf(number, id) {
    const gain = this.#homes[number].gain;
    return this.#probs[number][id] * (gain ? gain[id] : 1) * Math.exp(this.#offsets[number]);
  }

  /** P(word), 0 if no source has it. @param {string} word */
  prob(word) {
    return this.#summed(word, (number, id) => this.probOf(number, id));
  }

  /** The same before they were tilted. @param {string} word */
  probBefore(word) {
    return this.#summed(word, (number, id) => this.#probs[number][id] * Math.exp(this.#sources[number].offset));
  }

  /** @param {string} word @param {(number: number, id: number) => number} probOf */
  #summed(word, probOf) {
    let sum = 0;
    for (const [number, { vocabulary }] of this.#sources.entries()) {
      const id = vocabulary.id(word);
      if (id !== vocabulary.unknown) sum += probOf(number, id);
    }
    return sum;
  }

  /**
   * Put what a source says of some of the writer's words, ln P, where each has its place.
   * @param {number} number
   * @param {Int32Array} numbers
   * @param {Int32Array} places
   * @param {Float32Array} before
   * @param {Float32Array} after the same once tilted
   */
  say(number, numbers, places, before, after) {
    const { scores, offset } = this.#sources[number];
    const gain = this.#homes[number].gain;
    for (let at = 0; at < numbers.length; at++) {
      const score = scores[places[at]];
      before[numbers[at]] = score + offset;
      after[numbers[at]] = score + (gain ? Math.log(gain[places[at]]) : 0) + this.#offsets[number];
    }
  }

  /**
   * The writer's words of each source, and their places there; of several sources that which gives a word most.
   * @param {number} size how many words have a number
   */
  apart(size) {
    const best = new Float64Array(size).fill(-1);
    const owner = new Int32Array(size);
    for (const [number, { numbers, places }] of this.#homes.entries()) {
      for (let at = 0; at < numbers.length; at++) {
        const prob = this.probOf(number, places[at]);
        if (prob <= best[numbers[at]]) continue;
        best[numbers[at]] = prob;
        owner[numbers[at]] = number;
      }
    }
    return this.#homes.map(({ numbers, places }, number) => ({
      numbers: numbers.filter((each) => owner[each] === number),
      places: places.filter((_, at) => owner[numbers[at]] === number),
    }));
  }

  /**
   * A source's scores with what the writer wrote before.
   * @param {number} number which source
   * @param {number} kept by what its tilted probabilities are multiplied
   * @param {number} left and those that are not
   * @param {Int32Array} numbers which of the writer's words it has
   * @param {Int32Array} places where
   * @param {Float64Array} gains what each of the writer's words gains
   * @param {Float32Array} ranked by what each is multiplied in the end
   * @returns {{scores: Float32Array, total: number, gained: number}} they; P of all before that, and what it adds
   */
  after(number, kept, left, numbers, places, gains, ranked) {
    const source = this.#sources[number];
    const probs = this.#probs[number];
    const { gain } = this.#homes[number];
    const scores = new Float32Array(probs.length);
    const factor = kept * Math.exp(this.#offsets[number] - source.offset);
    let total = 0;
    for (let id = 0; id < scores.length; id++) {
      const likelier = gain ? factor * gain[id] + left : factor + left;
      scores[id] = source.scores[id] + Math.log(likelier);
      total += probs[id] * likelier;
    }
    const weight = Math.exp(source.offset);
    total *= weight;
    let gained = 0;
    for (let at = 0; at < numbers.length; at++) {
      const id = places[at];
      const before = probs[id] * (gain ? factor * gain[id] + left : factor + left);
      const after = before + gains[numbers[at]] / weight;
      total += weight * (after - before);
      gained += weight * after * (ranked[numbers[at]] - 1);
      scores[id] = Math.log(after * ranked[numbers[at]]);
    }
    return { scores, total, gained };
  }
}

/** @param {Source} source */
function probabilities({ vocabulary, scores }) {
  const known = raised.get(vocabulary);
  if (known?.scores === scores) return known.probs;
  const probs = new Float32Array(scores.length);
  for (let id = 0; id < probs.length; id++) probs[id] = Math.exp(scores[id]);
  raised.set(vocabulary, { scores, probs });
  return probs;
}

/**
 * The sum of probabilities, that of the tilted ones, and the most of these.
 * @param {Float32Array} probs
 * @param {Float32Array | null} gain
 */
function summed(probs, gain) {
  let before = 0;
  let after = 0;
  let most = 0;
  for (let id = 0; id < probs.length; id++) {
    const prob = probs[id];
    const tilted = gain ? prob * gain[id] : prob;
    before += prob;
    after += tilted;
    if (tilted > most) most = tilted;
  }
  return { before, after, most };
}
