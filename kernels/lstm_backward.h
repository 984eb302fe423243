// A memory block layer over a sequence, backward: full back-propagation through time.
#pragma once

#include "cells.h"
#include "gradients.h"

namespace karussell::KARUSSELL_LEVEL {

struct LstmBackwardScratch {
  Arena arena;
  size_t net_stride;     // G and a gap
  size_t units;          // hidden units in all chunks, the padded ones too
  float* net;            // (T, N, net_stride): gradients on the net inputs
  float* packed_hh;      // panels of weight_hh, depth G
  float* packed_ih;      // panels of weight_ih, depth G
  float* packed_x;       // panels of x, depth T*N
  float* packed_before;  // panels of the hidden states before each step, depth T*N
  float* recurrent;      // (N, units): gradient on the hidden state from the step after
  float* own;
  size_t own_size;

  LstmBackwardScratch(const LstmShape& shape, size_t threads, float* base) : arena{base} {
    const GateLayout layout(shape);
    const size_t rows = shape.time * shape.batch, gates = layout.gates();
    net_stride = ceil_div(gates, 16) * 16 + kGap;
    units = layout.chunks() * layout.units();
    net = arena.take(rows * net_stride);
    packed_hh = arena.take(panels_size(gates, layout.hidden()));
    packed_ih = arena.take(panels_size(gates, shape.inputs));
    packed_x = arena.take(panels_size(rows, shape.inputs));
    packed_before = arena.take(panels_size(rows, layout.hidden()));
    recurrent = arena.take(shape.batch * units);
    Arena member{nullptr};
    member.take(kGathered);
    member.take(expanded_size(layout));
    member.take(edge_size(layout));
    own_size = member.used;
    own = arena.take(threads * own_size);
  }
};

struct LstmBackwardRun {
  const LstmBackward& run;
  const LstmShape& shape;
  const Member& member;
  const GateLayout layout;
  const LstmBackwardScratch scratch;
  const Panels hh, ih, x, before;
  const Range chunks;  // this member's
  Range panels;        // of weight_hh: the hidden units of its chunks
  float *gathered, *expanded, *edge;

  LstmBackwardRun(const LstmBackward& backward, const Member& one)
      : run(backward),
        shape(backward.shape),
        member(one),
        layout(shape),
        scratch(shape, one.count, backward.scratch),
        hh{scratch.packed_hh, layout.gates(), layout.hidden()},
        ih{scratch.packed_ih, layout.gates(), shape.inputs},
        x{scratch.packed_x, shape.time * shape.batch, shape.inputs},
        before{scratch.packed_before, shape.time * shape.batch, layout.hidden()},
        chunks(share(layout.chunks(), one)) {
    panels = {chunks.first * layout.cells, least(chunks.last * layout.cells, hh.count())};
    Arena own{scratch.own + one.rank * scratch.own_size};
    gathered = own.take(kGathered);
    expanded = own.take(expanded_size(layout));
    edge = own.take(edge_size(layout));
  }

  void pack() const {
    const Range of_ih = share(ih.count(), member), of_x = share(x.count(), member);
    const Range of_before = share(before.count(), member);
    pack_columns(run.weight_hh, 0, hh.depth, hh, scratch.packed_hh, panels);
    pack_columns(run.weight_ih, 0, ih.depth, ih, scratch.packed_ih, of_ih);
    pack_columns(run.x, 0, x.depth, x, scratch.packed_x, of_x);
    pack_columns(run.hidden, 0, shape.batch, before, scratch.packed_before, of_before);
    pack_columns(run.hiddens, shape.batch, before.depth - shape.batch, before,
                 scratch.packed_before, of_before);
  }

  // Gradients on the net inputs of this member's chunks at time t.
  void cells_step(size_t t) const {
    const size_t hidden = layout.hidden();
    const float* cell_before = t == 0 ? run.cell : run.cells + (t - 1) * shape.batch * hidden;
    for (size_t n = 0; n < shape.batch; ++n)
      for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk) {
        const size_t row = t * shape.batch + n, unit = chunk * layout.units();
        backward_cells(
            {GateRow<const float>::in_row(run.gates + row * layout.gates(), layout, chunk),
             cell_before + n * hidden + unit, run.cells + row * hidden + unit,
             run.grad_hiddens + row * hidden + unit, scratch.recurrent + n * scratch.units + unit,
             run.grad_first_cell + n * hidden + unit,
             GateRow<float>::in_row(scratch.net + row * scratch.net_stride, layout, chunk)},
            layout, chunk, expanded, edge);
      }
  }

  // Gradient on the hidden state before time t, for this member's units.
  void recurrent_product(size_t t) const {
    static constexpr float zeros[kWidth] = {};
    const Rows net{scratch.net + t * shape.batch * scratch.net_stride, scratch.net_stride};
    for (size_t panel = panels.first; panel < panels.last; ++panel)
      multiply_through(net, shape.batch, hh.slice(panel, 0), hh.depth,
                       Target{scratch.recurrent + panel * kWidth, scratch.units, kWidth, zeros});
  }

  // This member's units of a state: `from` (N, units) or (N, H) into `to` (N, H).
  void copy_units(const float* from, size_t stride, float* to) const {
    const size_t hidden = layout.hidden();
    const size_t first = chunks.first * layout.units();
    const size_t last = least(chunks.last * layout.units(), hidden);
    for (size_t n = 0; n < shape.batch && first < last; ++n)
      copy(from + n * stride + first, last - first, to + n * hidden + first);
  }

  void clear_recurrent() const {
    for (size_t n = 0; n < shape.batch; ++n)
      for (size_t unit = chunks.first * layout.units(); unit < chunks.last * layout.units(); ++unit)
        scratch.recurrent[n * scratch.units + unit] = 0;
  }
};

inline std::size_t lstm_backward_scratch(const LstmShape& shape, size_t threads) {
  return LstmBackwardScratch(shape, threads, nullptr).arena.used;
}

inline void lstm_backward(const LstmBackward& backward, const Member& member) {
  const LstmBackwardRun run(backward, member);
  const LstmShape& shape = backward.shape;
  run.pack();
  run.clear_recurrent();
  run.copy_units(backward.grad_cell, run.layout.hidden(), backward.grad_first_cell);
  for (size_t t = shape.time; t-- > 0;) {
    run.cells_step(t);
    meet(member);  // the product needs the gradients of all chunks
    run.recurrent_product(t);
  }
  run.copy_units(run.scratch.recurrent, run.scratch.units, backward.grad_hidden);
  const NetGradients net{run.scratch.net, run.scratch.net_stride, run.layout.gates()};
  multiply_rows(Rows{net.net, net.stride}, share(run.x.depth, member), run.ih, backward.grad_x);
  weight_gradients(net, run.x, run.before, backward.grad_weight_ih, backward.grad_weight_hh,
                   run.gathered, member);
  bias_gradient(net, run.x.depth, backward.grad_bias, member);
}

}  // namespace karussell::KARUSSELL_LEVEL
