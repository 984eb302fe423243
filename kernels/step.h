// One time step of one sequence on one thread: matrix times vector, with weights packed once.
//
// A packed layer is its panels one after the other, each the rows of weight_ih^T above those of
// weight_hh^T, so that a step reads the weights once and in order; then the biases of all panels.
#pragma once

#include "cells.h"

namespace karussell::KARUSSELL_LEVEL {

// sums += panel^T values; four depths at a time, because one chain of additions would wait for
// itself.
KARUSSELL_INLINE const float* add_products(const float* panel, const float* values, size_t depth,
                                           Vec (&sums)[4][kVectors]) {
  size_t k = 0;
  for (; k + 4 <= depth; k += 4, panel += 4 * kWidth) {
#pragma GCC unroll 4
    for (size_t j = 0; j < 4; ++j)
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v)
        sums[j][v] += values[k + j] * load(panel + j * kWidth + v * kLanes);
  }
  for (; k < depth; ++k, panel += kWidth)
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) sums[0][v] += values[k] * load(panel + v * kLanes);
  return panel;
}

// bias + [x, hidden] times one panel.
inline void net_inputs(const float* panel, const float* x, size_t inputs, const float* hidden,
                       size_t hiddens, const float* bias, float* to) {
  Vec sums[4][kVectors] = {};
  panel = add_products(panel, x, inputs, sums);
  add_products(panel, hidden, hiddens, sums);
  for (size_t v = 0; v < kVectors; ++v)
    store(to + v * kLanes, ((sums[0][v] + sums[1][v]) + (sums[2][v] + sums[3][v])) +
                               load(bias + v * kLanes));
}

inline std::size_t lstm_packed(const LstmShape& shape) {
  const GateLayout layout(shape);
  return layout.chunks() * layout.width() * (shape.inputs + layout.hidden() + 1);
}

inline void lstm_pack(const LstmShape& shape, const float* weight_ih, const float* weight_hh,
                      const float* bias, float* packed) {
  const GateLayout layout(shape);
  const size_t inputs = shape.inputs, hidden = layout.hidden();
  const size_t panels = layout.chunks() * layout.panels();
  float* const biases = packed + panels * (inputs + hidden) * kWidth;
  for (size_t panel = 0; panel < panels; ++panel) {
    const Section at = layout.section(panel / layout.panels(), panel % layout.panels());
    float* const here = packed + panel * (inputs + hidden) * kWidth;
    pack_rows(weight_ih + at.row * inputs, inputs, at.valid, inputs, here);
    pack_rows(weight_hh + at.row * hidden, hidden, at.valid, hidden, here + inputs * kWidth);
    copy_padded(bias + at.row, at.valid, kWidth, biases + panel * kWidth);
  }
}

struct LstmStepScratch {
  Arena arena;
  float *net, *expanded, *edge;

  LstmStepScratch(const GateLayout& layout, float* base) : arena{base} {
    net = arena.take(layout.width());
    expanded = arena.take(expanded_size(layout));
    edge = arena.take(edge_size(layout));
  }
};

inline std::size_t lstm_step_scratch(const LstmShape& shape) {
  return LstmStepScratch(GateLayout(shape), nullptr).arena.used;
}

inline void lstm_step(const LstmStep& step) {
  const GateLayout layout(step.shape);
  const LstmStepScratch scratch(layout, step.scratch);
  const size_t inputs = step.shape.inputs, hidden = layout.hidden();
  const size_t panels = layout.chunks() * layout.panels();
  const float* const biases = step.packed + panels * (inputs + hidden) * kWidth;
  for (size_t i = 0; i < layout.gates(); ++i) step.gates[i] = 0;
  for (size_t chunk = 0; chunk < layout.chunks(); ++chunk) {
    for (size_t p = 0; p < layout.panels(); ++p) {
      const size_t panel = chunk * layout.panels() + p;
      net_inputs(step.packed + panel * (inputs + hidden) * kWidth, step.x, inputs, step.hidden,
                 hidden, biases + panel * kWidth, scratch.net + p * kWidth);
    }
    const size_t unit = chunk * layout.units();
    forward_cells({GateRow<float>::in_row(step.gates, layout, chunk),
                   GateRow<const float>::in_chunk(scratch.net, layout), step.cell + unit,
                   step.next_cell + unit, step.next_hidden + unit},
                  layout, chunk, scratch.expanded, scratch.edge);
  }
}

inline std::size_t rnn_packed(const RnnShape& shape) {
  return ceil_div(shape.hidden, kWidth) * kWidth * (shape.inputs + shape.hidden + 1);
}

inline void rnn_pack(const RnnShape& shape, const float* weight_ih, const float* weight_hh,
                     const float* bias, float* packed) {
  const size_t inputs = shape.inputs, hidden = shape.hidden;
  const size_t panels = ceil_div(hidden, kWidth);
  float* const biases = packed + panels * (inputs + hidden) * kWidth;
  for (size_t panel = 0; panel < panels; ++panel) {
    const size_t row = panel * kWidth, valid = least(kWidth, hidden - row);
    float* const here = packed + panel * (inputs + hidden) * kWidth;
    pack_rows(weight_ih + row * inputs, inputs, valid, inputs, here);
    pack_rows(weight_hh + row * hidden, hidden, valid, hidden, here + inputs * kWidth);
    copy_padded(bias + row, valid, kWidth, biases + panel * kWidth);
  }
}

inline void rnn_step(const RnnStep& step) {
  const size_t inputs = step.shape.inputs, hidden = step.shape.hidden;
  const size_t panels = ceil_div(hidden, kWidth);
  const float* const biases = step.packed + panels * (inputs + hidden) * kWidth;
  for (size_t panel = 0; panel < panels; ++panel) {
    float net[kWidth];
    const size_t row = panel * kWidth, valid = least(kWidth, hidden - row);
    net_inputs(step.packed + panel * (inputs + hidden) * kWidth, step.x, inputs, step.hidden,
               hidden, biases + panel * kWidth, net);
    for (size_t at = 0; at < kWidth; at += kLanes)
      store(net + at, step.nonlinearity == Nonlinearity::kTanh ? tanh(load(net + at))
                                                              : relu(load(net + at)));
    copy(net, valid, step.next_hidden + row);
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
