// Products with weights packed once: one row of values or many, in any format.
//
// The rows of a matrix are cut into tiles of a number of lines, 16 rows each; the lines of a tile
// into panels of up to four, as equal as can be, one panel after the other. In a panel stand, for
// each group of the depth, its lines: panel[(k * lines + line) * 16 + lane]. So a product reads its
// weights once and in order, and any level reads what any other packed. Depth and rows that are not
// full are zeros.
#pragma once

#include "product/matrix_tiles.h"
#include "product/registers.h"

namespace karussell::KARUSSELL_LEVEL {

constexpr size_t kPanelLines = 4;

// Rows of values as groups, with what an int8 value is multiplied by.
struct Values {
  const Group* groups;
  const float* scale;  // one a row; int8 only
  size_t stride;       // groups from row to row

  KARUSSELL_INLINE Values from(size_t row) const {
    return {groups + row * stride, scale + row, stride};
  }
};

// Some lines of a panel, the rows they stand for, and the values they are multiplied with.
struct Part {
  Values values;
  const Group* groups;
  size_t step;  // groups from one depth to the next
  size_t depth;
  const float* scale;              // one a row; int8 only
  const std::int32_t* correction;  // what the sum of each row begins with; int8 only

  // The same from a row of values and a column of the lines on.
  KARUSSELL_INLINE Part from(size_t row, size_t column) const {
    Part part{values.from(row), groups + column, step, depth, scale, correction};
    if (scale != nullptr) part.scale += column;
    if (correction != nullptr) part.correction += column;
    return part;
  }
};

// Where a tile goes: to = start + sums, row by row. The rows may share one start.
struct Net {
  float* to;
  size_t stride;
  const float* start;
  size_t start_stride;  // 0 where all rows begin with the same

  KARUSSELL_INLINE Net from(size_t row, size_t column) const {
    return {to + row * stride + column, stride, start + row * start_stride + column, start_stride};
  }
};

KARUSSELL_INLINE IntVec load_integers(const std::int32_t* from) {
  IntVec v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

// What the sums of vector i of the lines begin with.
template <class F>
KARUSSELL_INLINE typename F::Sum first_sum(const Part& p, size_t i) {
  if constexpr (F::kPerGroup == 4)
    return F::kOffset != 0 ? load_integers(p.correction + i * kLanes) : IntVec{};
  else
    return Vec{};
}

template <class F>
KARUSSELL_INLINE Vec plus(Vec total, typename F::Sum sum, const Part& p, size_t i, size_t row) {
  if constexpr (F::kPerGroup == 4)
    return total +
           __builtin_convertvector(sum, Vec) * (load(p.scale + i * kLanes) * p.values.scale[row]);
  else
    return total + sum;
}

// One row needs several chains of additions for each line, lest one waits for itself. Never
// inlined, like all tiles: inside a larger function the compiler moves the sums out of the
// registers.
template <class F, size_t LINES>
[[gnu::noinline]] void tile_of_one(const Part* parts, size_t count, const Net net) {
  constexpr size_t kSums = LINES * kRegisters, kChains = kSums >= 8 ? 1 : kSums >= 3 ? 2 : 4;
  constexpr size_t kAhead = 4096 / sizeof(Group);  // the hardware alone stays too close behind
  Vec totals[kSums];
#pragma GCC unroll 16
  for (size_t i = 0; i < kSums; ++i) totals[i] = load(net.start + i * kLanes);
  for (const Part* p = parts; p != parts + count; ++p) {
    Sums<F, 1, LINES> sums[kChains] = {};
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i) sums[0][0][i] = first_sum<F>(*p, i);
    const Group* panel = p->groups;
    const Group* const values = p->values.groups;
    const size_t depth = p->depth, step = p->step;
    size_t k = 0;
    for (; k + kChains <= depth; k += kChains) {
#pragma GCC unroll 4
      for (size_t j = 0; j < kChains; ++j, panel += step) {
#pragma GCC unroll 4
        for (size_t line = 0; line < LINES; ++line)
          __builtin_prefetch(panel + line * kUnit + kAhead, 0, 3);
        add_products<F, 1, LINES>({values + k + j, 0, 0}, {panel, kUnit, 0}, 1, sums[j]);
      }
    }
    if constexpr (kChains > 1)  // else nothing is left
      add_products<F, 1, LINES>({values + k, 0, 1}, {panel, kUnit, step}, depth - k, sums[0]);
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i) {
#pragma GCC unroll 4
      for (size_t j = 1; j < kChains; ++j) sums[0][0][i] += sums[j][0][i];
      totals[i] = plus<F>(totals[i], sums[0][0][i], *p, i, 0);
    }
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < kSums; ++i) store(net.to + i * kLanes, totals[i]);
}

template <class F, size_t ROWS, size_t LINES>
[[gnu::noinline]] void tile_of_many(const Part* parts, size_t count, const Net net) {
  constexpr size_t kSums = LINES * kRegisters;
  for (const Part* p = parts; p != parts + count; ++p) {
    Sums<F, ROWS, LINES> sums;
#pragma GCC unroll 16
    for (size_t r = 0; r < ROWS; ++r)
#pragma GCC unroll 16
      for (size_t i = 0; i < kSums; ++i) sums[r][i] = first_sum<F>(*p, i);
    add_products<F, ROWS, LINES>({p->values.groups, p->values.stride, 1},
                                 {p->groups, kUnit, p->step}, p->depth, sums);
#pragma GCC unroll 16
    for (size_t r = 0; r < ROWS; ++r)
#pragma GCC unroll 16
      for (size_t i = 0; i < kSums; ++i) {
        float* const to = net.to + r * net.stride + i * kLanes;
        const Vec before = load(p == parts ? net.start + r * net.start_stride + i * kLanes : to);
        store(to, plus<F>(before, sums[r][i], *p, i, r));
      }
  }
}

