// What Python sees of the kernels. Nothing here checks a shape: karussell.kernels has done so.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bindings.h"

namespace karussell {

namespace {

constexpr std::align_val_t kLine{64};
constexpr std::size_t kMostKept = 64 << 18;  // floats: 64 MiB

thread_local std::unique_ptr<Memory> kept;
thread_local std::size_t kept_size = 0;

const Kernels* in_use = nullptr;

}  // namespace

const Kernels& active() { return *in_use; }

Memory::Memory(std::size_t floats)
    : floats_(static_cast<float*>(::operator new(floats * sizeof(float), kLine))) {}
Memory::~Memory() { ::operator delete(floats_, kLine); }

Scratch::Scratch(std::size_t floats) {
  if (kept == nullptr || floats > kept_size) {
    auto memory = std::make_unique<Memory>(floats);
    if (floats > kMostKept) {
      fresh_ = memory.release();
    } else {
      kept = std::move(memory);
      kept_size = floats;
    }
  }
  floats_ = fresh_ != nullptr ? fresh_->get() : kept->get();
}
Scratch::~Scratch() { delete fresh_; }

namespace {

std::vector<std::string> level_names() {
  const Levels all = levels();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.count; ++i) names.emplace_back(all.level[i]->name);
  return names;
}

void use_level(const std::string& name) {
  const Levels all = levels();
  for (std::size_t i = 0; i < all.count; ++i)
    if (name == all.level[i]->name) {
      in_use = all.level[i];
      return;
    }
  throw std::invalid_argument("no such level: " + name);
}

LstmShape lstm_shape(const In<3>& x, std::size_t hidden, std::size_t cells) {
  return {x.shape(0), x.shape(1), x.shape(2), hidden / cells, cells};
}

RnnShape rnn_shape(const In<3>& x, std::size_t hidden) {
  return {x.shape(0), x.shape(1), x.shape(2), hidden};
}

void lstm_forward(In<3> x, In<2> weight_ih, In<2> weight_hh, In<1> bias, In<2> hidden, In<2> cell,
                  Out<3> hiddens, Out<3> cells, Out<3> gates, std::size_t cells_per_block,
                  std::size_t threads) {
  LstmForward run{.shape = lstm_shape(x, hidden.shape(1), cells_per_block),
                  .x = x.data(),
                  .weight_ih = weight_ih.data(),
                  .weight_hh = weight_hh.data(),
                  .bias = bias.data(),
                  .hidden = hidden.data(),
                  .cell = cell.data(),
                  .hiddens = hiddens.data(),
                  .cells = cells.data(),
                  .gates = gates.data(),
                  .scratch = nullptr};
  run_kernel(active().lstm_forward, active().lstm_forward_scratch(run.shape, threads), run, threads);
}

void lstm_backward(In<3> hiddens, In<3> cells, In<3> gates, In<3> x, In<2> weight_ih,
                   In<2> weight_hh, In<2> hidden, In<2> cell, In<3> grad_hidden, In<2> grad_cell,
                   Out<3> to_x, Out<2> to_weight_ih, Out<2> to_weight_hh, Out<1> to_bias,
                   Out<2> to_hidden, Out<2> to_cell, std::size_t cells_per_block,
                   std::size_t threads) {
  LstmBackward run{.shape = lstm_shape(x, hidden.shape(1), cells_per_block),
                   .hiddens = hiddens.data(),
                   .cells = cells.data(),
                   .gates = gates.data(),
                   .x = x.data(),
                   .weight_ih = weight_ih.data(),
                   .weight_hh = weight_hh.data(),
                   .hidden = hidden.data(),
                   .cell = cell.data(),
                   .grad_hiddens = grad_hidden.data(),
                   .grad_cell = grad_cell.data(),
                   .grad_x = to_x.data(),
                   .grad_weight_ih = to_weight_ih.data(),
                   .grad_weight_hh = to_weight_hh.data(),
                   .grad_bias = to_bias.data(),
                   .grad_hidden = to_hidden.data(),
                   .grad_first_cell = to_cell.data(),
                   .scratch = nullptr};
  run_kernel(active().lstm_backward, active().lstm_backward_scratch(run.shape, threads), run,
             threads);
}

void rnn_forward(In<3> x, In<2> weight_ih, In<2> weight_hh, In<1> bias, In<2> hidden,
                 Out<3> hiddens, bool relu, std::size_t threads) {
  RnnForward run{.shape = rnn_shape(x, hidden.shape(1)),
                 .nonlinearity = nonlinearity_of(relu),
                 .x = x.data(),
                 .weight_ih = weight_ih.data(),
                 .weight_hh = weight_hh.data(),
                 .bias = bias.data(),
                 .hidden = hidden.data(),
                 .hiddens = hiddens.data(),
                 .scratch = nullptr};
  run_kernel(active().rnn_forward, active().rnn_forward_scratch(run.shape, threads), run, threads);
}

void rnn_backward(In<3> hiddens, In<3> x, In<2> weight_ih, In<2> weight_hh, In<2> hidden,
                  In<3> grad_hidden, Out<3> to_x, Out<2> to_weight_ih, Out<2> to_weight_hh,
                  Out<1> to_bias, Out<2> to_hidden, bool relu, std::size_t threads) {
  RnnBackward run{.shape = rnn_shape(x, hidden.shape(1)),
                  .nonlinearity = nonlinearity_of(relu),
                  .hiddens = hiddens.data(),
                  .x = x.data(),
                  .weight_ih = weight_ih.data(),
                  .weight_hh = weight_hh.data(),
                  .hidden = hidden.data(),
                  .grad_hiddens = grad_hidden.data(),
                  .grad_x = to_x.data(),
                  .grad_weight_ih = to_weight_ih.data(),
                  .grad_weight_hh = to_weight_hh.data(),
                  .grad_bias = to_bias.data(),
                  .grad_hidden = to_hidden.data(),
                  .scratch = nullptr};
  run_kernel(active().rnn_backward, active().rnn_backward_scratch(run.shape, threads), run, threads);
}

std::size_t top_k(In<1> scores, Array<std::int64_t, 1> ids, Out<1> values) {
  const nb::gil_scoped_release released;
  return active().top_k(scores.data(), scores.shape(0), ids.shape(0), ids.data(), values.data());
}

float log_sum_exp(In<1> scores) {
  const nb::gil_scoped_release released;
  return active().log_sum_exp(scores.data(), scores.shape(0));
}

void sigmoid(In<1> x, Out<1> to) { active().sigmoid(x.data(), x.shape(0), to.data()); }
void tanh(In<1> x, Out<1> to) { active().tanh(x.data(), x.shape(0), to.data()); }

}  // namespace

