// A layer of memory blocks over a sequence, backward: full back-propagation through time.
//
// The gradients on the net inputs are written twice, as groups: as rows of the step, which one
// product with [weight_ih | weight_hh] takes to x and to the hidden state before, and as lines of
// the whole sequence, which give the gradients of the weights at the end.
#pragma once

#include "learn/lstm_forward.h"
#include "learn/weight_gradient.h"

namespace karussell::KARUSSELL_LEVEL::training {

constexpr size_t kRowsAhead = 6;

template <class F>
struct LstmBackwardScratch {
  Arena arena;
  size_t input_lines, output_lines, cell_lines;  // lines of columns of x, hidden and cell outputs
  size_t depth, stride;                          // of a row of net gradients
  size_t output_depth, output_stride;            // of a row of gradients on hidden states
  Group *weights_ih, *weights_hh, *projection;   // lines of columns
  float* peepholes;                              // or null
  Group* rows;                                   // (2, N, stride)
  Group* output_rows;                            // (N, output_stride)
  History<F> net, x, before;                     // net gradients, inputs, hidden states before
  History<F> grad_hidden, cell_outputs;          // what the projection multiplied
  float* recurrent;     // (N, output_lines): gradient on hidden from the step after
  float* grad_outputs;  // (N, cell_lines): gradient on cell outputs, if projected
  float* grad_bias;     // chunks
  float* grad_peepholes;
  float* own;
  size_t own_size;

  LstmBackwardScratch(const LstmBackward& run, size_t threads, float* base) : arena{base} {
    const BlockLayer& layer = run.layer;
    const BlockLayout layout(layer);
    const size_t outputs = outputs_of(layer), steps = History<F>::depth_of(run.time, run.batch);
    const bool projected = layer.projected != 0, peeps = run.peepholes != nullptr;
    input_lines = ceil_div(layer.inputs, kUnit), output_lines = ceil_div(outputs, kUnit);
    cell_lines = layout.chunks() * layout.cells;
    depth = layout.chunks() * layout.width() / F::kPerGroup, stride = row_stride(depth);
    output_depth = groups_for<F>(outputs), output_stride = row_stride(output_depth);
    const auto history = [&](size_t lines) {
      return History<F>{arena.take_groups(lines * steps * kUnit), steps, groups_for<F>(run.batch)};
    };
    weights_ih = arena.take_groups(input_lines * depth * kUnit);
    weights_hh = arena.take_groups(output_lines * depth * kUnit);
    projection = arena.take_groups(projected ? cell_lines * output_depth * kUnit : 0);
    peepholes = peeps ? arena.take(Peepholes::size(layout)) : nullptr;
    grad_peepholes = peeps ? arena.take(Peepholes::size(layout)) : nullptr;
    rows = arena.take_groups(2 * run.batch * stride);
    output_rows = arena.take_groups(projected ? run.batch * output_stride : 0);
    net = history(layout.chunks() * layout.lines());
    x = history(input_lines), before = history(output_lines);
    grad_hidden = history(projected ? output_lines : 0);
    cell_outputs = history(projected ? cell_lines : 0);
    recurrent = arena.take(run.batch * output_lines * kUnit);
    grad_outputs = arena.take(projected ? run.batch * cell_lines * kUnit : 0);
    grad_bias = arena.take(layout.chunks() * layout.width());
    own_size = run.batch * most(layout.width(), kUnit) + Room::size(layout);
    own_size = ceil_div(own_size, kUnit) * kUnit;
    own = arena.take(threads * own_size);
  }
};

template <class F>
struct LstmBackwardRun {
  const LstmBackward& run;
  const Member& member;
  const BlockLayout layout;
  const LstmBackwardScratch<F> scratch;
  const size_t outputs;
  const bool projected;
  const Range chunks, inputs;  // this member's chunks and lines of x
  const Range cells;           // lines of its chunks' cells
  const Range hiddens;         // lines of hidden states: those of its cells, if not projected
  float* net;
  Room room;

  LstmBackwardRun(const LstmBackward& backward, const Member& one)
      : run(backward),
        member(one),
        layout(run.layer),
        scratch(run, one.count, run.scratch),
        outputs(outputs_of(run.layer)),
        projected(run.layer.projected != 0),
        chunks(share(layout.chunks(), one)),
        inputs(share(scratch.input_lines, one)),
        cells{chunks.first * layout.cells, chunks.last * layout.cells},
        hiddens(projected ? share(scratch.output_lines, one)
                          : Range{least(cells.first, scratch.output_lines),
                                  least(cells.last, scratch.output_lines)}),
        net(scratch.own + one.rank * scratch.own_size),
        room(net + run.batch * layout.width(), layout) {}

