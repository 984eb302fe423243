// A memory block layer over a sequence, forward.
#pragma once

#include "cells.h"
#include "inputs.h"

namespace karussell::KARUSSELL_LEVEL {

struct LstmForwardScratch {
  Arena arena;
  float* packed_ih;   // chunks of panels of weight_ih^T, (I, kWidth) each
  float* packed_hh;   // chunks of panels of weight_hh^T, (H, kWidth) each
  float* bias;        // chunks of panels: kWidth values each
  float* own;         // what each member has for itself
  size_t own_size;

  LstmForwardScratch(const LstmShape& shape, size_t threads, float* base) : arena{base} {
    const GateLayout layout(shape);
    const size_t panels = layout.chunks() * layout.panels();
    packed_ih = arena.take(panels * shape.inputs * kWidth);
    packed_hh = arena.take(panels * layout.hidden() * kWidth);
    bias = arena.take(panels * kWidth);
    Arena member{nullptr};
    member.take(kGathered);
    member.take(shape.batch * layout.width());
    member.take(expanded_size(layout));
    member.take(edge_size(layout));
    own_size = member.used;
    own = arena.take(threads * own_size);
  }
};

struct LstmForwardRun {
  const LstmForward& run;
  const LstmShape& shape;
  const GateLayout layout;
  const LstmForwardScratch scratch;
  const Range chunks;  // this member's
  float *gathered, *net, *expanded, *edge;

  LstmForwardRun(const LstmForward& forward, const Member& member)
      : run(forward),
        shape(forward.shape),
        layout(forward.shape),
        scratch(forward.shape, member.count, forward.scratch),
        chunks(share(layout.chunks(), member)) {
    Arena own{scratch.own + member.rank * scratch.own_size};
    gathered = own.take(kGathered);
    net = own.take(shape.batch * layout.width());
    expanded = own.take(expanded_size(layout));
    edge = own.take(edge_size(layout));
  }

  Range panels() const { return {chunks.first * layout.panels(), chunks.last * layout.panels()}; }

  Section section(size_t panel) const {
    return layout.section(panel / layout.panels(), panel % layout.panels());
  }

  void pack() const {
    pack_layer({run.weight_ih, run.weight_hh, run.bias, shape.inputs, layout.hidden()}, panels(),
               scratch.packed_ih, scratch.packed_hh, scratch.bias,
               [this](size_t panel) { return section(panel); });
  }

  void multiply_inputs() const {
    input_product({run.x, shape.time * shape.batch, shape.inputs, scratch.packed_ih, scratch.bias,
                   run.gates, layout.gates()},
                  panels(), gathered, [this](size_t panel) { return section(panel); });
  }

  void chunk_step(size_t t, size_t chunk, const float* hidden_before,
                  const float* cell_before) const {
    const size_t hidden = layout.hidden(), gates = layout.gates(), width = layout.width();
    static constexpr float zeros[kWidth] = {};
    for (size_t p = 0; p < layout.panels(); ++p) {
      const size_t panel = chunk * layout.panels() + p;
      multiply_through(Rows{hidden_before, hidden}, shape.batch,
                       scratch.packed_hh + panel * hidden * kWidth, hidden,
                       Target{net + p * kWidth, width, kWidth, zeros});
    }
    const size_t unit = chunk * layout.units();
    for (size_t n = 0; n < shape.batch; ++n) {
      const size_t row = t * shape.batch + n;
      forward_cells({GateRow<float>::in_row(run.gates + row * gates, layout, chunk),
                     GateRow<const float>::in_chunk(net + n * width, layout),
                     cell_before + n * hidden + unit, run.cells + row * hidden + unit,
                     run.hiddens + row * hidden + unit},
                    layout, chunk, expanded, edge);
    }
  }
};

inline std::size_t lstm_forward_scratch(const LstmShape& shape, size_t threads) {
  return LstmForwardScratch(shape, threads, nullptr).arena.used;
}

inline void lstm_forward(const LstmForward& forward, const Member& member) {
  const LstmForwardRun run(forward, member);
  const size_t step = forward.shape.batch * run.layout.hidden();
  run.pack();
  run.multiply_inputs();
  for (size_t t = 0; t < forward.shape.time; ++t) {
    const float* hidden = t == 0 ? forward.hidden : forward.hiddens + (t - 1) * step;
    const float* cell = t == 0 ? forward.cell : forward.cells + (t - 1) * step;
    for (size_t chunk = run.chunks.first; chunk < run.chunks.last; ++chunk)
      run.chunk_step(t, chunk, hidden, cell);
    meet(member);
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
