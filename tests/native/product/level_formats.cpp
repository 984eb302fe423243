// Compiled once for each instruction set, beside level_kernels.cpp and under the same rules.
#include "formats.h"
#include "product/tile.h"

namespace karussell::KARUSSELL_LEVEL {

namespace {

using test::kLineWords;
static_assert(kLineWords == kUnit);

template <class Format, class Number>
void products(const Group* lines, const Group* values, size_t depth, Number* sums) {
  for (size_t at = 0; at < kUnit; at += kLanes) {
    typename Format::Sum total;
    __builtin_memcpy(&total, sums + at, sizeof total);
    for (size_t k = 0; k < depth; ++k)
      total = Format::add(total, load_groups(lines + k * kUnit + at), broadcast_group(values[k]));
    __builtin_memcpy(sums + at, &total, sizeof total);
  }
}

void multiply(const test::Product& p) {
  const MatrixUnit unit;
  const Operand a{p.a, p.depth, 1};
  const training::Lines b{p.b, p.depth * kUnit, p.lines};
  if (p.add)
    training::multiply_lines<BFloat16>(
        a, p.rows, b, p.depth,
        {.to = p.c, .stride = p.columns, .valid = p.columns, .columns = p.starts, .add = true});
  else
    training::multiply<BFloat16>(a, p.rows, b, p.depth, {p.c, p.columns, p.columns, p.starts});
}

void nearest_vectors(const float* from, Group* to) {
  for (size_t at = 0; at < kUnit; at += kLanes) {
    const Groups halves = nearest_bfloat16(load(from + at));
    __builtin_memcpy(to + at, &halves, sizeof halves);
  }
}

void nearest_each(const float* from, Group* to) {
  for (size_t i = 0; i < kUnit; ++i) to[i] = nearest_bfloat16(from[i]);
}

float float_of(std::uint16_t half) { return float_of_bfloat16(half); }

constexpr test::Formats kFormats{
    .float32 = products<Float32, float>,
    .bfloat16 = products<BFloat16, float>,
    .int8 = products<Int8, std::int32_t>,
    .int8_offset = Int8::kOffset,
    .multiply = multiply,
    .nearest_vectors = nearest_vectors,
    .nearest_each = nearest_each,
    .float_of = float_of,
};

}  // namespace

extern const test::Formats& formats();
const test::Formats& formats() { return kFormats; }

}  // namespace karussell::KARUSSELL_LEVEL