// All rows against a few lines.
template <class F, size_t COUNT, size_t LINES>
KARUSSELL_INLINE void multiply_lines(size_t rows, const Part (&parts)[COUNT], const Net net) {
  if (rows == 1) return tile_of_one<F, LINES>(parts, COUNT, net);
  if constexpr (LINES <= kMostLines)
    in_parts(rows, kMostRows[LINES], [&](size_t first, size_t height) {
      Part here[COUNT];
      for (size_t p = 0; p < COUNT; ++p) here[p] = parts[p].from(first, 0);
      with_constant<kMostRows[LINES]>(height, [&](auto of) {
        constexpr size_t kRows = decltype(of)::kValue;
        if constexpr (kRows == 1)
          tile_of_one<F, LINES>(here, COUNT, net.from(first, 0));
        else
          tile_of_many<F, kRows, LINES>(here, COUNT, net.from(first, 0));
      });
    });
}

#if defined(KARUSSELL_MATRIX_UNIT)

// Sums of some rows of a tile, to the totals of one part.
template <class F>
KARUSSELL_INLINE void put_sums(const Group* sums, size_t stride, Range rows, size_t columns,
                               const Part& p, const Net& net) {
  for (size_t r = rows.first; r < rows.last; ++r)
    for (size_t i = 0; i < columns / kLanes; ++i) {
      const auto sum =
          reinterpret_cast<typename F::Sum>(load_groups(sums + r * stride + i * kLanes));
      float* const to = net.to + r * net.stride + i * kLanes;
      const Vec before = load(net.start + r * net.start_stride + i * kLanes);
      store(to, plus<F>(before, first_sum<F>(p, i) + sum, p, i, r));
    }
}

// All rows against a panel by the matrix unit; the lines as they lie are its tiles of weights.
template <class F>
[[gnu::noinline]] void multiply_by_unit(size_t lines, size_t rows, const Part* parts, size_t count,
                                        const Net net) {
  using namespace matrix_unit;
  const Cut cut(rows);
  use_rows(cut.height);
  for (size_t tile = 0; tile < cut.tiles; tile += 2) {
    const bool two = tile + 1 < cut.tiles;
    const size_t first = cut.first(tile), second = cut.first(tile + two);
    for (const Part* p = parts; p != parts + count; ++p) {
      const Net total = p == parts ? net : Net{net.to, net.stride, net.to, net.stride};
      const size_t row = p->values.stride;
      const Group* const values = p->values.groups;
      multiply_tiles<F>(
          {values + first * row, two ? values + second * row : nullptr}, {row, kTileDepth, row},
          {p->groups, kUnit, p->step}, lines, p->depth,
          [&](const Group* upper, const Group* lower, size_t stride, size_t line, size_t columns)
              KARUSSELL_INLINED {
                const auto put = [&](const Group* sums, size_t which, size_t row_of) {
                  put_sums<F>(sums, stride, cut.new_rows(which), columns * kUnit,
                              p->from(row_of, line * kUnit), total.from(row_of, line * kUnit));
                };
                put(upper, tile, first);
                if (two) put(lower, tile + 1, second);
              });
    }
  }
}

#endif

// Many rows go against as many lines of a panel as the registers hold; one row against all at once.
template <class F, size_t COUNT>
KARUSSELL_INLINE void multiply_panel(size_t lines, size_t rows, const Part (&parts)[COUNT],
                                     const Net net) {
#if defined(KARUSSELL_MATRIX_UNIT)
  if constexpr (kMatrixUnit<F>)
    if (rows >= kFewestRows) return multiply_by_unit<F>(lines, rows, parts, COUNT, net);
#endif
  if (rows == 1 || lines <= kMostLines)
    return with_constant<kPanelLines>(lines, [&](auto all) {
      multiply_lines<F, COUNT, decltype(all)::kValue>(rows, parts, net);
    });
  for (size_t at = 0; at < lines * kUnit; at += kUnit) {
    Part here[COUNT];
    for (size_t p = 0; p < COUNT; ++p) here[p] = parts[p].from(0, at);
    multiply_lines<F, COUNT, 1>(rows, here, net.from(0, at));
  }
}

struct Factor {
  const PackedMatrix& matrix;
  Values values;
};

// net = start + the products of all rows with one tile of one packed matrix, or of two whose tiles
// are alike.
template <class F, size_t COUNT>
KARUSSELL_INLINE void multiply_tile(const Factor (&factors)[COUNT], size_t tile, size_t rows,
                                    const Net net) {
  const size_t all = factors[0].matrix.lines;
  in_parts(all, kPanelLines, [&](size_t line, size_t lines) KARUSSELL_INLINED {
    const size_t row = (tile * all + line) * kUnit;
    Part parts[COUNT];
    for (size_t p = 0; p < COUNT; ++p) {
      const PackedMatrix& m = factors[p].matrix;
      parts[p] = {factors[p].values,
                  m.groups + row * m.stride + lines * kUnit * m.before,
                  lines * kUnit,
                  m.depth,
                  m.scale == nullptr ? nullptr : m.scale + row,
                  m.correction == nullptr ? nullptr : m.correction + row};
    }
    multiply_panel<F>(lines, rows, parts, net.from(0, line * kUnit));
  });
}

}  // namespace karussell::KARUSSELL_LEVEL
