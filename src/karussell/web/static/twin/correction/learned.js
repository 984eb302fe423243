/** What was learned about words that were typed right and wrong: a network, and thresholds. */

/** Under this tag stand the thresholds of a language of which nothing was learned. */
export const ANY_LANGUAGE = "und";

/** What a verdict looks at; the last ones say what is known about the word. */
export const FEATURES = Object.freeze([
  "margin",
  "log channel",
  "log prob",
  "over the next",
  "letters",
  "literal log channel",
  "literal log prob",
  "posterior",
  "letters more",
  "two words",
  "apostrophe or accent",
  "capital",
  "foreign before",
  "same first letter",
  "from the network",
  "network",
  "rare",
  "known",
  "foreign",
  "unknown",
]);

/** What is known about a word that was typed. */
export const Kind = Object.freeze({
  /** The network knows it. */
  NETWORK: "network",
  /** It is one of the model's rare words. */
  RARE: "rare",
  /** People are known to write it in this language. */
  KNOWN: "known",
  /** They are known to write it in another one. */
  FOREIGN: "foreign",
  /** Nothing is. */
  UNKNOWN: "unknown",
});

// No weight comes near this.
const LARGEST = 1e6;
// Evidence farther from the usual than so many deviations says no more.
const FAR = 5.0;
const LEAST_SCORE = -700.0;

/** A perceptron with one hidden layer, H units of it. */
export class Network {
  #means;
  #deviations;
  #hidden;
  #hiddenBias;
  #out;
  #outBias;

  /**
   * @param {object} given
   * @param {number[]} given.means what is usual for each feature
   * @param {number[]} given.deviations how much each usually deviates
   * @param {number[][]} given.hidden H rows of a weight for each feature
   * @param {number[]} given.hidden_bias H
   * @param {number[]} given.out H
   * @param {number} given.out_bias one
   * @throws {RangeError} if sizes do not go together, or a number is none that training gives
   */
  constructor({ means, deviations, hidden, hidden_bias: hiddenBias, out, out_bias: outBias }) {
    const rows = [means, deviations, ...hidden];
    const units = hiddenBias.length;
    if (rows.some((row) => row.length !== FEATURES.length) || units !== hidden.length || units !== out.length)
      throw new RangeError(`a network of ${FEATURES.length} features and ${units} units has others`);
    const numbers = [...rows.flat(), ...hiddenBias, ...out, outBias];
    if (!numbers.every((each) => Math.abs(each) <= LARGEST) || Math.min(...deviations) < 1 / LARGEST)
      throw new RangeError(`a number is not within ${LARGEST}, or a deviation not positive`);
    this.#means = Float64Array.from(means);
    this.#deviations = Float64Array.from(deviations);
    this.#hidden = hidden.map((row) => Float64Array.from(row));
    this.#hiddenBias = Float64Array.from(hiddenBias);
    this.#out = Float64Array.from(out);
    this.#outBias = outBias;
  }

  /**
   * What it makes of some evidence, 0..1.
   * @param {readonly number[]} features the values of `FEATURES`
   */
  probability(features) {
    const inputs = this.#means.map((mean, i) =>
      Math.min(FAR, Math.max(-FAR, (features[i] - mean) / this.#deviations[i])),
    );
    let score = 0;
    this.#hidden.forEach((weights, unit) => {
      let sum = 0;
      for (let i = 0; i < inputs.length; i++) sum += weights[i] * inputs[i];
      score += this.#out[unit] * Math.max(0, this.#hiddenBias[unit] + sum);
    });
    return 1 / (1 + Math.exp(-Math.max(LEAST_SCORE, this.#outBias + score)));
  }
}

/** What was learned for one way to type. */
export class Side {
  #thresholds;
  #doubtful;

  /**
   * @param {object} given
   * @param {ConstructorParameters<typeof Network>[0]} given.network of all languages
   * @param {Record<string, number[]>} given.thresholds for each language, and for any other, the probability
   *   from which on each part of the words typed right would be changed
   * @param {Record<string, number[]>} [given.doubtful] the same of doubtful words, of which a fifth as many may be; {}
   *   where they are as good as any
   * @throws {RangeError} if a language would be left without any
   */
  constructor({ network, thresholds, doubtful = {} }) {
    this.network = new Network(network);
    this.#thresholds = new Map(Object.entries(thresholds));
    this.#doubtful = new Map(Object.entries(doubtful));
    for (const values of [this.#thresholds, ...(this.#doubtful.size ? [this.#doubtful] : [])])
      if (!values.has(ANY_LANGUAGE)) throw new RangeError(`thresholds of ${ANY_LANGUAGE} are missing`);
    Object.freeze(this);
  }

  /** All that were learned. */
  get thresholds() {
    return [...this.#thresholds.values(), ...this.#doubtful.values()];
  }

  /**
   * The thresholds of a language, or of the doubtful words of it.
   * @param {string} language
   * @param {boolean} [doubtful]
   * @returns {readonly number[]}
   */
  of(language, doubtful = false) {
    const values = doubtful && this.#doubtful.size ? this.#doubtful : this.#thresholds;
    return values.get(language) ?? values.get(ANY_LANGUAGE) ?? [];
  }
}

/** What was learned, for letters alone and for taps. */
export class Parameters {
  /**
   * @param {object} given
   * @param {number[]} given.damage parts of the words typed right that may be changed, descending
   * @param {ConstructorParameters<typeof Side>[0]} given.letters of letters
   * @param {ConstructorParameters<typeof Side>[0]} given.taps of taps
   * @throws {RangeError} if there are thresholds of other parts than those named
   */
  constructor({ damage, letters, taps }) {
    this.damage = Object.freeze([...damage]);
    this.letters = new Side(letters);
    this.taps = new Side(taps);
    for (const values of [...this.letters.thresholds, ...this.taps.thresholds])
      if (values.length !== damage.length)
        throw new RangeError(`${values.length} thresholds for ${damage.length} parts`);
    Object.freeze(this);
  }

  /**
   * What stands in a packaged file.
   * @param {string} text
   */
  static read(text) {
    return new Parameters(JSON.parse(text));
  }
}
