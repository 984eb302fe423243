// Products of the softmax: small packed matrices of groups (see format.h) times panels of lines.
//
// C (+)= A B. A group of A is broadcast and meets a line of kWidth groups of B, and each group holds
// neighbours along the depth, so a product takes half as many steps in bfloat16 as in float32.
// Every element is summed from the first to the last group of the depth whatever else is computed.
#pragma once

#include "product/format.h"

namespace karussell::KARUSSELL_LEVEL::softmax {

// How values become groups.
template <class Format>
struct Packing;

template <>
struct Packing<Float32> {
  KARUSSELL_INLINE static Groups neighbours(const Vec (&values)[1]) { return groups_of(values[0]); }
  KARUSSELL_INLINE static Groups group(const Vec (&rows)[1]) { return groups_of(rows[0]); }
  KARUSSELL_INLINE static void values(Groups groups, Vec (&rows)[1]) {
    rows[0] = floats_of(groups);
  }
};

template <>
struct Packing<BFloat16> {
  // Neighbours in a row side by side in a group: 2 * kLanes consecutive values.
  KARUSSELL_INLINE static Groups neighbours(const Vec (&values)[2]) {
#if defined(__AVX512BF16__)
    return reinterpret_cast<Groups>(_mm512_cvtne2ps_pbh(reinterpret_cast<__m512>(values[1]),
                                                         reinterpret_cast<__m512>(values[0])));
#else
    using Halves = std::uint16_t __attribute__((vector_size(kBytes / 2)));
    const Halves both[2] = {__builtin_convertvector(nearest_bfloat16(values[0]), Halves),
                            __builtin_convertvector(nearest_bfloat16(values[1]), Halves)};
    Groups groups;
    __builtin_memcpy(&groups, both, sizeof groups);
    return groups;
#endif
  }

  // Neighbours in a column side by side in a group: one group a lane from two rows.
  KARUSSELL_INLINE static Groups group(const Vec (&rows)[2]) {
#if defined(__AVX512BF16__)
    using Halves = std::uint16_t __attribute__((vector_size(kBytes)));
    constexpr Halves kFrom = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                              8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
    return reinterpret_cast<Groups>(_mm512_permutexvar_epi16(
        reinterpret_cast<__m512i>(kFrom), reinterpret_cast<__m512i>(neighbours(rows))));
#else
    return nearest_bfloat16(rows[0]) | nearest_bfloat16(rows[1]) << 16;
#endif
  }

