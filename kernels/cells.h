// The memory blocks of one chunk of one row, forward and backward: all that is not a product.
#pragma once

#include "gates.h"
#include "nonlinear.h"

namespace karussell::KARUSSELL_LEVEL {

// Forward. `gates` comes in as the part of the net inputs that the inputs and the bias gave, and goes
// out as gate activations; `net` is the part that the previous hidden state gave.
struct ForwardCells {
  GateRow<float> gates;
  GateRow<const float> net;
  const float* cell_before;
  float* cell;    // may be cell_before
  float* hidden;
};

// Floats for `expanded` in the functions below, and for the edges of a chunk that is not full.
KARUSSELL_INLINE size_t expanded_size(const GateLayout& layout) { return 6 * layout.units(); }
KARUSSELL_INLINE size_t edge_size(const GateLayout& layout) {
  return 2 * layout.width() + 6 * layout.units();
}

KARUSSELL_INLINE Vec gate(const float* a, const float* b, size_t at) {
  return sigmoid(load(a + at) + load(b + at));
}

inline void forward_full(const ForwardCells& c, size_t cells, float* expanded) {
  const size_t units = cells * kWidth;
  const float *input = c.gates.input, *forget = c.gates.forget, *output = c.gates.output;
  for (size_t at = 0; at < kWidth; at += kLanes) {
    store(c.gates.input + at, gate(c.gates.input, c.net.input, at));
    store(c.gates.forget + at, gate(c.gates.forget, c.net.forget, at));
    store(c.gates.output + at, gate(c.gates.output, c.net.output, at));
  }
  if (cells > 1) {
    expand(c.gates.input, cells, expanded);
    expand(c.gates.forget, cells, expanded + units);
    expand(c.gates.output, cells, expanded + 2 * units);
    input = expanded, forget = expanded + units, output = expanded + 2 * units;
  }
  for (size_t at = 0; at < units; at += kLanes) {
    const Vec written = tanh(load(c.gates.cell + at) + load(c.net.cell + at));
    const Vec state =
        load(forget + at) * load(c.cell_before + at) + load(input + at) * written;
    store(c.gates.cell + at, written);
    store(c.cell + at, state);
    store(c.hidden + at, load(output + at) * tanh(state));
  }
}

// The same for a chunk of any number of blocks: one that is not full goes through padded copies.
inline void forward_cells(const ForwardCells& c, const GateLayout& layout, size_t chunk,
                          float* expanded, float* edge) {
  const size_t blocks = layout.blocks_in(chunk), cells = layout.cells;
  if (blocks == kWidth) return forward_full(c, cells, expanded);
  const size_t units = layout.units(), count = blocks * cells;
  float* const states = edge + layout.width();
  const ForwardCells padded{GateRow<float>::in_chunk(edge, layout), c.net, states, states + units,
                            states + 2 * units};
  copy_gates({c.gates.input, c.gates.forget, c.gates.cell, c.gates.output}, blocks, cells,
             padded.gates);
  copy_padded(c.cell_before, count, units, states);
  forward_full(padded, cells, expanded);
  copy_gates_back(padded.gates, blocks, cells, c.gates);
  copy(padded.cell, count, c.cell);
  copy(padded.hidden, count, c.hidden);
}

// Backward. `grad_cell` comes in as the gradient on the new cell state and goes out as that on the
// state before; `net` receives the gradient on the net inputs.
struct BackwardCells {
  GateRow<const float> gates;
  const float* cell_before;
  const float* cell;
  const float* grad_output;     // gradient on the hidden state from outside
  const float* grad_recurrent;  // gradient on the hidden state from the step after
  float* grad_cell;
  GateRow<float> net;
};

KARUSSELL_INLINE Vec sigmoid_slope(Vec value) { return value * (1.f - value); }

inline void backward_full(const BackwardCells& c, size_t cells, float* expanded) {
  const size_t units = cells * kWidth;
  const float *input = c.gates.input, *forget = c.gates.forget, *output = c.gates.output;
  float *to_input = c.net.input, *to_forget = c.net.forget, *to_output = c.net.output;
  if (cells > 1) {
    expand(c.gates.input, cells, expanded);
    expand(c.gates.forget, cells, expanded + units);
    expand(c.gates.output, cells, expanded + 2 * units);
    input = expanded, forget = expanded + units, output = expanded + 2 * units;
    to_input = expanded + 3 * units;
    to_forget = expanded + 4 * units;
    to_output = expanded + 5 * units;
  }
  for (size_t at = 0; at < units; at += kLanes) {
    const Vec squashed = tanh(load(c.cell + at));
    const Vec written = load(c.gates.cell + at);
    const Vec error = load(c.grad_output + at) + load(c.grad_recurrent + at);
    const Vec state_error = load(c.grad_cell + at) +
                            error * load(output + at) * (1.f - squashed * squashed);
    store(to_output + at, error * squashed);
    store(to_input + at, state_error * written);
    store(to_forget + at, state_error * load(c.cell_before + at));
    store(c.net.cell + at, state_error * load(input + at) * (1.f - written * written));
    store(c.grad_cell + at, state_error * load(forget + at));
  }
  if (cells > 1) {
    reduce(to_input, cells, c.net.input);
    reduce(to_forget, cells, c.net.forget);
    reduce(to_output, cells, c.net.output);
  }
  for (size_t at = 0; at < kWidth; at += kLanes) {
    store(c.net.input + at, load(c.net.input + at) * sigmoid_slope(load(c.gates.input + at)));
    store(c.net.forget + at, load(c.net.forget + at) * sigmoid_slope(load(c.gates.forget + at)));
    store(c.net.output + at, load(c.net.output + at) * sigmoid_slope(load(c.gates.output + at)));
  }
}

inline void backward_cells(const BackwardCells& c, const GateLayout& layout, size_t chunk,
                           float* expanded, float* edge) {
  const size_t blocks = layout.blocks_in(chunk), cells = layout.cells;
  if (blocks == kWidth) return backward_full(c, cells, expanded);
  const size_t units = layout.units(), count = blocks * cells;
  float* const states = edge + 2 * layout.width();
  const GateRow<float> gates = GateRow<float>::in_chunk(edge, layout);
  const BackwardCells padded{{gates.input, gates.forget, gates.cell, gates.output},
                             states,
                             states + units,
                             states + 2 * units,
                             states + 3 * units,
                             states + 4 * units,
                             GateRow<float>::in_chunk(edge + layout.width(), layout)};
  copy_gates(c.gates, blocks, cells, gates);
  copy_padded(c.cell_before, count, units, states);
  copy_padded(c.cell, count, units, states + units);
  copy_padded(c.grad_output, count, units, states + 2 * units);
  copy_padded(c.grad_recurrent, count, units, states + 3 * units);
  copy_padded(c.grad_cell, count, units, states + 4 * units);
  backward_full(padded, cells, expanded);
  copy_gates_back(padded.net, blocks, cells, c.net);
  copy(padded.grad_cell, count, c.grad_cell);
}

}  // namespace karussell::KARUSSELL_LEVEL
