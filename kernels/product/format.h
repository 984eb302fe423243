// The number formats of products: what a 32-bit group of depth holds, and how it is multiplied.
//
// Every format packs its weights in lines of 64 bytes: one 32-bit group for each of 16 rows. A
// group holds kPerGroup neighbours along the depth: one float32, two bfloat16 or four int8. A
// product then reads one line of weights and one group of values at a time, in any format and at
// any width.
#pragma once

#include "vector.h"

namespace karussell::KARUSSELL_LEVEL {

using Group = std::uint32_t;
using Groups = Group __attribute__((vector_size(kBytes)));

constexpr size_t kUnit = 16;                   // rows in a line
constexpr size_t kRegisters = kUnit / kLanes;  // vectors in a line

KARUSSELL_INLINE Groups load_groups(const Group* from) {
  Groups v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

KARUSSELL_INLINE void store_groups(Group* to, Groups v) { __builtin_memcpy(to, &v, sizeof v); }

KARUSSELL_INLINE Groups broadcast_group(Group group) { return group - Groups{}; }
KARUSSELL_INLINE Groups groups_of(Vec v) { return reinterpret_cast<Groups>(v); }
KARUSSELL_INLINE Vec floats_of(Groups v) { return reinterpret_cast<Vec>(v); }

// Whether two rows of values are multiplied with lines at once: `add_square` adds to {x a, x b, y
// a, y b} the products of two groups each of the values x and y, {x0, x1, y0, y1}, and of the
// weights a and b. It rounds as `add` does for the first groups and then for the second ones.
#if defined(__ARM_FEATURE_MATMUL_INT8) && defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC)
#define KARUSSELL_HAS_SQUARES
constexpr bool kHasSquares = true;
#else
constexpr bool kHasSquares = false;
#endif

struct Float32 {
  static constexpr size_t kPerGroup = 1;
  static constexpr bool kSquares = false;
  using Sum = Vec;
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
    return sum + floats_of(weights) * floats_of(values);
  }
};

// The nearest bfloat16, ties to even, in the lower half of each group. A NaN stays one.
KARUSSELL_INLINE Groups nearest_bfloat16(Vec v) {
  const Groups bits = groups_of(v);
  const Groups rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  return v == v ? rounded : bits >> 16 | 0x40;
}

KARUSSELL_INLINE std::uint16_t nearest_bfloat16(float value) {
  Group bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  if (value != value) return static_cast<std::uint16_t>(bits >> 16 | 0x40);
  return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

KARUSSELL_INLINE float float_of_bfloat16(std::uint16_t half) {
  const Group bits = static_cast<Group>(half) << 16;
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
}

struct BFloat16 {
  static constexpr size_t kPerGroup = 2;
  static constexpr bool kSquares = kHasSquares;
  using Sum = Vec;
  // The first of each pair, and the second, as floats.
  KARUSSELL_INLINE static Vec first(Groups pairs) { return floats_of(pairs << 16); }
  KARUSSELL_INLINE static Vec second(Groups pairs) { return floats_of(pairs & 0xffff0000); }
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
#if defined(__AVX512BF16__)
    return reinterpret_cast<Vec>(_mm512_dpbf16_ps(reinterpret_cast<__m512>(sum),
                                                  reinterpret_cast<__m512bh>(weights),
                                                  reinterpret_cast<__m512bh>(values)));
#elif defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC)
    return reinterpret_cast<Vec>(vbfdotq_f32(reinterpret_cast<float32x4_t>(sum),
                                             reinterpret_cast<bfloat16x8_t>(weights),
                                             reinterpret_cast<bfloat16x8_t>(values)));
#else
    sum += second(weights) * second(values);
    return sum + first(weights) * first(values);
#endif
  }
#if defined(KARUSSELL_HAS_SQUARES)
  KARUSSELL_INLINE static Sum add_square(Sum sum, Groups weights, Groups values) {
    return reinterpret_cast<Vec>(vbfmmlaq_f32(reinterpret_cast<float32x4_t>(sum),
                                              reinterpret_cast<bfloat16x8_t>(values),
                                              reinterpret_cast<bfloat16x8_t>(weights)));
  }
#endif
};

// Weights are -127..127. Values are too, and stand as value + kOffset in their byte: the quickest
// instructions multiply unsigned by signed. Sums are exact; a sum must begin at -kOffset times the
// sum of its weights.
struct Int8 {
  static constexpr size_t kPerGroup = 4;
  static constexpr bool kSquares = kHasSquares;
  using Sum = IntVec;
#if defined(__AVX512VNNI__) && defined(__AVX512F__)
  static constexpr std::int32_t kOffset = 128;
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
    return reinterpret_cast<Sum>(_mm512_dpbusd_epi32(reinterpret_cast<__m512i>(sum),
                                                     reinterpret_cast<__m512i>(values),
                                                     reinterpret_cast<__m512i>(weights)));
  }
#elif defined(__AVXVNNI__)
  static constexpr std::int32_t kOffset = 128;
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
    return reinterpret_cast<Sum>(_mm256_dpbusd_avx_epi32(reinterpret_cast<__m256i>(sum),
                                                         reinterpret_cast<__m256i>(values),
                                                         reinterpret_cast<__m256i>(weights)));
  }
