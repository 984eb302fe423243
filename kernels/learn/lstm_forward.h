// A layer of memory blocks over a sequence, forward.
//
// The input and the hidden state before stand side by side in one row of groups, so one product a
// chunk gives its net inputs; its nonlinearities follow while they are in the first-level cache.
// Two buffers of such rows take turns: all members read one while they fill the other for the next
// step.
#pragma once

#include "learn/block_cells.h"

namespace karussell::KARUSSELL_LEVEL::training {

// The last values of a row as long as its sequence; held beyond.
KARUSSELL_INLINE bool held(const std::int64_t* lengths, size_t n, size_t t) {
  return lengths != nullptr && static_cast<std::int64_t>(t) >= lengths[n];
}

// How many rows a step's products need: those that follow have all ended. It is all of them but for
// sequences that stand in order, the longest first.
KARUSSELL_INLINE size_t rows_at(const std::int64_t* lengths, size_t batch, size_t t) {
  while (lengths != nullptr && batch > 0 && held(lengths, batch - 1, t)) --batch;
  return batch;
}

KARUSSELL_INLINE size_t outputs_of(const BlockLayer& layer) {
  return layer.projected != 0 ? layer.projected : layer.blocks * layer.cells;
}

// Peephole weights as they come, (3, H) or (2, H), to chunks that are padded.
inline void pad_peepholes(const float* from, const BlockLayout& layout, Range chunks, float* to) {
  const size_t hidden = layout.hidden(), padded = layout.chunks() * layout.units();
  for (size_t gate = 0; gate <= layout.before_cells(); ++gate)
    for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk)
      copy_padded(from + gate * hidden + chunk * layout.units(), layout.cells_in(chunk),
                  layout.units(), to + gate * padded + chunk * layout.units());
}

template <class F>
struct LstmForwardScratch {
  Arena arena;
  size_t input_depth, depth;   // of x alone, and of x and the hidden state
  size_t stride, cell_stride;  // of a row of both; of a row of cell outputs before the projection
  Group* weights;              // lines of [weight_ih | weight_hh], chunk by chunk
  float* bias;                 // 16 values a line
  float* peepholes;            // or null
  Group* rows;                 // (2, N, stride)
  Group* projection;           // lines of the projection
  Group* cell_rows;            // (N, cell_stride): cell outputs to be projected
  float* own;                  // what each member has for itself
  size_t own_size;

  LstmForwardScratch(const LstmForward& run, size_t threads, float* base) : arena{base} {
    const BlockLayer& layer = run.layer;
    const BlockLayout layout(layer);
    const size_t lines = layout.chunks() * layout.lines();
    const size_t cell_depth = groups_for<F>(layout.hidden());
    input_depth = groups_for<F>(layer.inputs);
    depth = input_depth + groups_for<F>(outputs_of(layer));
    stride = row_stride(depth), cell_stride = row_stride(cell_depth);
    weights = arena.take_groups(lines * depth * kUnit);
    bias = arena.take(lines * kUnit);
    peepholes = run.peepholes == nullptr ? nullptr : arena.take(Peepholes::size(layout));
    rows = arena.take_groups(2 * run.batch * stride);
    const bool projected = layer.projected != 0;
    projection =
        arena.take_groups(projected ? ceil_div(layer.projected, kUnit) * cell_depth * kUnit : 0);
    cell_rows = arena.take_groups(projected ? run.batch * cell_stride : 0);
    own_size = run.batch * layout.width() + layout.units() + Room::size(layout);
    own_size = ceil_div(own_size, kUnit) * kUnit;
    own = arena.take(threads * own_size);
  }
};

template <class F>
struct LstmForwardRun {
  const LstmForward& run;
  const Member& member;
  const BlockLayout layout;
  const LstmForwardScratch<F> scratch;
  const size_t outputs;
  const Range chunks, batch, projected;  // this member's chunks, rows of x, lines of the projection
  float *net, *unprojected;
  Room room;

  LstmForwardRun(const LstmForward& forward, const Member& one)
      : run(forward),
        member(one),
        layout(run.layer),
        scratch(run, one.count, run.scratch),
        outputs(outputs_of(run.layer)),
        chunks(share(layout.chunks(), one)),
        batch(share(run.batch, one)),
        projected(share(ceil_div(run.layer.projected, kUnit), one)),
        net(scratch.own + one.rank * scratch.own_size),
        unprojected(net + run.batch * layout.width()),
        room(unprojected + layout.units(), layout) {}

  Group* row(size_t t, size_t n) const {
    return scratch.rows + (t % 2 * run.batch + n) * scratch.stride;
  }

