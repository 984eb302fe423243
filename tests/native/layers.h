// Layers at random, and what is right for them: the equations as plain loops in double.
#pragma once

#include "kernels.h"
#include "values.h"

namespace karussell::test {

struct LstmLayer {
  LstmShape shape;
  std::size_t hidden_size, gate_rows;
  Floats x, weight_ih, weight_hh, bias, hidden, cell;
  Floats grad_hiddens, grad_cell;

  explicit LstmLayer(const LstmShape& shape);
};

struct LstmTrace {
  Doubles hiddens, cells, gates;
};

struct LstmGradients {
  Doubles x, weight_ih, weight_hh, bias, hidden, cell;
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
