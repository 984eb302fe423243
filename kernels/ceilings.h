// What this machine can do at most: reading memory, and products in registers.
//
// Benchmarks compare kernels with it. Reading takes the lines that products read; products are
// those of format.h, on values that never leave their registers, or those of the matrix unit where
// the level has one for the format.
#pragma once

#include "product/panel.h"

namespace karussell::KARUSSELL_LEVEL {

namespace {

// Makes the compiler forget what it knows about a register, so that it computes every product anew.
template <class V>
KARUSSELL_INLINE void forget(V& v) {
#if defined(__AVX512F__)
  asm volatile("" : "+v"(v));
#elif defined(__x86_64__) || defined(__i386__)
  asm volatile("" : "+x"(v));
#elif defined(__aarch64__)
  asm volatile("" : "+w"(v));
#else
  asm volatile("" : "+m"(v));
#endif
}

// Enough streams to hide how long one addition takes.
constexpr size_t kStreams = 8;
constexpr size_t kSums = kMostRows[kMostLines] * kMostLines * kRegisters;  // as many as products

// Reads whole pieces of kReadPiece bytes from a line's beginning, `rounds` times over. Returns a
// group that depends on all of them.
constexpr size_t kReadPiece = kStreams * kBytes;

Group read_memory(const Group* from, size_t bytes, size_t rounds) {
  Groups sums[kStreams] = {};
  const Group* const end = from + bytes / kReadPiece * kReadPiece / sizeof(Group);
  for (size_t round = 0; round < rounds; ++round) {
    for (const Group* at = from; at != end; at += kStreams * kLanes)
#pragma GCC unroll 8
      for (size_t i = 0; i < kStreams; ++i) sums[i] ^= load_groups(at + i * kLanes);
    asm volatile("" ::: "memory");  // the next round reads again
  }
  for (size_t i = 1; i < kStreams; ++i) sums[0] ^= sums[i];
  Group all = 0;
  for (size_t i = 0; i < kLanes; ++i) all ^= sums[0][i];
  return all;
}

#if defined(KARUSSELL_MATRIX_UNIT)

// As products go: four tiles of sums, two of values and two of weights.
template <class Format>
std::uint64_t multiply_in_tiles(size_t rounds) {
  using namespace matrix_unit;
  const MatrixUnit unit;
  use_rows(kMostTileRows);
  zero_sums<8>();
  for (size_t round = 0; round < rounds; ++round) {
    add_tiles<Format, 0, 4, 6>(), add_tiles<Format, 2, 5, 6>();
    add_tiles<Format, 1, 4, 7>(), add_tiles<Format, 3, 5, 7>();
  }
  return static_cast<std::uint64_t>(rounds) * 4 * kMostTileRows * kUnit * kTileDepth *
         Format::kPerGroup * 2;
}

#endif

// Returns how many operations `rounds` rounds of products were: a multiplication and an addition
// for each pair of numbers.
template <class Format>
std::uint64_t multiply_registers(size_t rounds) {
#if defined(KARUSSELL_MATRIX_UNIT)
  if constexpr (kMatrixUnit<Format>) return multiply_in_tiles<Format>(rounds);
#endif
  typename Format::Sum sums[kSums] = {};
  Groups weights{}, values{};
  forget(weights);
  forget(values);
  for (size_t round = 0; round < rounds; ++round) {
    forget(values);
#pragma GCC unroll 24
    for (size_t i = 0; i < kSums; ++i) {
      forget(weights);
      if constexpr (Format::kSquares)
        sums[i] = Format::add_square(sums[i], weights, values);
      else
        sums[i] = Format::add(sums[i], weights, values);
      forget(sums[i]);
    }
  }
  constexpr size_t kPerLane = Format::kPerGroup * (Format::kSquares ? 2 : 1);
  return static_cast<std::uint64_t>(rounds) * kSums * kLanes * kPerLane * 2;
}

}  // namespace

}  // namespace karussell::KARUSSELL_LEVEL
