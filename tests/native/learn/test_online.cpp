// Networks that learn online: inside their buffers, at any shape.
#include <doctest/doctest.h>

#include "given/lent.h"
#include "given/running.h"
#include "given/values.h"

namespace karussell::test {
namespace {

constexpr Squashing kTanh{Squashing::kTanh, 2, .5}, kIdentity{Squashing::kIdentity, 1, 0},
    kSigmoid{Squashing::kSigmoid, 1, 1};

const OnlineShape kShapes[] = {
    {16, 1, 1, 1, 1, false, true, false, false, kTanh, kTanh},
    {16, 2, 2, 2, 1, false, true, false, false, kTanh, kTanh},
    {32, 7, 4, 2, 7, true, false, false, true, kTanh, kTanh},
    {48, 3, 2, 3, 2, true, true, true, true, kSigmoid, kIdentity},
};

void run_inside(const Kernels& kernels, const OnlineShape& shape, std::size_t threads, bool learns,
                bool shows) {
  const std::size_t steps = 5, hidden = shape.blocks * shape.cells;
  const std::size_t gates = (shape.forgets ? 3 : 2) * shape.blocks;
  const std::size_t recurring = shape.gates_recur ? gates : 0;
  const std::size_t width =
      shape.inputs + hidden + recurring + 1 + (shape.peepholes ? shape.cells : 0);
  const std::size_t seen = hidden + (shape.outputs_see_inputs ? shape.inputs : 0) + 1;
  const std::size_t weights = (gates + hidden) * width + shape.outputs * seen;
  const std::size_t state = 2 * hidden + recurring + 3 * hidden * width + 1;
  Random random(7);
  Floats begins(steps * shape.networks), matters(steps * shape.networks, 1);
  for (std::size_t i = 0; i < begins.size(); ++i) begins[i] = static_cast<float>(i % 3);
  Lent lent;
  OnlineLearning run{.shape = shape,
                     .time = steps,
                     .learns = learns,
                     .wrong = .6f,
                     .x = lent.in(random.floats(steps * shape.inputs * shape.networks)),
                     .targets = lent.in(random.floats(steps * shape.outputs * shape.networks)),
                     .matters = lent.in(matters),
                     .begins = lent.in(begins),
                     .rates = lent.in(random.floats(shape.networks)),
                     .trained = lent.in(Floats(weights, 1)),
                     .weights = lent.both(random.floats(weights * shape.networks)),
                     .state = lent.both(Floats(state * shape.networks)),
                     .errors = lent.out(steps * shape.networks),
                     .outputs = shows ? lent.out(steps * shape.outputs * shape.networks) : nullptr,
                     .scratch = nullptr};
  run.scratch = lent.scratch(kernels.online_scratch(run, threads));
  run_kernel(kernels.online_learning, run, threads);
  lent.check();
}

}  // namespace

TEST_CASE("networks that learn online stay inside their buffers") {
  at_every_level([](const Kernels& kernels) {
    for (const OnlineShape& shape : kShapes)
      for (const std::size_t threads : {1, 3})
        for (const bool learns : {false, true})
          for (const bool shows : {false, true}) run_inside(kernels, shape, threads, learns, shows);
  });
}

}  // namespace karussell::test
