// Layers at random, and what is right for them: the equations as plain loops in double.
#pragma once

#include "given/values.h"
#include "kernels.h"

namespace karussell::test {

struct LstmKind {
  BlockLayer layer;
  std::size_t time, batch;
  bool peepholes = false, lengths = false;
};

struct LstmLayer {
  LstmKind kind;
  std::size_t hidden_size, outputs, gate_rows;  // H, P, G
  Floats x, weight_ih, weight_hh, bias, peepholes, projection, hidden, cell;
  Floats grad_hiddens, grad_cell;
  std::vector<std::int64_t> lengths;  // beyond them, x and grad_hiddens are NaN

  explicit LstmLayer(const LstmKind& kind);
  bool held(std::size_t n, std::size_t t) const;
};

struct LstmTrace {
  Doubles hiddens, cells, gates;
};

struct LstmGradients {
  Doubles x, weight_ih, weight_hh, bias, peepholes, projection, hidden, cell;
};

LstmTrace right_forward(const LstmLayer& layer);

// From the states and gates as a kernel is given them.
LstmGradients right_backward(const LstmLayer& layer, const Floats& hiddens, const Floats& cells,
                             const Floats& gates);

struct RnnLayer {
  RnnShape shape;
  Nonlinearity nonlinearity;
  Floats x, weight_ih, weight_hh, bias, hidden;
  Floats grad_hiddens;

  RnnLayer(const RnnShape& shape, Nonlinearity nonlinearity);
};

struct RnnGradients {
  Doubles x, weight_ih, weight_hh, bias, hidden;
};

Doubles right_forward(const RnnLayer& layer);
RnnGradients right_backward(const RnnLayer& layer, const Floats& hiddens);

}  // namespace karussell::test
