// The number formats of kernels/product/format.h as one instruction set multiplies them: what
// level_formats.cpp makes of them for the tests.
#pragma once

#include <cstddef>
#include <cstdint>

namespace karussell::test {

constexpr std::size_t kLineWords = 16;  // a line of weights: one word for each of 16 rows

// C = starts of columns + A B in bfloat16, as layers multiply.
struct Product {
  const std::uint32_t* a;  // (rows, depth)
  std::size_t rows;
  const std::uint32_t* b;  // (lines, depth, 16)
  std::size_t lines, depth;
  const float* starts;  // (lines, 16)
  float* c;             // (rows, columns)  added to, or written
  std::size_t columns;  // 16 a line at most
  bool add;
};

struct Formats {
  // sums[row] += line k, word row, times values[k], for all k of the depth.
  void (*float32)(const std::uint32_t* lines, const std::uint32_t* values, std::size_t depth,
                  float* sums);
  void (*bfloat16)(const std::uint32_t* lines, const std::uint32_t* values, std::size_t depth,
                   float* sums);
  void (*int8)(const std::uint32_t* lines, const std::uint32_t* values, std::size_t depth,
               std::int32_t* sums);
  std::int32_t int8_offset;
  void (*multiply)(const Product&);
  // 16 floats to the nearest bfloat16, by vectors and one by one, and back.
  void (*nearest_vectors)(const float* from, std::uint32_t* to);
  void (*nearest_each)(const float* from, std::uint32_t* to);
  float (*float_of)(std::uint16_t half);
};

// Of the level with this name.
const Formats& formats_of(const char* level);

}  // namespace karussell::test
