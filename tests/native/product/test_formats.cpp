// kernels/product/format.h: products in each number format.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "formats.h"
#include "given/closeness.h"
#include "given/lent.h"
#include "given/running.h"
#include "given/values.h"

namespace karussell::test {
namespace {

using Words = std::vector<std::uint32_t>;

template <class Test>
void for_every_level(const Test test) {
  at_every_level([&](const Kernels& kernels) { test(formats_of(kernels.name)); });
}

// Four signed numbers in a word, the first in the lowest byte.
std::uint32_t word_of(const int (&four)[4], int offset) {
  std::uint32_t word = 0;
  for (int i = 0; i < 4; ++i)
    word |= static_cast<std::uint32_t>((four[i] + offset) & 0xff) << 8 * i;
  return word;
}

// Numbers of one product: `row` and depth to a weight, depth to a value.
template <class Weight, class Value>
void check_int8(const Formats& formats, std::size_t depth, const Weight weight, const Value value) {
  Words lines(depth * kLineWords), values(depth);
  std::vector<std::int32_t> begin(kLineWords), right(kLineWords);
  for (std::size_t k = 0; k < depth; ++k) {
    int v[4];
    for (std::size_t i = 0; i < 4; ++i) v[i] = value(4 * k + i);
    values[k] = word_of(v, formats.int8_offset);
    for (std::size_t row = 0; row < kLineWords; ++row) {
      int w[4];
      for (std::size_t i = 0; i < 4; ++i) {
        w[i] = weight(row, 4 * k + i);
        begin[row] -= formats.int8_offset * w[i];
        right[row] += w[i] * v[i];
      }
      lines[k * kLineWords + row] = word_of(w, 0);
    }
  }
  Lent lent;
  std::int32_t* const sums = lent.both(begin);
  formats.int8(lent.in(lines), lent.in(values), depth, sums);
  for (std::size_t row = 0; row < kLineWords; ++row) REQUIRE(sums[row] == right[row]);
  lent.check();
}

TEST_CASE("int8 products are exact where every number is as large as it can be") {
  for_every_level([](const Formats& formats) {
    for (int signs = 0; signs < 256; ++signs) {
      const auto weight = [signs](std::size_t row, std::size_t k) {
        const int turned = row % 2 == 0 ? signs : ~signs;
        return (turned >> (k % 4) & 1) == 0 ? 127 : -127;
      };
      const auto value = [signs](std::size_t k) {
        return (signs >> (4 + k % 4) & 1) == 0 ? 127 : -127;
      };
      // The longest row that a sum of 32 bits holds with room to spare for the offset.
      for (const std::size_t depth : {1, 3, 16'000}) {
        if (depth == 16'000 && signs % 15 != 0) continue;
        check_int8(formats, depth, weight, value);
      }
    }
  });
}

TEST_CASE("int8 products are exact for every pair of numbers") {
  for_every_level([](const Formats& formats) {
    const auto weight = [](std::size_t row, std::size_t k) {
      return std::min(static_cast<int>(row * 16 + k) - 127, 127);
    };
    for (int v = -127; v <= 127; ++v)
      check_int8(formats, 4, weight, [v](std::size_t k) {
        return k % 3 == 0 ? v : k % 3 == 1 ? -v : 0;
      });
  });
}

TEST_CASE("int8 products are exact for numbers at random") {
  for_every_level([](const Formats& formats) {
    Random random(1);
    std::vector<int> weights(kLineWords * 4 * 33), values(4 * 33);
    for (const int most : {1, 20, 127})
      for (const std::size_t depth : {1, 2, 15, 16, 17, 33}) {
        for (int& w : weights) w = random.whole(-most, most);
        for (int& v : values) v = random.whole(-127, 127);
        check_int8(
            formats, depth,
            [&](std::size_t row, std::size_t k) { return weights[row * 4 * 33 + k]; },
            [&](std::size_t k) { return values[k]; });
      }
  });
}

TEST_CASE("float32 products are as near as their roundings") {
  for_every_level([](const Formats& formats) {
    Random random(2);
    for (const std::size_t depth : {1, 2, 15, 16, 17, 31, 33, 670, 1023}) {
      const Floats weights = random.floats(depth * kLineWords), values = random.floats(depth);
      const Floats begin = random.floats(kLineWords);
      Words lines, words;
      for (const float w : weights) lines.push_back(std::bit_cast<std::uint32_t>(w));
      for (const float v : values) words.push_back(std::bit_cast<std::uint32_t>(v));
      Doubles right = doubles(begin), sizes(kLineWords, 1);
      for (std::size_t k = 0; k < depth; ++k)
        for (std::size_t row = 0; row < kLineWords; ++row) {
          const double term = static_cast<double>(weights[k * kLineWords + row]) * values[k];
          right[row] += term;
          sizes[row] += std::fabs(term);
        }
      Lent lent;
      float* const sums = lent.both(begin);
      formats.float32(lent.in(lines), lent.in(words), depth, sums);
      // Each term is rounded as a product and in each of the sums it is part of.
      check_close("sums", sums, right,
                  static_cast<double>(depth + 1) * kUnitRoundoff * largest(sizes));
      lent.check();
    }
  });
}

TEST_CASE("bfloat16 products are as near as the roundings of their sums") {
  for_every_level([](const Formats& formats) {
    Random random(3);
    for (const std::size_t depth : {1, 2, 15, 16, 17, 31, 33, 335, 512}) {
      Words lines(depth * kLineWords), words(depth);
      const auto half = [&] { return std::bit_cast<std::uint32_t>(random.floats(1)[0]) >> 16; };
      for (std::uint32_t& line : lines) line = half() | half() << 16;
      for (std::uint32_t& word : words) word = half() | half() << 16;
      const auto number = [&](std::uint32_t word, int i) {
        return std::bit_cast<float>(i == 0 ? word << 16 : word & 0xffff0000);
      };
      Doubles right(kLineWords), sizes(kLineWords);
      for (std::size_t k = 0; k < depth; ++k)
        for (std::size_t row = 0; row < kLineWords; ++row)
          for (int i = 0; i < 2; ++i) {
            const double term = static_cast<double>(number(lines[k * kLineWords + row], i)) *
                                static_cast<double>(number(words[k], i));
            right[row] += term;
            sizes[row] += std::fabs(term);
          }
      Lent lent;
      float* const sums = lent.both(Floats(kLineWords));
      formats.bfloat16(lent.in(lines), lent.in(words), depth, sums);
      // Products of two bfloat16 are exact in float32. Arm's instruction rounds to odd, which may
      // be twice as far as the nearest.
      check_close("sums", sums, right,
                  2 * static_cast<double>(2 * depth) * kUnitRoundoff * largest(sizes));
      lent.check();
    }
  });
}

TEST_CASE("rounding to bfloat16 takes the nearest, of two equally near the even one") {
  for_every_level([](const Formats& formats) {
    // Around every bfloat16 of either sign: itself, and below, at and above the middle to the next.
    Floats from;
    Words right;
    for (std::uint32_t half = 0; half < 0x10000; ++half)
      for (const std::uint32_t rest : {0u, 0x7fffu, 0x8000u, 0x8001u}) {
        const std::uint32_t bits = half << 16 | rest;
        from.push_back(std::bit_cast<float>(bits));
        const bool up = rest > 0x8000 || (rest == 0x8000 && half % 2 != 0);
        const bool nan = (bits & 0x7fffffff) > 0x7f800000;
        right.push_back(nan ? half | 0x40 : half + up);
      }
    Lent lent;
    const float* const lent_from = lent.in(from);
    std::uint32_t* const vectors = lent.out<std::uint32_t>(right.size());
    std::uint32_t* const each = lent.out<std::uint32_t>(right.size());
    for (std::size_t at = 0; at < right.size(); at += kLineWords) {
      formats.nearest_vectors(lent_from + at, vectors + at);
      formats.nearest_each(lent_from + at, each + at);
    }
    CHECK(std::equal(right.begin(), right.end(), vectors));
    CHECK(std::equal(right.begin(), right.end(), each));
    lent.check();
  });
}

TEST_CASE("a bfloat16 becomes the float32 of the same value") {
  for_every_level([](const Formats& formats) {
    for (std::uint32_t half = 0; half < 0x10000; ++half)
      REQUIRE(std::bit_cast<std::uint32_t>(formats.float_of(static_cast<std::uint16_t>(half))) ==
              half << 16);
  });
}

}  // namespace
}  // namespace karussell::test
