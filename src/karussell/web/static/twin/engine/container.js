/**
 * A model file's bytes: safetensors, read with the suspicion of `karussell.store`. What memory or the course of a
 * program depends on is checked here; the numbers of the large tensors only make scores.
 */

import { DEEPEST, layout } from "./layout.js";

/**
 * @typedef {object} Configuration
 * @property {"lstm" | "rnn"} cell
 * @property {number} layers
 * @property {number} embedding_size
 * @property {number} hidden_size
 * @property {number} cells_per_block
 * @property {boolean} coupled_gates
 * @property {number} vocabulary_size
 *
 * @typedef {object} Container
 * @property {{kind: "words", format: number, name: string, language: string, licence: string, number_format: string,
 *   configuration: Configuration}} card what the model says about itself, other fields among these
 * @property {Map<string, any>} tensors typed arrays by name, where they lie in the file
 * @property {{sha256: string, blake2b_small: string, text: string}} seal digests, and the card as it was written
 */

const ALIGNMENT = 64;
const LARGEST_HEADER = 2 ** 20;
const FORMAT = 4;
const KINDS = { F32: Float32Array, I32: Int32Array, U32: Uint32Array, U8: Uint8Array };
const FOREIGN = "is not a Karussell model file";
const DAMAGED = "the file was damaged or cut short, copy it again";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is wrong with a model file. */
export class ModelFileError extends Error {
  name = "ModelFileError";
}

/**
 * The card and the tensors in a model file's bytes, which must stay as they are.
 * @param {Uint8Array} bytes
 * @returns {Container}
 */
export function readContainer(bytes) {
  // Typed arrays begin at multiples of their numbers.
  const data = bytes.byteOffset % 8 ? bytes.slice() : bytes;
  const { entries, metadata, body, start } = opened(data);
  const seal = parsed(metadata, "the card");
  const card = checkedCard(seal?.card);
  const expected = layout(card);
  if (start % ALIGNMENT) throw refusal(`its tensors begin at byte ${start}, expected a multiple of ${ALIGNMENT}`);
  const tensors = new Map();
  let end = 0;
  const names = Object.keys(entries).sort((a, b) => entries[a]?.data_offsets?.[0] - entries[b]?.data_offsets?.[0]);
  for (const [place, tensor] of expected.entries()) {
    const name = names[place];
    if (name !== tensor.name) throw refusal(`${quoted(name)} lies where ${quoted(tensor.name)} is expected`);
    end = checkPlace(name, entries[name], tensor, end);
    if (end > body.length) throw refusal(`has ${body.length} of its ${end} bytes of tensors; ${DAMAGED}`);
    tensors.set(name, numbers(name, entries[name], body, tensor));
  }
  if (names.length > expected.length) throw refusal(`${quoted(names[expected.length])} is unknown, expected no such tensor`);
  if (end < body.length) throw refusal(`has ${body.length - end} bytes more than its tensors; ${DAMAGED}`);
  const text = JSON.stringify(card);
  return { card, tensors, seal: { sha256: String(seal.sha256), blake2b_small: String(seal.blake2b_small), text } };
}

/** What the header says, and the body. @param {Uint8Array} data */
function opened(data) {
  if (data.length < 9 || data[8] !== 0x7b) throw refusal(`${FOREIGN}, expected one of format ${FORMAT}`);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const length = view.getUint32(0, true) + 2 ** 32 * view.getUint32(4, true);
  if (length > LARGEST_HEADER) throw refusal(`${FOREIGN}, expected one of format ${FORMAT}`);
  if (length > data.length - 8) {
    throw refusal(`has ${data.length - 8} of its header's ${length} bytes; the file was cut short, copy it again`);
  }
  const { __metadata__: metadata, ...entries } = parsed(decoded(data.subarray(8, 8 + length)), "the header");
  if (typeof metadata?.karussell !== "string") throw refusal("is a safetensors file without a card, not a Karussell model");
  return { entries, metadata: metadata.karussell, body: data.subarray(8 + length), start: 8 + length };
}

/** @param {Uint8Array} bytes */
function decoded(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    throw refusal(`${FOREIGN}, its header cannot be read`);
  }
}

