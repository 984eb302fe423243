// Plain recurrent layers over sequences, forward and backward.
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

const float* forward(const Kernels& kernels, const RnnLayer& layer, Precision precision,
                     std::size_t threads, Lent& lent) {
  RnnForward run{.shape = layer.shape,
                 .precision = precision,
                 .nonlinearity = layer.nonlinearity,
                 .x = lent.in(layer.x),
                 .weight_ih = lent.in(layer.weight_ih),
                 .weight_hh = lent.in(layer.weight_hh),
                 .bias = lent.in(layer.bias),
                 .hidden = lent.in(layer.hidden),
                 .hiddens = lent.out(layer.grad_hiddens.size()),
                 .scratch = nullptr};
  run.scratch = lent.scratch(kernels.rnn_forward_scratch(run, threads));
  run_kernel(kernels.rnn_forward, run, threads);
  lent.check();
  return run.hiddens;
}

RnnBackward backward(const Kernels& kernels, const RnnLayer& layer, Precision precision,
                     const Floats& hiddens, std::size_t threads, Lent& lent) {
  RnnBackward run{.shape = layer.shape,
                  .precision = precision,
                  .nonlinearity = layer.nonlinearity,
                  .hiddens = lent.in(hiddens),
                  .x = lent.in(layer.x),
                  .weight_ih = lent.in(layer.weight_ih),
                  .weight_hh = lent.in(layer.weight_hh),
                  .hidden = lent.in(layer.hidden),
                  .grad_hiddens = lent.in(layer.grad_hiddens),
                  .grad_x = lent.out(layer.x.size()),
                  .grad_weight_ih = lent.out(layer.weight_ih.size()),
                  .grad_weight_hh = lent.out(layer.weight_hh.size()),
                  .grad_bias = lent.out(layer.bias.size()),
                  .grad_hidden = lent.out(layer.hidden.size()),
                  .scratch = nullptr};
  run.scratch = lent.scratch(kernels.rnn_backward_scratch(run, threads));
  run_kernel(kernels.rnn_backward, run, threads);
  lent.check();
  return run;
}

// All as for memory blocks.
double product_error(const RnnShape& s, Precision precision, double terms) {
  if (precision == Precision::kFloat32) return 0;
  const double scale = 1 / std::sqrt(static_cast<double>(s.hidden));
  return 8.0 / (1 << 9) * scale * std::sqrt(static_cast<double>(s.time) * terms);
}

double tolerance(const RnnShape& s, Precision precision, double terms, const Doubles& right) {
  return (2 * kUnitRoundoff * static_cast<double>(s.time) * terms +
          product_error(s, precision, terms)) *
         std::max(1.0, largest(right));
}

double forward_tolerance(const RnnShape& s, Precision precision, const Doubles& right) {
  return tolerance(s, precision, static_cast<double>(s.inputs + s.hidden + 1), right);
}

double gradient_tolerance(const RnnShape& s, Precision precision, const Doubles& right) {
  return tolerance(s, precision, static_cast<double>(2 * s.hidden + s.batch), right);
}

void check_forward(const Kernels& kernels, const RnnLayer& layer, Precision precision,
                   const Doubles& right) {
  Lent alone, together;
  const float* const one = forward(kernels, layer, precision, 1, alone);
  check_close("hiddens", one, right, forward_tolerance(layer.shape, precision, right));
  check_equal("hiddens of two threads", forward(kernels, layer, precision, 2, together), one,
              right.size());
}

void check_backward(const Kernels& kernels, const RnnLayer& layer, Precision precision,
                    const Floats& hiddens, const RnnGradients& right) {
  Lent alone, together;
  const RnnBackward one = backward(kernels, layer, precision, hiddens, 1, alone);
  const RnnBackward two = backward(kernels, layer, precision, hiddens, 2, together);
  const auto check = [&](const char* name, const float* mine, const float* twos,
                         const Doubles& exact) {
    check_close(name, mine, exact, gradient_tolerance(layer.shape, precision, exact));
    check_equal(std::string(name) + " of two threads", twos, mine, exact.size());
  };
  check("grad_x", one.grad_x, two.grad_x, right.x);
  check("grad_weight_ih", one.grad_weight_ih, two.grad_weight_ih, right.weight_ih);
  check("grad_weight_hh", one.grad_weight_hh, two.grad_weight_hh, right.weight_hh);
  check("grad_bias", one.grad_bias, two.grad_bias, right.bias);
  check("grad_hidden", one.grad_hidden, two.grad_hidden, right.hidden);
}

void check_shape(const RnnShape& shape, Nonlinearity nonlinearity) {
  INFO("T ", shape.time, " N ", shape.batch, " I ", shape.inputs, " H ", shape.hidden);
  const RnnLayer layer(shape, nonlinearity);
  const Doubles right = right_forward(layer);
  const Floats hiddens = floats(right);
  const RnnGradients gradients = right_backward(layer, hiddens);
  at_every_level([&](const Kernels& kernels) {
    for (const Precision precision : {Precision::kFloat32, Precision::kBFloat16}) {
      check_forward(kernels, layer, precision, right);
      check_backward(kernels, layer, precision, hiddens, gradients);
    }
  });
}

TEST_CASE("plain layers of any size agree with the equations, on one thread and on two") {
  Turns turns;
  for (const std::size_t hidden : kOddSizes)
    for (const Nonlinearity nonlinearity : {Nonlinearity::kTanh, Nonlinearity::kRelu})
      for (int i = 0; i < 3; ++i)
        check_shape({turns.time(), turns.batch(), turns.inputs(), hidden}, nonlinearity);
}

TEST_CASE("plain layers beyond a block of depth agree with the equations" *
          doctest::test_suite("large")) {
  check_shape({2, 5, 33, 670}, Nonlinearity::kTanh);
  check_shape({2, 2, 670, 1023}, Nonlinearity::kRelu);
  check_shape({20, 17, 15, 16}, Nonlinearity::kTanh);
}

}  // namespace
}  // namespace karussell::test