  size_t recurrent_stride() const { return scratch.output_lines * kUnit; }
  size_t cell_stride() const { return scratch.cell_lines * kUnit; }
  Group* row(size_t t, size_t n) const {
    return scratch.rows + (t % 2 * run.batch + n) * scratch.stride;
  }

  // Columns of a weight matrix (G, columns) as lines; the depth are the gate rows, chunk by chunk.
  void pack_weights(const float* from, size_t columns, Range lines, Group* to) const {
    for (size_t chunk = 0; chunk < layout.chunks(); ++chunk)
      for (size_t l = 0; l < layout.lines(); ++l) {
        const Section at = layout.section(chunk, l);
        const size_t k = (chunk * layout.width() + l * kUnit) / F::kPerGroup;
        for (size_t line = lines.first; line < lines.last; ++line) {
          Group* const groups = to + (line * scratch.depth + k) * kUnit;
          pack_down<F>(rows_of(from + at.row * columns + line * kUnit, columns), at.valid,
                       columns - line * kUnit, groups);
          const size_t written = groups_for<F>(at.valid), all = kUnit / F::kPerGroup;
          clear(groups + written * kUnit, (all - written) * kUnit);
        }
      }
  }

  // Without the rows that are held, whose inputs nobody has looked at.
  void pack_inputs(size_t t) const {
    const size_t columns = run.layer.inputs;
    const float* const from = run.x + t * run.batch * columns;
    if (run.lengths == nullptr) return scratch.x.pack(from, columns, run.batch, inputs, t);
    for (size_t line = inputs.first; line < inputs.last; ++line) {
      const size_t valid = least(kUnit, columns - line * kUnit);
      for (size_t n = 0; n < run.batch; ++n)
        copy_padded(from + n * columns + line * kUnit, held(run.lengths, n, t) ? 0 : valid, kUnit,
                    net + n * kUnit);
      scratch.x.pack_line(net, kUnit, run.batch, kUnit, line, t);
    }
  }

  // The hidden states before a step, as net inputs saw them.
  void pack_before(size_t t) const {
    const float* const from = t == 0 ? run.hidden : run.hiddens + (t - 1) * run.batch * outputs;
    if (run.mask == nullptr) return scratch.before.pack(from, outputs, run.batch, hiddens, t);
    for (size_t line = hiddens.first; line < hiddens.last; ++line) {
      const size_t first = line * kUnit, valid = least(kUnit, outputs - first);
      for (size_t n = 0; n < run.batch; ++n) {
        float* const seen = net + n * kUnit;
        copy_padded(from + n * outputs + first, valid, kUnit, seen);
        for (size_t i = 0; i < valid; ++i) seen[i] *= run.mask[n * outputs + first + i];
      }
      scratch.before.pack_line(net, kUnit, run.batch, kUnit, line, t);
    }
  }

  void pack() const {
    pack_weights(run.weight_ih, run.layer.inputs, inputs, scratch.weights_ih);
    pack_weights(run.weight_hh, outputs, hiddens, scratch.weights_hh);
    if (projected)
      for (size_t line = cells.first; line < cells.last && line * kUnit < layout.hidden(); ++line)
        pack_down<F>(rows_of(run.projection + line * kUnit, layout.hidden()), outputs,
                     layout.hidden() - line * kUnit,
                     scratch.projection + line * scratch.output_depth * kUnit);
    for (size_t t = 0; t < run.time; ++t) {
      pack_inputs(t);
      pack_before(t);
    }
    if (run.peepholes != nullptr) pad_peepholes(run.peepholes, layout, chunks, scratch.peepholes);
  }

