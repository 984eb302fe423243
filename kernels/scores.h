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

// The best so far as a heap with the worst at its root; entry a is worse than b if its value is lower
// or, of equals, its id higher.
struct Best {
  std::int64_t* ids;
  float* values;
  size_t count;

  bool worse(size_t a, size_t b) const {
    return values[a] < values[b] || (values[a] == values[b] && ids[a] > ids[b]);
  }

  void swap(size_t a, size_t b) const {
    const float value = values[a];
    const std::int64_t id = ids[a];
    values[a] = values[b], ids[a] = ids[b];
    values[b] = value, ids[b] = id;
  }

  void sift_down(size_t at) const {
    for (size_t child = 2 * at + 1; child < count; at = child, child = 2 * at + 1) {
      if (child + 1 < count && worse(child + 1, child)) ++child;
      if (!worse(child, at)) return;
      swap(at, child);
    }
  }

  void sift_up(size_t at) const {
    for (; at > 0 && worse(at, (at - 1) / 2); at = (at - 1) / 2) swap(at, (at - 1) / 2);
  }

  void add(std::int64_t id, float value) {
    ids[count] = id, values[count] = value;
    sift_up(count++);
  }

  void replace_worst(std::int64_t id, float value) const {
    ids[0] = id, values[0] = value;
    sift_down(0);
  }

  // Takes the worst to the end, one after the other.
  void sort() {
    const size_t all = count;
    while (count > 1) {
      swap(0, --count);
      sift_down(0);
    }
    count = all;
  }
};

KARUSSELL_INLINE bool any_above(const float* scores, float limit) {
  IntVec above{};
  for (size_t at = 0; at < kWidth; at += kLanes) above |= load(scores + at) > broadcast(limit);
  std::int32_t any = 0;
  for (size_t lane = 0; lane < kLanes; ++lane) any |= above[lane];
  return any != 0;
}

inline std::size_t top_k(const float* scores, size_t count, size_t k, std::int64_t* ids,
                         float* values) {
  Best best{ids, values, 0};
  if (k == 0) return 0;
  size_t at = 0;
  for (; at < count && best.count < k; ++at)
    if (scores[at] == scores[at]) best.add(static_cast<std::int64_t>(at), scores[at]);
  while (at < count) {
    if (at + kWidth <= count && !any_above(scores + at, values[0])) {
      at += kWidth;
      continue;
    }
    for (const size_t end = least(at + kWidth, count); at < end; ++at)
      if (scores[at] > values[0])  // an equal score with a higher id stays out
        best.replace_worst(static_cast<std::int64_t>(at), scores[at]);
  }
  best.sort();
  return best.count;
}

inline float log_sum_exp(const float* scores, size_t count) {
  constexpr float kInfinity = __builtin_inff();
  float highest = -kInfinity;
  for (size_t i = 0; i < count; ++i) {
    if (scores[i] != scores[i]) return scores[i];
    highest = scores[i] > highest ? scores[i] : highest;
  }
  if (highest == kInfinity || highest == -kInfinity) return highest;
  double total = 0;
  for (size_t at = 0; at < count; at += kLanes) {
    float edge[kLanes];
    const float* from = scores + at;
    if (count - at < kLanes) {
      for (size_t lane = 0; lane < kLanes; ++lane)
        edge[lane] = lane < count - at ? from[lane] : -kInfinity;
      from = edge;
    }
    total += static_cast<double>(sum(exp_of_negative(load(from) - highest)));
  }
  return static_cast<float>(static_cast<double>(highest) + __builtin_log(total));
}

}  // namespace karussell::KARUSSELL_LEVEL
