// The softmax cross entropy, exact and sampled, as Python sees it.
#include "bindings/bindings.h"

namespace karussell {
namespace {

void run_softmax(SoftmaxLoss& run, std::size_t threads) {
  run_kernel(active().softmax_loss, active().softmax_loss_scratch(run, threads), run, threads);
}

SoftmaxLoss softmax_of(const In<2>& features, const In<2>& weight, const In<1>& bias,
                       const Ids& targets, const Out<1>& losses, bool bfloat16) {
  SoftmaxLoss run{};
  run.shape = {features.shape(0), bias.shape(0), features.shape(1)};
  run.precision = precision_of(bfloat16);
  run.features = features.data();
  run.weight = weight.data();
  run.bias = bias.data();
  run.targets = targets.data();
  run.losses = losses.data();
  return run;
}

void softmax_loss(In<2> features, In<2> weight, In<1> bias, Ids targets, Out<1> losses,
                  bool bfloat16, std::size_t threads) {
  SoftmaxLoss run = softmax_of(features, weight, bias, targets, losses, bfloat16);
  run_softmax(run, threads);
}

void softmax_gradients(In<2> features, In<2> weight, In<1> bias, Ids targets, In<1> token_weights,
                       Out<1> losses, Out<2> to_features, Out<2> to_weight, Out<1> to_bias,
                       bool bfloat16, std::size_t threads) {
  SoftmaxLoss run = softmax_of(features, weight, bias, targets, losses, bfloat16);
  run.token_weights = token_weights.data();
  run.grad_features = to_features.data();
  run.grad_weight = to_weight.data();
  run.grad_bias = to_bias.data();
  run_softmax(run, threads);
}

void sampled_softmax_gradients(In<2> features, In<2> weight, In<1> bias, Ids hits, In<2> own,
                               In<1> own_bias, In<1> token_weights, Out<1> losses,
                               Out<2> to_features, Out<2> to_weight, Out<1> to_bias, Out<2> to_own,
                               Out<1> to_own_bias, bool bfloat16, std::size_t threads) {
  SoftmaxLoss run = softmax_of(features, weight, bias, hits, losses, bfloat16);
  run.own = own.data();
  run.own_bias = own_bias.data();
  run.token_weights = token_weights.data();
  run.grad_features = to_features.data();
  run.grad_weight = to_weight.data();
  run.grad_bias = to_bias.data();
  run.grad_own = to_own.data();
  run.grad_own_bias = to_own_bias.data();
  run_softmax(run, threads);
}

void add_rows(In<2> rows, Ids ids, Out<2> to) {
  const nb::gil_scoped_release released;
  active().add_rows(rows.data(), ids.data(), ids.shape(0), rows.shape(1), to.data());
}

}  // namespace

void bind_softmax(nb::module_& m) {
  m.def("softmax_loss", softmax_loss, in("features"), in("weight"), in("bias"), in("targets"),
        in("losses"), "bfloat16"_a, "threads"_a);
  m.def("softmax_gradients", softmax_gradients, in("features"), in("weight"), in("bias"),
        in("targets"), in("token_weights"), in("losses"), in("to_features"), in("to_weight"),
        in("to_bias"), "bfloat16"_a, "threads"_a);
  m.def("sampled_softmax_gradients", sampled_softmax_gradients, in("features"), in("weight"),
        in("bias"), in("hits"), in("own"), in("own_bias"), in("token_weights"), in("losses"),
        in("to_features"), in("to_weight"), in("to_bias"), in("to_own"), in("to_own_bias"),
        "bfloat16"_a, "threads"_a);
  m.def("add_rows", add_rows, in("rows"), in("ids"), in("to"));
}

}  // namespace karussell
