// Rows of floats as groups of a format: what products multiply with weights.
#pragma once

#include "run/ranking.h"

namespace karussell::KARUSSELL_LEVEL {

using Halves = std::uint16_t __attribute__((vector_size(kLanes * 2)));
using Bytes = std::uint8_t __attribute__((vector_size(kLanes)));

// Up to kLanes values, the rest zeros.
KARUSSELL_INLINE Vec load_some(const float* from, size_t count) {
  float edge[kLanes] = {};
  __builtin_memcpy(edge, from, count * sizeof(float));
  return load(edge);
}

// Calls take(at, values) for every vector of `count` values, the last filled with zeros.
template <class Take>
KARUSSELL_INLINE void each_vector(const float* from, size_t count, const Take take) {
  size_t at = 0;
  for (; at + kLanes <= count; at += kLanes) take(at, load(from + at));
  if (at < count) take(at, load_some(from + at, count - at));
}

// `to` has room for `depth` groups and a vector more.
template <class F>
KARUSSELL_INLINE void to_groups(const float* from, size_t count, size_t depth, Group* to,
                               float* scale) {
  *scale = 1;
  for (size_t k = count / F::kPerGroup; k < depth; ++k) to[k] = 0;
  if constexpr (F::kPerGroup == 1) {
    __builtin_memcpy(to, from, count * sizeof(float));
  } else if constexpr (F::kPerGroup == 2) {
    std::uint16_t* const halves = reinterpret_cast<std::uint16_t*>(to);
    each_vector(from, count, [&](size_t at, Vec v) {
      const Halves rounded = __builtin_convertvector(nearest_bfloat16(v), Halves);
      __builtin_memcpy(halves + at, &rounded, sizeof rounded);
    });
  } else {
    constexpr float kRound = 12582912.f;  // 1.5 * 2^23: adding it leaves the nearest integer below
    Vec most{};
    each_vector(from, count, [&](size_t, Vec v) {
      most = greater(most, floats_of(groups_of(v) & 0x7fffffff));
    });
    const float range = largest(most);
    *scale = range / 127.f;
    const float steps = range > 0 ? 127.f / range : 0.f;
    std::uint8_t* const bytes = reinterpret_cast<std::uint8_t*>(to);
    each_vector(from, count, [&](size_t at, Vec v) {
      const Groups whole = groups_of(v * steps + kRound) + static_cast<Group>(F::kOffset);
      const Bytes narrow = __builtin_convertvector(whole, Bytes);
      __builtin_memcpy(bytes + at, &narrow, sizeof narrow);
    });
    // Beyond the last value stands what the weights there, zeros, are multiplied with: anything.
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
