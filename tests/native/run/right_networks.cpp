// What is right for packed networks: the equations once more, as plain loops in double.
#include <cmath>

#include "networks.h"

namespace karussell::test {

namespace {

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

void add_product(const Matrix& m, const double* vector, double* to) {
  for (std::size_t row = 0; row < m.rows; ++row)
    for (std::size_t k = 0; k < m.columns; ++k)
      to[row] += m.numbers[row * m.columns + k] * vector[k];
}

// Gates, cell and hidden state of one row of one layer. `net` becomes the gates.
void step_cells(const Network& n, const Floats& peepholes, const float* old, double* net,
                double* cell, double* hidden) {
  const std::size_t b = n.kind.blocks, per_block = n.kind.cells, size = n.hidden;
  if (n.kind.cell != Cell::kLstm) {
    for (std::size_t unit = 0; unit < size; ++unit) {
      hidden[unit] = n.kind.cell == Cell::kTanh ? std::tanh(net[unit]) : std::fmax(net[unit], 0);
      cell[unit] = old[unit];
    }
    return;
  }
  double* const input = net;
  double* const forget = n.kind.coupled ? net : net + b;
  double* const written = forget + b;
  double* const output = written + size;
  const float* const seen = peepholes.data();
  const float* const seen_by_forget = n.kind.coupled ? seen : seen + size;
  for (std::size_t unit = 0; n.kind.peepholes && unit < size; ++unit) {
    if (!n.kind.coupled) input[unit / per_block] += static_cast<double>(seen[unit]) * old[unit];
    forget[unit / per_block] += static_cast<double>(seen_by_forget[unit]) * old[unit];
  }
  for (double* gate = input; gate < written; ++gate) *gate = sigmoid(*gate);
  for (std::size_t unit = 0; unit < size; ++unit) {
    const std::size_t block = unit / per_block;
    written[unit] = std::tanh(written[unit]);
    const double write = n.kind.coupled ? 1 - forget[block] : input[block];
    cell[unit] = forget[block] * old[unit] + write * written[unit];
    if (n.kind.peepholes)
      output[block] += static_cast<double>(seen_by_forget[size + unit]) * cell[unit];
  }
  for (std::size_t block = 0; block < b; ++block) output[block] = sigmoid(output[block]);
  for (std::size_t unit = 0; unit < size; ++unit)
    hidden[unit] = output[unit / per_block] * std::tanh(cell[unit]);
}

}  // namespace

RightStep right_step(const Network& n, const NetworkStates& states, std::size_t rows_before,
                     const std::vector<std::int64_t>& ids) {
  const std::size_t rows = ids.size(), layers = n.ih.size(), size = n.hidden, gates = n.gates();
  RightStep to{Doubles(layers * rows * size), Doubles(layers * rows * size),
               Doubles(layers * rows * gates)};
  for (std::size_t row = 0; row < rows; ++row) {
    const double* const word =
        &n.embedding.numbers[static_cast<std::size_t>(ids[row]) * n.embedding_size];
    Doubles x(word, word + n.embedding_size);
    for (std::size_t layer = 0; layer < layers; ++layer) {
      const std::size_t before = (layer * rows_before + (rows_before == 1 ? 0 : row)) * size;
      const std::size_t after = (layer * rows + row) * size;
      const Doubles hidden(&states.hidden[before], &states.hidden[before] + size);
      Doubles net = doubles(n.bias[layer]);
      add_product(n.ih[layer], x.data(), net.data());
      add_product(n.hh[layer], hidden.data(), net.data());
      step_cells(n, n.peepholes[layer], &states.cell[before], net.data(), &to.cell[after],
                 &to.hidden[after]);
      for (std::size_t i = 0; i < gates; ++i) to.gates[(layer * rows + row) * gates + i] = net[i];
      x.assign(&to.hidden[after], &to.hidden[after] + size);
    }
  }
  return to;
}

Doubles right_projection(const Network& network, const float* hidden) {
  const Doubles values(hidden, hidden + network.hidden);
  Doubles projected(network.embedding_size);
  add_product(network.projection, values.data(), projected.data());
  return projected;
}

Doubles right_scores(const Network& network, const Doubles& projected) {
  Doubles scores(network.embedding.rows);
  add_product(network.embedding, projected.data(), scores.data());
  scores.resize(network.words);
  for (std::size_t word = 0; word < network.words; ++word) scores[word] += network.word_bias[word];
  return scores;
}

}  // namespace karussell::test
