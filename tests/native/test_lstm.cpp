// Layers of memory blocks over sequences, forward and backward.
#include <doctest/doctest.h>

#include <algorithm>

#include "closeness.h"
#include "layers.h"
#include "lent.h"
#include "running.h"
#include "shapes.h"

namespace karussell::test {
namespace {

// As tests/agreement derives it: a net input is a sum of I + H + 1 products, each rounded once and
// added once, every slope is at most 1, and T steps add up at most.
double forward_tolerance(const LstmLayer& layer, const Doubles& right) {
  const LstmShape& s = layer.shape;
  const double terms = static_cast<double>(s.time * (s.inputs + layer.hidden_size + 1));
  return 2 * kUnitRoundoff * terms * std::max(1.0, largest(right));
}

// Its terms went through sums over the gate rows at every step, and one over all rows of the batch.
double gradient_tolerance(const LstmLayer& layer, const Doubles& right) {
  const LstmShape& s = layer.shape;
  const double terms = static_cast<double>(layer.gate_rows + layer.hidden_size + s.batch);
  return 2 * kUnitRoundoff * static_cast<double>(s.time) * terms * std::max(1.0, largest(right));
}

struct ForwardResults {
  const float *hiddens, *cells, *gates;
};

ForwardResults forward(const Kernels& kernels, const LstmLayer& layer, std::size_t threads,
                       Lent& lent) {
  const LstmForward run{
      .shape = layer.shape,
      .x = lent.in(layer.x),
      .weight_ih = lent.in(layer.weight_ih),
      .weight_hh = lent.in(layer.weight_hh),
      .bias = lent.in(layer.bias),
      .hidden = lent.in(layer.hidden),
      .cell = lent.in(layer.cell),
      .hiddens = lent.out(layer.grad_hiddens.size()),
      .cells = lent.out(layer.grad_hiddens.size()),
      .gates = lent.out(layer.shape.time * layer.shape.batch * layer.gate_rows),
      .scratch = lent.scratch(kernels.lstm_forward_scratch(layer.shape, threads))};
  run_kernel(kernels.lstm_forward, run, threads);
  lent.check();
  return {run.hiddens, run.cells, run.gates};
}

struct BackwardResults {
  const float *x, *weight_ih, *weight_hh, *bias, *hidden, *cell;
};

BackwardResults backward(const Kernels& kernels, const LstmLayer& layer, const Floats& hiddens,
                         const Floats& cells, const Floats& gates, std::size_t threads,
                         Lent& lent) {
  const LstmBackward run{
      .shape = layer.shape,
      .hiddens = lent.in(hiddens),
      .cells = lent.in(cells),
      .gates = lent.in(gates),
      .x = lent.in(layer.x),
      .weight_ih = lent.in(layer.weight_ih),
      .weight_hh = lent.in(layer.weight_hh),
      .hidden = lent.in(layer.hidden),
      .cell = lent.in(layer.cell),
      .grad_hiddens = lent.in(layer.grad_hiddens),
      .grad_cell = lent.in(layer.grad_cell),
      .grad_x = lent.out(layer.x.size()),
      .grad_weight_ih = lent.out(layer.weight_ih.size()),
      .grad_weight_hh = lent.out(layer.weight_hh.size()),
      .grad_bias = lent.out(layer.bias.size()),
      .grad_hidden = lent.out(layer.hidden.size()),
      .grad_first_cell = lent.out(layer.cell.size()),
      .scratch = lent.scratch(kernels.lstm_backward_scratch(layer.shape, threads))};
  run_kernel(kernels.lstm_backward, run, threads);
  lent.check();
  return {run.grad_x,    run.grad_weight_ih, run.grad_weight_hh,
          run.grad_bias, run.grad_hidden,    run.grad_first_cell};
}

void check_forward(const Kernels& kernels, const LstmLayer& layer, const LstmTrace& right) {
  Lent alone, together;
  const ForwardResults one = forward(kernels, layer, 1, alone);
  check_close("hiddens", one.hiddens, right.hiddens, forward_tolerance(layer, right.hiddens));
  check_close("cells", one.cells, right.cells, forward_tolerance(layer, right.cells));
  check_close("gates", one.gates, right.gates, forward_tolerance(layer, right.gates));
  const ForwardResults two = forward(kernels, layer, 2, together);
  check_equal("hiddens of two threads", two.hiddens, one.hiddens, right.hiddens.size());
  check_equal("cells of two threads", two.cells, one.cells, right.cells.size());
  check_equal("gates of two threads", two.gates, one.gates, right.gates.size());
}

void check_backward(const Kernels& kernels, const LstmLayer& layer, const LstmTrace& trace,
                    const LstmGradients& right) {
  const Floats hiddens = floats(trace.hiddens), cells = floats(trace.cells);
  const Floats gates = floats(trace.gates);
  Lent alone, together;
  const BackwardResults one = backward(kernels, layer, hiddens, cells, gates, 1, alone);
  const BackwardResults two = backward(kernels, layer, hiddens, cells, gates, 2, together);
  const auto check = [&](const char* name, const float* mine, const float* twos,
                         const Doubles& exact) {
    check_close(name, mine, exact, gradient_tolerance(layer, exact));
    check_equal(std::string(name) + " of two threads", twos, mine, exact.size());
  };
  check("grad_x", one.x, two.x, right.x);
  check("grad_weight_ih", one.weight_ih, two.weight_ih, right.weight_ih);
  check("grad_weight_hh", one.weight_hh, two.weight_hh, right.weight_hh);
  check("grad_bias", one.bias, two.bias, right.bias);
  check("grad_hidden", one.hidden, two.hidden, right.hidden);
  check("grad_first_cell", one.cell, two.cell, right.cell);
}

void check_shape(const LstmShape& shape) {
  INFO("T ", shape.time, " N ", shape.batch, " I ", shape.inputs, " B ", shape.blocks, " S ",
       shape.cells);
  const LstmLayer layer(shape);
  const LstmTrace trace = right_forward(layer);
  const LstmGradients gradients =
      right_backward(layer, floats(trace.hiddens), floats(trace.cells), floats(trace.gates));
  at_every_level([&](const Kernels& kernels) {
    check_forward(kernels, layer, trace);
    check_backward(kernels, layer, trace, gradients);
  });
}

TEST_CASE("memory blocks of any size agree with the equations, on one thread and on two") {
  Turns turns;
  for (const std::size_t blocks : kOddSizes)
    for (const std::size_t cells : {1, 2, 3, 4, 8})
      check_shape({turns.time(), turns.batch(), turns.inputs(), blocks, cells});
}

TEST_CASE("memory blocks beyond a block of depth agree with the equations" *
          doctest::test_suite("large")) {
  check_shape({2, 2, 33, 670, 1});
  check_shape({2, 5, 670, 335, 2});
  check_shape({1, 1, 1023, 1023, 1});
  check_shape({2, 1, 31, 341, 3});
  check_shape({20, 17, 15, 16, 1});  // a sum over more rows than a block has
}

}  // namespace
}  // namespace karussell::test
