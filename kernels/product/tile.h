// Products of matrices in any number format: C (+)= A B, B in lines.
//
// A line holds 16 columns of B over the whole depth: line[k * 16 + column], one group of the format
// each; columns beyond the last are zeros. A tile of a few rows of A and a few lines lives in
// registers. Every element is summed in the same order whatever the number of rows, lines or threads:
// from its first group to its last.
#pragma once

#include "product/format.h"

namespace karussell::KARUSSELL_LEVEL::training {

// Lines and rows of a tile: as many sums as the registers hold beside the weights.
#if defined(__AVX512F__)
constexpr size_t kMostLines = 4, kMostRows[kMostLines + 1] = {0, 12, 12, 8, 6};
#elif defined(__AVX2__) || defined(__aarch64__)
constexpr size_t kMostLines = 1, kMostRows[kMostLines + 1] = {0, 6};
#else
constexpr size_t kMostLines = 1, kMostRows[kMostLines + 1] = {0, 3};
#endif

// The depth is walked in stretches, so that the lines of a tile stay in the second-level cache while all
// rows pass over them: 256 KiB of 512 KiB or more.
constexpr size_t kMostDepth = 1024;

alignas(64) constexpr float kZeros[kMostLines * kUnit] = {};

// A: row r, depth k at from[r * row + k * step].
struct Operand {
  const Group* from;
  size_t row, step;
};

// B: `count` lines, each `stride` groups after the one before.
struct Lines {
  const Group* from;
  size_t stride, count;
};

// Where a product goes: C row-major, `valid` of its columns, started from `start` (one value a column,
// the same for every row; as many as the tile is wide), or from what is there when start is null.
struct Target {
  float* to;
  size_t stride, valid;
  const float* start;
};

// Never inlined: inside a larger function the compiler moves the sums out of the registers. Six plain
// arguments go in registers; a structure would go through memory and be waited for.
template <class F, size_t ROWS, size_t LINES>
[[gnu::noinline]] void tile(const Group* values, size_t row, size_t step, const Lines& b,
                            size_t depth, const Target& c) {
  const Group* line = b.from;
  constexpr size_t kSums = LINES * kRegisters, kColumns = LINES * kUnit;
  Vec sums[ROWS][kSums];
  float edge[ROWS * kColumns];  // a tile that is not full in its columns stands here meanwhile
  const bool full = c.valid == kColumns;
  float* const to = full ? c.to : edge;
  const size_t to_stride = full ? c.stride : kColumns;
  if (!full && c.start == nullptr)
    for (size_t r = 0; r < ROWS; ++r) {
      __builtin_memset(edge + r * kColumns, 0, kColumns * sizeof(float));
      __builtin_memcpy(edge + r * kColumns, c.to + r * c.stride, c.valid * sizeof(float));
    }
  const float* const start = c.start != nullptr ? c.start : to;
  const size_t start_stride = c.start != nullptr ? 0 : to_stride;
#pragma GCC unroll 12
  for (size_t r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
    for (size_t i = 0; i < kSums; ++i) sums[r][i] = load(start + r * start_stride + i * kLanes);
  const size_t stride = b.stride;
  for (size_t k = 0; k < depth; ++k, line += kUnit, values += step) {
    Groups groups[kSums];
#pragma GCC unroll 4
    for (size_t i = 0; i < kSums; ++i)
      groups[i] = load_groups(line + i / kRegisters * stride + i % kRegisters * kLanes);
#pragma GCC unroll 12
    for (size_t r = 0; r < ROWS; ++r) {
      const Groups value = broadcast_group(values[r * row]);
#pragma GCC unroll 4
      for (size_t i = 0; i < kSums; ++i) sums[r][i] = F::add(sums[r][i], groups[i], value);
    }
  }
#pragma GCC unroll 12
  for (size_t r = 0; r < ROWS; ++r)
#pragma GCC unroll 4
    for (size_t i = 0; i < kSums; ++i) store(to + r * to_stride + i * kLanes, sums[r][i]);
  if (!full)
    for (size_t r = 0; r < ROWS; ++r)
      __builtin_memcpy(c.to + r * c.stride, edge + r * kColumns, c.valid * sizeof(float));
}

// A tile of any height up to ROWS.
template <class F, size_t ROWS, size_t LINES>
KARUSSELL_INLINE void tile_of(size_t rows, const Group* values, const Operand& a, const Lines& b,
                              size_t depth, const Target& c) {
  if (rows == ROWS) return tile<F, ROWS, LINES>(values, a.row, a.step, b, depth, c);
  if constexpr (ROWS > 1) tile_of<F, ROWS - 1, LINES>(rows, values, a, b, depth, c);
}

// All rows of A against up to kMostLines lines, in tiles of nearly equal height: a tile of two rows
// takes as long as one of four, so 32 rows go as 6 6 5 5 5 5 and not as 6 6 6 6 6 2.
template <class F, size_t LINES>
[[gnu::noinline]] void multiply_rows(const Operand& a, size_t rows, const Lines& b, size_t depth,
                                     const Target& c) {
  constexpr size_t kMost = kMostRows[LINES];
  const size_t tiles = ceil_div(rows, kMost);
  for (size_t i = 0, r = 0; i < tiles; ++i) {
    const size_t height = rows / tiles + (i < rows % tiles);
    tile_of<F, kMost, LINES>(height, a.from + r * a.row, a, b, depth,
                             {c.to + r * c.stride, c.stride, c.valid, c.start});
    r += height;
  }
}

template <class F>
KARUSSELL_INLINE void multiply_lines(const Operand& a, size_t rows, const Lines& b, size_t depth,
                                     const Target& c) {
#if defined(__AVX512F__)
  switch (b.count) {
    case 1: return multiply_rows<F, 1>(a, rows, b, depth, c);
    case 2: return multiply_rows<F, 2>(a, rows, b, depth, c);
    case 3: return multiply_rows<F, 3>(a, rows, b, depth, c);
    case 4: return multiply_rows<F, 4>(a, rows, b, depth, c);
  }
#else
  multiply_rows<F, 1>(a, rows, b, depth, c);
#endif
}

// Lines in panels of nearly equal number, each no larger than a tile: calls take(first, count).
template <class Take>
KARUSSELL_INLINE void each_panel(Range lines, const Take take) {
  const size_t count = lines.last - lines.first, panels = ceil_div(count, kMostLines);
  for (size_t i = 0, line = lines.first; i < panels; ++i) {
    const size_t here = count / panels + (i < count % panels);
    take(line, here);
    line += here;
  }
}

// All rows of A against any number of lines. `c.start` has a value for every column of all lines,
// unless `c.start` is kZeros.
template <class F>
inline void multiply(const Operand& a, size_t rows, const Lines& b, size_t depth, const Target& c) {
  each_panel({0, b.count}, [&](size_t line, size_t count) {
    const size_t column = line * kUnit, valid = least(c.valid - column, count * kUnit);
    const float* const start = c.start == kZeros ? kZeros : c.start + column;
    for (size_t k = 0; k < depth; k += kMostDepth)
      multiply_lines<F>({a.from + k * a.step, a.row, a.step}, rows,
                        {b.from + line * b.stride + k * kUnit, b.stride, count},
                        least(kMostDepth, depth - k),
                        {c.to + column, c.stride, valid, k == 0 ? start : nullptr});
  });
}

// Some lines of columns of C = A B, all of B packed one line after the other; C has `stride` columns.
template <class F>
inline void multiply_columns(const Operand& a, size_t rows, const Group* b, Range lines,
                             size_t depth, float* to, size_t stride) {
  const size_t first = lines.first * kUnit;
  if (lines.first < lines.last)
    multiply<F>(a, rows, {b + first * depth, depth * kUnit, lines.last - lines.first}, depth,
                {to + first, stride, stride - first, kZeros});
}

}  // namespace karussell::KARUSSELL_LEVEL::training
