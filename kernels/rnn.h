// A plain recurrent layer over a sequence, forward and backward. Its chunks are panels of hidden units.
#pragma once

#include "gradients.h"
#include "inputs.h"
#include "nonlinear.h"

namespace karussell::KARUSSELL_LEVEL {

KARUSSELL_INLINE Section rnn_section(size_t hidden, size_t panel) {
  return {panel * kWidth, least(kWidth, hidden - panel * kWidth)};
}

struct RnnForwardScratch {
  Arena arena;
  float* packed_ih;  // panels of weight_ih^T
  float* packed_hh;  // panels of weight_hh^T
  float* bias;
  float* gathered;   // for each member

  RnnForwardScratch(const RnnShape& shape, size_t threads, float* base) : arena{base} {
    packed_ih = arena.take(panels_size(shape.inputs, shape.hidden));
    packed_hh = arena.take(panels_size(shape.hidden, shape.hidden));
    bias = arena.take(panels_size(1, shape.hidden));
    gathered = arena.take(threads * kGathered);
  }
};

// f(x) for `count` values, in place.
inline void squash(Nonlinearity f, float* values, size_t count) {
  for (size_t at = 0; at < count; at += kLanes) {
    float edge[kLanes] = {};
    const size_t valid = least(kLanes, count - at);
    float* const here = valid < kLanes ? edge : values + at;
    if (valid < kLanes) copy(values + at, valid, edge);
    store(here, f == Nonlinearity::kTanh ? tanh(load(here)) : relu(load(here)));
    if (valid < kLanes) copy(edge, valid, values + at);
  }
}

inline std::size_t rnn_forward_scratch(const RnnShape& shape, size_t threads) {
  return RnnForwardScratch(shape, threads, nullptr).arena.used;
}

inline void rnn_forward(const RnnForward& run, const Member& member) {
  const RnnShape& shape = run.shape;
  const RnnForwardScratch scratch(shape, member.count, run.scratch);
  const size_t hidden = shape.hidden, batch = shape.batch;
  const Range panels = share(ceil_div(hidden, kWidth), member);
  const auto section = [hidden](size_t panel) { return rnn_section(hidden, panel); };
  pack_layer({run.weight_ih, run.weight_hh, run.bias, shape.inputs, hidden}, panels,
             scratch.packed_ih, scratch.packed_hh, scratch.bias, section);
  input_product({run.x, shape.time * batch, shape.inputs, scratch.packed_ih, scratch.bias,
                 run.hiddens, hidden},
                panels, scratch.gathered + member.rank * kGathered, section);
  for (size_t t = 0; t < shape.time; ++t) {
    float* const now = run.hiddens + t * batch * hidden;
    const float* const before = t == 0 ? run.hidden : now - batch * hidden;
    for (size_t panel = panels.first; panel < panels.last; ++panel) {
      const Section at = section(panel);
      multiply_through(Rows{before, hidden}, batch, scratch.packed_hh + panel * hidden * kWidth,
                       hidden, Target{now + at.row, hidden, at.valid, nullptr});
      for (size_t n = 0; n < batch; ++n)
        squash(run.nonlinearity, now + n * hidden + at.row, at.valid);
    }
    meet(member);
  }
}

struct RnnBackwardScratch {
  Arena arena;
  size_t net_stride;     // H and a gap
  size_t units;          // hidden units in all panels, the padded ones too
  float* net;            // (T, N, net_stride): gradients on the net inputs
  float* packed_hh;      // panels of weight_hh, depth H
  float* packed_ih;      // panels of weight_ih, depth H
  float* packed_x;       // panels of x, depth T*N
  float* packed_before;  // panels of the hidden states before each step, depth T*N
  float* recurrent;      // (N, units): gradient on the hidden state from the step after
  float* gathered;       // for each member

