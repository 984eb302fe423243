// kernels/product/tile.h: products of any number of rows, on whatever unit the level has for them.
#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "formats.h"
#include "given/closeness.h"
#include "given/lent.h"
#include "given/running.h"
#include "given/values.h"

namespace karussell::test {
namespace {

using Words = std::vector<std::uint32_t>;

float number(std::uint32_t word, std::size_t half) {
  return std::bit_cast<float>(half == 0 ? word << 16 : word & 0xffff0000);
}

std::uint32_t pair_of(float first, float second) {
  return std::bit_cast<std::uint32_t>(first) >> 16 |
         (std::bit_cast<std::uint32_t>(second) & 0xffff0000);
}

struct Case {
  std::size_t rows, lines, depth, columns;
  Words a, b;
  Floats starts, before;
  Doubles right, written, sizes;  // with what was there before, and without

  Case(std::size_t rows_, std::size_t lines_, std::size_t depth_, std::size_t columns_)
      : rows(rows_), lines(lines_), depth(depth_), columns(columns_) {
    Random random(rows * 1009 + depth * 31 + columns);
    const auto some = [&] { return random.floats(1)[0]; };
    for (std::size_t i = 0; i < rows * depth; ++i) a.push_back(pair_of(some(), some()));
    for (std::size_t i = 0; i < lines * depth * kLineWords; ++i)
      b.push_back(pair_of(some(), some()));
    starts = random.floats(lines * kLineWords), before = random.floats(rows * columns);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t column = 0; column < columns; ++column) add_element(row, column);
  }

  void add_element(std::size_t row, std::size_t column) {
    double sum = starts[column], size = std::fabs(sum);
    const std::uint32_t* const line = &b[column / kLineWords * depth * kLineWords];
    for (std::size_t k = 0; k < depth; ++k)
      for (const std::size_t half : {0, 1}) {
        const double term =
            static_cast<double>(number(a[row * depth + k], half)) *
            static_cast<double>(number(line[k * kLineWords + column % kLineWords], half));
        sum += term, size += std::fabs(term);
      }
    const double there = before[row * columns + column];
    written.push_back(sum), right.push_back(sum + there), sizes.push_back(size + std::fabs(there));
  }
};

void check_case(const Formats& formats, const Case& one) {
  Lent lent;
  const Product product{
      lent.in(one.a),        one.rows,    lent.in(one.b), one.lines, one.depth, lent.in(one.starts),
      lent.both(one.before), one.columns, false};
  Product added = product;
  added.c = lent.both(one.before), added.add = true;
  formats.multiply(product);
  if (one.lines == 1)
    formats.multiply(added);  // no more lines than the registers of any level hold
  // Two products of a group, both exact, and one more of each beginning and end.
  const double tolerance =
      2 * static_cast<double>(2 * one.depth + 2) * kUnitRoundoff * largest(one.sizes);
  check_close("written", product.c, one.written, tolerance);
  if (one.lines == 1) check_close("added", added.c, one.right, tolerance);
  lent.check();
}

TEST_CASE("products of any number of rows, lines and columns agree, whatever their depth") {
  const std::size_t depths[] = {1, 17, 2, 32, 15, 33, 16, 100, 31, 48};
  std::size_t turn = 0;
  for (std::size_t rows = 1; rows < 70; rows += rows < 36 ? 1 : 5)
    for (const std::size_t lines : {1, 2, 3, 5}) {
      const std::size_t missing = turn % 4 * 5;
      const Case one(rows, lines, depths[turn++ % 10], lines * kLineWords - missing);
      INFO("rows ", rows, " lines ", lines, " depth ", one.depth, " columns ", one.columns);
      at_every_level([&](const Kernels& kernels) { check_case(formats_of(kernels.name), one); });
    }
}

// The sum of `first` and the products of pairs with ones.
float sum_of(const Formats& formats, const std::vector<Floats>& pairs, float one) {
  constexpr std::size_t kRows = 16;
  const std::size_t depth = pairs.size();
  Words a, b(depth * kLineWords, pair_of(one, one));
  for (std::size_t row = 0; row < kRows; ++row)
    for (const Floats& pair : pairs) a.push_back(pair_of(pair[0], pair[1]));
  Floats starts(kLineWords), c(kRows * kLineWords);
  formats.multiply(
      {a.data(), kRows, b.data(), 1, depth, starts.data(), c.data(), kLineWords, false});
  for (const float sum : c) REQUIRE(std::memcmp(&sum, c.data(), sizeof sum) == 0);
  return c[0];
}

TEST_CASE("the matrix unit computes what the manual says") {
  at_every_level([](const Kernels& kernels) {
    if (std::string(kernels.name) != "amx") return;
    const Formats& formats = formats_of(kernels.name);
    const float large = 1 << 12, tiny = std::bit_cast<float>(1u << 16);
    // The first numbers of all pairs are added up, the second ones, and then both.
    CHECK(sum_of(formats, {{large * large, -large * large}, {1, 1}}, 1) == 1);
    CHECK(sum_of(formats, {{3, -2}, {0.5, 0.25}}, 2) == 3.5);
    // Numbers below the normal ones are nothing, as factors and as sums.
    CHECK(sum_of(formats, {{tiny, tiny}}, std::ldexp(1.f, 120)) == 0);
    CHECK(sum_of(formats, {{std::ldexp(1.f, -100), 0}}, std::ldexp(1.f, -30)) == 0);
    CHECK(sum_of(formats, {{std::ldexp(1.f, -100), 0}}, std::ldexp(1.f, -26)) ==
          std::ldexp(1.f, -126));
    CHECK(std::isinf(sum_of(formats, {{std::ldexp(1.f, 100), 0}}, std::ldexp(1.f, 100))));
    CHECK(std::isnan(sum_of(formats, {{HUGE_VALF, -HUGE_VALF}}, 1)));
  });
}

}  // namespace
}  // namespace karussell::test
