// Scores of words: rows of a matrix times a vector, the best of many, and the logarithm of a sum.
#pragma once

#include "nonlinear.h"

namespace karussell::KARUSSELL_LEVEL {

// A word's score must not depend on the words beside it: every row is summed on its own, in the same
// order whether it goes alone or with others. Weights are taken in groups, and the vector of values
// is laid out once to match: beyond its end it is zero.

template <class Weight>
struct Groups;

// Two vectors a group, one for each chain of additions.
template <>
struct Groups<float> {
  static constexpr size_t kSize = 2 * kLanes;
  static constexpr float kUnit = 1.f;
  KARUSSELL_INLINE static size_t place(size_t k) { return k; }
  KARUSSELL_INLINE static void add(const float* weight, const float* values, Vec& even, Vec& odd) {
    even += load(weight) * load(values);
    odd += load(weight + kLanes) * load(values + kLanes);
  }
};

// A group is one vector of 32-bit lanes, each holding four weights, the first in the lowest byte (as
// on every little-endian machine). Every weight is moved to the highest byte of its lane, so that it
// stands there times 2^24 and with its sign.
template <>
struct Groups<std::int8_t> {
  static constexpr size_t kSize = 4 * kLanes;
  static constexpr float kUnit = 1.f / (1 << 24);
  KARUSSELL_INLINE static size_t place(size_t k) {
    return k / kSize * kSize + k % 4 * kLanes + k % kSize / 4;
  }
  KARUSSELL_INLINE static void add(const std::int8_t* weight, const float* values, Vec& even,
                                   Vec& odd) {
    constexpr std::int32_t kHighest = static_cast<std::int32_t>(0xff000000);
    IntVec four;
    __builtin_memcpy(&four, weight, sizeof four);
    even += __builtin_convertvector(four << 24, Vec) * load(values);
    odd += __builtin_convertvector(four << 16 & kHighest, Vec) * load(values + kLanes);
    even += __builtin_convertvector(four << 8 & kHighest, Vec) * load(values + 2 * kLanes);
    odd += __builtin_convertvector(four & kHighest, Vec) * load(values + 3 * kLanes);
  }
};

// Never inlined, like tile.
template <size_t ROWS, class Weight>
[[gnu::noinline]] void dot_rows(const Weight* rows, const float* values, size_t depth,
                                float* dots) {
  constexpr size_t kSize = Groups<Weight>::kSize;
  Vec even[ROWS] = {}, odd[ROWS] = {};
  size_t k = 0;
  for (; k + kSize <= depth; k += kSize) {
#pragma GCC unroll 4
    for (size_t r = 0; r < ROWS; ++r)
      Groups<Weight>::add(rows + r * depth + k, values + k, even[r], odd[r]);
  }
  if (k < depth) {
#pragma GCC unroll 4
    for (size_t r = 0; r < ROWS; ++r) {
      Weight last[kSize] = {};
      __builtin_memcpy(last, rows + r * depth + k, (depth - k) * sizeof(Weight));
      Groups<Weight>::add(last, values + k, even[r], odd[r]);
    }
  }
#pragma GCC unroll 4
  for (size_t r = 0; r < ROWS; ++r) dots[r] = sum(even[r] + odd[r]);
}

inline std::size_t scores_scratch(std::size_t embedding) {
  return ceil_div(embedding, 4 * kLanes) * 4 * kLanes;
}

template <class Weight>
void score_rows(const Scores& s, const Weight* weight) {
  constexpr size_t kTogether = 4;
  for (size_t k = 0; k < scores_scratch(s.embedding); ++k)
    s.scratch[Groups<Weight>::place(k)] = k < s.embedding ? s.hidden[k] : 0;
  float dots[kTogether];
  for (size_t row = s.first; row < s.last;) {
    const size_t count = s.last - row < kTogether ? 1 : kTogether;
    const Weight* const rows = weight + row * s.embedding;
    if (count == kTogether)
      dot_rows<kTogether>(rows, s.scratch, s.embedding, dots);
    else
      dot_rows<1>(rows, s.scratch, s.embedding, dots);
    for (size_t r = 0; r < count; ++r, ++row) {
      const float scale = s.scale == nullptr ? 1.f : s.scale[row] * Groups<Weight>::kUnit;
      s.scores[row - s.first] = dots[r] * scale + s.bias[row];
    }
  }
}

inline void scores(const Scores& s) {
  if (s.weight_int8 != nullptr)
    score_rows(s, s.weight_int8);
  else
    score_rows(s, s.weight);
}

}  // namespace karussell::KARUSSELL_LEVEL
