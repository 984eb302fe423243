// Products of matrices: C (+)= A B, with B packed into panels.
//
// A panel holds kWidth columns of B over the whole depth, row by row: panel[k * kWidth + lane]. A
// panel that reaches beyond the last column is filled with zeros. A tile of up to kRows rows and one
// panel lives in registers; the depth is walked in blocks of kDepth so that a slice of a panel stays
// in the first-level cache while all rows pass over it. Every element is summed in the same order
// whatever the number of rows, panels or threads: block by block, each from its first k to its last.
#pragma once

#include "vector.h"

namespace karussell::KARUSSELL_LEVEL {

constexpr size_t kDepth = 256;      // a panel slice of 256 * 16 floats: 16 KiB of a 32 KiB cache
constexpr size_t kRowBlock = 96;    // rows of A that stay in the second-level cache: 96 KiB
constexpr size_t kLine = 16;        // floats in a cache line
constexpr size_t kGap = 16;         // floats between rows, so that rows do not meet in one cache set

// A as it stands in memory: row r, depth k at from[r * stride + k].
struct Rows {
  const float* from;
  size_t stride;
  KARUSSELL_INLINE float at(size_t r, size_t k) const { return from[r * stride + k]; }
};

// A transposed, packed by kRows: row r, depth k at from[k * kRows + r].
struct Columns {
  const float* from;
  KARUSSELL_INLINE float at(size_t r, size_t k) const { return from[k * kRows + r]; }
};

// Where a tile goes: C row-major, `valid` of its kWidth columns, started from `start` (kWidth values,
// the same for every row), or from what is there already when start is null. Meanwhile the panel
// slice at `ahead` is brought near, unless that is null.
struct Target {
  float* to;
  size_t stride;
  size_t valid;
  const float* start;
  const float* ahead = nullptr;
};

// Never inlined: inside a larger function the compiler moves the sums out of the registers.
template <size_t ROWS, class A>
[[gnu::noinline]] void tile(const A a, const float* panel, size_t depth, const Target& c) {
  Vec sums[ROWS][kVectors];
  float edge[kWidth];
  for (size_t r = 0; r < ROWS; ++r) {
    const float* from = c.start != nullptr ? c.start : c.to + r * c.stride;
    if (c.start == nullptr && c.valid < kWidth) {
      for (size_t lane = 0; lane < kWidth; ++lane) edge[lane] = lane < c.valid ? from[lane] : 0;
      from = edge;
    }
    for (size_t v = 0; v < kVectors; ++v) sums[r][v] = load(from + v * kLanes);
  }
  const float* ahead = c.ahead != nullptr ? c.ahead : panel;
  for (size_t k = 0; k < depth; ++k, panel += kWidth, ahead += kWidth) {
    Vec b[kVectors];
#pragma GCC unroll 4
    for (size_t line = 0; line < kWidth; line += kLine) __builtin_prefetch(ahead + line, 0, 2);
#pragma GCC unroll 4
    for (size_t v = 0; v < kVectors; ++v) b[v] = load(panel + v * kLanes);
#pragma GCC unroll 16
    for (size_t r = 0; r < ROWS; ++r) {
      const float value = a.at(r, k);
#pragma GCC unroll 4
      for (size_t v = 0; v < kVectors; ++v) sums[r][v] += value * b[v];
    }
  }
  for (size_t r = 0; r < ROWS; ++r) {
    float* to = c.valid < kWidth ? edge : c.to + r * c.stride;
    for (size_t v = 0; v < kVectors; ++v) store(to + v * kLanes, sums[r][v]);
    if (c.valid < kWidth)
      for (size_t lane = 0; lane < c.valid; ++lane) c.to[r * c.stride + lane] = edge[lane];
  }
}

template <class A>
KARUSSELL_INLINE void tile_of(size_t rows, const A a, const float* panel, size_t depth,
                              const Target& c) {
  switch (rows) {
    case 1: return tile<1>(a, panel, depth, c);
    case 2: return tile<2>(a, panel, depth, c);
    case 3: return tile<3>(a, panel, depth, c);
    case 4: return tile<4>(a, panel, depth, c);
    case 5: return tile<5>(a, panel, depth, c);
    case 6: return tile<6>(a, panel, depth, c);
#if defined(__AVX512F__)
    case 7: return tile<7>(a, panel, depth, c);
    case 8: return tile<8>(a, panel, depth, c);
    case 9: return tile<9>(a, panel, depth, c);
    case 10: return tile<10>(a, panel, depth, c);
    case 11: return tile<11>(a, panel, depth, c);
    case 12: return tile<12>(a, panel, depth, c);
#endif
  }
}

// Rows [0, rows) of A against one slice of a panel, in tiles of nearly equal height: a tile of two
// rows takes as long as one of four, so 32 rows go as 6 6 5 5 5 5 and not as 6 6 6 6 6 2.
KARUSSELL_INLINE void multiply(const Rows a, size_t rows, const float* panel, size_t depth,
                               const Target& c) {
  const size_t tiles = ceil_div(rows, kRows);
  for (size_t i = 0, r = 0; i < tiles; ++i) {
    const size_t height = rows / tiles + (i < rows % tiles);
    const Target here{c.to + r * c.stride, c.stride, c.valid, c.start, c.ahead};
    tile_of(height, Rows{a.from + r * a.stride, a.stride}, panel, depth, here);
    r += height;
  }
}

// The whole depth of one panel.
KARUSSELL_INLINE void multiply_through(const Rows a, size_t rows, const float* panel, size_t depth,
                                       const Target& c) {
  for (size_t k = 0; k < depth; k += kDepth) {
    const float* const slice = panel + k * kWidth;
    const Target here{c.to, c.stride, c.valid, k == 0 ? c.start : nullptr, slice + kDepth * kWidth};
    multiply(Rows{a.from + k, a.stride}, rows, slice, least(kDepth, depth - k), here);
  }
}

// Copies rows of A, a block of its depth, to where they lie close together: kRowBlock rows of
// kDepth + kGap floats.
KARUSSELL_INLINE Rows gather(const Rows a, size_t rows, size_t depth, float* to) {
  for (size_t r = 0; r < rows; ++r)
    __builtin_memcpy(to + r * (kDepth + kGap), a.from + r * a.stride, depth * sizeof(float));
  return {to, kDepth + kGap};
}
constexpr size_t kGathered = kRowBlock * (kDepth + kGap);

// Copies `rows` columns of a row-major matrix as rows of A: `depth` rows, packed by kRows. Reads and
// writes up to kLanes floats beyond the last.
KARUSSELL_INLINE void gather_columns(const float* from, size_t stride, size_t rows, size_t depth,
                                     float* to) {
  for (size_t group = 0; group < rows; group += kRows)
    for (size_t k = 0; k < depth; ++k, to += kRows)
      for (size_t r = 0; r < kRows; r += kLanes)  // what is too much is written over by the next k
        store(to + r, load(from + k * stride + group + r));
}

// Packs up to kWidth rows of a row-major matrix as the columns of a panel: the panel of B = from^T.
// In short blocks, so that what is written row by row stays in the cache until its line is full.
inline void pack_rows(const float* from, size_t stride, size_t valid, size_t depth, float* panel) {
  constexpr size_t kBlock = 128;
  for (size_t k = 0; k < depth; k += kBlock) {
    const size_t last = least(k + kBlock, depth);
    for (size_t lane = 0; lane < kWidth; ++lane) {
      const float* const row = from + lane * stride;
      if (lane < valid)
        for (size_t j = k; j < last; ++j) panel[j * kWidth + lane] = row[j];
      else
        for (size_t j = k; j < last; ++j) panel[j * kWidth + lane] = 0;
    }
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