#elif defined(__AVX512BW__)
  static constexpr std::int32_t kOffset = 0;
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
    const __m512i w = reinterpret_cast<__m512i>(weights), v = reinterpret_cast<__m512i>(values);
    const __m512i turned = _mm512_mask_sub_epi8(w, _mm512_movepi8_mask(v), __m512i{}, w);
    const __m512i pairs = _mm512_maddubs_epi16(_mm512_abs_epi8(v), turned);  // at most 2 * 127^2
    return sum + reinterpret_cast<Sum>(_mm512_madd_epi16(pairs, _mm512_set1_epi16(1)));
  }
#elif defined(__AVX2__)
  static constexpr std::int32_t kOffset = 0;
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
    const __m256i w = reinterpret_cast<__m256i>(weights), v = reinterpret_cast<__m256i>(values);
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(v), _mm256_sign_epi8(w, v));
    return sum + reinterpret_cast<Sum>(_mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
#elif defined(__aarch64__)
  static constexpr std::int32_t kOffset = 0;
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
    const int8x16_t w = reinterpret_cast<int8x16_t>(weights);
    const int8x16_t v = reinterpret_cast<int8x16_t>(values);
#if defined(__ARM_FEATURE_DOTPROD)
    return reinterpret_cast<Sum>(vdotq_s32(reinterpret_cast<int32x4_t>(sum), w, v));
#else
    const int16x8_t low = vmull_s8(vget_low_s8(w), vget_low_s8(v));
    const int16x8_t high = vmull_high_s8(w, v);
    return sum + reinterpret_cast<Sum>(vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
#endif
  }
#if defined(KARUSSELL_HAS_SQUARES)
  KARUSSELL_INLINE static Sum add_square(Sum sum, Groups weights, Groups values) {
    return reinterpret_cast<Sum>(vmmlaq_s32(reinterpret_cast<int32x4_t>(sum),
                                            reinterpret_cast<int8x16_t>(values),
                                            reinterpret_cast<int8x16_t>(weights)));
  }
#endif
#elif defined(__wasm_simd128__)
  static constexpr std::int32_t kOffset = 0;
  using Pairs = std::int16_t __attribute__((vector_size(kBytes)));
  // Two of the four products of a group: those of its bytes in even places, or in odd ones.
  KARUSSELL_INLINE static Sum two(Pairs weights, Pairs values) {
    return reinterpret_cast<Sum>(
        wasm_i32x4_dot_i16x8(reinterpret_cast<v128_t>(weights), reinterpret_cast<v128_t>(values)));
  }
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
    const Pairs w = reinterpret_cast<Pairs>(weights), v = reinterpret_cast<Pairs>(values);
    return sum + two(w << 8 >> 8, v << 8 >> 8) + two(w >> 8, v >> 8);
  }
#else
  static constexpr std::int32_t kOffset = 0;
  KARUSSELL_INLINE static Sum add(Sum sum, Groups weights, Groups values) {
    const IntVec w = reinterpret_cast<IntVec>(weights), v = reinterpret_cast<IntVec>(values);
    sum += (w << 24 >> 24) * (v << 24 >> 24) + (w << 16 >> 24) * (v << 16 >> 24);
    return sum + (w << 8 >> 24) * (v << 8 >> 24) + (w >> 24) * (v >> 24);
  }
#endif
};

// Calls run(F{}) with the format F that products are to have.
template <class Run>
KARUSSELL_INLINE auto in_precision(Precision precision, const Run run) {
  return precision == Precision::kBFloat16 ? run(BFloat16{}) : run(Float32{});
}

}  // namespace karussell::KARUSSELL_LEVEL
