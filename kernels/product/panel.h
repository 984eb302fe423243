// Products with weights packed once: one row of values or many, in any format.
//
// The rows of a matrix are cut into tiles of a number of lines, 16 rows each; the lines of a tile into
// panels of up to four, as equal as can be, one panel after the other. In a panel stand, for each group
// of the depth, its lines: panel[(k * lines + line) * 16 + lane]. So a product reads its weights once
// and in order, and any level reads what any other packed. Depth and rows that are not full are zeros.
#pragma once

#include "product/format.h"

namespace karussell::KARUSSELL_LEVEL {

constexpr size_t kPanelLines = 4;

// How many rows of values go through one tile together: as many sums as the registers hold beside the
// weights. Registers of 16 lanes hold all lines of a panel; narrower ones go line by line.
#if defined(__AVX512F__)
constexpr size_t kTogether[kPanelLines + 1] = {0, 14, 12, 8, 6};
constexpr size_t kLinesAtOnce = 4;
#elif defined(__aarch64__)
constexpr size_t kTogether[kPanelLines + 1] = {0, 6, 2, 2, 1};
constexpr size_t kLinesAtOnce = 1;
#elif defined(__AVX2__)
constexpr size_t kTogether[kPanelLines + 1] = {0, 6, 2, 2, 1};
constexpr size_t kLinesAtOnce = 1;
#else
constexpr size_t kTogether[kPanelLines + 1] = {0, 2, 1, 1, 1};
constexpr size_t kLinesAtOnce = 1;
#endif

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
  size_t step;   // groups from one depth to the next
  size_t depth;
  const float* scale;               // one a row; int8 only
  const std::int32_t* correction;   // what the sum of each row begins with; int8 only

  KARUSSELL_INLINE Part from(size_t row) const {
    return {values.from(row), groups, step, depth, scale, correction};
  }
  // The same from vector `at` of the lines on.
  KARUSSELL_INLINE Part lines_from(size_t at) const {
    return {values, groups + at, step, depth, scale == nullptr ? nullptr : scale + at,
            correction == nullptr ? nullptr : correction + at};
  }
};

// Where a tile goes: to = start + sums, row by row. The rows may share one start.
struct Net {
  float* to;
  size_t stride;
  const float* start;
  size_t start_stride;  // 0 where all rows begin with the same

  KARUSSELL_INLINE Net from(size_t row) const {
    return {to + row * stride, stride, start + row * start_stride, start_stride};
  }
  KARUSSELL_INLINE Net lines_from(size_t at) const {
    return {to + at, stride, start + at, start_stride};
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
    return total + __builtin_convertvector(sum, Vec) *
                       (load(p.scale + i * kLanes) * p.values.scale[row]);
  else
    return total + sum;
}

// One row needs several chains of additions for each line, lest one waits for itself. Never inlined,
// like all tiles: inside a larger function the compiler moves the sums out of the registers.
template <class F, size_t LINES>
[[gnu::noinline]] void tile_of_one(const Part* parts, size_t count, const Net net) {
  constexpr size_t kSums = LINES * kRegisters, kChains = kSums >= 8 ? 1 : kSums >= 3 ? 2 : 4;
  constexpr size_t kAhead = 4096 / sizeof(Group);  // the hardware alone stays too close behind
  Vec totals[kSums];
#pragma GCC unroll 16
  for (size_t i = 0; i < kSums; ++i) totals[i] = load(net.start + i * kLanes);
  for (const Part* p = parts; p != parts + count; ++p) {
    typename F::Sum sums[kChains][kSums] = {};
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i) sums[0][i] = first_sum<F>(*p, i);
    const Group* panel = p->groups;
    const Group* const values = p->values.groups;
    const size_t depth = p->depth, step = p->step;
    size_t k = 0;
    for (; k + kChains <= depth; k += kChains) {
#pragma GCC unroll 4
      for (size_t j = 0; j < kChains; ++j, panel += step) {
        const Groups value = broadcast_group(values[k + j]);
#pragma GCC unroll 4
        for (size_t line = 0; line < LINES; ++line)
          __builtin_prefetch(panel + line * kUnit + kAhead, 0, 3);
#pragma GCC unroll 16
        for (size_t i = 0; i < kSums; ++i)
          sums[j][i] = F::add(sums[j][i], load_groups(panel + i * kLanes), value);
      }
    }
    for (; k < depth; ++k, panel += step) {
      const Groups value = broadcast_group(values[k]);
#pragma GCC unroll 16
      for (size_t i = 0; i < kSums; ++i)
        sums[0][i] = F::add(sums[0][i], load_groups(panel + i * kLanes), value);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < kSums; ++i) {
#pragma GCC unroll 4
      for (size_t j = 1; j < kChains; ++j) sums[0][i] += sums[j][i];
      totals[i] = plus<F>(totals[i], sums[0][i], *p, i, 0);
    }
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < kSums; ++i) store(net.to + i * kLanes, totals[i]);
}

