// The tile registers of Intel's matrix unit (AMX), behind a few functions.
//
// Eight tiles of up to 16 rows of 64 bytes: a product adds to each element of a tile of sums the
// products of a row of values with a column of weights, 64 bytes deep. A line of weights as they
// are packed, 16 groups from one depth to the next, is such a tile of weights already.
//
// The functions have two bodies. One is the instructions. The other does in C++ what the manual
// says that they do, for tests of all that is built on them on processors without the unit: a level
// that is compiled with KARUSSELL_EMULATE_AMX is never part of a wheel.
#pragma once

#include "product/format.h"

#if (defined(__AMX_TILE__) && defined(__AMX_BF16__) && defined(__AMX_INT8__)) || \
    defined(KARUSSELL_EMULATE_AMX)
#define KARUSSELL_MATRIX_UNIT
#endif

namespace karussell::KARUSSELL_LEVEL {

// Which products of many rows the level has a matrix unit for.
#if defined(KARUSSELL_MATRIX_UNIT)
template <class F>
constexpr bool kMatrixUnit = F::kPerGroup > 1;
#else
template <class F>
constexpr bool kMatrixUnit = false;
#endif

// Fewer rows than these go through the vector registers. Not yet measured on such a processor,
// where `python -m tests.native.crossing` compares.
constexpr size_t kFewestRows = 4;

#if defined(KARUSSELL_MATRIX_UNIT)

namespace matrix_unit {

constexpr size_t kMostTileRows = 16, kTileDepth = 16;  // groups of depth in a tile

// Tiles 0 to 3 hold sums, 4 and 5 values, 6 and 7 weights. `rows` is of the first two kinds.
#if !defined(KARUSSELL_EMULATE_AMX)

struct alignas(64) Shapes {
  std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {};
};

// The intrinsics of GCC do not tell the compiler that a load reads memory, or all of the shapes.
KARUSSELL_INLINE void set_shapes(size_t rows) {
  Shapes shapes;
  for (size_t tile = 0; tile < 8; ++tile)
    shapes.rows[tile] = static_cast<std::uint8_t>(tile < 6 ? rows : kMostTileRows);
  asm volatile("ldtilecfg %0" ::"m"(shapes));
}

KARUSSELL_INLINE void forget_tiles() { asm volatile("tilerelease"); }

template <int TILE>
KARUSSELL_INLINE void zero_tile() {
  asm volatile("tilezero %%tmm%c0" ::"i"(TILE));
}

// `stride` groups from row to row.
template <int TILE>
KARUSSELL_INLINE void load_tile(const Group* from, size_t stride) {
  asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(from), "r"(stride * sizeof(Group)), "i"(TILE)
               : "memory");
}

template <int TILE>
KARUSSELL_INLINE void store_tile(Group* to, size_t stride) {
  asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(to), "r"(stride * sizeof(Group)), "i"(TILE)
               : "memory");
}

template <class F, int SUMS, int VALUES, int WEIGHTS>
KARUSSELL_INLINE void add_tiles() {
  if constexpr (F::kPerGroup == 2)
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(SUMS), "i"(VALUES), "i"(WEIGHTS));
  else if constexpr (F::kOffset != 0)  // values are unsigned
    asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(SUMS), "i"(VALUES), "i"(WEIGHTS));
  else
    asm volatile("tdpbssd %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(SUMS), "i"(VALUES), "i"(WEIGHTS));
}

#else

struct Tiles {
  size_t rows;  // of sums and values; 0 while there are no shapes
  Group tile[8][kMostTileRows][kUnit];

  size_t rows_of(int which) const {
    if (rows == 0) __builtin_trap();  // what the processor does
    return which < 6 ? rows : kMostTileRows;
  }
};

inline thread_local Tiles tiles{};

inline void set_shapes(size_t rows) {
  if (rows == 0 || rows > kMostTileRows) __builtin_trap();
  tiles = {.rows = rows, .tile = {}};
}

inline void forget_tiles() { tiles = {}; }

template <int TILE>
void zero_tile() {
  for (size_t row = 0; row < tiles.rows_of(TILE); ++row)
    for (Group& group : tiles.tile[TILE][row]) group = 0;
}

