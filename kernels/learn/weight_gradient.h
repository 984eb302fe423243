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

#if defined(KARUSSELL_MATRIX_UNIT)

constexpr size_t kLinesKept = 16;  // of values: 1 MiB in the second-level cache

// Two lines of errors at a time, which are tiles of values: see turn_errors.
template <class F, class SectionOf>
inline void weight_gradient_by_unit(const History<F>& errors, Range lines, const History<F>& values,
                                    const WeightGradient& g, const SectionOf section) {
  using namespace matrix_unit;
  use_rows(kMostTileRows);
  constexpr size_t kSquare = kUnit * kTileDepth;
  const auto put = [&](const Group* sums, size_t stride, size_t of, size_t first, size_t count,
                       bool add) {
    const auto [row, valid] = section(of);
    const size_t column = first * kUnit, width = least(g.columns - column, count * kUnit);
    put_sums(sums, stride, {0, valid},
             {g.to + row * g.columns + column, g.columns, width, kZeros, nullptr, add});
  };
  for (size_t k = 0; k < errors.depth; k += kMostDepth)
    in_parts(ceil_div(g.columns, kUnit), kLinesKept, [&](size_t panel, size_t panel_lines) {
      const Weights b{values.at(panel, 0) + k * kUnit, values.depth * kUnit, kUnit};
      for (size_t of = lines.first; of < lines.last; of += 2) {
        const bool two = of + 1 < lines.last;
        multiply_tiles<F>(
            {errors.at(of, 0) + k * kUnit, two ? errors.at(of + 1, 0) + k * kUnit : nullptr},
            {kTileDepth, kSquare, errors.depth % kTileDepth}, b, panel_lines,
            least(kMostDepth, errors.depth - k),
            [&](const Group* upper, const Group* lower, size_t stride, size_t line, size_t count) {
              put(upper, stride, of, panel + line, count, k > 0);
              if (two) put(lower, stride, of + 1, panel + line, count, k > 0);
            });
      }
    });
}

#endif

// What the matrix unit wants done with lines of errors once they are whole: each 16 groups of depth
// become a square whose rows are the columns of the line; the last ones perhaps less.
template <class F>
inline void turn_errors([[maybe_unused]] const History<F>& errors, [[maybe_unused]] Range lines) {
#if defined(KARUSSELL_MATRIX_UNIT)
  if constexpr (kMatrixUnit<F>)
    for (size_t line = lines.first; line < lines.last; ++line)
      for (size_t k = 0; k < errors.depth; k += kUnit) {
        Group* const here = errors.at(line, 0) + k * kUnit;
        const size_t valid = least(kUnit, errors.depth - k);
        if (valid == kUnit) {
          matrix_unit::turn(here, kUnit, valid, here);
          continue;
        }
        Group square[kUnit * kUnit];
        matrix_unit::turn(here, kUnit, valid, square);
        for (size_t row = 0; row < kUnit; ++row)
          for (size_t at = 0; at < valid; ++at) here[row * valid + at] = square[row * kUnit + at];
      }
#endif
}

// The part of a gradient that `lines` of errors give. `section(line)` says which rows they are.
// Lines of values stay in the second-level cache while all errors pass over them.
template <class F, class SectionOf>
inline void weight_gradient(const History<F>& errors, Range lines, const History<F>& values,
                            const WeightGradient& g, const SectionOf section) {
#if defined(KARUSSELL_MATRIX_UNIT)
  if constexpr (kMatrixUnit<F>) return weight_gradient_by_unit(errors, lines, values, g, section);
#endif
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
