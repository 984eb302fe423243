// What both kinds of layer do at the end of their way back: gradients of the inputs, the weights and
// the bias from the gradients `net` of all net inputs, in one product each.
#pragma once

#include "gates.h"

namespace karussell::KARUSSELL_LEVEL {

// A row-major matrix packed as panels of its columns.
struct Panels {
  const float* from;
  size_t depth, columns;

  KARUSSELL_INLINE size_t count() const { return ceil_div(columns, kWidth); }
  KARUSSELL_INLINE size_t valid(size_t panel) const {
    return least(kWidth, columns - panel * kWidth);
  }
  KARUSSELL_INLINE const float* slice(size_t panel, size_t k) const {
    return from + (panel * depth + k) * kWidth;
  }
};

KARUSSELL_INLINE size_t panels_size(size_t depth, size_t columns) {
  return ceil_div(columns, kWidth) * depth * kWidth;
}

// Packs the panels [range) of rows [first, first + rows) of a matrix, in blocks of rows, so that all
// panels use a page while it is at hand.
inline void pack_columns(const float* from, size_t first, size_t rows, const Panels& to,
                         float* packed, Range range) {
  constexpr size_t kBlock = 64;
  for (size_t row = 0; row < rows; row += kBlock)
    for (size_t panel = range.first; panel < range.last; ++panel) {
      const size_t last = least(row + kBlock, rows), valid = to.valid(panel);
      const float* const columns = from + panel * kWidth;
      float* const here = packed + (panel * to.depth + first) * kWidth;
      for (size_t k = row; k < last; ++k) {
        if (valid == kWidth)
          __builtin_memcpy(here + k * kWidth, columns + k * to.columns, kWidth * sizeof(float));
        else
          for (size_t lane = 0; lane < kWidth; ++lane)
            here[k * kWidth + lane] = lane < valid ? columns[k * to.columns + lane] : 0;
      }
    }
}

// Rows [range) of C = A B, A row-major and B packed.
inline void multiply_rows(const Rows a, Range range, const Panels& b, float* c) {
  static constexpr float zeros[kWidth] = {};
  for (size_t row = range.first; row < range.last; row += kRowBlock)
    for (size_t k = 0; k < b.depth; k += kDepth) {
      const size_t height = least(kRowBlock, range.last - row);
      const size_t depth = least(kDepth, b.depth - k);
      for (size_t panel = 0; panel < b.count(); ++panel)
        multiply(Rows{a.from + row * a.stride + k, a.stride}, height, b.slice(panel, k), depth,
                 Target{c + row * b.columns + panel * kWidth, b.columns, b.valid(panel),
                        k == 0 ? zeros : nullptr, b.slice(panel + 1, k)});
    }
}

// Rows [first, first + height) of C = A^T B over one block of the depth, A^T gathered by columns.
inline void multiply_gathered(const float* gathered, size_t first, size_t height, const Panels& b,
                              size_t k, size_t depth, float* c) {
  static constexpr float zeros[kWidth] = {};
  for (size_t panel = 0; panel < b.count(); ++panel)
    for (size_t r = 0; r < height; r += kRows)
      tile_of(least(kRows, height - r), Columns{gathered + r * depth}, b.slice(panel, k), depth,
              Target{c + (first + r) * b.columns + panel * kWidth, b.columns, b.valid(panel),
                     k == 0 ? zeros : nullptr, b.slice(panel + 1, k)});
}

// The gradients of all net inputs, row-major: (T*N, rows) with `stride` floats from row to row.
struct NetGradients {
  const float* net;
  size_t stride, rows;
};

// This member's rows of the gradients of both weight matrices.
inline void weight_gradients(const NetGradients& g, const Panels& x, const Panels& before,
                             float* grad_ih, float* grad_hh, float* gathered,
                             const Member& member) {
  const Range groups = share(ceil_div(g.rows, kRows), member);
  const size_t last = least(groups.last * kRows, g.rows);
  for (size_t row = groups.first * kRows; row < last; row += kRowBlock)
    for (size_t k = 0; k < x.depth; k += kDepth) {
      const size_t height = least(kRowBlock, last - row), depth = least(kDepth, x.depth - k);
      gather_columns(g.net + k * g.stride + row, g.stride, height, depth, gathered);
      multiply_gathered(gathered, row, height, x, k, depth, grad_ih);
      multiply_gathered(gathered, row, height, before, k, depth, grad_hh);
    }
}

// This member's part of the bias gradient: sums over all time steps and sequences, in blocks, so that
// a long sequence does not add small terms to a large total.
inline void bias_gradient(const NetGradients& g, size_t count, float* grad_bias,
                          const Member& member) {
  const Range part = share(g.rows, member);
  for (size_t column = part.first; column < part.last; ++column) grad_bias[column] = 0;
  float block[kDepth];
  for (size_t column = part.first; column < part.last; column += kDepth) {
    const size_t width = least(kDepth, part.last - column);
    for (size_t row = 0; row < count; row += kDepth) {
      for (size_t i = 0; i < width; ++i) block[i] = 0;
      for (size_t r = row; r < least(row + kDepth, count); ++r)
        for (size_t i = 0; i < width; ++i) block[i] += g.net[r * g.stride + column + i];
      for (size_t i = 0; i < width; ++i) grad_bias[column + i] += block[i];
    }
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
