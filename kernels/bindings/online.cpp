// What Python sees of networks that learn online. Nothing here checks a shape: karussell.kernels
// has done so.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <optional>
#include <string>

#include "bindings/bindings.h"

namespace karussell {
namespace {

Squashing squashing(const std::string& name, float alpha, float beta) {
  if (name == "sigmoid") return {Squashing::kSigmoid, 1, 1};
  return {name == "affine" ? Squashing::kIdentity : Squashing::kTanh, alpha, beta};
}

OnlineShape online_shape(std::size_t inputs, std::size_t blocks, std::size_t cells,
                         std::size_t outputs, bool forgets, bool gates_recur, bool peepholes,
                         bool outputs_see_inputs, const std::string& cell_input, float input_alpha,
                         float input_beta, const std::string& cell_output, float output_alpha,
                         float output_beta) {
  return {0,
          inputs,
          blocks,
          cells,
          outputs,
          forgets,
          gates_recur,
          peepholes,
          outputs_see_inputs,
          squashing(cell_input, input_alpha, input_beta),
          squashing(cell_output, output_alpha, output_beta)};
}

void online_learning(OnlineShape shape, In<3> x, In<3> targets, In<2> matters, In<2> begins,
                     In<1> rates, In<1> trained, Out<2> weights, Out<2> state, Out<2> errors,
                     std::optional<Out<3>> outputs, bool learns, float wrong, std::size_t threads) {
  shape.networks = x.shape(2);
  OnlineLearning run{.shape = shape,
                     .time = x.shape(0),
                     .learns = learns,
                     .wrong = wrong,
                     .x = x.data(),
                     .targets = targets.data(),
                     .matters = matters.data(),
                     .begins = begins.data(),
                     .rates = rates.data(),
                     .trained = trained.data(),
                     .weights = weights.data(),
                     .state = state.data(),
                     .errors = errors.data(),
                     .outputs = outputs.has_value() ? outputs->data() : nullptr,
                     .scratch = nullptr};
  run_kernel(active().online_learning, active().online_scratch(run, threads), run, threads);
}

}  // namespace

void bind_online(nb::module_& m) {
  nb::class_<OnlineShape>(m, "OnlineShape");
  m.def("online_shape", online_shape);
  m.def("online_learning", online_learning, "shape"_a, in("x"), in("targets"), in("matters"),
        in("begins"), in("rates"), in("trained"), in("weights"), in("state"), in("errors"),
        in("outputs").none(), "learns"_a, "wrong"_a, "threads"_a);
}

}  // namespace karussell
