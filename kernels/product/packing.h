// Floats as groups of a number format: rows of values, and lines of 16 columns.
#pragma once

#include "product/tile.h"

namespace karussell::KARUSSELL_LEVEL::training {

using HalfVec = std::uint16_t __attribute__((vector_size(kLanes * 2)));

template <class F>
KARUSSELL_INLINE size_t groups_for(size_t values) {
  return ceil_div(values, F::kPerGroup);
}

// Words from row to row: whole cache lines and one between, so that rows do not meet in one cache set.
KARUSSELL_INLINE size_t row_stride(size_t groups) { return ceil_div(groups, kUnit) * kUnit + kUnit; }

KARUSSELL_INLINE void copy(const float* from, size_t count, float* to) {
  __builtin_memcpy(to, from, count * sizeof(float));
}

KARUSSELL_INLINE void clear(void* to, size_t groups) {
  __builtin_memset(to, 0, groups * sizeof(Group));
}

// Copies `count` values and fills with zeros up to `padded`.
KARUSSELL_INLINE void copy_padded(const float* from, size_t count, size_t padded, float* to) {
  copy(from, count, to);
  clear(to + count, padded - count);
}

// Up to kLanes values, the rest zeros.
KARUSSELL_INLINE Vec load_valid(const float* from, size_t valid) {
  if (valid >= kLanes) return load(from);
  float edge[kLanes] = {};
  copy(from, valid, edge);
  return load(edge);
}

// Values [at, at + count) of a row of groups.
template <class F>
inline void write_values(const float* from, size_t count, Group* row, size_t at) {
  if constexpr (F::kPerGroup == 1) {
    __builtin_memcpy(row + at, from, count * sizeof(Group));
  } else {
    std::uint16_t* const to = reinterpret_cast<std::uint16_t*>(row) + at;
    size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
      const HalfVec halves = __builtin_convertvector(nearest_bfloat16(load(from + i)), HalfVec);
      __builtin_memcpy(to + i, &halves, sizeof halves);
    }
    for (; i < count; ++i) to[i] = nearest_bfloat16(from[i]);
  }
}

// The groups of as many rows as a group holds, one column a lane.
template <class F>
KARUSSELL_INLINE Groups join(Vec first, Vec second) {
  if constexpr (F::kPerGroup == 1)
    return groups_of(first);
  else
    return nearest_bfloat16(first) | nearest_bfloat16(second) << 16;
}

// Floats ahead in every row: the hardware does not follow as many rows at a time as are packed.
constexpr size_t kAhead = 4 * kUnit;

// Rows of a row-major matrix as the depth of a line of its columns, `valid` of 16.
template <class F>
inline void pack_down(const float* from, size_t stride, size_t rows, size_t valid, Group* line) {
  for (size_t row = 0; row < rows; row += F::kPerGroup, line += kUnit)
    for (size_t at = 0; at < kUnit; at += kLanes) {
      const size_t here = valid > at ? valid - at : 0;
      const float* const first = from + row * stride + at;
      __builtin_prefetch(first + kAhead);
      if (F::kPerGroup == 2) __builtin_prefetch(first + stride + kAhead);
      const bool pair = F::kPerGroup == 2 && row + 1 < rows;
      const Groups groups = join<F>(load_valid(first, here),
                                    pair ? load_valid(first + stride, here) : Vec{});
      __builtin_memcpy(line + at, &groups, sizeof groups);
    }
}

// Some lines of columns of a row-major matrix.
template <class F>
inline void pack_columns(const float* from, size_t columns, size_t rows, Range lines, Group* to) {
  for (size_t line = lines.first; line < lines.last; ++line)
    pack_down<F>(from + line * kUnit, columns, rows, columns - line * kUnit,
                 to + line * groups_for<F>(rows) * kUnit);
}

// Up to 16 rows of a row-major matrix as the columns of a line: its depth runs along the rows.
template <class F>
inline void pack_along(const float* from, size_t stride, size_t valid, size_t depth, Group* line) {
  Group square[kUnit][kUnit];
  for (size_t k = 0; k < depth; k += kUnit * F::kPerGroup) {
    const size_t count = least(kUnit * F::kPerGroup, depth - k), groups = groups_for<F>(count);
    if (valid < kUnit || count < kUnit * F::kPerGroup) clear(square, kUnit * kUnit);
    for (size_t lane = 0; lane < valid; ++lane) {
      const float* const values = from + lane * stride + k;
      __builtin_prefetch(values + kAhead);
      if (F::kPerGroup == 2) __builtin_prefetch(values + kAhead + kUnit);
      write_values<F>(values, count, square[lane], 0);
    }
    for (size_t group = 0; group < groups; ++group, line += kUnit)
#pragma GCC unroll 16
      for (size_t lane = 0; lane < kUnit; ++lane) line[lane] = square[lane][group];
  }
}

}  // namespace karussell::KARUSSELL_LEVEL::training
