// How a product goes through the registers: how many rows and lines at a time, and the inner
// product itself, which is one for all: packed networks (panel.h) and whole sequences and softmaxes
// (tile.h). Only one row alone has another, of more chains of additions (panel.h): it waits for
// memory.
#pragma once

#include "product/format.h"

namespace karussell::KARUSSELL_LEVEL {

// Rows of a tile of so many lines: as many sums as the registers hold beside the weights.
#if defined(__AVX512F__)
constexpr size_t kMostLines = 4, kMostRows[kMostLines + 1] = {0, 12, 12, 8, 6};
#elif defined(__AVX2__) || defined(__aarch64__)
constexpr size_t kMostLines = 1, kMostRows[kMostLines + 1] = {0, 6};
#else
constexpr size_t kMostLines = 1, kMostRows[kMostLines + 1] = {0, 3};
#endif

// Values: row r, depth k at from[r * row + k * step].
struct Operand {
  const Group* from;
  size_t row, step;

  KARUSSELL_INLINE Operand at(size_t r, size_t k) const {
    return {from + r * row + k * step, row, step};
  }
};

// Weights: line i, depth k at from[i * stride + k * step], 16 groups each.
struct Weights {
  const Group* from;
  size_t stride, step;
};

template <class F, size_t ROWS, size_t LINES>
using Sums = typename F::Sum[ROWS][LINES * kRegisters];

// Adds the products of ROWS rows with LINES lines. Every element is summed from the first group of
// its depth to the last, whatever the number of rows, lines or threads.
template <class F, size_t ROWS, size_t LINES>
KARUSSELL_INLINE void add_products(Operand a, Weights b, size_t depth, Sums<F, ROWS, LINES>& sums) {
  constexpr size_t kSums = LINES * kRegisters;
  for (size_t k = 0; k < depth; ++k, a.from += a.step, b.from += b.step) {
    Groups weights[kSums];
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i)
      weights[i] = load_groups(b.from + i / kRegisters * b.stride + i % kRegisters * kLanes);
#pragma GCC unroll 16
    for (size_t r = 0; r < ROWS; ++r) {
      const Groups value = broadcast_group(a.from[r * a.row]);
#pragma GCC unroll 16
      for (size_t i = 0; i < kSums; ++i) sums[r][i] = F::add(sums[r][i], weights[i], value);
    }
  }
}

template <size_t VALUE>
struct Constant {
  static constexpr size_t kValue = VALUE;
};

// Calls take with a number from 1 to MOST that the compiler knows.
template <size_t MOST, class Take>
KARUSSELL_INLINE void with_constant(size_t number, const Take take) {
  if (MOST == 1 || number == MOST) return take(Constant<MOST>{});
  if constexpr (MOST > 1) with_constant<MOST - 1>(number, take);
}

// Cuts a number of things into as few parts as can be of at most `most`, and these as equal as can
// be: a tile of two rows takes as long as one of four, so 32 rows go as 6 6 5 5 5 5 and not as 6 6
// 6 6 6 2. Calls take(first, count).
template <class Take>
KARUSSELL_INLINE void in_parts(size_t number, size_t most, const Take take) {
  const size_t parts = ceil_div(number, most);
  for (size_t i = 0, first = 0; i < parts; ++i) {
    const size_t count = number / parts + (i < number % parts);
    take(first, count);
    first += count;
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
