// Products by the tiles of the matrix unit: two tiles of rows of values against two lines of
// weights, or one against up to four. Their sums stay in tiles over the whole depth.
#pragma once

#include "product/matrix_unit.h"
#include "product/registers.h"

#if defined(KARUSSELL_MATRIX_UNIT)

namespace karussell::KARUSSELL_LEVEL::matrix_unit {

// How rows are cut into tiles of the same height, so that the shapes stay. The last tile may begin
// before the one above it ends; `new_rows` are those that are its own.
struct Cut {
  size_t rows, tiles, height;

  KARUSSELL_INLINE explicit Cut(size_t number)
      : rows(number), tiles(ceil_div(number, kMostTileRows)), height(ceil_div(number, tiles)) {}

  KARUSSELL_INLINE size_t first(size_t tile) const { return least(tile * height, rows - height); }
  KARUSSELL_INLINE Range new_rows(size_t tile) const {
    return {tile * height - first(tile), height};
  }
};

// How the groups of a tile of values lie: blocks of 16 groups of depth `step` apart, their rows
// `row` apart, or `last_row` in the last block if that is not full.
struct Blocks {
  size_t row, step, last_row;
};

// Where tiles of values begin; the second may be null.
struct TilesOfValues {
  const Group *first, *second;
};

constexpr size_t kSumsRoom = 4 * kMostTileRows * kUnit;  // of all tiles of sums

template <class F, size_t TILES, size_t LINES, size_t LINE = 0>
KARUSSELL_INLINE void add_line_tiles(const Group* weights, size_t stride, size_t row) {
  constexpr int kWeights = 6 + LINE % 2;
  load_tile<kWeights>(weights, row);
  add_tiles<F, LINE, 4, kWeights>();
  if constexpr (TILES == 2) add_tiles<F, LINES + LINE, 5, kWeights>();
  if constexpr (LINE + 1 < LINES)
    add_line_tiles<F, TILES, LINES, LINE + 1>(weights + stride, stride, row);
}

// The block that is not full, through copies that are filled with zeros.
template <class F, size_t TILES, size_t LINES>
[[gnu::noinline]] void add_last_block(const TilesOfValues values, size_t row, const Weights b,
                                      size_t depth) {
  alignas(64) Group square[LINES][kMostTileRows * kUnit] = {};
  const auto copy_rows = [depth](const Group* from, size_t stride, Group* to) {
    for (size_t r = 0; r < rows_in_use; ++r)
      for (size_t k = 0; k < depth; ++k) to[r * kUnit + k] = from[r * stride + k];
  };
  copy_rows(values.first, row, square[0]);
  load_tile<4>(square[0], kUnit);
  if constexpr (TILES == 2) {
    copy_rows(values.second, row, square[0]);
    load_tile<5>(square[0], kUnit);
  }
  for (size_t k = depth * kUnit; k < kMostTileRows * kUnit; ++k) square[0][k] = 0;
  for (size_t line = 0; line < LINES; ++line)
    for (size_t k = 0; k < depth; ++k)
      __builtin_memcpy(square[line] + k * kUnit, b.from + line * b.stride + k * b.step,
                       kUnit * sizeof(Group));
  add_line_tiles<F, TILES, LINES>(square[0], kMostTileRows * kUnit, kUnit);
}

template <size_t COUNT, size_t TILE = 0>
KARUSSELL_INLINE void zero_sums() {
  zero_tile<TILE>();
  if constexpr (TILE + 1 < COUNT) zero_sums<COUNT, TILE + 1>();
}

// Sums of tile t and line l at to[t * 16 * LINES * 16 + l * 16], rows LINES * 16 apart.
template <size_t TILES, size_t LINES, size_t TILE = 0>
KARUSSELL_INLINE void store_sums(Group* to) {
  store_tile<TILE>(to + (TILE / LINES * kMostTileRows * LINES + TILE % LINES) * kUnit,
                   LINES * kUnit);
  if constexpr (TILE + 1 < TILES * LINES) store_sums<TILES, LINES, TILE + 1>(to);
}

// The sums of the products of one or two tiles of values with some lines, the whole depth.
template <class F, size_t TILES, size_t LINES>
[[gnu::noinline]] void sum_tiles(const TilesOfValues values, const Blocks blocks, const Weights b,
                                 size_t depth, Group* to) {
  zero_sums<TILES * LINES>();
  const Group *first = values.first, *second = values.second, *weights = b.from;
  const size_t whole = depth / kTileDepth, step = kTileDepth * b.step;
  for (size_t block = 0; block < whole; ++block) {
    load_tile<4>(first, blocks.row);
    if constexpr (TILES == 2) load_tile<5>(second, blocks.row);
    add_line_tiles<F, TILES, LINES>(weights, b.stride, b.step);
    first += blocks.step, weights += step;
    if constexpr (TILES == 2) second += blocks.step;
  }
  if (depth % kTileDepth != 0)
    add_last_block<F, TILES, LINES>({first, second}, blocks.last_row, {weights, b.stride, b.step},
                                    depth % kTileDepth);
  store_sums<TILES, LINES>(to);
}

// All lines of weights, as many at a time as their sums have tiles. Calls take(sums of the first
// tile, of the second, groups from row to row, first line, lines) with each.
template <class F, class Take>
KARUSSELL_INLINE void multiply_tiles(const TilesOfValues values, const Blocks& blocks,
                                     const Weights& b, size_t lines, size_t depth,
                                     const Take take) {
  alignas(64) Group sums[kSumsRoom];
  const auto with = [&](auto tiles, auto most) KARUSSELL_INLINED {
    constexpr size_t kTiles = decltype(tiles)::kValue, kMost = decltype(most)::kValue;
    in_parts(lines, kMost, [&](size_t line, size_t count) KARUSSELL_INLINED {
      const Weights here{b.from + line * b.stride, b.stride, b.step};
      with_constant<kMost>(count, [&](auto known) KARUSSELL_INLINED {
        sum_tiles<F, kTiles, decltype(known)::kValue>(values, blocks, here, depth, sums);
      });
      take(sums, sums + kMostTileRows * count * kUnit, count * kUnit, line, count);
    });
  };
  if (values.second == nullptr)
    with(Constant<1>{}, Constant<4>{});
  else
    with(Constant<2>{}, Constant<2>{});
}

// Rows of 16 groups, `valid` of 16 and the others zeros, to columns: a piece of a line of weights
// to a tile of values. They may stand where they stood.
inline void turn(const Group* from, size_t stride, size_t valid, Group* to) {
  Group square[kUnit][kUnit];
  for (size_t row = 0; row < kUnit; ++row)
    for (size_t at = 0; at < kUnit; ++at)
      square[row][at] = row < valid ? from[row * stride + at] : 0;
#if defined(__AVX512F__)
  __m512i rows[kUnit];
  for (size_t row = 0; row < kUnit; ++row) rows[row] = _mm512_loadu_si512(square[row]);
  // Exchanges the quarters of squares off their diagonal: of 16, then 8, 4 and 2.
  const auto exchange = [&rows](auto size) KARUSSELL_INLINED {
    constexpr int kHalf = decltype(size)::kValue;
    Group low[kUnit], high[kUnit];
    for (int i = 0; i < static_cast<int>(kUnit); ++i) {
      low[i] = static_cast<Group>((i & kHalf) != 0 ? 16 + i - kHalf : i);
      high[i] = static_cast<Group>((i & kHalf) != 0 ? 16 + i : i + kHalf);
    }
    const __m512i lows = _mm512_loadu_si512(low), highs = _mm512_loadu_si512(high);
#pragma GCC unroll 16
    for (size_t row = 0; row < kUnit; ++row) {
      if ((row & kHalf) != 0) continue;
      const __m512i above = rows[row], below = rows[row + kHalf];
      rows[row] = _mm512_permutex2var_epi32(above, lows, below);
      rows[row + kHalf] = _mm512_permutex2var_epi32(above, highs, below);
    }
  };
  exchange(Constant<8>{}), exchange(Constant<4>{}), exchange(Constant<2>{}),
      exchange(Constant<1>{});
  for (size_t row = 0; row < kUnit; ++row) _mm512_storeu_si512(to + row * kUnit, rows[row]);
#else
  for (size_t row = 0; row < kUnit; ++row)
    for (size_t at = 0; at < kUnit; ++at) to[row * kUnit + at] = square[at][row];
#endif
}

}  // namespace karussell::KARUSSELL_LEVEL::matrix_unit

#endif