  // Nothing has come back yet.
  void begin() const {
    const size_t units = layout.units(), padded = layout.chunks() * units;
    const size_t columns = (hiddens.last - hiddens.first) * kUnit;
    for (size_t n = 0; n < run.batch; ++n) {
      clear(scratch.recurrent + n * recurrent_stride() + hiddens.first * kUnit, columns);
      for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk)
        copy(run.grad_cell + n * layout.hidden() + chunk * units, layout.cells_in(chunk),
             run.grad_first_cell + n * layout.hidden() + chunk * units);
      if (projected && member.rank == 0)
        clear(scratch.output_rows + n * scratch.output_stride, scratch.output_stride);
    }
    for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk) {
      clear(scratch.grad_bias + chunk * layout.width(), layout.width());
      if (run.peepholes != nullptr)
        for (size_t gate = 0; gate <= layout.before_cells(); ++gate)
          clear(scratch.grad_peepholes + gate * padded + chunk * units, units);
    }
  }

  // Through the projection: from the hidden states to the cell outputs of this member's chunks.
  void project_back(size_t t) const {
    const size_t stride = recurrent_stride(), first = hiddens.first * kUnit;
    const size_t last = least(hiddens.last * kUnit, outputs);
    for (size_t n = 0; n < run.batch && first < last; ++n) {
      float* const error = scratch.recurrent + n * stride;
      const float* const outside = run.grad_hiddens + (t * run.batch + n) * outputs;
      for (size_t i = first; i < last; ++i)
        error[i] = held(run.lengths, n, t) ? 0 : error[i] + outside[i];
      write_values<F>(error + first, last - first, scratch.output_rows + n * scratch.output_stride,
                      first);
    }
    scratch.grad_hidden.pack(scratch.recurrent, stride, run.batch, hiddens, t);
    meet(member);  // the product needs the gradients of all hidden states
    multiply_columns<F>({scratch.output_rows, scratch.output_stride, 1}, run.batch,
                        scratch.projection, cells, scratch.output_depth, scratch.grad_outputs,
                        cell_stride());
  }

  // What the cells of a chunk gave to the projection.
  void recall_outputs(size_t t, size_t chunk) const {
    const size_t units = layout.units(), count = layout.cells_in(chunk);
    for (size_t line = 0; line < layout.cells; ++line) {
      for (size_t n = 0; n < run.batch; ++n) {
        const size_t row_now = t * run.batch + n;
        const float* const gate =
            GateRow<const float>::in_row(run.gates + row_now * layout.gates(), layout, chunk)
                .output;
        const float* const cell = run.cells + row_now * layout.hidden() + chunk * units;
        float values[2][kUnit] = {};
        for (size_t i = 0, unit = line * kUnit; i < kUnit && unit < count; ++i, ++unit)
          values[0][i] = cell[unit], values[1][i] = gate[unit / layout.cells];
        for (size_t at = 0; at < kUnit; at += kLanes)
          store(net + n * kUnit + at, load(values[1] + at) * tanh(load(values[0] + at)));
      }
      scratch.cell_outputs.pack_line(net, kUnit, run.batch, kUnit, chunk * layout.cells + line, t);
    }
  }

  // Brings near what cells_step will read of a later row: rows are pages apart.
  void look_ahead(size_t t, size_t chunk, size_t n, const GateRow<const float> gates) const {
    const size_t at = (t * run.batch + n) * layout.hidden() + chunk * layout.units();
    if (gates.input != nullptr) __builtin_prefetch(gates.input);
    __builtin_prefetch(gates.forget);
    __builtin_prefetch(gates.output);
    for (size_t unit = 0; unit < layout.units(); unit += kUnit) {
      __builtin_prefetch(gates.cell + unit);
      __builtin_prefetch(run.cells + at + unit);
      if (!projected) __builtin_prefetch(run.grad_hiddens + at + unit);
    }
  }

  void cells_step(size_t t, size_t chunk, size_t n, const GateRow<const float> gates) const {
    const size_t hidden = layout.hidden(), at = chunk * layout.units();
    const size_t row_now = t * run.batch + n;
    float* const to = net + n * layout.width();
    float* const grad_cell = run.grad_first_cell + n * hidden + at;
    if (run.grad_cells != nullptr && t + 1 < run.time)
      for (size_t i = 0; i < layout.cells_in(chunk); ++i)
        grad_cell[i] += run.grad_cells[row_now * hidden + at + i];
    if (held(run.lengths, n, t)) return clear(to, layout.width());
    const float* const before =
        t == 0 ? run.cell + n * hidden : run.cells + (row_now - run.batch) * hidden;
    backward_cells({gates, before + at, run.cells + row_now * hidden + at,
                    projected ? nullptr : run.grad_hiddens + row_now * hidden + at,
                    projected ? scratch.grad_outputs + n * cell_stride() + at
                              : scratch.recurrent + n * recurrent_stride() + at,
                    grad_cell, GateRow<float>::in_chunk(to, layout),
                    Peepholes::in(scratch.peepholes, layout, chunk),
                    Peepholes::in(scratch.grad_peepholes, layout, chunk)},
                   layout, chunk, room);
  }

  // Gradients on the net inputs of a chunk, as rows, as lines, and summed for the bias.
  void chunk_step(size_t t, size_t chunk) const {
    const size_t width = layout.width();
    if (projected) recall_outputs(t, chunk);
    const GateRow<const float> gates =
        GateRow<const float>::in_row(run.gates + t * run.batch * layout.gates(), layout, chunk);
    for (size_t n = 0; n < run.batch; ++n) {
      if (n + kRowsAhead < run.batch)
        look_ahead(t, chunk, n + kRowsAhead, gates.moved((n + kRowsAhead) * layout.gates()));
      cells_step(t, chunk, n, gates.moved(n * layout.gates()));
      write_values<F>(net + n * width, width, row(t, n), chunk * width);
    }
    for (size_t l = 0; l < layout.lines(); ++l)
      scratch.net.pack_line(net + l * kUnit, width, run.batch, kUnit, chunk * layout.lines() + l,
                            t);
    add_step(net, width, run.batch, scratch.grad_bias + chunk * width);
  }

  // From all net inputs to this member's part of x and of the hidden state before.
  void back_through_weights(size_t t) const {
    const Operand errors{row(t, 0), scratch.stride, 1};
    const size_t rows = rows_at(run.lengths, run.batch, t), columns = run.layer.inputs;
    float* const grad_x = run.grad_x + t * run.batch * columns;
    multiply_columns<F>(errors, rows, scratch.weights_ih, inputs, scratch.depth, grad_x, columns);
    // Beyond them all is zero: of x here, of hidden states since the beginning.
    const size_t at = least(inputs.first * kUnit, columns);
    for (size_t n = rows; n < run.batch; ++n)
      clear(grad_x + n * columns + at, least(inputs.last * kUnit, columns) - at);
    multiply_columns<F>(errors, rows, scratch.weights_hh, hiddens, scratch.depth, scratch.recurrent,
                        recurrent_stride());
    const size_t first = hiddens.first * kUnit, last = least(hiddens.last * kUnit, outputs);
    for (size_t n = 0; n < run.batch && run.mask != nullptr; ++n)
      for (size_t i = first; i < last; ++i)
        scratch.recurrent[n * recurrent_stride() + i] *= run.mask[n * outputs + i];
  }

  void end() const {
    const size_t units = layout.units(), hidden = layout.hidden();
    const Range lines{chunks.first * layout.lines(), chunks.last * layout.lines()};
    const auto section = [this](size_t line) {
      return layout.section(line / layout.lines(), line % layout.lines());
    };
    turn_errors(scratch.net, lines);
    weight_gradient<F>(scratch.net, lines, scratch.x, {run.grad_weight_ih, run.layer.inputs},
                       section);
    weight_gradient<F>(scratch.net, lines, scratch.before, {run.grad_weight_hh, outputs}, section);
    if (projected) {
      turn_errors(scratch.grad_hidden, hiddens);
      weight_gradient<F>(scratch.grad_hidden, hiddens, scratch.cell_outputs,
                         {run.grad_projection, hidden}, [this](size_t line) {
                           return Section{line * kUnit, least(kUnit, outputs - line * kUnit)};
                         });
    }
    for (size_t line = lines.first; line < lines.last; ++line)
      copy(scratch.grad_bias + line * kUnit, section(line).valid,
           run.grad_bias + section(line).row);
    for (size_t chunk = chunks.first; chunk < chunks.last && run.peepholes != nullptr; ++chunk)
      for (size_t gate = 0; gate <= layout.before_cells(); ++gate)
        copy(scratch.grad_peepholes + (gate * layout.chunks() + chunk) * units,
             layout.cells_in(chunk), run.grad_peepholes + gate * hidden + chunk * units);
    const size_t first = hiddens.first * kUnit, last = least(hiddens.last * kUnit, outputs);
    for (size_t n = 0; n < run.batch && first < last; ++n)
      copy(scratch.recurrent + n * recurrent_stride() + first, last - first,
           run.grad_hidden + n * outputs + first);
  }

  void all() const {
    pack();
    begin();
    meet(member);
    for (size_t t = run.time; t-- > 0;) {
      if (projected) project_back(t);
      for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk) chunk_step(t, chunk);
      meet(member);  // the products need the net gradients of all chunks
      back_through_weights(t);
    }
    meet(member);  // the gradients of weights need x and the hidden states of all members
    end();
  }
};

}  // namespace karussell::KARUSSELL_LEVEL::training
