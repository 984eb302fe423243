#include "layers.h"

#include <algorithm>
#include <cmath>

namespace karussell::test {

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// Weights that keep net inputs near 1 whatever the size.
double scale_of(std::size_t hidden) { return 1 / std::sqrt(static_cast<double>(hidden)); }

std::uint64_t seed_of(std::initializer_list<std::size_t> sizes) {
  std::uint64_t seed = 0;
  for (const std::size_t size : sizes) seed = seed * 1031 + size;
  return seed;
}

// to[row] += matrix (rows, columns) times vector.
void add_product(const Floats& matrix, const double* vector, std::size_t rows, std::size_t columns,
                 double* to) {
  for (std::size_t row = 0; row < rows; ++row) {
    double total = 0;
    for (std::size_t k = 0; k < columns; ++k)
      total += static_cast<double>(matrix[row * columns + k]) * vector[k];
    to[row] += total;
  }
}

// to[k] += matrix^T times vector.
void add_transposed(const Floats& matrix, const double* vector, std::size_t rows,
                    std::size_t columns, double* to) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t k = 0; k < columns; ++k)
      to[k] += static_cast<double>(matrix[row * columns + k]) * vector[row];
}

// to += column times row.
void add_outer(const double* column, const double* row, std::size_t rows, std::size_t columns,
               double* to) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t k = 0; k < columns; ++k) to[r * columns + k] += column[r] * row[k];
}

// The way back through both weight matrices of one row of the batch at one time.
template <class Gradients, class Layer>
void add_weight_gradients(const Layer& layer, const Doubles& net, const double* x,
                          const double* before, std::size_t inputs, std::size_t hidden,
                          double* grad_x, double* grad_before, Gradients& to) {
  const std::size_t rows = net.size();
  add_outer(net.data(), x, rows, inputs, to.weight_ih.data());
  add_outer(net.data(), before, rows, hidden, to.weight_hh.data());
  for (std::size_t row = 0; row < rows; ++row) to.bias[row] += net[row];
  add_transposed(layer.weight_ih, net.data(), rows, inputs, grad_x);
  std::fill(grad_before, grad_before + hidden, 0.0);
  add_transposed(layer.weight_hh, net.data(), rows, hidden, grad_before);
}

}  // namespace

LstmLayer::LstmLayer(const LstmShape& s)
    : shape(s), hidden_size(s.blocks * s.cells), gate_rows(hidden_size + 3 * s.blocks) {
  Random random(seed_of({s.time, s.batch, s.inputs, s.blocks, s.cells}));
  const double scale = scale_of(hidden_size);
  const std::size_t rows = s.time * s.batch;
  x = random.floats(rows * s.inputs);
  weight_ih = random.floats(gate_rows * s.inputs, scale);
  weight_hh = random.floats(gate_rows * hidden_size, scale);
  bias = random.floats(gate_rows);
  hidden = random.floats(s.batch * hidden_size);
  cell = random.floats(s.batch * hidden_size);
  grad_hiddens = random.floats(rows * hidden_size);
  grad_cell = random.floats(s.batch * hidden_size);
}

LstmTrace right_forward(const LstmLayer& layer) {
  const auto [time, batch, inputs, blocks, cells] = layer.shape;
  const std::size_t hidden = layer.hidden_size, gates = layer.gate_rows;
  const Doubles x = doubles(layer.x), bias = doubles(layer.bias);
  Doubles h = doubles(layer.hidden), c = doubles(layer.cell);
  LstmTrace trace;
  for (std::size_t t = 0; t < time; ++t)
    for (std::size_t n = 0; n < batch; ++n) {
      Doubles net = bias;
      add_product(layer.weight_ih, &x[(t * batch + n) * inputs], gates, inputs, net.data());
      add_product(layer.weight_hh, &h[n * hidden], gates, hidden, net.data());
      for (std::size_t row = 0; row < gates; ++row) {
        const bool is_cell_input = row >= 2 * blocks && row < 2 * blocks + hidden;
        net[row] = is_cell_input ? std::tanh(net[row]) : sigmoid(net[row]);
      }
      for (std::size_t unit = 0; unit < hidden; ++unit) {
        const std::size_t block = unit / cells, at = n * hidden + unit;
        c[at] = net[blocks + block] * c[at] + net[block] * net[2 * blocks + unit];
        h[at] = net[2 * blocks + hidden + block] * std::tanh(c[at]);
      }
      trace.gates.insert(trace.gates.end(), net.begin(), net.end());
      trace.cells.insert(trace.cells.end(), &c[n * hidden], &c[n * hidden] + hidden);
      trace.hiddens.insert(trace.hiddens.end(), &h[n * hidden], &h[n * hidden] + hidden);
    }
  return trace;
}

