// One time step of one sequence, with packed weights.
#include <doctest/doctest.h>

#include <algorithm>

#include "closeness.h"
#include "layers.h"
#include "lent.h"
#include "running.h"
#include "shapes.h"

namespace karussell::test {
namespace {

TEST_CASE("a step of memory blocks is a sequence of one step") {
  Turns turns;
  for (const std::size_t blocks : kOddSizes)
    for (const std::size_t cells : {1, 2, 8}) {
      const LstmLayer layer({1, 1, turns.inputs(), blocks, cells});
      const LstmTrace right = right_forward(layer);
      const std::size_t hidden = layer.hidden_size;
      const double tolerance =
          2 * kUnitRoundoff * static_cast<double>(layer.shape.inputs + hidden + 1) *
          std::max(1.0, largest(right.cells));
      at_every_level([&](const Kernels& kernels) {
        Lent lent;
        float* const packed = lent.scratch(kernels.lstm_packed(layer.shape));
        kernels.lstm_pack(layer.shape, lent.in(layer.weight_ih), lent.in(layer.weight_hh),
                          lent.in(layer.bias), packed);
        float* const cell = lent.both(layer.cell);
        const LstmStep step{.shape = layer.shape,
                            .packed = packed,
                            .x = lent.in(layer.x),
                            .hidden = lent.in(layer.hidden),
                            .cell = cell,
                            .next_hidden = lent.out(hidden),
                            .next_cell = cell,
                            .gates = lent.out(layer.gate_rows),
                            .scratch = lent.scratch(kernels.lstm_step_scratch(layer.shape))};
        kernels.lstm_step(step);
        check_close("next_hidden", step.next_hidden, right.hiddens, tolerance);
        check_close("next_cell", step.next_cell, right.cells, tolerance);
        check_close("gates", step.gates, right.gates, tolerance);
        lent.check();
      });
    }
}

TEST_CASE("a step of a plain layer is a sequence of one step") {
  Turns turns;
  for (const std::size_t hidden : kOddSizes)
    for (const Nonlinearity nonlinearity : {Nonlinearity::kTanh, Nonlinearity::kRelu}) {
      const RnnLayer layer({1, 1, turns.inputs(), hidden}, nonlinearity);
      const Doubles right = right_forward(layer);
      at_every_level([&](const Kernels& kernels) {
        Lent lent;
        float* const packed = lent.scratch(kernels.rnn_packed(layer.shape));
        kernels.rnn_pack(layer.shape, lent.in(layer.weight_ih), lent.in(layer.weight_hh),
                         lent.in(layer.bias), packed);
        const RnnStep step{.shape = layer.shape,
                           .nonlinearity = nonlinearity,
                           .packed = packed,
                           .x = lent.in(layer.x),
                           .hidden = lent.in(layer.hidden),
                           .next_hidden = lent.out(hidden)};
        kernels.rnn_step(step);
        check_close("next_hidden", step.next_hidden, right,
                    2 * kUnitRoundoff * static_cast<double>(layer.shape.inputs + hidden + 1) *
                        std::max(1.0, largest(right)));
        lent.check();
      });
    }
}

}  // namespace
}  // namespace karussell::test