template <class F, size_t ROWS, size_t LINES>
[[gnu::noinline]] void tile_of_many(const Part* parts, size_t count, const Net net) {
  constexpr size_t kSums = LINES * kRegisters;
  for (const Part* p = parts; p != parts + count; ++p) {
    typename F::Sum sums[ROWS][kSums];
#pragma GCC unroll 16
    for (size_t r = 0; r < ROWS; ++r)
#pragma GCC unroll 16
      for (size_t i = 0; i < kSums; ++i) sums[r][i] = first_sum<F>(*p, i);
    const Group* panel = p->groups;
    const Group* const values = p->values.groups;
    const size_t depth = p->depth, step = p->step, stride = p->values.stride;
    for (size_t k = 0; k < depth; ++k, panel += step) {
      Groups weights[kSums];
#pragma GCC unroll 16
      for (size_t i = 0; i < kSums; ++i) weights[i] = load_groups(panel + i * kLanes);
#pragma GCC unroll 16
      for (size_t r = 0; r < ROWS; ++r) {
        const Groups value = broadcast_group(values[r * stride + k]);
#pragma GCC unroll 16
        for (size_t i = 0; i < kSums; ++i) sums[r][i] = F::add(sums[r][i], weights[i], value);
      }
    }
#pragma GCC unroll 16
    for (size_t r = 0; r < ROWS; ++r)
#pragma GCC unroll 16
      for (size_t i = 0; i < kSums; ++i) {
        float* const to = net.to + r * net.stride + i * kLanes;
        const Vec before =
            load(p == parts ? net.start + r * net.start_stride + i * kLanes : to);
        store(to, plus<F>(before, sums[r][i], *p, i, r));
      }
  }
}

// A tile of any height up to ROWS.
template <class F, size_t ROWS, size_t LINES>
KARUSSELL_INLINE void tile_of(size_t rows, const Part* parts, size_t count, const Net net) {
  if constexpr (ROWS == 1) {
    tile_of_one<F, LINES>(parts, count, net);
  } else {
    if (rows == ROWS) return tile_of_many<F, ROWS, LINES>(parts, count, net);
    tile_of<F, ROWS - 1, LINES>(rows, parts, count, net);
  }
}

// All rows against a few lines, in tiles of nearly equal height.
template <class F, size_t LINES>
KARUSSELL_INLINE void multiply_lines(size_t rows, const Part* parts, size_t count, const Net net) {
  constexpr size_t kMost = kTogether[LINES];
  if (rows == 1) return tile_of_one<F, LINES>(parts, count, net);
  const size_t tiles = ceil_div(rows, kMost);
  for (size_t i = 0, r = 0; i < tiles; ++i) {
    const size_t height = rows / tiles + (i < rows % tiles);
    Part here[2];
    for (size_t p = 0; p < count; ++p) here[p] = parts[p].from(r);
    tile_of<F, kMost, LINES>(height, here, count, net.from(r));
    r += height;
  }
}

template <class F>
KARUSSELL_INLINE void multiply_panel(size_t lines, size_t rows, const Part* parts, size_t count,
                                     const Net net) {
  if (rows > 1 && kLinesAtOnce == 1) {
    for (size_t at = 0; at < lines * kUnit; at += kUnit) {
      Part here[2];
      for (size_t p = 0; p < count; ++p) here[p] = parts[p].lines_from(at);
      multiply_lines<F, 1>(rows, here, count, net.lines_from(at));
    }
    return;
  }
  switch (lines) {
    case 1: return multiply_lines<F, 1>(rows, parts, count, net);
    case 2: return multiply_lines<F, 2>(rows, parts, count, net);
    case 3: return multiply_lines<F, 3>(rows, parts, count, net);
    case 4: return multiply_lines<F, 4>(rows, parts, count, net);
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
  const size_t all = factors[0].matrix.lines, panels = ceil_div(all, kPanelLines);
  for (size_t panel = 0, line = 0; panel < panels; ++panel) {
    const size_t lines = all / panels + (panel < all % panels), row = (tile * all + line) * kUnit;
    Part parts[COUNT];
    for (size_t p = 0; p < COUNT; ++p) {
      const PackedMatrix& m = factors[p].matrix;
      parts[p] = {factors[p].values, m.groups + row * m.stride + lines * kUnit * m.before,
                  lines * kUnit, m.depth,
                  m.scale == nullptr ? nullptr : m.scale + row,
                  m.correction == nullptr ? nullptr : m.correction + row};
    }
    multiply_panel<F>(lines, rows, parts, COUNT, net.lines_from(line * kUnit));
    line += lines;
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