LstmGradients right_backward(const LstmLayer& layer, const Floats& hiddens, const Floats& cells,
                             const Floats& gates) {
  const auto [time, batch, inputs, blocks, per_block] = layer.shape;
  const std::size_t hidden = layer.hidden_size, rows = layer.gate_rows;
  LstmGradients to{Doubles(layer.x.size()),    Doubles(layer.weight_ih.size()),
                   Doubles(layer.weight_hh.size()), Doubles(rows),
                   Doubles(batch * hidden),    doubles(layer.grad_cell)};
  const Doubles x = doubles(layer.x);
  Doubles before = doubles(layer.hidden);
  const Doubles states = doubles(hiddens);
  before.insert(before.end(), states.begin(), states.end());
  for (std::size_t t = time; t-- > 0;)
    for (std::size_t n = 0; n < batch; ++n) {
      const std::size_t row = t * batch + n;
      const float* const gate = &gates[row * rows];
      Doubles net(rows);
      for (std::size_t unit = 0; unit < hidden; ++unit) {
        const std::size_t block = unit / per_block, at = n * hidden + unit;
        const double in = gate[block], keep = gate[blocks + block];
        const double written = gate[2 * blocks + unit];
        const double out = gate[2 * blocks + hidden + block];
        const double squashed = std::tanh(static_cast<double>(cells[row * hidden + unit]));
        const double old = t == 0 ? layer.cell[at] : cells[(row - batch) * hidden + unit];
        const double error = layer.grad_hiddens[row * hidden + unit] + to.hidden[at];
        const double state = to.cell[at] + error * out * (1 - squashed * squashed);
        net[block] += state * written * in * (1 - in);
        net[blocks + block] += state * old * keep * (1 - keep);
        net[2 * blocks + unit] = state * in * (1 - written * written);
        net[2 * blocks + hidden + block] += error * squashed * out * (1 - out);
        to.cell[at] = state * keep;
      }
      add_weight_gradients(layer, net, &x[row * inputs], &before[row * hidden], inputs, hidden,
                           &to.x[row * inputs], &to.hidden[n * hidden], to);
    }
  return to;
}

RnnLayer::RnnLayer(const RnnShape& s, Nonlinearity f) : shape(s), nonlinearity(f) {
  Random random(seed_of({s.time, s.batch, s.inputs, s.hidden}));
  const double scale = scale_of(s.hidden);
  const std::size_t rows = s.time * s.batch;
  x = random.floats(rows * s.inputs);
  weight_ih = random.floats(s.hidden * s.inputs, scale);
  weight_hh = random.floats(s.hidden * s.hidden, scale);
  bias = random.floats(s.hidden);
  hidden = random.floats(s.batch * s.hidden);
  grad_hiddens = random.floats(rows * s.hidden);
}

Doubles right_forward(const RnnLayer& layer) {
  const auto [time, batch, inputs, hidden] = layer.shape;
  const Doubles x = doubles(layer.x), bias = doubles(layer.bias);
  Doubles h = doubles(layer.hidden), hiddens;
  for (std::size_t t = 0; t < time; ++t)
    for (std::size_t n = 0; n < batch; ++n) {
      Doubles net = bias;
      add_product(layer.weight_ih, &x[(t * batch + n) * inputs], hidden, inputs, net.data());
      add_product(layer.weight_hh, &h[n * hidden], hidden, hidden, net.data());
      for (std::size_t unit = 0; unit < hidden; ++unit)
        h[n * hidden + unit] = layer.nonlinearity == Nonlinearity::kTanh
                                   ? std::tanh(net[unit])
                                   : std::fmax(net[unit], 0);
      hiddens.insert(hiddens.end(), &h[n * hidden], &h[n * hidden] + hidden);
    }
  return hiddens;
}

RnnGradients right_backward(const RnnLayer& layer, const Floats& hiddens) {
  const auto [time, batch, inputs, hidden] = layer.shape;
  RnnGradients to{Doubles(layer.x.size()), Doubles(layer.weight_ih.size()),
                  Doubles(layer.weight_hh.size()), Doubles(hidden), Doubles(batch * hidden)};
  const Doubles x = doubles(layer.x);
  Doubles before = doubles(layer.hidden);
  const Doubles states = doubles(hiddens);
  before.insert(before.end(), states.begin(), states.end());
  for (std::size_t t = time; t-- > 0;)
    for (std::size_t n = 0; n < batch; ++n) {
      const std::size_t row = t * batch + n;
      Doubles net(hidden);
      for (std::size_t unit = 0; unit < hidden; ++unit) {
        const double h = hiddens[row * hidden + unit];
        const double slope = layer.nonlinearity == Nonlinearity::kTanh ? 1 - h * h : h > 0;
        net[unit] =
            (layer.grad_hiddens[row * hidden + unit] + to.hidden[n * hidden + unit]) * slope;
      }
      add_weight_gradients(layer, net, &x[row * inputs], &before[row * hidden], inputs, hidden,
                           &to.x[row * inputs], &to.hidden[n * hidden], to);
    }
  return to;
}

}  // namespace karussell::test