// None of the arrays is ever converted, because a copy of an output
// would be lost and a copy of an input would hide a mistake.

NB_MODULE(_native, m) {
  use_level(level_names().back());
  const auto in = [](const char* name) { return nb::arg(name).noconvert(); };
  bind_mapping(m);
  bind_limits(m);
  bind_network(m);
  bind_softmax(m);
  bind_word_list(m);
  m.def("levels", level_names);
  m.def("level", [] { return std::string(active().name); });
  m.def("use_level", use_level, "name"_a);
  m.def("lstm_forward", lstm_forward, in("x"), in("weight_ih"), in("weight_hh"), in("bias"),
        in("hidden"), in("cell"), in("hiddens"), in("cells"), in("gates"), "cells_per_block"_a,
        "threads"_a);
  m.def("lstm_backward", lstm_backward, in("hiddens"), in("cells"), in("gates"), in("x"),
        in("weight_ih"), in("weight_hh"), in("hidden"), in("cell"), in("grad_hidden"),
        in("grad_cell"), in("to_x"), in("to_weight_ih"), in("to_weight_hh"), in("to_bias"),
        in("to_hidden"), in("to_cell"), "cells_per_block"_a, "threads"_a);
  m.def("rnn_forward", rnn_forward, in("x"), in("weight_ih"), in("weight_hh"), in("bias"),
        in("hidden"), in("hiddens"), "relu"_a, "threads"_a);
  m.def("rnn_backward", rnn_backward, in("hiddens"), in("x"), in("weight_ih"), in("weight_hh"),
        in("hidden"), in("grad_hidden"), in("to_x"), in("to_weight_ih"), in("to_weight_hh"),
        in("to_bias"), in("to_hidden"), "relu"_a, "threads"_a);
  m.def("top_k", top_k, in("scores"), in("ids"), in("values"));
  m.def("log_sum_exp", log_sum_exp, in("scores"));
  m.def("sigmoid", sigmoid, in("x"), in("to"));
  m.def("tanh", tanh, in("x"), in("to"));
}

}  // namespace karussell
