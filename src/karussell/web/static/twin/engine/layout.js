/** Which tensors a model of words in int8 has, in their order in a file: `karussell.model`'s layout. */

import { packedGroups } from "./network.js";

/**
 * @typedef {object} Tensor
 * @property {string} name
 * @property {"F32" | "I32" | "U32" | "U8"} kind
 * @property {number | null} length null where only what it holds decides
 * @property {number | null} most the largest size of its numbers, null for any
 */

const UNIT = 16;
const LINES = 4;
const LARGEST = 127;
const LARGEST_WEIGHT = 1e6;
const LARGEST_SCALE = 7874.0158; // a million by 127, and what it may be rounded up by

/** Numbers of a row at most: the sum of so many products fits. */
export const DEEPEST = 60_000;

/**
 * The tensors that a card promises.
 * @param {import("./container.js").Container["card"]} card
 * @returns {Tensor[]}
 */
export function layout({ configuration: sizes }) {
  const { vocabulary_size: words, embedding_size: embedding, hidden_size: hidden } = sizes;
  /** @type {Tensor[]} */
  const large = [];
  /** @type {Tensor[]} */
  const small = [];
  const rows = gateRows(sizes);
  packedGroups(sizes).forEach(({ name, matrices }, number, all) => {
    const edge = number === 0 || number === all.length - 1;
    const columns = edge
      ? [number === 0 ? embedding : hidden]
      : [number === 1 ? embedding : hidden, hidden];
    const places = edge ? placesOf(number === 0 ? words + 2 : embedding, LINES) : layerPlaces(sizes);
    const depth = columns.reduce((sum, each) => sum + Math.ceil(each / 4), 0);
    large.push({ name: `${name}.words`, kind: "U32", length: places * depth, most: null });
    matrices.forEach((matrix, i) => {
      const most = 128 * LARGEST * columns[i];
      small.push({ name: `${matrix}.scale`, kind: "F32", length: places, most: LARGEST_SCALE });
      small.push({ name: `${matrix}.correction`, kind: "I32", length: places, most });
    });
  });
  for (let layer = 0; layer < sizes.layers; layer++) small.push(bias(`${sizes.cell}.${layer}.bias`, rows));
  small.push(bias("output.bias", words + 1));
  const rest = ["rare.levels", "rare.casing", "rare", "casing", "vocabulary"];
  return [
    ...large,
    ...small,
    { name: "withheld", kind: "U32", length: null, most: null },
    { name: "counts", kind: "U32", length: words + 1, most: null },
    ...rest.map((name) => /** @type {Tensor} */ ({ name, kind: "U8", length: null, most: null })),
  ];
}

/** Rows of a layer's weights, G. @param {import("./container.js").Configuration} sizes */
function gateRows({ cell, hidden_size: hidden, cells_per_block: cells, coupled_gates: coupled }) {
  return cell === "rnn" ? hidden : hidden + ((coupled ? 2 : 3) * hidden) / cells;
}

/** @param {import("./container.js").Configuration} sizes */
function layerPlaces({ cell, hidden_size: hidden, cells_per_block: cells, coupled_gates: coupled }) {
  if (cell === "rnn") return placesOf(hidden, LINES);
  return Math.ceil(hidden / cells / UNIT) * UNIT * (cells + (coupled ? 2 : 3));
}

/** Rows with those that are zeros. @param {number} rows @param {number} lines */
function placesOf(rows, lines) {
  return Math.ceil(rows / (lines * UNIT)) * lines * UNIT;
}

/** @param {string} name @param {number} length @returns {Tensor} */
function bias(name, length) {
  return { name, kind: "F32", length, most: LARGEST_WEIGHT };
}
