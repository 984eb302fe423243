// The best of many scores, and the logarithm of the sum of their exponentials.
#pragma once

#include "nonlinear.h"
#include "product/format.h"

namespace karussell::KARUSSELL_LEVEL {

// The best so far as a heap with the worst at its root; entry a is worse than b if its value is
// lower or, of equals, its id higher.
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

  KARUSSELL_INLINE void sift_down(size_t at) const {
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

  // Keeps it if it is among the best k, of equals those with lower ids.
  KARUSSELL_INLINE void offer(size_t k, std::int64_t id, float value) {
    if (count < k)
      add(id, value);
    else if (k > 0 && (value > values[0] || (value == values[0] && id < ids[0])))
      replace_worst(id, value);
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

// Which lanes may be among the best, where the worst of a full heap is `worst`: what equals it
// stays out if ids rise.
template <bool RISING>
KARUSSELL_INLINE unsigned mask_of_better(Vec scores, float worst) {
  return RISING ? mask_of(scores > worst) : mask_of(scores >= worst);
}

// Offers scores to the best k > 0, but no NaN.
template <bool RISING>
KARUSSELL_INLINE void add_best(Best& best, size_t k, const float* scores, size_t count,
                               std::int64_t first_id) {
  const auto id = [first_id](size_t at) { return first_id + static_cast<std::int64_t>(at); };
  size_t at = 0;
  for (; at < count && best.count < k; ++at)
    if (scores[at] == scores[at]) best.add(id(at), scores[at]);
  for (; at < count && at % kLanes != 0; ++at) best.offer(k, id(at), scores[at]);
  for (; at < count; at += kLanes)
    for (unsigned left = mask_of_better<RISING>(load(scores + at), best.values[0]); left != 0;
         left &= left - 1) {
      const size_t lane = at + static_cast<size_t>(__builtin_ctz(left));
      if (lane < count) best.offer(k, id(lane), scores[lane]);
    }
}

constexpr float kLowest = -3.4028234663852886e38f;  // the lowest finite number

// Scores in pieces of a number of vectors, and those that fill no piece.
constexpr size_t kPieceVectors = 64 / kLanes;

// Pieces have whole vectors behind their last score, too: minus infinity.
template <class Take>
KARUSSELL_INLINE void each_piece(const float* scores, size_t count, const Take take) {
  constexpr size_t kPiece = kPieceVectors * kLanes;
  size_t at = 0;
  for (; at + kPiece <= count; at += kPiece) take(at, scores + at, kPiece);
  if (at < count) {
    float edge[kPiece];
    for (size_t i = 0; i < kPiece; ++i)
      edge[i] = i < count - at ? scores[at + i] : -__builtin_inff();
    take(at, edge, count - at);
  }
}

// Of a NaN and a number the number.
KARUSSELL_INLINE Vec highest(const float* piece) {
  Vec most = broadcast(kLowest);
#pragma GCC unroll 16
  for (size_t i = 0; i < kPieceVectors; ++i) most = greater(load(piece + i * kLanes), most);
  return most;
}

inline std::size_t top_k(const float* scores, size_t count, size_t k, std::int64_t* ids,
                         float* values) {
  Best best{ids, values, 0};
  if (k == 0) return 0;
  each_piece(scores, count, [&](size_t at, const float* piece, size_t valid) {
    if (best.count < k || mask_of_better<true>(highest(piece), best.values[0]) != 0)
      add_best<true>(best, k, piece, valid, static_cast<std::int64_t>(at));
  });
  best.sort();
  return best.count;
}

// e^x for x <= 32 to 3e-7 of itself; e^-87, which is nothing beside 1, for all below.
KARUSSELL_INLINE Vec quick_exp(Vec x) {
  constexpr float kLog2e = 1.44269504088896341f, kRound = 12582912.f;  // as in nonlinear.h
  x = greater(broadcast(-87.f), x);
  const Vec shifted = x * kLog2e + kRound;
  const Vec f = x * kLog2e - (shifted - kRound);
  // 2^f for |f| <= 1/2 to 9.1e-08 of itself, fitted to least largest error, and exact at 0.
  Vec p = broadcast(0.001326472712f);
  p = p * f + 0.009671512645f;
  p = p * f + 0.05550733743f;
  p = p * f + 0.2402224209f;
  p = p * f + 0.6931469776f;
  p = p * f + 1.f;
  return floats_of(bits_of(p) + (bits_of(shifted) << 23));
}

// The sum of the exponentials of scores, relative to a reference that none of them is far above.
struct ExpSum {
  static constexpr float kAbove = 32;  // e^32 of each of 2^32 words: a float holds their sum
  float reference;
  Vec sum;

  KARUSSELL_INLINE static ExpSum nothing() { return {kLowest, Vec{}}; }

  // Raises the reference to what is far higher.
  KARUSSELL_INLINE void raise(float score) {
    if (!(score > reference + kAbove)) return;
    sum *= exp_of_negative(broadcast(reference - score));
    reference = score;
  }

  KARUSSELL_INLINE void add(const float* piece) {
    Vec sums[2] = {};
#pragma GCC unroll 16
    for (size_t i = 0; i < kPieceVectors; ++i)
      sums[i % 2] += quick_exp(load(piece + i * kLanes) - reference);
    sum += sums[0] + sums[1];
  }
};

// log of the sum over some of them. A NaN among the scores is one here, and infinity is infinity.
inline float log_of(const ExpSum* sums, size_t count) {
  float reference = kLowest;
  for (size_t i = 0; i < count; ++i)
    reference = sums[i].reference > reference ? sums[i].reference : reference;
  if (reference == __builtin_inff()) return reference;
  double total = 0;
  for (size_t i = 0; i < count; ++i) {
    double part = 0;
    for (size_t lane = 0; lane < kLanes; ++lane) part += static_cast<double>(sums[i].sum[lane]);
    const Vec less = exp_of_negative(broadcast(sums[i].reference - reference));
    total += part * static_cast<double>(less[0]);
  }
  if (reference == kLowest && total == total) return -__builtin_inff();  // no score is finite
  return static_cast<float>(static_cast<double>(reference) + __builtin_log(total));
}

inline float log_sum_exp(const float* scores, size_t count) {
  ExpSum sum = ExpSum::nothing();
  Vec most = broadcast(kLowest);
  each_piece(scores, count,
             [&](size_t, const float* piece, size_t) { most = greater(highest(piece), most); });
  sum.raise(largest(most));
  each_piece(scores, count, [&](size_t, const float* piece, size_t) { sum.add(piece); });
  return log_of(&sum, 1);
}

}  // namespace karussell::KARUSSELL_LEVEL
