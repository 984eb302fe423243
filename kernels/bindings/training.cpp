// What Python sees of the kernels over whole sequences. Nothing here checks a shape:
// karussell.kernels has done so.
#include <nanobind/stl/optional.h>

#include <optional>

#include "bindings/bindings.h"

namespace karussell {
namespace {

using Maybe = std::optional<In<2>>;
using MaybeOut = std::optional<Out<2>>;
using Lengths = std::optional<Ids>;

template <class Optional>
auto* data_of(const Optional& array) {
  return array.has_value() ? array->data() : nullptr;
}

BlockLayer block_layer(const In<3>& x, const In<2>& cell, const Maybe& projection,
                       std::size_t cells_per_block, bool coupled) {
  return {x.shape(2), cell.shape(1) / cells_per_block, cells_per_block, coupled,
          projection.has_value() ? projection->shape(0) : 0};
}

RnnShape rnn_shape(const In<3>& x, std::size_t hidden) {
  return {x.shape(0), x.shape(1), x.shape(2), hidden};
}

void lstm_forward(In<3> x, In<2> weight_ih, In<2> weight_hh, In<1> bias, In<2> hidden, In<2> cell,
                  Maybe peepholes, Maybe projection, Maybe mask, Lengths lengths, Out<3> hiddens,
                  Out<3> cells, Out<3> gates, std::size_t cells_per_block, bool coupled,
                  bool bfloat16, std::size_t threads) {
  LstmForward run{.layer = block_layer(x, cell, projection, cells_per_block, coupled),
                  .time = x.shape(0),
                  .batch = x.shape(1),
                  .precision = precision_of(bfloat16),
                  .x = x.data(),
                  .weight_ih = weight_ih.data(),
                  .weight_hh = weight_hh.data(),
                  .bias = bias.data(),
                  .peepholes = data_of(peepholes),
                  .projection = data_of(projection),
                  .mask = data_of(mask),
                  .lengths = data_of(lengths),
                  .hidden = hidden.data(),
                  .cell = cell.data(),
                  .hiddens = hiddens.data(),
                  .cells = cells.data(),
                  .gates = gates.data(),
                  .scratch = nullptr};
  run_kernel(active().lstm_forward, active().lstm_forward_scratch(run, threads), run, threads);
}

void lstm_backward(In<3> hiddens, In<3> cells, In<3> gates, In<3> x, In<2> weight_ih,
                   In<2> weight_hh, In<2> hidden, In<2> cell, Maybe peepholes, Maybe projection,
                   Maybe mask, Lengths lengths, In<3> grad_hidden, In<2> grad_cell,
                   std::optional<In<3>> grad_cells, Out<3> to_x, Out<2> to_weight_ih,
                   Out<2> to_weight_hh, Out<1> to_bias, Out<2> to_hidden, Out<2> to_cell,
                   MaybeOut to_peepholes, MaybeOut to_projection, std::size_t cells_per_block,
                   bool coupled, bool bfloat16, std::size_t threads) {
  LstmBackward run{.layer = block_layer(x, cell, projection, cells_per_block, coupled),
                   .time = x.shape(0),
                   .batch = x.shape(1),
                   .precision = precision_of(bfloat16),
                   .hiddens = hiddens.data(),
                   .cells = cells.data(),
                   .gates = gates.data(),
                   .x = x.data(),
                   .weight_ih = weight_ih.data(),
                   .weight_hh = weight_hh.data(),
                   .peepholes = data_of(peepholes),
                   .projection = data_of(projection),
                   .mask = data_of(mask),
                   .lengths = data_of(lengths),
                   .hidden = hidden.data(),
                   .cell = cell.data(),
                   .grad_hiddens = grad_hidden.data(),
                   .grad_cell = grad_cell.data(),
                   .grad_cells = data_of(grad_cells),
                   .grad_x = to_x.data(),
                   .grad_weight_ih = to_weight_ih.data(),
                   .grad_weight_hh = to_weight_hh.data(),
                   .grad_bias = to_bias.data(),
                   .grad_peepholes = data_of(to_peepholes),
                   .grad_projection = data_of(to_projection),
                   .grad_hidden = to_hidden.data(),
                   .grad_first_cell = to_cell.data(),
                   .scratch = nullptr};
  run_kernel(active().lstm_backward, active().lstm_backward_scratch(run, threads), run, threads);
}

void rnn_forward(In<3> x, In<2> weight_ih, In<2> weight_hh, In<1> bias, In<2> hidden,
                 Out<3> hiddens, bool relu, bool bfloat16, std::size_t threads) {
  RnnForward run{.shape = rnn_shape(x, hidden.shape(1)),
                 .precision = precision_of(bfloat16),
                 .nonlinearity = nonlinearity_of(relu),
                 .x = x.data(),
                 .weight_ih = weight_ih.data(),
                 .weight_hh = weight_hh.data(),
                 .bias = bias.data(),
                 .hidden = hidden.data(),
                 .hiddens = hiddens.data(),
                 .scratch = nullptr};
  run_kernel(active().rnn_forward, active().rnn_forward_scratch(run, threads), run, threads);
}

void rnn_backward(In<3> hiddens, In<3> x, In<2> weight_ih, In<2> weight_hh, In<2> hidden,
                  In<3> grad_hidden, Out<3> to_x, Out<2> to_weight_ih, Out<2> to_weight_hh,
                  Out<1> to_bias, Out<2> to_hidden, bool relu, bool bfloat16, std::size_t threads) {
  RnnBackward run{.shape = rnn_shape(x, hidden.shape(1)),
                  .precision = precision_of(bfloat16),
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
  run_kernel(active().rnn_backward, active().rnn_backward_scratch(run, threads), run, threads);
}

}  // namespace

void bind_training(nb::module_& m) {
  m.def("use_openmp", use_openmp, "path"_a);
  const auto maybe = [](const char* name) { return in(name).none(); };
  m.def("lstm_forward", lstm_forward, in("x"), in("weight_ih"), in("weight_hh"), in("bias"),
        in("hidden"), in("cell"), maybe("peepholes"), maybe("projection"), maybe("mask"),
        maybe("lengths"), in("hiddens"), in("cells"), in("gates"), "cells_per_block"_a, "coupled"_a,
        "bfloat16"_a, "threads"_a);
  m.def("lstm_backward", lstm_backward, in("hiddens"), in("cells"), in("gates"), in("x"),
        in("weight_ih"), in("weight_hh"), in("hidden"), in("cell"), maybe("peepholes"),
        maybe("projection"), maybe("mask"), maybe("lengths"), in("grad_hidden"), in("grad_cell"),
        maybe("grad_cells"), in("to_x"), in("to_weight_ih"), in("to_weight_hh"), in("to_bias"),
        in("to_hidden"), in("to_cell"), maybe("to_peepholes"), maybe("to_projection"),
        "cells_per_block"_a, "coupled"_a, "bfloat16"_a, "threads"_a);
  m.def("rnn_forward", rnn_forward, in("x"), in("weight_ih"), in("weight_hh"), in("bias"),
        in("hidden"), in("hiddens"), "relu"_a, "bfloat16"_a, "threads"_a);
  m.def("rnn_backward", rnn_backward, in("hiddens"), in("x"), in("weight_ih"), in("weight_hh"),
        in("hidden"), in("grad_hidden"), in("to_x"), in("to_weight_ih"), in("to_weight_hh"),
        in("to_bias"), in("to_hidden"), "relu"_a, "bfloat16"_a, "threads"_a);
}

}  // namespace karussell
