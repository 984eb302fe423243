// The gradient of a weight matrix over a whole sequence: one product, its depth all rows of the
// batch at all time steps.
#pragma once

#include "product/tile.h"

namespace karussell::KARUSSELL_LEVEL::training {

// Rows of a batch at every step as the depth of lines. Each step begins a group of its own, so that
// a step can be written when it is known; the odd row of a batch stands beside zeros.
template <class F>
struct History {
  Group* from;
  size_t depth, step;  // groups of all steps, and of one

  KARUSSELL_INLINE static size_t depth_of(size_t time, size_t batch) {
    return time * groups_for<F>(batch);
  }
  KARUSSELL_INLINE Group* at(size_t line, size_t t) const {
    return from + (line * depth + t * step) * kUnit;
  }

  // The rows of step t, `valid` columns of them, as one line.
  KARUSSELL_INLINE void pack_line(const float* values, size_t stride, size_t rows, size_t valid,
                                  size_t line, size_t t) const {
    pack_down<F>(rows_of(values, stride), rows, valid, at(line, t));
  }
  // The rows of step t, all columns that some lines hold.
  void pack(const float* values, size_t columns, size_t rows, Range lines, size_t t) const {
    for (size_t line = lines.first; line < lines.last; ++line)
      pack_line(values + line * kUnit, columns, rows, columns - line * kUnit, line, t);
  }
};

// Rows of a gradient that a line is about.
struct Section {
  size_t row, valid;  // the first, and how many of 16 there are
};

// Adds the rows of one step to the gradient of a bias: a sum of the step first, so that a long
// sequence does not add small terms to a large total.
KARUSSELL_INLINE void add_step(const float* net, size_t width, size_t rows, float* total) {
  for (size_t at = 0; at < width; at += kLanes) {
    Vec sum{};
    for (size_t n = 0; n < rows; ++n) sum += load(net + n * width + at);
    store(total + at, load(total + at) + sum);
  }
}

// A matrix of weights and the values that it was multiplied with: (rows, columns).
struct WeightGradient {
  float* to;
  size_t columns;
};

// Rows [row, row + valid) of the gradient, those of one line of `errors`; depth [k, k + depth).
template <class F>
KARUSSELL_INLINE void weight_gradient_part(const Group* errors, size_t row, size_t valid,
                                           const Lines& values, size_t first_line, size_t k,
                                           size_t depth, const WeightGradient& g) {
  const size_t column = first_line * kUnit;
  multiply_lines<F>({errors + k * kUnit, 1, kUnit}, valid, values.at(0, k, values.count), depth,
                    {g.to + row * g.columns + column, g.columns,
                     least(g.columns - column, values.count * kUnit), kZeros, nullptr, k > 0});
}

// The part of a gradient that `lines` of errors give. `section(line)` says which rows they are.
// Lines of values stay in the second-level cache while all errors pass over them.
template <class F, class SectionOf>
inline void weight_gradient(const History<F>& errors, Range lines, const History<F>& values,
                            const WeightGradient& g, const SectionOf section) {
  for (size_t k = 0; k < errors.depth; k += kMostDepth)
    in_parts(ceil_div(g.columns, kUnit), kMostLines, [&](size_t first, size_t count) {
      const Lines panel{values.at(first, 0), values.depth * kUnit, count};
      for (size_t line = lines.first; line < lines.last; ++line) {
        const auto [row, valid] = section(line);
        if (valid != 0)
          weight_gradient_part<F>(errors.at(line, 0), row, valid, panel, first, k,
                                  least(kMostDepth, errors.depth - k), g);
      }
    });
}

}  // namespace karussell::KARUSSELL_LEVEL::training
