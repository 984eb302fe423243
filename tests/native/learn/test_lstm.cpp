// Layers of memory blocks over sequences, forward and backward.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "given/closeness.h"
#include "given/lent.h"
#include "given/running.h"
#include "given/shapes.h"
#include "layers.h"

namespace karussell::test {
namespace {

// What rounding the numbers of a product to its format costs: their errors are independent, so they
// add up as roots do, and eight times that is never met.
double product_error(const LstmLayer& layer, Precision precision, double terms) {
  if (precision == Precision::kFloat32) return 0;
  const double scale = 1 / std::sqrt(static_cast<double>(layer.hidden_size));
  return 8.0 / (1 << 9) * scale * std::sqrt(static_cast<double>(layer.kind.time) * terms);
}

// As tests/agreement derives it: a net input is a sum of I + P + 1 products, and of S peepholes,
// each rounded once and added once, every slope is at most 1, and T steps add up at most.
double forward_tolerance(const LstmLayer& layer, Precision precision, const Doubles& right) {
  const double terms = static_cast<double>(layer.kind.layer.inputs + layer.outputs +
                                           layer.hidden_size + layer.kind.layer.cells + 1);
  const double steps = static_cast<double>(layer.kind.time);
  return (2 * kUnitRoundoff * steps * terms + product_error(layer, precision, terms)) *
         std::max(1.0, largest(right));
}

// Its terms went through sums over the gate rows at every step, and one over all rows of the batch.
double gradient_tolerance(const LstmLayer& layer, Precision precision, const Doubles& right) {
  const double terms =
      static_cast<double>(layer.gate_rows + 2 * layer.hidden_size + layer.kind.batch);
  const double steps = static_cast<double>(layer.kind.time);
  return (2 * kUnitRoundoff * steps * terms + product_error(layer, precision, terms)) *
         std::max(1.0, largest(right));
}

const float* maybe(const Floats& values, Lent& lent) {
  return values.empty() ? nullptr : lent.in(values);
}

// What changes no result but is read: a mask of ones, and gradients of nothing on all cells.
const float* maybe_mask(const LstmLayer& layer, Lent& lent) {
  return maybe(Floats(layer.lengths.empty() ? 0 : layer.hidden.size(), 1.f), lent);
}

const float* maybe_grad_cells(const LstmLayer& layer, Lent& lent) {
  return maybe(Floats(layer.lengths.empty() ? 0 : layer.kind.time * layer.cell.size(), 0.f), lent);
}

LstmForward forward(const Kernels& kernels, const LstmLayer& layer, Precision precision,
                    std::size_t threads, Lent& lent) {
  const std::size_t rows = layer.kind.time * layer.kind.batch;
  LstmForward run{.layer = layer.kind.layer,
                  .time = layer.kind.time,
                  .batch = layer.kind.batch,
                  .precision = precision,
                  .x = lent.in(layer.x),
                  .weight_ih = lent.in(layer.weight_ih),
                  .weight_hh = lent.in(layer.weight_hh),
                  .bias = lent.in(layer.bias),
                  .peepholes = maybe(layer.peepholes, lent),
                  .projection = maybe(layer.projection, lent),
                  .mask = maybe_mask(layer, lent),
                  .lengths = layer.lengths.empty() ? nullptr : lent.in(layer.lengths),
                  .hidden = lent.in(layer.hidden),
                  .cell = lent.in(layer.cell),
                  .hiddens = lent.out(rows * layer.outputs),
                  .cells = lent.out(rows * layer.hidden_size),
                  .gates = lent.out(rows * layer.gate_rows),
                  .scratch = nullptr};
  run.scratch = lent.scratch(kernels.lstm_forward_scratch(run, threads));
  run_kernel(kernels.lstm_forward, run, threads);
  lent.check();
  return run;
}

LstmBackward backward(const Kernels& kernels, const LstmLayer& layer, Precision precision,
                      const LstmTrace& trace, std::size_t threads, Lent& lent) {
  const auto maybe_out = [&](const Floats& like) {
    return like.empty() ? nullptr : lent.out(like.size());
  };
  LstmBackward run{.layer = layer.kind.layer,
                   .time = layer.kind.time,
                   .batch = layer.kind.batch,
                   .precision = precision,
                   .hiddens = lent.in(floats(trace.hiddens)),
                   .cells = lent.in(floats(trace.cells)),
                   .gates = lent.in(floats(trace.gates)),
                   .x = lent.in(layer.x),
                   .weight_ih = lent.in(layer.weight_ih),
                   .weight_hh = lent.in(layer.weight_hh),
                   .peepholes = maybe(layer.peepholes, lent),
                   .projection = maybe(layer.projection, lent),
                   .mask = maybe_mask(layer, lent),
                   .lengths = layer.lengths.empty() ? nullptr : lent.in(layer.lengths),
                   .hidden = lent.in(layer.hidden),
                   .cell = lent.in(layer.cell),
                   .grad_hiddens = lent.in(layer.grad_hiddens),
                   .grad_cell = lent.in(layer.grad_cell),
                   .grad_cells = maybe_grad_cells(layer, lent),
                   .grad_x = lent.out(layer.x.size()),
                   .grad_weight_ih = lent.out(layer.weight_ih.size()),
                   .grad_weight_hh = lent.out(layer.weight_hh.size()),
                   .grad_bias = lent.out(layer.bias.size()),
                   .grad_peepholes = maybe_out(layer.peepholes),
                   .grad_projection = maybe_out(layer.projection),
                   .grad_hidden = lent.out(layer.hidden.size()),
                   .grad_first_cell = lent.out(layer.cell.size()),
                   .scratch = nullptr};
  run.scratch = lent.scratch(kernels.lstm_backward_scratch(run, threads));
  run_kernel(kernels.lstm_backward, run, threads);
  lent.check();
  return run;
}

void check_forward(const Kernels& kernels, const LstmLayer& layer, Precision precision,
                   const LstmTrace& right) {
  Lent alone, together;
  const LstmForward one = forward(kernels, layer, precision, 1, alone);
  const LstmForward two = forward(kernels, layer, precision, 2, together);
  const auto check = [&](const char* name, const float* mine, const float* twos,
                         const Doubles& exact) {
    check_close(name, mine, exact, forward_tolerance(layer, precision, exact));
    check_equal(std::string(name) + " of two threads", twos, mine, exact.size());
  };
  check("hiddens", one.hiddens, two.hiddens, right.hiddens);
  check("cells", one.cells, two.cells, right.cells);
  check("gates", one.gates, two.gates, right.gates);
}

void check_backward(const Kernels& kernels, const LstmLayer& layer, Precision precision,
                    const LstmTrace& trace, const LstmGradients& right) {
  Lent alone, together;
  const LstmBackward one = backward(kernels, layer, precision, trace, 1, alone);
  const LstmBackward two = backward(kernels, layer, precision, trace, 2, together);
  const auto check = [&](const char* name, const float* mine, const float* twos,
                         const Doubles& exact) {
    check_close(name, mine, exact, gradient_tolerance(layer, precision, exact));
    check_equal(std::string(name) + " of two threads", twos, mine, exact.size());
  };
  check("grad_x", one.grad_x, two.grad_x, right.x);
  check("grad_weight_ih", one.grad_weight_ih, two.grad_weight_ih, right.weight_ih);
  check("grad_weight_hh", one.grad_weight_hh, two.grad_weight_hh, right.weight_hh);
  check("grad_bias", one.grad_bias, two.grad_bias, right.bias);
  if (one.grad_peepholes != nullptr)
    check("grad_peepholes", one.grad_peepholes, two.grad_peepholes, right.peepholes);
  if (one.grad_projection != nullptr)
    check("grad_projection", one.grad_projection, two.grad_projection, right.projection);
  check("grad_hidden", one.grad_hidden, two.grad_hidden, right.hidden);
  check("grad_first_cell", one.grad_first_cell, two.grad_first_cell, right.cell);
}

void check_kind(const LstmKind& kind) {
  INFO("T ", kind.time, " N ", kind.batch, " I ", kind.layer.inputs, " B ", kind.layer.blocks,
       " S ", kind.layer.cells, " P ", kind.layer.projected);
  INFO("coupled ", kind.layer.coupled, " peepholes ", kind.peepholes, " lengths ", kind.lengths);
  const LstmLayer layer(kind);
  const LstmTrace trace = right_forward(layer);
  const LstmGradients gradients =
      right_backward(layer, floats(trace.hiddens), floats(trace.cells), floats(trace.gates));
  at_every_level([&](const Kernels& kernels) {
    for (const Precision precision : {Precision::kFloat32, Precision::kBFloat16}) {
      INFO("precision ", static_cast<int>(precision));
      check_forward(kernels, layer, precision, trace);
      check_backward(kernels, layer, precision, trace, gradients);
    }
  });
}

TEST_CASE("memory blocks of any size agree with the equations, on one thread and on two") {
  Turns turns;
  int turn = 0;
  for (const std::size_t blocks : kOddSizes)
    for (const std::size_t cells : {1, 2, 3, 4, 8}) {
      check_kind({{turns.inputs(), blocks, cells, false, 0}, turns.time(), turns.batch()});
      // And with everything that is not always there, in changing company.
      const bool coupled = turn % 2 == 0, peepholes = turn % 3 != 0, lengths = turn % 5 != 0;
      const std::size_t projected = turn % 4 == 0 ? 0 : turns.inputs() % 50;
      check_kind({{turns.inputs(), blocks, cells, coupled, projected},
                  turns.time(),
                  turns.batch(),
                  peepholes,
                  lengths});
      ++turn;
    }
}

TEST_CASE("memory blocks beyond a block of depth agree with the equations" *
          doctest::test_suite("large")) {
  check_kind({{33, 670, 1, false, 0}, 2, 2});
  check_kind({{670, 335, 2, true, 31}, 2, 5, true, true});
  check_kind({{1023, 1023, 1, false, 0}, 1, 1});
  check_kind({{31, 341, 3, false, 0}, 2, 1});
  check_kind({{15, 16, 1, false, 0}, 20, 17});  // a sum over more rows than a block has
  check_kind({{15, 3, 1, false, 7}, 64, 33});   // and over more than a stretch of depth
}

}  // namespace
}  // namespace karussell::test
