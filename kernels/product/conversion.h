// Floats as groups of a number format, and back.
#pragma once

#include "product/format.h"

namespace karussell::KARUSSELL_LEVEL {

template <class F>
KARUSSELL_INLINE size_t groups_for(size_t values) {
  return ceil_div(values, F::kPerGroup);
}

KARUSSELL_INLINE void copy(const float* from, size_t count, float* to) {
  __builtin_memcpy(to, from, count * sizeof(float));
}

KARUSSELL_INLINE void clear(void* to, size_t groups) {
  __builtin_memset(to, 0, groups * sizeof(Group));
}

// Copies `count` values and fills with zeros up to `padded`.
KARUSSELL_INLINE void copy_padded(const float* from, size_t count, size_t padded, float* to) {
  copy(from, count, to);
  clear(to + count, padded - count);
}

// Up to kLanes values, the rest zeros.
KARUSSELL_INLINE Vec load_some(const float* from, size_t count) {
  if (count >= kLanes) return load(from);
  float edge[kLanes] = {};
  copy(from, count, edge);
  return load(edge);
}

// Neighbours in a row side by side in a group: as many consecutive values as a vector of groups
// holds.
KARUSSELL_INLINE Groups along(const Vec (&values)[1]) { return groups_of(values[0]); }
KARUSSELL_INLINE Groups along(const Vec (&values)[2]) {
#if defined(__AVX512BF16__)
  return reinterpret_cast<Groups>(_mm512_cvtne2ps_pbh(reinterpret_cast<__m512>(values[1]),
                                                      reinterpret_cast<__m512>(values[0])));
#else
  using Halves = std::uint16_t __attribute__((vector_size(kBytes / 2)));
  const Halves both[2] = {__builtin_convertvector(nearest_bfloat16(values[0]), Halves),
                          __builtin_convertvector(nearest_bfloat16(values[1]), Halves)};
  Groups groups;
  __builtin_memcpy(&groups, both, sizeof groups);
  return groups;
#endif
}

// Neighbours in a column side by side in a group: one group a lane from as many rows as it holds.
KARUSSELL_INLINE Groups down(const Vec (&rows)[1]) { return groups_of(rows[0]); }
KARUSSELL_INLINE Groups down(const Vec (&rows)[2]) {
#if defined(__AVX512BF16__)
  using Halves = std::uint16_t __attribute__((vector_size(kBytes)));
  constexpr Halves kFrom = {0, 16, 1, 17, 2,  18, 3,  19, 4,  20, 5,  21, 6,  22, 7,  23,
                            8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31};
  return reinterpret_cast<Groups>(_mm512_permutexvar_epi16(reinterpret_cast<__m512i>(kFrom),
                                                           reinterpret_cast<__m512i>(along(rows))));
#else
  return nearest_bfloat16(rows[0]) | nearest_bfloat16(rows[1]) << 16;
#endif
}

// The rows that `down` made groups of.
KARUSSELL_INLINE void up(Groups groups, Vec (&rows)[1]) { rows[0] = floats_of(groups); }
KARUSSELL_INLINE void up(Groups groups, Vec (&rows)[2]) {
  rows[0] = BFloat16::first(groups);
  rows[1] = BFloat16::second(groups);
}

// Fewer values than a vector of groups holds; nothing is written beyond them.
template <class F>
[[gnu::noinline]] void write_rest(const float* from, size_t count, unsigned char* to) {
  Vec values[F::kPerGroup] = {};
  __builtin_memcpy(values, from, count * sizeof(float));
  const Groups groups = along(values);
  __builtin_memcpy(to, &groups, count * sizeof(float) / F::kPerGroup);
}

// Writes values [at, at + count) of a row of groups; a group begins at `at`.
template <class F>
KARUSSELL_INLINE void write_values(const float* from, size_t count, Group* row, size_t at) {
  constexpr size_t kValues = F::kPerGroup * kLanes, kSize = sizeof(Group) / F::kPerGroup;
  if constexpr (kSize == sizeof(float))
    return copy(from, count, reinterpret_cast<float*>(row) + at);
  unsigned char* to = reinterpret_cast<unsigned char*>(row) + at * kSize;
  for (; count >= kValues; count -= kValues, from += kValues, to += kBytes) {
    Vec values[F::kPerGroup];
    __builtin_memcpy(values, from, sizeof values);
    const Groups groups = along(values);
    __builtin_memcpy(to, &groups, sizeof groups);
  }
  if (count != 0) write_rest<F>(from, count, to);
}

// Writes a row of `count` values, and zeros up to its depth.
template <class F>
KARUSSELL_INLINE void write_row(const float* from, size_t count, size_t depth, Group* row) {
  for (size_t k = count / F::kPerGroup; k < depth; ++k) row[k] = 0;
  write_values<F>(from, count, row, 0);
}

// The same in int8, by a scale that is given back; the row has room for a vector more. Beyond the
// last value stands what the weights there, zeros, are multiplied with: anything.
KARUSSELL_INLINE float write_row_of_int8(const float* from, size_t count, size_t depth,
                                         Group* row) {
  using Bytes = std::uint8_t __attribute__((vector_size(kLanes)));
  constexpr float kRound = 12582912.f;  // 1.5 * 2^23: adding it leaves the nearest integer below
  for (size_t k = count / Int8::kPerGroup; k < depth; ++k) row[k] = 0;
  const auto each = [&](const auto take) KARUSSELL_INLINED {
    size_t at = 0;
    for (; at + kLanes <= count; at += kLanes) take(at, load(from + at));
    if (at < count) take(at, load_some(from + at, count - at));
  };
  Vec most{};
  each([&](size_t, Vec v) { most = greater(most, floats_of(groups_of(v) & 0x7fffffff)); });
  const float range = largest(most), steps = range > 0 ? 127.f / range : 0.f;
  std::uint8_t* const bytes = reinterpret_cast<std::uint8_t*>(row);
  each([&](size_t at, Vec v) {
    const Groups whole = groups_of(v * steps + kRound) + static_cast<Group>(Int8::kOffset);
    const Bytes narrow = __builtin_convertvector(whole, Bytes);
    __builtin_memcpy(bytes + at, &narrow, sizeof narrow);
  });
  return range / 127.f;
}

}  // namespace karussell::KARUSSELL_LEVEL