  KARUSSELL_INLINE static void values(Groups groups, Vec (&rows)[2]) {
    rows[0] = BFloat16::first(groups);
    rows[1] = BFloat16::second(groups);
  }
};

KARUSSELL_INLINE void store_groups(Group* to, Groups groups) {
  __builtin_memcpy(to, &groups, sizeof groups);
}

// Words of a row of `count` values, with zeros up to a whole vector.
template <class Format>
KARUSSELL_INLINE size_t row_groups(size_t count) {
  return ceil_div(count, Format::kPerGroup * kLanes) * kLanes;
}

template <class Format>
KARUSSELL_INLINE void pack_row(const float* from, size_t count, Group* to) {
  constexpr size_t kStep = Format::kPerGroup * kLanes;
  for (size_t at = 0; at < count; at += kStep, to += kLanes) {
    Vec values[Format::kPerGroup] = {};
    __builtin_memcpy(values, from + at, least(kStep, count - at) * sizeof(float));
    store_groups(to, Packing<Format>::neighbours(values));
  }
}

// Rows of a row-major matrix as lines: a panel for every kWidth columns, in it a line for every
// kPerGroup rows, with zeros beyond the last row and column. `row(r)` is where row r begins.
template <class Format, class Row>
KARUSSELL_INLINE void pack_lines(const Row& row, size_t rows, size_t depth, Range columns,
                                 Group* to) {
  constexpr size_t kPerGroup = Format::kPerGroup;
  for (size_t k = 0; k < depth; ++k)
    for (size_t column = columns.first; column < columns.last; column += kLanes) {
      const size_t bytes = least(kLanes, columns.last - column) * sizeof(float);
      Vec group[kPerGroup] = {};
      for (size_t i = 0; i < kPerGroup; ++i)
        if (k * kPerGroup + i < rows) {
          const float* const from = row(k * kPerGroup + i) + column;
          if (bytes == sizeof(Vec))
            group[i] = load(from);
          else
            __builtin_memcpy(&group[i], from, bytes);
        }
      Group* const line = to + (column / kWidth * depth + k) * kWidth;
      store_groups(line + column % kWidth, Packing<Format>::group(group));
    }
  if (columns.last % kWidth != 0)  // the vectors of the last panel that no column reaches
    for (size_t k = 0; k < depth; ++k)
      for (size_t lane = ceil_div(columns.last % kWidth, kLanes) * kLanes; lane < kWidth; ++lane)
        to[(columns.last / kWidth * depth + k) * kWidth + lane] = 0;
}

// A by rows, and A by columns: row r, group k of the depth.
struct ByRow {
  const Group* from;
  size_t stride;
  KARUSSELL_INLINE Group at(size_t r, size_t k) const { return from[r * stride + k]; }
  KARUSSELL_INLINE ByRow below(size_t r) const { return {from + r * stride, stride}; }
};

struct ByColumn {
  const Group* from;
  size_t stride;
  KARUSSELL_INLINE Group at(size_t r, size_t k) const { return from[k * stride + r]; }
  KARUSSELL_INLINE ByColumn below(size_t r) const { return {from + r, stride}; }
};

// Where a tile goes: C row-major, `valid` of its kWidth columns; added to what is there, or written
// over it. `start`, unless null, is a value for each row.
struct Into {
  float* to;
  size_t stride, valid;
  const float* start;
  bool add;
  KARUSSELL_INLINE Into below(size_t r) const {
    return {to + r * stride, stride, valid, start == nullptr ? start : start + r, add};
  }
};

// Never inlined: inside a larger function the compiler moves the sums out of the registers. What C
// holds is fetched while the product is made and added at its end: it often lies far away.
template <class Format, size_t ROWS, class A>
[[gnu::noinline]] void tile(const A a, const Group* panel, size_t depth, const Into& c) {
  Vec sums[ROWS][kVectors];
  for (size_t r = 0; r < ROWS; ++r) {
    if (c.add)
      for (size_t line = 0; line < kWidth; line += kUnit)
        __builtin_prefetch(c.to + r * c.stride + line, 1, 3);
    for (size_t v = 0; v < kVectors; ++v)
      sums[r][v] = broadcast(c.start == nullptr ? 0.f : c.start[r]);
  }
  for (size_t k = 0; k < depth; ++k, panel += kWidth) {
    Groups b[kVectors];
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) b[v] = load_groups(panel + v * kLanes);
#pragma GCC unroll 16
    for (size_t r = 0; r < ROWS; ++r) {
      const Groups value = broadcast_group(a.at(r, k));
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) sums[r][v] = Format::add(sums[r][v], b[v], value);
    }
  }
  for (size_t r = 0; r < ROWS; ++r) {
    float edge[kWidth] = {};
    float* const to = c.to + r * c.stride;
    float* const here = c.valid < kWidth ? edge : to;
    if (c.add && c.valid < kWidth) __builtin_memcpy(edge, to, c.valid * sizeof(float));
    for (size_t v = 0; v < kVectors; ++v)
      store(here + v * kLanes, c.add ? load(here + v * kLanes) + sums[r][v] : sums[r][v]);
    if (c.valid < kWidth) __builtin_memcpy(to, edge, c.valid * sizeof(float));
  }
}

template <class Format, class A>
KARUSSELL_INLINE void tile_of(size_t rows, const A a, const Group* panel, size_t depth,
                              const Into& c) {
  switch (rows) {
    case 1: return tile<Format, 1>(a, panel, depth, c);
    case 2: return tile<Format, 2>(a, panel, depth, c);
    case 3: return tile<Format, 3>(a, panel, depth, c);
    case 4: return tile<Format, 4>(a, panel, depth, c);
    case 5: return tile<Format, 5>(a, panel, depth, c);
    case 6: return tile<Format, 6>(a, panel, depth, c);
#if defined(__AVX512F__)
    case 7: return tile<Format, 7>(a, panel, depth, c);
    case 8: return tile<Format, 8>(a, panel, depth, c);
    case 9: return tile<Format, 9>(a, panel, depth, c);
    case 10: return tile<Format, 10>(a, panel, depth, c);
    case 11: return tile<Format, 11>(a, panel, depth, c);
    case 12: return tile<Format, 12>(a, panel, depth, c);
#endif
  }
}

// What comes next, and lies in main memory as likely as not: rows of `count` floats.
struct Ahead {
  const float* from = nullptr;
  size_t rows = 0, stride = 0, count = 0;

  // Brings one of `parts` nearly equal parts of it into the second-level cache.
  KARUSSELL_INLINE void fetch(size_t part, size_t parts) const {
    for (size_t row = rows * part / parts; row < rows * (part + 1) / parts; ++row)
      for (size_t at = 0; at < count; at += kUnit)
        __builtin_prefetch(from + row * stride + at, 0, 2);
  }
};

// All rows of A against one panel, in tiles of nearly equal height. Meanwhile, a part with each tile,
// what comes next is fetched: a product leaves the memory idle, packing waits for it.
template <class Format, class A>
KARUSSELL_INLINE void multiply(const A a, size_t rows, const Group* panel, size_t depth,
                               const Into& c, const Ahead& ahead) {
  const size_t tiles = ceil_div(rows, kRows);
  for (size_t i = 0, r = 0; i < tiles; ++i) {
    const size_t height = rows / tiles + (i < rows % tiles);
    ahead.fetch(i, tiles);
    tile_of<Format>(height, a.below(r), panel, depth, c.below(r));
    r += height;
  }
}

}  // namespace karussell::KARUSSELL_LEVEL::softmax
