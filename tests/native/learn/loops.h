// Loops that the right results of all layers are made of.
#pragma once

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "given/values.h"

namespace karussell::test {

// Weights that keep net inputs near 1 whatever the size.
inline double scale_of(std::size_t hidden) { return 1 / std::sqrt(static_cast<double>(hidden)); }

inline std::uint64_t seed_of(std::initializer_list<std::size_t> sizes) {
  std::uint64_t seed = 0;
  for (const std::size_t size : sizes) seed = seed * 1031 + size;
  return seed;
}

// to[row] += matrix (rows, columns) times vector.
inline void add_product(const Floats& matrix, const double* vector, std::size_t rows,
                        std::size_t columns, double* to) {
  for (std::size_t row = 0; row < rows; ++row) {
    double total = 0;
    for (std::size_t k = 0; k < columns; ++k)
      total += static_cast<double>(matrix[row * columns + k]) * vector[k];
    to[row] += total;
  }
}

// to[k] += matrix^T times vector.
inline void add_transposed(const Floats& matrix, const double* vector, std::size_t rows,
                           std::size_t columns, double* to) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t k = 0; k < columns; ++k)
      to[k] += static_cast<double>(matrix[row * columns + k]) * vector[row];
}

// to += column times row.
inline void add_outer(const double* column, const double* row, std::size_t rows,
                      std::size_t columns, double* to) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t k = 0; k < columns; ++k) to[r * columns + k] += column[r] * row[k];
}

// The way back through both weight matrices of one row of the batch at one time.
template <class Gradients, class Layer>
inline void add_weight_gradients(const Layer& layer, const Doubles& net, const double* x,
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

}  // namespace karussell::test
