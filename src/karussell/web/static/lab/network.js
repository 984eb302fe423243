// The calendar's networks: forward alone, by the equations of the papers. A test holds them to Python's.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** A matrix, rows of numbers, times a vector, plus a bias. */
function affine(rows, vector, bias) {
  return rows.map((row, i) => row.reduce((sum, weight, j) => sum + weight * vector[j], bias[i]));
}

/** What a network reads of an appointment: hour, kind, and whether it is fixed. */
export function encode(entry, hours, kinds) {
  const x = new Array(hours.length + kinds.length + 1).fill(0);
  x[hours.indexOf(entry.hour)] = 1;
  x[hours.length + kinds.indexOf(entry.kind)] = 1;
  x[x.length - 1] = entry.fixed ? 1 : 0;
  return x;
}

const ACTIVATIONS = { tanh: Math.tanh, relu: (z) => Math.max(0, z) };

/**
 * Read a day from its beginning.
 *
 * @param network its weights, as the package has them.
 * @param inputs what is read, a vector for each entry.
 * @param held gates of an LSTM held by hand: {input, forget, output}, each true (open) or false (shut).
 * @returns for each entry {state, scores, change} and, of an LSTM, {input, forget, output}: its gates.
 */
export function read(network, inputs, held = {}) {
  const units = network.answer[0].length;
  const step = network.cell === "lstm" ? blockStep(network, units, held) : plainStep(network);
  let hidden = new Array(units).fill(0);
  let cells = hidden;
  return inputs.map((x) => {
    const before = network.cell === "lstm" ? cells : hidden;
    const done = step(x, hidden, cells);
    ({ hidden, cells } = done);
    const state = network.cell === "lstm" ? cells : hidden;
    const scores = affine(network.answer, hidden, network.answer_bias);
    return { ...done.gates, state, scores, change: changeOf(before, state) };
  });
}

function plainStep(network) {
  const activate = ACTIVATIONS[network.cell];
  return (x, hidden) => {
    const own = affine(network.weight_hh, hidden, network.bias);
    return { hidden: affine(network.weight_ih, x, own).map((z) => activate(z)), cells: null };
  };
}

function blockStep(network, units, held) {
  return (x, hidden, cells) => {
    const z = affine(network.weight_ih, x, affine(network.weight_hh, hidden, network.bias));
    const part = (number) => z.slice(number * units, (number + 1) * units);
    const gate = (name, number) =>
      part(number).map((net) => (held[name] === undefined ? sigmoid(net) : Number(held[name])));
    const [input, forget, output] = [gate("input", 0), gate("forget", 1), gate("output", 3)];
    const offered = part(2).map(Math.tanh);
    // Kept, by a product; written, by a sum. This is the whole secret.
    const kept = cells.map((cell, i) => forget[i] * cell + input[i] * offered[i]);
    const shown = kept.map((cell, i) => output[i] * Math.tanh(cell));
    return { hidden: shown, cells: kept, gates: { input, forget, output } };
  };
}

/** How much of a state is another now: 0 for nothing, 1 for all. */
function changeOf(before, after) {
  const size = (vector) => Math.hypot(...vector);
  const difference = size(after.map((value, i) => value - before[i]));
  return difference / Math.max(size(before) + size(after), 1e-12);
}

/** The place of the largest score. */
export const best = (scores) => scores.indexOf(Math.max(...scores));

/** Scores as likelihoods. */
export function likelihoods(scores) {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** A day of appointments drawn as those of the training: the fixed one within its first third. */
export function drawDay(length, hours, kinds, random = Math.random) {
  const one = (list) => list[Math.floor(random() * list.length)];
  const fixed = Math.floor(random() * Math.max(1, Math.floor(length / 3)));
  return Array.from({ length }, (_, place) => ({
    hour: one(hours),
    kind: one(kinds),
    fixed: place === fixed,
  }));
}