  RnnBackwardScratch(const RnnShape& shape, size_t threads, float* base) : arena{base} {
    const size_t rows = shape.time * shape.batch, hidden = shape.hidden;
    net_stride = ceil_div(hidden, 16) * 16 + kGap;
    units = ceil_div(hidden, kWidth) * kWidth;
    net = arena.take(rows * net_stride);
    packed_hh = arena.take(panels_size(hidden, hidden));
    packed_ih = arena.take(panels_size(hidden, shape.inputs));
    packed_x = arena.take(panels_size(rows, shape.inputs));
    packed_before = arena.take(panels_size(rows, hidden));
    recurrent = arena.take(shape.batch * units);
    gathered = arena.take(threads * kGathered);
  }
};

inline float slope(Nonlinearity f, float value) {
  return f == Nonlinearity::kTanh ? 1.f - value * value : value > 0.f ? 1.f : 0.f;
}

// Gradients on the net inputs of the units [range) at time t.
inline void rnn_net_gradient(const RnnBackward& run, const RnnBackwardScratch& scratch, size_t t,
                             Range range) {
  const size_t hidden = run.shape.hidden;
  for (size_t n = 0; n < run.shape.batch; ++n) {
    const size_t row = t * run.shape.batch + n;
    for (size_t unit = range.first; unit < range.last; ++unit)
      scratch.net[row * scratch.net_stride + unit] =
          (run.grad_hiddens[row * hidden + unit] + scratch.recurrent[n * scratch.units + unit]) *
          slope(run.nonlinearity, run.hiddens[row * hidden + unit]);
  }
}

inline std::size_t rnn_backward_scratch(const RnnShape& shape, size_t threads) {
  return RnnBackwardScratch(shape, threads, nullptr).arena.used;
}

inline void rnn_backward(const RnnBackward& run, const Member& member) {
  static constexpr float zeros[kWidth] = {};
  const RnnShape& shape = run.shape;
  const RnnBackwardScratch scratch(shape, member.count, run.scratch);
  const size_t hidden = shape.hidden, batch = shape.batch, rows = shape.time * batch;
  const Panels hh{scratch.packed_hh, hidden, hidden}, ih{scratch.packed_ih, hidden, shape.inputs};
  const Panels x{scratch.packed_x, rows, shape.inputs}, before{scratch.packed_before, rows, hidden};
  const Range panels = share(hh.count(), member);
  const Range units{panels.first * kWidth, least(panels.last * kWidth, hidden)};
  pack_columns(run.weight_hh, 0, hidden, hh, scratch.packed_hh, panels);
  pack_columns(run.weight_ih, 0, hidden, ih, scratch.packed_ih, share(ih.count(), member));
  pack_columns(run.x, 0, rows, x, scratch.packed_x, share(x.count(), member));
  pack_columns(run.hidden, 0, batch, before, scratch.packed_before, panels);
  pack_columns(run.hiddens, batch, rows - batch, before, scratch.packed_before, panels);
  for (size_t n = 0; n < batch; ++n)
    for (size_t unit = units.first; unit < units.last; ++unit)
      scratch.recurrent[n * scratch.units + unit] = 0;
  for (size_t t = shape.time; t-- > 0;) {
    rnn_net_gradient(run, scratch, t, units);
    meet(member);  // the product needs the gradients of all units
    const Rows net{scratch.net + t * batch * scratch.net_stride, scratch.net_stride};
    for (size_t panel = panels.first; panel < panels.last; ++panel)
      multiply_through(net, batch, hh.slice(panel, 0), hidden,
                       Target{scratch.recurrent + panel * kWidth, scratch.units, kWidth, zeros});
  }
  for (size_t n = 0; n < batch; ++n)
    for (size_t unit = units.first; unit < units.last; ++unit)
      run.grad_hidden[n * hidden + unit] = scratch.recurrent[n * scratch.units + unit];
  const NetGradients net{scratch.net, scratch.net_stride, hidden};
  multiply_rows(Rows{net.net, net.stride}, share(rows, member), ih, run.grad_x);
  weight_gradients(net, x, before, run.grad_weight_ih, run.grad_weight_hh,
                   scratch.gathered + member.rank * kGathered, member);
  bias_gradient(net, rows, run.grad_bias, member);
}

}  // namespace karussell::KARUSSELL_LEVEL
