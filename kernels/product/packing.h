// Floats as words of a number format: rows of values, and lines of 16 columns.
#pragma once

#include "product/tile.h"

namespace karussell::KARUSSELL_LEVEL::training {

using HalfVec = std::uint16_t __attribute__((vector_size(kLanes * 2)));

KARUSSELL_INLINE size_t words_for(size_t values, size_t group) { return ceil_div(values, group); }

// Words from row to row: whole cache lines and one between, so that rows do not meet in one cache set.
KARUSSELL_INLINE size_t row_stride(size_t words) { return ceil_div(words, kUnit) * kUnit + kUnit; }

KARUSSELL_INLINE void copy(const float* from, size_t count, float* to) {
  __builtin_memcpy(to, from, count * sizeof(float));
}

KARUSSELL_INLINE void clear(void* to, size_t words) {
  __builtin_memset(to, 0, words * sizeof(Word));
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

// Values [at, at + count) of a row of words.
template <class F>
inline void write_values(const float* from, size_t count, Word* row, size_t at) {
  if constexpr (F::kGroup == 1) {
    __builtin_memcpy(row + at, from, count * sizeof(Word));
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

// The words of as many rows as the format groups, one column a lane.
template <class F>
KARUSSELL_INLINE WordVec join(Vec first, Vec second) {
  if constexpr (F::kGroup == 1)
    return words_of(first);
  else
    return nearest_bfloat16(first) | nearest_bfloat16(second) << 16;
}

// Floats ahead in every row: the hardware does not follow as many rows at a time as are packed.
constexpr size_t kAhead = 4 * kUnit;

// Rows of a row-major matrix as the depth of a line of its columns, `valid` of 16.
template <class F>
inline void pack_down(const float* from, size_t stride, size_t rows, size_t valid, Word* line) {
  for (size_t row = 0; row < rows; row += F::kGroup, line += kUnit)
    for (size_t at = 0; at < kUnit; at += kLanes) {
      const size_t here = valid > at ? valid - at : 0;
      const float* const first = from + row * stride + at;
      __builtin_prefetch(first + kAhead);
      if (F::kGroup == 2) __builtin_prefetch(first + stride + kAhead);
      const bool pair = F::kGroup == 2 && row + 1 < rows;
      const WordVec words = join<F>(load_valid(first, here),
                                    pair ? load_valid(first + stride, here) : Vec{});
      __builtin_memcpy(line + at, &words, sizeof words);
    }
}

// Some lines of columns of a row-major matrix.
template <class F>
inline void pack_columns(const float* from, size_t columns, size_t rows, Range lines, Word* to) {
  for (size_t line = lines.first; line < lines.last; ++line)
    pack_down<F>(from + line * kUnit, columns, rows, columns - line * kUnit,
                 to + line * words_for(rows, F::kGroup) * kUnit);
}

// Up to 16 rows of a row-major matrix as the columns of a line: its depth runs along the rows.
template <class F>
inline void pack_along(const float* from, size_t stride, size_t valid, size_t depth, Word* line) {
  Word block[kUnit][kUnit];
  for (size_t k = 0; k < depth; k += kUnit * F::kGroup) {
    const size_t count = least(kUnit * F::kGroup, depth - k), words = words_for(count, F::kGroup);
    if (valid < kUnit || count < kUnit * F::kGroup) clear(block, kUnit * kUnit);
    for (size_t lane = 0; lane < valid; ++lane) {
      const float* const values = from + lane * stride + k;
      __builtin_prefetch(values + kAhead);
      if (F::kGroup == 2) __builtin_prefetch(values + kAhead + kUnit);
      write_values<F>(values, count, block[lane], 0);
    }
    for (size_t word = 0; word < words; ++word, line += kUnit)
#pragma GCC unroll 16
      for (size_t lane = 0; lane < kUnit; ++lane) line[lane] = block[lane][word];
  }
}

}  // namespace karussell::KARUSSELL_LEVEL::training
