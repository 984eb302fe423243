// Products of matrices in any number format: C (+)= A B, B in lines.
//
// A line holds 16 columns of B over the whole depth: line[k * 16 + column], one group of the format
// each; columns beyond the last are zeros. A tile of a few rows of A and a few lines lives in
// registers. Layers over whole sequences multiply here, and the softmax.
#pragma once

#include "product/matrix_tiles.h"
#include "product/packing.h"
#include "product/registers.h"

namespace karussell::KARUSSELL_LEVEL::training {

// The depth is walked in stretches, so that the lines of a tile stay in the second-level cache
// while all rows pass over them: 256 KiB of 512 KiB or more.
constexpr size_t kMostDepth = 1024;

alignas(64) constexpr float kZeros[kMostLines * kUnit] = {};

// B: `count` lines, each `stride` groups after the one before; lines that come next are so many
// groups ahead, or unknown.
struct Lines {
  const Group* from;
  size_t stride, count;
  std::ptrdiff_t ahead = 0;

  KARUSSELL_INLINE Lines at(size_t line, size_t k, size_t lines) const {
    return {from + line * stride + k * kUnit, stride, lines};
  }
};

// Where a product goes: C row-major, `valid` of its columns; added to what is there, or written
// over it. A sum begins with the value of its row, or else with that of its column; `columns` has
// as many as all lines have, unless it is kZeros.
struct Into {
  float* to;
  size_t stride, valid;
  const float* columns = kZeros;
  const float* rows = nullptr;
  bool add = false;

  KARUSSELL_INLINE Into below(size_t row) const {
    return {to + row * stride, stride, valid, columns, rows == nullptr ? rows : rows + row, add};
  }
};

// What comes next, and lies in main memory as likely as not: rows of `count` floats.
struct Ahead {
  const float* from = nullptr;
  size_t rows = 0, stride = 0, count = 0;

  // Brings rows [first, last) of `all`, scaled to those that there are, into the second-level
  // cache.
  KARUSSELL_INLINE void fetch(size_t first, size_t last, size_t all) const {
    for (size_t row = rows * first / all; row < rows * last / all; ++row)
      for (size_t at = 0; at < count; at += kUnit)
        __builtin_prefetch(from + row * stride + at, 0, 2);
  }
};

// Never inlined: inside a larger function the compiler moves the sums out of the registers. Six
// plain arguments go in registers; a structure would go through memory and be waited for. What C
// holds is fetched while the product is made and added at its end: it often lies far away. So do
// the lines that come next, where several are a tile: of one alone most tiles would ask in vain.
template <class F, size_t ROWS, size_t LINES>
[[gnu::noinline]] void tile(const Group* values, size_t row, size_t step, const Lines& b,
                            size_t depth, const Into& c) {
  constexpr size_t kSums = LINES * kRegisters, kColumns = LINES * kUnit;
  const auto [to, stride, valid, columns, begin, add] = c;
  Sums<F, ROWS, LINES> sums;
#pragma GCC unroll 16
  for (size_t r = 0; r < ROWS; ++r) {
    if (add)
      for (size_t line = 0; line < kColumns; line += kUnit)
        __builtin_prefetch(to + r * stride + line, 1, 3);
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i)
      sums[r][i] = begin == nullptr ? load(columns + i * kLanes) : broadcast(begin[r]);
  }
  add_products<F, ROWS, LINES, (LINES > 1)>({values, row, step}, {b.from, b.stride, kUnit}, depth,
                                            sums, b.ahead);
  float edge[ROWS * kColumns];  // a tile that is not full in its columns stands here meanwhile
  const bool full = valid == kColumns;
  float* const here = full ? to : edge;
  const size_t here_stride = full ? stride : kColumns;
#pragma GCC unroll 16
  for (size_t r = 0; r < ROWS; ++r)
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i) {
      if (add && full) sums[r][i] += load(to + r * stride + i * kLanes);
      store(here + r * here_stride + i * kLanes, sums[r][i]);
    }
  for (size_t r = 0; r < ROWS && !full; ++r)
    for (size_t i = 0; i < valid; ++i)
      to[r * stride + i] = edge[r * kColumns + i] + (add ? to[r * stride + i] : 0);
}

// All rows of A against up to kMostLines lines. Meanwhile, a part with each tile, what comes next
// is fetched, and of the lines that follow one with each of the first tiles: a product leaves the
// memory idle, packing and the first tile of other lines wait for it.
template <class F, size_t LINES>
[[gnu::noinline]] void multiply_rows(const Operand& a, size_t rows, const Lines& b, size_t depth,
                                     const Into& c, const Ahead& ahead) {
  constexpr size_t kMost = kMostRows[LINES];
  Lines here = b;
  size_t part = 0;
  in_parts(rows, kMost, [&](size_t first, size_t count) KARUSSELL_INLINED {
    if (ahead.rows != 0) ahead.fetch(first, first + count, rows);
    // Else nothing new: its own first line, which is near already.
    here.ahead =
        b.ahead != 0 && part < LINES ? b.ahead + static_cast<std::ptrdiff_t>(part++ * b.stride) : 0;
    with_constant<kMost>(count, [&](auto height) KARUSSELL_INLINED {
      tile<F, decltype(height)::kValue, LINES>(a.from + first * a.row, a.row, a.step, here, depth,
                                               c.below(first));
    });
  });
}

