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

#if defined(KARUSSELL_HAS_SQUARES)
// The lower halves of two vectors, and their upper ones.
template <class V>
KARUSSELL_INLINE V lower(V a, V b) {
  return reinterpret_cast<V>(
      vzip1q_u64(reinterpret_cast<uint64x2_t>(a), reinterpret_cast<uint64x2_t>(b)));
}
template <class V>
KARUSSELL_INLINE V upper(V a, V b) {
  return reinterpret_cast<V>(
      vzip2q_u64(reinterpret_cast<uint64x2_t>(a), reinterpret_cast<uint64x2_t>(b)));
}

// Two groups each of two rows of values.
KARUSSELL_INLINE Groups groups_of_two(const Group* x, const Group* y, size_t step) {
  if (step == 1) return reinterpret_cast<Groups>(vcombine_u32(vld1_u32(x), vld1_u32(y)));
  return Groups{x[0], x[step], y[0], y[step]};
}

// The same as add_products over twice as many groups: pairs of rows by squares, and a last row
// alone.
template <class F, size_t ROWS, size_t LINES>
KARUSSELL_INLINE void add_squares(Operand a, Weights b, size_t count, Sums<F, ROWS, LINES>& sums) {
  constexpr size_t kSums = LINES * kRegisters;
  typename F::Sum squares[ROWS / 2][kSums][2];
#pragma GCC unroll 16
  for (size_t r = 0; r < ROWS / 2; ++r)
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i) {
      squares[r][i][0] = lower(sums[2 * r][i], sums[2 * r + 1][i]);
      squares[r][i][1] = upper(sums[2 * r][i], sums[2 * r + 1][i]);
    }
  for (size_t k = 0; k < count; ++k, a.from += 2 * a.step, b.from += 2 * b.step) {
    Groups values[ROWS / 2];
#pragma GCC unroll 16
    for (size_t r = 0; r < ROWS / 2; ++r)
      values[r] = groups_of_two(a.from + 2 * r * a.row, a.from + (2 * r + 1) * a.row, a.step);
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i) {
      const Group* const at = b.from + i / kRegisters * b.stride + i % kRegisters * kLanes;
      const Groups first = load_groups(at), second = load_groups(at + b.step);
      const Groups weights[2] = {vzip1q_u32(first, second), vzip2q_u32(first, second)};
#pragma GCC unroll 16
      for (size_t r = 0; r < ROWS / 2; ++r)
#pragma GCC unroll 2
        for (size_t half = 0; half < 2; ++half)
          squares[r][i][half] = F::add_square(squares[r][i][half], weights[half], values[r]);
      if constexpr (ROWS % 2 != 0) {
        const Group* const last = a.from + (ROWS - 1) * a.row;
        sums[ROWS - 1][i] = F::add(sums[ROWS - 1][i], first, broadcast_group(last[0]));
        sums[ROWS - 1][i] = F::add(sums[ROWS - 1][i], second, broadcast_group(last[a.step]));
      }
    }
  }
#pragma GCC unroll 16
  for (size_t r = 0; r < ROWS / 2; ++r)
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i) {
      sums[2 * r][i] = lower(squares[r][i][0], squares[r][i][1]);
      sums[2 * r + 1][i] = upper(squares[r][i][0], squares[r][i][1]);
    }
}
#endif

// Adds the products of ROWS rows with LINES lines. Every element is summed from the first group of
// its depth to the last, whatever the number of rows, lines or threads.
// With AHEAD, what lies `ahead` groups beyond the weights comes into the second cache, too.
template <class F, size_t ROWS, size_t LINES, bool AHEAD = false>
KARUSSELL_INLINE void add_products(Operand a, Weights b, size_t depth, Sums<F, ROWS, LINES>& sums,
                                   [[maybe_unused]] std::ptrdiff_t ahead = 0) {
  constexpr size_t kSums = LINES * kRegisters;
#if defined(KARUSSELL_HAS_SQUARES)
  if constexpr (F::kSquares && ROWS > 1) {
    const size_t even = depth / 2 * 2;
    add_squares<F, ROWS, LINES>(a, b, depth / 2, sums);
    a.from += even * a.step, b.from += even * b.step, depth -= even;
  }
#endif
  for (size_t k = 0; k < depth; ++k, a.from += a.step, b.from += b.step) {
    if constexpr (AHEAD) __builtin_prefetch(b.from + ahead, 0, 2);
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
