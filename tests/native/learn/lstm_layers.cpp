#include <cmath>

#include "layers.h"
#include "loops.h"

namespace karussell::test {

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

LstmLayer::LstmLayer(const LstmKind& k)
    : kind(k),
      hidden_size(k.layer.blocks * k.layer.cells),
      outputs(k.layer.projected != 0 ? k.layer.projected : hidden_size),
      gate_rows(hidden_size + (k.layer.coupled ? 2 : 3) * k.layer.blocks) {
  Random random(seed_of({k.time, k.batch, k.layer.inputs, k.layer.blocks, k.layer.cells}));
  const double scale = scale_of(hidden_size);
  const std::size_t rows = k.time * k.batch, inputs = k.layer.inputs;
  x = random.floats(rows * inputs);
  weight_ih = random.floats(gate_rows * inputs, scale);
  weight_hh = random.floats(gate_rows * outputs, scale);
  bias = random.floats(gate_rows);
  peepholes = random.floats(k.peepholes ? (k.layer.coupled ? 2 : 3) * hidden_size : 0);
  projection = random.floats(k.layer.projected * hidden_size, scale);
  hidden = random.floats(k.batch * outputs);
  cell = random.floats(k.batch * hidden_size);
  grad_hiddens = random.floats(rows * outputs);
  grad_cell = random.floats(k.batch * hidden_size);
  for (std::size_t n = 0; k.lengths && n < k.batch; ++n)
    lengths.push_back(random.whole(0, static_cast<int>(k.time)));
  for (std::size_t row = 0; row < rows; ++row) {
    if (!held(row % k.batch, row / k.batch)) continue;
    std::fill(&x[row * inputs], &x[row * inputs] + inputs, NAN);
    std::fill(&grad_hiddens[row * outputs], &grad_hiddens[row * outputs] + outputs, NAN);
  }
}

bool LstmLayer::held(std::size_t n, std::size_t t) const {
  return !lengths.empty() && static_cast<std::int64_t>(t) >= lengths[n];
}

LstmTrace right_forward(const LstmLayer& layer) {
  const auto& [inputs, blocks, cells, coupled, projected] = layer.kind.layer;
  const std::size_t hidden = layer.hidden_size, gates = layer.gate_rows, outputs = layer.outputs;
  const std::size_t batch = layer.kind.batch, before_cells = (coupled ? 1 : 2) * blocks;
  const Doubles x = doubles(layer.x), bias = doubles(layer.bias), peep = doubles(layer.peepholes);
  Doubles h = doubles(layer.hidden), c = doubles(layer.cell);
  LstmTrace trace;
  for (std::size_t t = 0; t < layer.kind.time; ++t)
    for (std::size_t n = 0; n < batch; ++n) {
      double* const cell = &c[n * hidden];
      Doubles net(gates), put(outputs);
      if (!layer.held(n, t)) {
        net = bias;
        add_product(layer.weight_ih, &x[(t * batch + n) * inputs], gates, inputs, net.data());
        add_product(layer.weight_hh, &h[n * outputs], gates, outputs, net.data());
        // Peepholes of the gates before the cells: input and forget, or forget alone.
        for (std::size_t i = 0; i < (peep.empty() ? 0 : before_cells / blocks * hidden); ++i)
          net[i / hidden * blocks + i % hidden / cells] += peep[i] * cell[i % hidden];
        Doubles out(hidden);
        for (std::size_t unit = 0; unit < hidden; ++unit) {
          const std::size_t block = unit / cells, of_forget = before_cells - blocks + block;
          const double keep = sigmoid(net[of_forget]);
          const double write = coupled ? 1 - keep : sigmoid(net[block]);
          double& written = net[before_cells + unit];
          written = std::tanh(written);
          cell[unit] = keep * cell[unit] + write * written;
          if (!peep.empty())
            net[before_cells + hidden + block] +=
                peep[before_cells / blocks * hidden + unit] * cell[unit];
        }
        for (std::size_t row = 0; row < gates; ++row)
          if (row < before_cells || row >= before_cells + hidden) net[row] = sigmoid(net[row]);
        for (std::size_t unit = 0; unit < hidden; ++unit)
          out[unit] = net[before_cells + hidden + unit / cells] * std::tanh(cell[unit]);
        if (projected != 0)
          add_product(layer.projection, out.data(), outputs, hidden, put.data());
        else
          put = out;
        std::copy(put.begin(), put.end(), &h[n * outputs]);
      }
      trace.gates.insert(trace.gates.end(), net.begin(), net.end());
      trace.cells.insert(trace.cells.end(), cell, cell + hidden);
      trace.hiddens.insert(trace.hiddens.end(), put.begin(), put.end());
    }
  return trace;
}

LstmGradients right_backward(const LstmLayer& layer, const Floats& hiddens, const Floats& cells,
                             const Floats& gates) {
  const auto& [inputs, blocks, per_block, coupled, projected] = layer.kind.layer;
  const std::size_t hidden = layer.hidden_size, rows = layer.gate_rows, outputs = layer.outputs;
  const std::size_t batch = layer.kind.batch, before_cells = (coupled ? 1 : 2) * blocks;
  const std::size_t of_forget = before_cells - blocks, of_output = before_cells + hidden;
  LstmGradients to{Doubles(layer.x.size()),         Doubles(layer.weight_ih.size()),
                   Doubles(layer.weight_hh.size()), Doubles(rows),
                   Doubles(layer.peepholes.size()), Doubles(layer.projection.size()),
                   Doubles(batch * outputs),        doubles(layer.grad_cell)};
  const Doubles x = doubles(layer.x), peep = doubles(layer.peepholes);
  Doubles before = doubles(layer.hidden);
  const Doubles states = doubles(hiddens);
  before.insert(before.end(), states.begin(), states.end());
  for (std::size_t t = layer.kind.time; t-- > 0;)
    for (std::size_t n = 0; n < batch; ++n) {
      if (layer.held(n, t)) continue;
      const std::size_t row = t * batch + n;
      const float* const gate = &gates[row * rows];
      const float* const cell = &cells[row * hidden];
      const float* const old = t == 0 ? &layer.cell[n * hidden] : &cells[(row - batch) * hidden];
      Doubles error(outputs), out_error(hidden), out(hidden), state(hidden), net(rows);
      for (std::size_t i = 0; i < outputs; ++i)
        error[i] = layer.grad_hiddens[row * outputs + i] + to.hidden[n * outputs + i];
      for (std::size_t unit = 0; unit < hidden; ++unit)
        out[unit] = gate[of_output + unit / per_block] * std::tanh(double{cell[unit]});
      if (projected != 0) {
        add_outer(error.data(), out.data(), outputs, hidden, to.projection.data());
        add_transposed(layer.projection, error.data(), outputs, hidden, out_error.data());
      } else {
        out_error = error;
      }
      for (std::size_t unit = 0; unit < hidden; ++unit) {
        const double o = gate[of_output + unit / per_block], s = std::tanh(double{cell[unit]});
        net[of_output + unit / per_block] += out_error[unit] * s * o * (1 - o);
        state[unit] = to.cell[n * hidden + unit] + out_error[unit] * o * (1 - s * s);
      }
      for (std::size_t unit = 0; unit < hidden; ++unit) {
        const std::size_t block = unit / per_block;
        if (!peep.empty()) {
          const std::size_t at = before_cells / blocks * hidden + unit;
          state[unit] += net[of_output + block] * peep[at];
          to.peepholes[at] += net[of_output + block] * cell[unit];
        }
        const double keep = gate[of_forget + block], written = gate[before_cells + unit];
        const double write = coupled ? 1 - keep : gate[block];
        const double moved = old[unit] - (coupled ? written : 0);
        if (!coupled) net[block] += state[unit] * written * write * (1 - write);
        net[of_forget + block] += state[unit] * moved * keep * (1 - keep);
        net[before_cells + unit] = state[unit] * write * (1 - written * written);
        to.cell[n * hidden + unit] = state[unit] * keep;
      }
      for (std::size_t i = 0; i < (peep.empty() ? 0 : before_cells / blocks * hidden); ++i) {
        const double of_gate = net[i / hidden * blocks + i % hidden / per_block];
        to.peepholes[i] += of_gate * old[i % hidden];
        to.cell[n * hidden + i % hidden] += of_gate * peep[i];
      }
      add_weight_gradients(layer, net, &x[row * inputs], &before[row * outputs], inputs, outputs,
                           &to.x[row * inputs], &to.hidden[n * outputs], to);
    }
  return to;
}

}  // namespace karussell::test