/** An object of JSON. @param {string} text @param {string} what */
function parsed(text, what) {
  let found = null;
  try {
    found = JSON.parse(text);
  } catch {
    // said below
  }
  if (!isObject(found)) throw refusal(`${FOREIGN}, ${what} cannot be read`);
  return found;
}

/** @param {any} card */
function checkedCard(card) {
  if (!isObject(card) || !isObject(card.configuration)) throw refusal("the card cannot be read");
  if (card.kind !== "words") throw refusal(`holds a model of ${quoted(card.kind)}, expected "words"`);
  if (card.format !== FORMAT) throw refusal(`is of format ${quoted(card.format)}, expected ${FORMAT}`);
  const sizes = card.configuration;
  if (card.number_format !== "int8") {
    throw refusal(`is ${quoted(card.number_format)}, expected "int8"; in a browser others would be too large`);
  }
  for (const name of ["layers", "embedding_size", "hidden_size", "cells_per_block", "vocabulary_size"]) {
    const most = name === "layers" ? 64 : 2 ** 24;
    if (!(Number.isInteger(sizes[name]) && sizes[name] >= 1 && sizes[name] <= most)) {
      throw refusal(`${name} is ${quoted(sizes[name])}, expected 1 to ${most}`);
    }
  }
  if (sizes.cell !== "lstm" && sizes.cell !== "rnn") throw refusal(`cell is ${quoted(sizes.cell)}, expected "lstm" or "rnn"`);
  if (typeof sizes.coupled_gates !== "boolean") throw refusal("coupled_gates is neither true nor false");
  if (Math.max(sizes.embedding_size, sizes.hidden_size) > DEEPEST) {
    throw refusal(`has rows of more than ${DEEPEST} numbers`);
  }
  if (sizes.hidden_size % sizes.cells_per_block) {
    throw refusal(`${sizes.hidden_size} cells do not make blocks of ${sizes.cells_per_block}`);
  }
  if (sizes.cell === "rnn" && (sizes.cells_per_block !== 1 || sizes.coupled_gates)) {
    throw refusal("an rnn has blocks, expected none");
  }
  return card;
}

/**
 * Where a tensor ends that lies as it must.
 * @param {string} name
 * @param {any} entry
 * @param {import("./layout.js").Tensor} tensor
 * @param {number} before
 */
function checkPlace(name, entry, tensor, before) {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  if (dtype !== tensor.kind) throw refusal(`${quoted(name)} holds ${quoted(dtype)}, expected ${tensor.kind}`);
  if (!Array.isArray(shape) || shape.length !== 1 || !Number.isInteger(shape[0]) || shape[0] < 0) {
    throw refusal(`${quoted(name)} has shape ${quoted(shape)}, expected one dimension`);
  }
  if (tensor.length !== null && shape[0] !== tensor.length) {
    throw refusal(`${quoted(name)} has shape ${quoted(shape)}, expected ${tensor.length}`);
  }
  const needed = shape[0] * KINDS[tensor.kind].BYTES_PER_ELEMENT;
  if (!Array.isArray(offsets) || offsets.length !== 2 || offsets[0] !== before || offsets[1] !== before + needed) {
    throw refusal(`${quoted(name)} lies at ${quoted(offsets)}, expected ${before} to ${before + needed}`);
  }
  return before + needed;
}

/** @param {string} name @param {any} entry @param {Uint8Array} body @param {import("./layout.js").Tensor} tensor */
function numbers(name, entry, body, { kind, most }) {
  const made = KINDS[kind];
  const at = body.byteOffset + entry.data_offsets[0];
  const found =
    at % made.BYTES_PER_ELEMENT === 0
      ? new made(body.buffer, at, entry.shape[0])
      : new made(body.slice(entry.data_offsets[0], entry.data_offsets[1]).buffer);
  // Written so that NaN, of which nothing is true, is refused as well.
  if (most !== null && !found.every((/** @type {number} */ value) => Math.abs(value) <= most)) {
    throw refusal(`${quoted(name)} holds a number that is not within ${most}`);
  }
  return found;
}

/** @param {any} value */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {any} value */
function quoted(value) {
  return String(JSON.stringify(value)).slice(0, 60);
}

/** @param {string} what */
function refusal(what) {
  return new ModelFileError(`the model file ${what}`);
}
