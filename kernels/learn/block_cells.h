// The memory blocks of one chunk of one row, forward and backward: all that is not a product.
#pragma once

#include "learn/block_layout.h"
#include "nonlinear.h"

namespace karussell::KARUSSELL_LEVEL::training {

// Where values of one chunk stand meanwhile.
struct Room {
  float *products, *input, *forget, *output, *net;  // a chunk's cells each; `net` a line
  float* edge;                                      // the chunk that is not full

  KARUSSELL_INLINE static size_t size(const BlockLayout& layout) {
    return 10 * layout.units() + kUnit + layout.width();
  }

  KARUSSELL_INLINE Room(float* base, const BlockLayout& layout) {
    const size_t units = layout.units();
    products = base, input = base + units, forget = base + 2 * units, output = base + 3 * units;
    net = base + 4 * units, edge = net + kUnit;
  }
};

// A gate's value for each cell.
KARUSSELL_INLINE const float* per_cell(const float* gate, size_t cells, float* room) {
  if (cells == 1) return gate;
  expand(gate, cells, room);
  return room;
}

// Net inputs of the gates of a line that see the cells of their own block, or see none.
inline const float* see_cells(const float* net, const float* peephole, const float* cell,
                              size_t cells, const Room& room) {
  if (peephole == nullptr) return net;
  for (size_t at = 0; at < cells * kUnit; at += kLanes)
    store(room.products + at, load(peephole + at) * load(cell + at));
  reduce(room.products, cells, room.net);
  for (size_t at = 0; at < kUnit; at += kLanes)
    store(room.net + at, load(room.net + at) + load(net + at));
  return room.net;
}

KARUSSELL_INLINE void squash_gates(const float* net, float* gates) {
  for (size_t at = 0; at < kUnit; at += kLanes) store(gates + at, sigmoid(load(net + at)));
}

struct ForwardCells {
  GateRow<const float> net;
  GateRow<float> gates;  // written: activations
  const float* cell_before;
  float* cell;    // written
  float* hidden;  // written
  Peepholes peepholes;
};

inline void forward_full(const ForwardCells& c, size_t cells, const Room& room) {
  const size_t units = cells * kUnit;
  const Peepholes& p = c.peepholes;
  squash_gates(see_cells(c.net.forget, p.forget, c.cell_before, cells, room), c.gates.forget);
  if (c.gates.input != nullptr)
    squash_gates(see_cells(c.net.input, p.input, c.cell_before, cells, room), c.gates.input);
  const float* const forget = per_cell(c.gates.forget, cells, room.forget);
  const float* const input =
      c.gates.input == nullptr ? nullptr : per_cell(c.gates.input, cells, room.input);
  for (size_t at = 0; at < units; at += kLanes) {
    const Vec kept = load(forget + at), written = tanh(load(c.net.cell + at));
    const Vec open = input == nullptr ? 1.f - kept : load(input + at);
    store(c.gates.cell + at, written);
    store(c.cell + at, kept * load(c.cell_before + at) + open * written);
  }
  squash_gates(see_cells(c.net.output, p.output, c.cell, cells, room), c.gates.output);
  const float* const output = per_cell(c.gates.output, cells, room.output);
  for (size_t at = 0; at < units; at += kLanes)
    store(c.hidden + at, load(output + at) * tanh(load(c.cell + at)));
}

// The same for a chunk of any number of blocks: one that is not full goes through padded copies.
inline void forward_cells(const ForwardCells& c, const BlockLayout& layout, size_t chunk,
                          const Room& room) {
  const size_t blocks = layout.blocks_in(chunk), cells = layout.cells;
  if (blocks == kUnit) return forward_full(c, cells, room);
  const size_t units = layout.units(), count = blocks * cells;
  float* const states = room.edge + layout.width();
  const auto gates = GateRow<float>::in_chunk(room.edge, layout);
  const ForwardCells padded{c.net, gates, states, states + units, states + 2 * units, c.peepholes};
  copy_padded(c.cell_before, count, units, states);
  forward_full(padded, cells, room);
  unpad_gates(gates, blocks, cells, c.gates);
  copy(padded.cell, count, c.cell);
  copy(padded.hidden, count, c.hidden);
}

// `grad_cell` comes in as the gradient on the new cell state and goes out as that on the state
// before; `net` receives the gradient on the net inputs, `grad_peepholes` has its own added.
struct BackwardCells {
  GateRow<const float> gates;
  const float* cell_before;
  const float* cell;
  const float* grad_outside;    // gradient on the output of the cells from outside, or null
  const float* grad_recurrent;  // and from the step after
  float* grad_cell;
  GateRow<float> net;
  Peepholes peepholes, grad_peepholes;
};

// From gradients on a gate's value for each cell to the gradient on its net input.
KARUSSELL_INLINE void gate_gradient(const float* per_cell, const float* gate, size_t cells,
                                    float* net) {
  if (cells > 1) reduce(per_cell, cells, net);
  for (size_t at = 0; at < kUnit; at += kLanes) {
    const Vec value = load(gate + at);
    store(net + at, load(net + at) * (value * (1.f - value)));
  }
}

// What a gate with peepholes passes back to the cells it saw.
inline void backward_peephole(const float* net, const float* cell, const float* peephole,
                              size_t cells, float* grad_cell, float* grad_peephole,
                              const Room& room) {
  const float* const error = per_cell(net, cells, room.products);
  for (size_t at = 0; at < cells * kUnit; at += kLanes) {
    store(grad_cell + at, load(grad_cell + at) + load(peephole + at) * load(error + at));
    store(grad_peephole + at, load(grad_peephole + at) + load(cell + at) * load(error + at));
  }
}

inline void backward_full(const BackwardCells& c, size_t cells, const Room& room) {
  const size_t units = cells * kUnit;
  const bool coupled = c.gates.input == nullptr;
  const Peepholes &p = c.peepholes, &grad_p = c.grad_peepholes;
  const float* const output = per_cell(c.gates.output, cells, room.output);
  float* const to_output = cells > 1 ? room.products : c.net.output;
  for (size_t at = 0; at < units; at += kLanes) {
    const Vec squashed = tanh(load(c.cell + at));
    Vec error = load(c.grad_recurrent + at);
    if (c.grad_outside != nullptr) error += load(c.grad_outside + at);
    store(to_output + at, error * squashed);
    store(c.grad_cell + at,
          load(c.grad_cell + at) + error * load(output + at) * (1.f - squashed * squashed));
  }
  gate_gradient(to_output, c.gates.output, cells, c.net.output);
  if (p.output != nullptr)
    backward_peephole(c.net.output, c.cell, p.output, cells, c.grad_cell, grad_p.output, room);
  const float* const forget = per_cell(c.gates.forget, cells, room.forget);
  const float* const input = coupled ? nullptr : per_cell(c.gates.input, cells, room.input);
  float* const to_forget = cells > 1 ? room.products : c.net.forget;
  float* const to_input = cells > 1 ? room.output : c.net.input;
  for (size_t at = 0; at < units; at += kLanes) {
    const Vec error = load(c.grad_cell + at), written = load(c.gates.cell + at);
    const Vec kept = load(forget + at), before = load(c.cell_before + at);
    const Vec open = coupled ? 1.f - kept : load(input + at);
    store(c.net.cell + at, error * open * (1.f - written * written));
    store(to_forget + at, error * (coupled ? before - written : before));
    if (!coupled) store(to_input + at, error * written);
    store(c.grad_cell + at, error * kept);
  }
  gate_gradient(to_forget, c.gates.forget, cells, c.net.forget);
  if (!coupled) gate_gradient(to_input, c.gates.input, cells, c.net.input);
  if (p.forget != nullptr)
    backward_peephole(c.net.forget, c.cell_before, p.forget, cells, c.grad_cell, grad_p.forget,
                      room);
  if (p.input != nullptr)
    backward_peephole(c.net.input, c.cell_before, p.input, cells, c.grad_cell, grad_p.input, room);
}

// `net` lies in a padded chunk, all else may be as wide as the chunk has blocks.
inline void backward_cells(const BackwardCells& c, const BlockLayout& layout, size_t chunk,
                           const Room& room) {
  const size_t blocks = layout.blocks_in(chunk), cells = layout.cells;
  if (blocks == kUnit) return backward_full(c, cells, room);
  const size_t units = layout.units(), count = blocks * cells;
  const GateRow<float> gates = GateRow<float>::in_chunk(room.edge, layout);
  float* const states = room.edge + layout.width();
  const auto padded = [&](const float* from, size_t place) {
    copy_padded(from, count, units, states + place * units);
    return states + place * units;
  };
  pad_gates(c.gates, blocks, cells, gates);
  float* const grad_cell = padded(c.grad_cell, 4);
  backward_full({gates.constant(), padded(c.cell_before, 0), padded(c.cell, 1),
                 c.grad_outside == nullptr ? nullptr : padded(c.grad_outside, 2),
                 padded(c.grad_recurrent, 3), grad_cell, c.net, c.peepholes, c.grad_peepholes},
                cells, room);
  copy(grad_cell, count, c.grad_cell);
}

}  // namespace karussell::KARUSSELL_LEVEL::training