template <int TILE>
void load_tile(const Group* from, size_t stride) {
  for (size_t row = 0; row < tiles.rows_of(TILE); ++row)
    __builtin_memcpy(tiles.tile[TILE][row], from + row * stride, kUnit * sizeof(Group));
}

template <int TILE>
void store_tile(Group* to, size_t stride) {
  for (size_t row = 0; row < tiles.rows_of(TILE); ++row)
    __builtin_memcpy(to + row * stride, tiles.tile[TILE][row], kUnit * sizeof(Group));
}

KARUSSELL_INLINE float float_of_bits(Group bits) {
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

// Numbers too small to be normal are zeros, where they come in and where they come out.
KARUSSELL_INLINE float flushed(float value) {
  return __builtin_fabsf(value) < 1.17549435e-38f ? __builtin_copysignf(0.f, value) : value;
}

// Sums of the first and of the second of all pairs by fused additions, both added, and then to what
// was there; every rounding is to the nearest.
inline void add_bfloat16(const Group* values, const Group (&weights)[kMostTileRows][kUnit],
                         Group* sums) {
  for (size_t column = 0; column < kUnit; ++column) {
    float both[2] = {};
    for (size_t k = 0; k < kTileDepth; ++k)
      for (Group half = 0; half < 2; ++half) {
        const auto number = [half](Group pair) {
          return flushed(float_of_bits(half == 0 ? pair << 16 : pair & 0xffff0000u));
        };
        both[half] =
            flushed(__builtin_fmaf(number(values[k]), number(weights[k][column]), both[half]));
      }
    const float sum = flushed(flushed(float_of_bits(sums[column])) + flushed(both[0] + both[1]));
    __builtin_memcpy(sums + column, &sum, sizeof sum);
  }
}

// Sums of four products each; what does not fit 32 bits wraps.
template <class Value>
void add_int8(const Group* values, const Group (&weights)[kMostTileRows][kUnit], Group* sums) {
  for (size_t column = 0; column < kUnit; ++column)
    for (size_t k = 0; k < kTileDepth; ++k)
      for (Group byte = 0; byte < 32; byte += 8)
        sums[column] += static_cast<Group>(static_cast<std::int8_t>(weights[k][column] >> byte) *
                                           static_cast<Value>(values[k] >> byte));
}

template <class F, int SUMS, int VALUES, int WEIGHTS>
void add_tiles() {
  for (size_t row = 0; row < tiles.rows_of(SUMS); ++row) {
    const Group* const values = tiles.tile[VALUES][row];
    if constexpr (F::kPerGroup == 2)
      add_bfloat16(values, tiles.tile[WEIGHTS], tiles.tile[SUMS][row]);
    else if constexpr (F::kOffset != 0)
      add_int8<std::uint8_t>(values, tiles.tile[WEIGHTS], tiles.tile[SUMS][row]);
    else
      add_int8<std::int8_t>(values, tiles.tile[WEIGHTS], tiles.tile[SUMS][row]);
  }
}

#endif

// The rows of this thread's tiles; 0 while it holds none.
inline constinit thread_local size_t rows_in_use = 0;

// Shapes cost as much as some dozen products and change with the number of rows alone.
KARUSSELL_INLINE void use_rows(size_t rows) {
  if (rows_in_use == rows) return;
  set_shapes(rows);
  rows_in_use = rows;
}

}  // namespace matrix_unit

// While this stands, its thread may use the unit; afterwards its tiles are given back, so that the
// system need not keep them when it changes threads.
struct MatrixUnit {
  MatrixUnit() = default;
  MatrixUnit(const MatrixUnit&) = delete;
  MatrixUnit& operator=(const MatrixUnit&) = delete;
  ~MatrixUnit() {
    if (matrix_unit::rows_in_use == 0) return;
    matrix_unit::forget_tiles();
    matrix_unit::rows_in_use = 0;
  }
};

#else

struct MatrixUnit {
  ~MatrixUnit() {}  // not trivial, lest it be an unused variable
};

#endif

}  // namespace karussell::KARUSSELL_LEVEL