  void pack() const {
    const size_t inputs = run.layer.inputs, hidden = layout.hidden(), depth = scratch.depth;
    for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk)
      for (size_t l = 0; l < layout.lines(); ++l) {
        const Section at = layout.section(chunk, l);
        const size_t line = chunk * layout.lines() + l;
        Group* const groups = scratch.weights + line * depth * kUnit;
        pack_along<F>(rows_of(run.weight_ih + at.row * inputs, inputs), at.valid, inputs, groups);
        pack_along<F>(rows_of(run.weight_hh + at.row * outputs, outputs), at.valid, outputs,
                      groups + scratch.input_depth * kUnit);
        copy_padded(run.bias + at.row, at.valid, kUnit, scratch.bias + line * kUnit);
      }
    if (run.peepholes != nullptr) pad_peepholes(run.peepholes, layout, chunks, scratch.peepholes);
    const size_t groups = groups_for<F>(hidden);
    for (size_t line = projected.first; line < projected.last; ++line)
      pack_along<F>(rows_of(run.projection + line * kUnit * hidden, hidden),
                    least(kUnit, outputs - line * kUnit), hidden,
                    scratch.projection + line * groups * kUnit);
  }

  // The first step's rows; and zeros wherever a row has no values.
  void first_rows() const {
    for (size_t n = batch.first; n < batch.last; ++n) {
      clear(row(0, n), scratch.stride);
      clear(row(1, n), scratch.stride);
      if (run.layer.projected != 0)
        clear(scratch.cell_rows + n * scratch.cell_stride, scratch.cell_stride);
      write_hidden(run.hidden + n * outputs, outputs, 0, n, 0);
    }
    write_inputs(0);
  }

  void write_inputs(size_t t) const {
    const size_t inputs = run.layer.inputs;
    for (size_t n = batch.first; n < batch.last && t < run.time; ++n)
      write_values<F>(run.x + (t * run.batch + n) * inputs, inputs, row(t, n), 0);
  }

  // Hidden values [at, at + count) that step t reads.
  void write_hidden(const float* from, size_t count, size_t t, size_t n, size_t at) const {
    Group* const to = row(t, n) + scratch.input_depth;
    if (run.mask == nullptr) return write_values<F>(from, count, to, at);
    const float* const mask = run.mask + n * outputs + at;
    for (size_t first = 0; first < count; first += kUnit) {
      float seen[kUnit] = {};  // all of it, or GCC 13 warns of what is not read
      const size_t part = least(kUnit, count - first);
      for (size_t i = 0; i < part; ++i) seen[i] = from[first + i] * mask[first + i];
      write_values<F>(seen, part, to, at + first);
    }
  }

  void chunk_step(size_t t, size_t chunk, size_t rows) const {
    const size_t line = chunk * layout.lines(), width = layout.width();
    multiply<F>(
        {row(t, 0), scratch.stride, 1}, rows,
        {scratch.weights + line * scratch.depth * kUnit, scratch.depth * kUnit, layout.lines()},
        scratch.depth, {net, width, width, scratch.bias + line * kUnit});
    const GateRow<float> gates =
        GateRow<float>::in_row(run.gates + t * run.batch * layout.gates(), layout, chunk);
    for (size_t n = 0; n < run.batch; ++n) cells_step(t, chunk, n, gates.moved(n * layout.gates()));
  }

  void cells_step(size_t t, size_t chunk, size_t n, const GateRow<float> gates) const {
    const size_t hidden = layout.hidden(), at = chunk * layout.units();
    const size_t row_now = t * run.batch + n, count = layout.cells_in(chunk);
    float* const cell = run.cells + row_now * hidden + at;
    const float* const before =
        (t == 0 ? run.cell + n * hidden : run.cells + (row_now - run.batch) * hidden) + at;
    const bool direct = run.layer.projected == 0;
    float* const out = direct ? run.hiddens + row_now * hidden + at : unprojected;
    if (held(run.lengths, n, t)) {
      copy(before, count, cell);
      clear(out, count);
      clear(gates.forget, layout.blocks_in(chunk));
      if (gates.input != nullptr) clear(gates.input, layout.blocks_in(chunk));
      clear(gates.cell, count);
      clear(gates.output, layout.blocks_in(chunk));
    } else {
      forward_cells({GateRow<const float>::in_chunk(net + n * layout.width(), layout), gates,
                     before, cell, out, Peepholes::in(scratch.peepholes, layout, chunk)},
                    layout, chunk, room);
    }
    if (direct)
      write_hidden(out, count, t + 1, n, at);
    else
      write_values<F>(out, count, scratch.cell_rows + n * scratch.cell_stride, at);
  }

  // This member's lines of the hidden states, from all cell outputs.
  void project(size_t t) const {
    if (projected.first == projected.last) return;
    const size_t groups = groups_for<F>(layout.hidden()), first = projected.first * kUnit;
    const size_t count = least(projected.last * kUnit, outputs) - first;
    float* const to = run.hiddens + t * run.batch * outputs + first;
    multiply<F>(
        {scratch.cell_rows, scratch.cell_stride, 1}, run.batch,
        {scratch.projection + first * groups, groups * kUnit, projected.last - projected.first},
        groups, {to, outputs, count});
    for (size_t n = 0; n < run.batch; ++n) write_hidden(to + n * outputs, count, t + 1, n, first);
  }

  void all() const {
    pack();
    first_rows();
    meet(member);
    for (size_t t = 0; t < run.time; ++t) {
      write_inputs(t + 1);
      const size_t rows = rows_at(run.lengths, run.batch, t);
      for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk) chunk_step(t, chunk, rows);
      if (run.layer.projected != 0) {
        meet(member);  // the projection needs the cells of all chunks
        project(t);
      }
      meet(member);  // the next step needs the hidden states of all
    }
  }
};

}  // namespace karussell::KARUSSELL_LEVEL::training
