// The tile registers of Intel's matrix unit (AMX), behind a few functions.
//
// Eight tiles of up to 16 rows of 64 bytes: a product adds to each element of a tile of sums the
// products of a row of values with a column of weights, 64 bytes deep. A line of weights as they
// are packed, 16 groups from one depth to the next, is such a tile of weights already.
//
// On processors without the unit tests/native/given/interpreter.cpp carries the instructions out.
#pragma once

#include "product/format.h"

#if defined(__AMX_TILE__) && defined(__AMX_BF16__) && defined(__AMX_INT8__)
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
  else
    asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(SUMS), "i"(VALUES), "i"(WEIGHTS));
}

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
