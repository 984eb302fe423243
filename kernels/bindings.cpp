// What Python sees of the kernels. Nothing here checks a shape: karussell.kernels has done so.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bindings.h"

namespace karussell {

const Kernels* active = nullptr;

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
      active = all.level[i];
      return;
    }
  throw std::invalid_argument("no such level: " + name);
}

// A packed layer keeps the level it was packed for: widths differ.
class LstmStepper {
 public:
  LstmStepper(In<2> weight_ih, In<2> weight_hh, In<1> bias, std::size_t cells)
      : kernels_(*active),
        shape_{1, 1, weight_ih.shape(1), weight_hh.shape(1) / cells, cells},
        packed_(kernels_.lstm_packed(shape_)) {
    kernels_.lstm_pack(shape_, weight_ih.data(), weight_hh.data(), bias.data(), packed_.get());
  }

  void step(In<1> x, In<1> hidden, In<1> cell, Out<1> next_hidden, Out<1> next_cell,
            Out<1> gates) const {
    const nb::gil_scoped_release released;
    const Memory scratch(kernels_.lstm_step_scratch(shape_));
    kernels_.lstm_step({shape_, packed_.get(), x.data(), hidden.data(), cell.data(),
                        next_hidden.data(), next_cell.data(), gates.data(), scratch.get()});
  }

 private:
  const Kernels& kernels_;
  const LstmShape shape_;
  const Memory packed_;
};

class RnnStepper {
 public:
  RnnStepper(In<2> weight_ih, In<2> weight_hh, In<1> bias, bool relu)
      : kernels_(*active),
        shape_{1, 1, weight_ih.shape(1), weight_hh.shape(1)},
        nonlinearity_(nonlinearity_of(relu)),
        packed_(kernels_.rnn_packed(shape_)) {
    kernels_.rnn_pack(shape_, weight_ih.data(), weight_hh.data(), bias.data(), packed_.get());
  }

  void step(In<1> x, In<1> hidden, Out<1> next_hidden) const {
    const nb::gil_scoped_release released;
    kernels_.rnn_step({shape_, nonlinearity_, packed_.get(), x.data(), hidden.data(),
                       next_hidden.data()});
  }

 private:
  const Kernels& kernels_;
  const RnnShape shape_;
  const Nonlinearity nonlinearity_;
  const Memory packed_;
};

void score(Scores run, In<1> hidden, std::size_t first, Out<1> scores) {
  run.hidden = hidden.data();
  run.embedding = hidden.shape(0);
  run.first = first;
  run.last = first + scores.shape(0);
  run.scores = scores.data();
  const nb::gil_scoped_release released;
  const Memory scratch(active->scores_scratch(run.embedding));
  run.scratch = scratch.get();
  active->scores(run);
}

void scores_float(In<2> weight, In<1> bias, In<1> hidden, std::size_t first, Out<1> scores) {
  Scores run{};
  run.weight = weight.data();
  run.bias = bias.data();
  score(run, hidden, first, scores);
}

void scores_int8(Array<const std::int8_t, 2> weight, In<1> scale, In<1> bias, In<1> hidden,
                 std::size_t first, Out<1> scores) {
  Scores run{};
  run.weight_int8 = weight.data();
  run.scale = scale.data();
  run.bias = bias.data();
  score(run, hidden, first, scores);
}

std::size_t top_k(In<1> scores, Array<std::int64_t, 1> ids, Out<1> values) {
  const nb::gil_scoped_release released;
  return active->top_k(scores.data(), scores.shape(0), ids.shape(0), ids.data(), values.data());
}

float log_sum_exp(In<1> scores) {
  const nb::gil_scoped_release released;
  return active->log_sum_exp(scores.data(), scores.shape(0));
}

void sigmoid(In<1> x, Out<1> to) { active->sigmoid(x.data(), x.shape(0), to.data()); }
void tanh(In<1> x, Out<1> to) { active->tanh(x.data(), x.shape(0), to.data()); }

}  // namespace

// None of the arrays is ever converted, because a copy of an output
// would be lost and a copy of an input would hide a mistake.

NB_MODULE(_native, m) {
  use_level(level_names().back());
  const auto in = [](const char* name) { return nb::arg(name).noconvert(); };
  m.def("levels", level_names);
  m.def("level", [] { return std::string(active->name); });
  m.def("use_level", use_level, "name"_a);
  bind_training(m);
  nb::class_<LstmStepper>(m, "LstmStepper")
      .def(nb::init<In<2>, In<2>, In<1>, std::size_t>(), in("weight_ih"), in("weight_hh"),
           in("bias"), "cells_per_block"_a)
      .def("step", &LstmStepper::step, in("x"), in("hidden"), in("cell"), in("next_hidden"),
           in("next_cell"), in("gates"));
  nb::class_<RnnStepper>(m, "RnnStepper")
      .def(nb::init<In<2>, In<2>, In<1>, bool>(), in("weight_ih"), in("weight_hh"), in("bias"),
           "relu"_a)
      .def("step", &RnnStepper::step, in("x"), in("hidden"), in("next_hidden"));
  m.def("scores_float", scores_float, in("weight"), in("bias"), in("hidden"), "first"_a,
        in("scores"));
  m.def("scores_int8", scores_int8, in("weight"), in("scale"), in("bias"), in("hidden"),
        "first"_a, in("scores"));
  m.def("top_k", top_k, in("scores"), in("ids"), in("values"));
  m.def("log_sum_exp", log_sum_exp, in("scores"));
  m.def("sigmoid", sigmoid, in("x"), in("to"));
  m.def("tanh", tanh, in("x"), in("to"));
}

}  // namespace karussell
