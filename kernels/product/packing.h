// Matrices of floats as lines of 16 columns.
#pragma once

#include "product/conversion.h"

namespace karussell::KARUSSELL_LEVEL::training {

// Groups from row to row: whole cache lines and one between, so that rows do not meet in one cache
// set.
KARUSSELL_INLINE size_t row_stride(size_t groups) {
  return ceil_div(groups, kUnit) * kUnit + kUnit;
}

// Where the rows of a row-major matrix begin.
KARUSSELL_INLINE auto rows_of(const float* from, size_t stride) {
  return [=](size_t row) { return from + row * stride; };
}

// Floats ahead in every row: the hardware does not follow as many rows at a time as are packed.
constexpr size_t kAhead = 4 * kUnit;

// Rows of a matrix as the depth of a line of its columns, `valid` of 16. `row(r)` is where row r
// begins.
template <class F, class Row>
inline void pack_down(const Row row, size_t rows, size_t valid, Group* line) {
  for (size_t first = 0; first < rows; first += F::kPerGroup, line += kUnit)
    for (size_t at = 0; at < kUnit; at += kLanes) {
      const size_t here = valid > at ? valid - at : 0;
      const float* from = row(first) + at;
      __builtin_prefetch(from + kAhead);
      Vec values[F::kPerGroup] = {load_some(from, here)};
      if (F::kPerGroup == 2 && first + 1 < rows) {
        from = row(first + 1) + at;
        __builtin_prefetch(from + kAhead);
        values[F::kPerGroup - 1] = load_some(from, here);
      }
      store_groups(line + at, down(values));
    }
}

// Some lines of columns of a row-major matrix, one after the other.
template <class F>
inline void pack_columns(const float* from, size_t columns, size_t rows, Range lines, Group* to) {
  for (size_t line = lines.first; line < lines.last; ++line)
    pack_down<F>(rows_of(from + line * kUnit, columns), rows, columns - line * kUnit,
                 to + line * groups_for<F>(rows) * kUnit);
}

// Up to 16 rows of a matrix as the columns of a line: its depth runs along the rows.
template <class F, class Row>
inline void pack_along(const Row row, size_t valid, size_t depth, Group* line) {
  constexpr size_t kWhole = kUnit * F::kPerGroup;
  Group square[kUnit][kUnit];
  for (size_t k = 0; k < depth; k += kWhole) {
    const size_t count = least(kWhole, depth - k), groups = groups_for<F>(count);
    if (valid < kUnit || count < kWhole) clear(square, kUnit * kUnit);
    for (size_t lane = 0; lane < valid; ++lane) {
      const float* const values = row(lane) + k;
      __builtin_prefetch(values + kAhead);
      if (F::kPerGroup == 2) __builtin_prefetch(values + kAhead + kUnit);
      if (count == kWhole)  // known to the compiler
        write_values<F>(values, kWhole, square[lane], 0);
      else
        write_values<F>(values, count, square[lane], 0);
    }
    for (size_t group = 0; group < groups; ++group, line += kUnit)
#pragma GCC unroll 16
      for (size_t lane = 0; lane < kUnit; ++lane) line[lane] = square[lane][group];
  }
}

}  // namespace karussell::KARUSSELL_LEVEL::training
