// A plain recurrent layer over a sequence, forward and backward, as lstm_forward.h and
// lstm_backward.h do it; a line of hidden units takes the place of a chunk.
#pragma once

#include "learn/weight_gradient.h"
#include "nonlinear.h"

namespace karussell::KARUSSELL_LEVEL::training {

// f(x) for `count` values, in place.
inline void squash(Nonlinearity f, float* values, size_t count) {
  for (size_t at = 0; at < count; at += kLanes) {
    const size_t valid = least(kLanes, count - at);
    const Vec x = load_some(values + at, valid);
    const Vec y = f == Nonlinearity::kTanh ? tanh(x) : relu(x);
    __builtin_memcpy(values + at, &y, valid * sizeof(float));
  }
}

KARUSSELL_INLINE Vec slope(Nonlinearity f, Vec value) {
  return f == Nonlinearity::kTanh ? 1.f - value * value : value > 0.f ? broadcast(1) : Vec{};
}

template <class F>
struct RnnForwardScratch {
  Arena arena;
  size_t input_depth, depth, stride;  // of x alone, of x and the hidden state, of a row of both
  Group* weights;                     // lines of [weight_ih | weight_hh]
  float* bias;                        // 16 values a line
  Group* rows;                        // (2, N, stride)

  RnnForwardScratch(const RnnForward& run, size_t, float* base) : arena{base} {
    const RnnShape& shape = run.shape;
    const size_t lines = ceil_div(shape.hidden, kUnit);
    input_depth = groups_for<F>(shape.inputs);
    depth = input_depth + groups_for<F>(shape.hidden), stride = row_stride(depth);
    weights = arena.take_groups(lines * depth * kUnit);
    bias = arena.take(lines * kUnit);
    rows = arena.take_groups(2 * shape.batch * stride);
  }
};

template <class F>
struct RnnForwardRun {
  const RnnForward& run;
  const Member& member;
  const RnnShape shape;
  const RnnForwardScratch<F> scratch;
  const Range lines, batch;  // this member's lines of hidden units and rows of x
  const size_t first, units;

  RnnForwardRun(const RnnForward& forward, const Member& one)
      : run(forward),
        member(one),
        shape(run.shape),
        scratch(run, one.count, run.scratch),
        lines(share(ceil_div(shape.hidden, kUnit), one)),
        batch(share(shape.batch, one)),
        first(lines.first * kUnit),
        units(least(lines.last * kUnit, shape.hidden) - least(first, shape.hidden)) {}

  Group* row(size_t t, size_t n) const {
    return scratch.rows + (t % 2 * shape.batch + n) * scratch.stride;
  }

  void pack() const {
    for (size_t line = lines.first; line < lines.last; ++line) {
      const size_t unit = line * kUnit, valid = least(kUnit, shape.hidden - unit);
      Group* const groups = scratch.weights + unit * scratch.depth;
      pack_along<F>(rows_of(run.weight_ih + unit * shape.inputs, shape.inputs), valid, shape.inputs,
                    groups);
      pack_along<F>(rows_of(run.weight_hh + unit * shape.hidden, shape.hidden), valid, shape.hidden,
                    groups + scratch.input_depth * kUnit);
      copy_padded(run.bias + unit, valid, kUnit, scratch.bias + unit);
    }
  }

  // The first step's rows; and zeros wherever a row has no values.
  void first_rows() const {
    for (size_t n = batch.first; n < batch.last; ++n) {
      clear(row(0, n), scratch.stride);
      clear(row(1, n), scratch.stride);
      write_values<F>(run.hidden + n * shape.hidden, shape.hidden, row(0, n) + scratch.input_depth,
                      0);
    }
    write_inputs(0);
  }

  void write_inputs(size_t t) const {
    for (size_t n = batch.first; n < batch.last && t < shape.time; ++n)
      write_values<F>(run.x + (t * shape.batch + n) * shape.inputs, shape.inputs, row(t, n), 0);
  }

  void step(size_t t) const {
    float* const to = run.hiddens + t * shape.batch * shape.hidden + first;
    multiply<F>(
        {row(t, 0), scratch.stride, 1}, shape.batch,
        {scratch.weights + first * scratch.depth, scratch.depth * kUnit, lines.last - lines.first},
        scratch.depth, {to, shape.hidden, units, scratch.bias + first});
    for (size_t n = 0; n < shape.batch; ++n) {
      squash(run.nonlinearity, to + n * shape.hidden, units);
      write_values<F>(to + n * shape.hidden, units, row(t + 1, n) + scratch.input_depth, first);
    }
  }

  void all() const {
    pack();
    first_rows();
    meet(member);
    for (size_t t = 0; t < shape.time; ++t) {
      write_inputs(t + 1);
      if (units != 0) step(t);
      meet(member);  // the next step needs the hidden states of all
    }
  }
};

template <class F>
struct RnnBackwardScratch {
  Arena arena;
  size_t input_lines, lines;       // of columns of x and of hidden states
  size_t depth, stride;            // of a row of net gradients
  Group *weights_ih, *weights_hh;  // lines of columns
  Group* rows;                     // (2, N, stride)
  History<F> net, x, before;       // net gradients, inputs, hidden states before
  float* recurrent;                // (N, lines): gradient on hidden from the step after
  float* grad_bias;                // lines
  float* own;                      // (N, 16) for each member

