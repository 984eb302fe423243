// Vectors of one instruction set, and what depends on their width alone.
//
// Included once per instruction set, inside its own namespace and with its own compiler flags, so
// nothing here may be shared between object files: no standard header with functions in it, because
// the linker would keep one copy of an inline function and perhaps the one this machine cannot run.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels.h"

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#elif defined(__wasm_simd128__)
#include <wasm_simd128.h>
#endif

#ifndef KARUSSELL_LEVEL
#error "KARUSSELL_LEVEL names the instruction set and its namespace"
#endif

#define KARUSSELL_INLINE [[gnu::always_inline]] inline
#define KARUSSELL_INLINED __attribute__((always_inline))  // a lambda

namespace karussell::KARUSSELL_LEVEL {

using std::size_t;

// Bytes in a register.
#if defined(__AVX512F__)
constexpr size_t kBytes = 64;
#elif defined(__AVX2__)
constexpr size_t kBytes = 32;
#else
constexpr size_t kBytes = 16;
#endif

constexpr size_t kLanes = kBytes / sizeof(float);

using Vec = float __attribute__((vector_size(kBytes)));
using IntVec = std::int32_t __attribute__((vector_size(kBytes)));

KARUSSELL_INLINE Vec load(const float* from) {
  Vec v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}

KARUSSELL_INLINE void store(float* to, Vec v) { __builtin_memcpy(to, &v, sizeof v); }

KARUSSELL_INLINE Vec broadcast(float value) { return value - Vec{}; }

KARUSSELL_INLINE IntVec bits_of(Vec v) { return reinterpret_cast<IntVec>(v); }
KARUSSELL_INLINE Vec floats_of(IntVec v) { return reinterpret_cast<Vec>(v); }

// a > b ? a : b, lane by lane: b where either is a NaN.
KARUSSELL_INLINE Vec greater(Vec a, Vec b) {
#if defined(__AVX512F__)
  return reinterpret_cast<Vec>(
      // The one without a mask makes GCC 12 warn of a variable of its own.
      _mm512_maskz_max_ps(0xffff, reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b)));
#elif defined(__AVX2__)
  return reinterpret_cast<Vec>(
      _mm256_max_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b)));
#elif defined(__SSE2__)
  return reinterpret_cast<Vec>(
      _mm_max_ps(reinterpret_cast<__m128>(a), reinterpret_cast<__m128>(b)));
#elif defined(__wasm_simd128__)
  return reinterpret_cast<Vec>(
      wasm_f32x4_pmax(reinterpret_cast<v128_t>(b), reinterpret_cast<v128_t>(a)));
#else
  return a > b ? a : b;
#endif
}

// One bit for each lane of a comparison, the first lane lowest.
KARUSSELL_INLINE unsigned mask_of(IntVec comparison) {
#if defined(__AVX512DQ__)
  return _mm512_movepi32_mask(reinterpret_cast<__m512i>(comparison));
#elif defined(__AVX2__)
  return static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(comparison)));
#elif defined(__SSE2__)
  return static_cast<unsigned>(_mm_movemask_ps(reinterpret_cast<__m128>(comparison)));
#elif defined(__wasm_simd128__)
  return wasm_i32x4_bitmask(reinterpret_cast<v128_t>(comparison));
#else
  unsigned mask = 0;
  for (size_t lane = 0; lane < kLanes; ++lane) mask |= (comparison[lane] & 1) << lane;
  return mask;
#endif
}

// The lanes of a vector in another order, which GCC 11 knows by its older name alone.
#if defined(__clang__) || __GNUC__ > 11
#define KARUSSELL_LANES(v, ...) __builtin_shufflevector(v, v, __VA_ARGS__)
#else
#define KARUSSELL_LANES(v, ...) __builtin_shuffle(v, IntVec{__VA_ARGS__})
#endif

// Adds the halves, then their halves, and so on.
KARUSSELL_INLINE float sum(Vec v) {
#if defined(__AVX512F__)
  v += KARUSSELL_LANES(v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  v += KARUSSELL_LANES(v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
  v += KARUSSELL_LANES(v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
#elif defined(__AVX2__)
  v += KARUSSELL_LANES(v, 4, 5, 6, 7, 0, 1, 2, 3);
  v += KARUSSELL_LANES(v, 2, 3, 0, 1, 6, 7, 4, 5);
#else
  v += KARUSSELL_LANES(v, 2, 3, 0, 1);
#endif
  return v[0] + v[1];
}

KARUSSELL_INLINE float largest(Vec v) {
  float most = v[0];
  for (size_t lane = 1; lane < kLanes; ++lane) most = v[lane] > most ? v[lane] : most;
  return most;
}

KARUSSELL_INLINE size_t ceil_div(size_t a, size_t b) { return (a + b - 1) / b; }
KARUSSELL_INLINE size_t least(size_t a, size_t b) { return a < b ? a : b; }
KARUSSELL_INLINE size_t most(size_t a, size_t b) { return a > b ? a : b; }

struct Range {
  size_t first, last;
};

// The share of one member in `count` things.
KARUSSELL_INLINE Range share(size_t count, const Member& member) {
  return {count * member.rank / member.count, count * (member.rank + 1) / member.count};
}

// Hands out pieces of lent memory; over a null base it only counts.
struct Arena {
  float* base;
  size_t used = 0;

  float* take(size_t floats) {
    float* here = base == nullptr ? nullptr : base + used;
    used += ceil_div(floats, 16) * 16;  // every piece starts on a cache line
    return here;
  }
  std::uint32_t* take_groups(size_t count) { return reinterpret_cast<std::uint32_t*>(take(count)); }
};

}  // namespace karussell::KARUSSELL_LEVEL