#if defined(KARUSSELL_MATRIX_UNIT)

// Sums of some rows of a tile to where they go; C has no more columns than the sums.
inline void put_sums(const Group* sums, size_t stride, Range rows, const Into& c) {
  for (size_t r = rows.first; r < rows.last; ++r) {
    float* const to = c.to + r * c.stride;
    for (size_t at = 0; at < c.valid; at += kLanes) {
      Vec sum = floats_of(load_groups(sums + r * stride + at));
      sum += c.rows == nullptr ? load(c.columns + at) : broadcast(c.rows[r]);
      const size_t count = least(kLanes, c.valid - at);
      if (c.add) sum += load_some(to + at, count);
      __builtin_memcpy(to + at, &sum, count * sizeof(float));
    }
  }
}

// The columns of some of the lines.
KARUSSELL_INLINE Into columns_of(const Into& c, size_t line, size_t count) {
  const size_t column = line * kUnit;
  return {c.to + column,
          c.stride,
          least(c.valid > column ? c.valid - column : 0, count * kUnit),
          c.columns == kZeros ? kZeros : c.columns + column,
          c.rows,
          c.add};
}

// All rows of A, whose depth lies side by side, against any number of lines.
template <class F>
[[gnu::noinline]] void multiply_by_unit(const Operand& a, size_t rows, const Lines& b, size_t depth,
                                        const Into& c, const Ahead& ahead = {}) {
  using namespace matrix_unit;
  const Cut cut(rows);
  use_rows(cut.height);
  for (size_t tile = 0; tile < cut.tiles; tile += 2) {
    const bool two = tile + 1 < cut.tiles;
    const size_t first = cut.first(tile), second = cut.first(tile + two);
    if (ahead.rows != 0) ahead.fetch(first, second + cut.height, rows);
    multiply_tiles<F>({a.from + first * a.row, two ? a.from + second * a.row : nullptr},
                      {a.row, kTileDepth, a.row}, {b.from, b.stride, kUnit}, b.count, depth,
                      [&](const Group* upper, const Group* lower, size_t stride, size_t line,
                          size_t count) KARUSSELL_INLINED {
                        const Into here = columns_of(c, line, count);
                        put_sums(upper, stride, cut.new_rows(tile), here.below(first));
                        if (two)
                          put_sums(lower, stride, cut.new_rows(tile + 1), here.below(second));
                      });
  }
}

#endif

template <class F>
KARUSSELL_INLINE void multiply_lines(const Operand& a, size_t rows, const Lines& b, size_t depth,
                                     const Into& c, const Ahead& ahead = {}) {
#if defined(KARUSSELL_MATRIX_UNIT)
  if constexpr (kMatrixUnit<F>)
    if (rows >= kFewestRows && a.step == 1) return multiply_by_unit<F>(a, rows, b, depth, c, ahead);
#endif
  with_constant<kMostLines>(b.count, [&](auto lines) {
    multiply_rows<F, decltype(lines)::kValue>(a, rows, b, depth, c, ahead);
  });
}

// All rows of A against any number of lines.
template <class F>
inline void multiply(const Operand& a, size_t rows, const Lines& b, size_t depth, const Into& c) {
#if defined(KARUSSELL_MATRIX_UNIT)
  if constexpr (kMatrixUnit<F>)
    if (rows >= kFewestRows) return multiply_by_unit<F>(a, rows, b, depth, c);
#endif
  in_parts(b.count, kMostLines, [&](size_t line, size_t count) KARUSSELL_INLINED {
    const size_t column = line * kUnit, valid = least(c.valid - column, count * kUnit);
    for (size_t k = 0; k < depth; k += kMostDepth) {
      Lines here = b.at(line, k, count);
      here.ahead = k + kMostDepth < depth ? kMostDepth * kUnit : count * b.stride - k * kUnit;
      multiply_lines<F>(
          a.at(0, k), rows, here, least(kMostDepth, depth - k),
          {c.to + column, c.stride, valid,
           c.columns == kZeros || k > 0 ? kZeros : c.columns + column, nullptr, k > 0});
    }
  });
}

// Some lines of columns of C = A B, all of B packed one line after the other; C has `stride`
// columns.
template <class F>
inline void multiply_columns(const Operand& a, size_t rows, const Group* b, Range lines,
                             size_t depth, float* to, size_t stride) {
  const size_t first = lines.first * kUnit;
  if (lines.first < lines.last)
    multiply<F>(a, rows, {b + first * depth, depth * kUnit, lines.last - lines.first}, depth,
                {to + first, stride, stride - first});
}

}  // namespace karussell::KARUSSELL_LEVEL::training