  RnnBackwardScratch(const RnnBackward& run, size_t threads, float* base) : arena{base} {
    const RnnShape& shape = run.shape;
    const size_t steps = History<F>::depth_of(shape.time, shape.batch);
    input_lines = ceil_div(shape.inputs, kUnit), lines = ceil_div(shape.hidden, kUnit);
    depth = groups_for<F>(shape.hidden), stride = row_stride(depth);
    const auto history = [&](size_t count) {
      Group* const from = arena.take_groups(count * steps * kUnit);
      return History<F>{from, steps, groups_for<F>(shape.batch)};
    };
    weights_ih = arena.take_groups(input_lines * depth * kUnit);
    weights_hh = arena.take_groups(lines * depth * kUnit);
    rows = arena.take_groups(2 * shape.batch * stride);
    net = history(lines), x = history(input_lines), before = history(lines);
    recurrent = arena.take(shape.batch * lines * kUnit);
    grad_bias = arena.take(lines * kUnit);
    own = arena.take(threads * shape.batch * kUnit);
  }
};

template <class F>
struct RnnBackwardRun {
  const RnnBackward& run;
  const Member& member;
  const RnnShape shape;
  const RnnBackwardScratch<F> scratch;
  const Range lines, inputs;  // this member's lines of hidden units and of x
  const size_t stride;        // of `recurrent`
  float* const net;

  RnnBackwardRun(const RnnBackward& backward, const Member& one)
      : run(backward),
        member(one),
        shape(run.shape),
        scratch(run, one.count, run.scratch),
        lines(share(scratch.lines, one)),
        inputs(share(scratch.input_lines, one)),
        stride(scratch.lines * kUnit),
        net(scratch.own + one.rank * shape.batch * kUnit) {}

  Group* row(size_t t, size_t n) const {
    return scratch.rows + (t % 2 * shape.batch + n) * scratch.stride;
  }
  Section section(size_t line) const {
    return {line * kUnit, least(kUnit, shape.hidden - line * kUnit)};
  }

  void pack() const {
    pack_columns<F>(run.weight_ih, shape.inputs, shape.hidden, inputs, scratch.weights_ih);
    pack_columns<F>(run.weight_hh, shape.hidden, shape.hidden, lines, scratch.weights_hh);
    for (size_t t = 0; t < shape.time; ++t) {
      scratch.x.pack(run.x + t * shape.batch * shape.inputs, shape.inputs, shape.batch, inputs, t);
      const float* const before =
          t == 0 ? run.hidden : run.hiddens + (t - 1) * shape.batch * shape.hidden;
      scratch.before.pack(before, shape.hidden, shape.batch, lines, t);
    }
  }

  // Nothing has come back yet.
  void begin() const {
    const size_t first = lines.first * kUnit, count = (lines.last - lines.first) * kUnit;
    for (size_t n = 0; n < shape.batch; ++n) clear(scratch.recurrent + n * stride + first, count);
    clear(scratch.grad_bias + first, count);
  }

  // Gradients on the net inputs of a line, as rows, as a line, and summed for the bias.
  void line_step(size_t t, size_t line) const {
    const auto [unit, valid] = section(line);
    for (size_t n = 0; n < shape.batch; ++n) {
      const size_t at = (t * shape.batch + n) * shape.hidden + unit;
      for (size_t lane = 0; lane < kUnit; lane += kLanes) {
        const size_t here = valid > lane ? valid - lane : 0;
        const Vec error = load_some(run.grad_hiddens + at + lane, here) +
                          load(scratch.recurrent + n * stride + unit + lane);
        store(net + n * kUnit + lane,
              error * slope(run.nonlinearity, load_some(run.hiddens + at + lane, here)));
      }
      write_values<F>(net + n * kUnit, kUnit, row(t, n), unit);
    }
    scratch.net.pack_line(net, kUnit, shape.batch, kUnit, line, t);
    add_step(net, kUnit, shape.batch, scratch.grad_bias + unit);
  }

  void all() const {
    pack();
    begin();
    meet(member);
    for (size_t t = shape.time; t-- > 0;) {
      for (size_t line = lines.first; line < lines.last; ++line) line_step(t, line);
      meet(member);  // the products need the net gradients of all units
      const Operand errors{row(t, 0), scratch.stride, 1};
      multiply_columns<F>(errors, shape.batch, scratch.weights_ih, inputs, scratch.depth,
                          run.grad_x + t * shape.batch * shape.inputs, shape.inputs);
      multiply_columns<F>(errors, shape.batch, scratch.weights_hh, lines, scratch.depth,
                          scratch.recurrent, stride);
    }
    meet(member);  // the gradients of weights need x and the hidden states of all members
    end();
  }

  void end() const {
    const auto sections = [this](size_t line) { return section(line); };
    turn_errors(scratch.net, lines);
    weight_gradient<F>(scratch.net, lines, scratch.x, {run.grad_weight_ih, shape.inputs}, sections);
    weight_gradient<F>(scratch.net, lines, scratch.before, {run.grad_weight_hh, shape.hidden},
                       sections);
    for (size_t line = lines.first; line < lines.last; ++line) {
      const auto [unit, valid] = section(line);
      copy(scratch.grad_bias + unit, valid, run.grad_bias + unit);
      for (size_t n = 0; n < shape.batch; ++n)
        copy(scratch.recurrent + n * stride + unit, valid,
             run.grad_hidden + n * shape.hidden + unit);
    }
  }
};

}  // namespace karussell::KARUSSELL_LEVEL::training
