// Sigmoid, tanh and exp on vectors, from one polynomial.
//
// For y <= 0 write y = n ln2 + r with |r| <= ln2 / 2. Then e^y = 2^n (1 + q), q = e^r - 1, and
//     q = r + r^2 p(r),   p of degree 4, fitted to least largest error: |error of e^r| < 3.1e-9
//     e^r,
// a twentieth of the rounding of float32. Largest errors, measured against float64 over every
// float32 of magnitude 2^-16 to 128: tanh 2.5 ulp; sigmoid 2.9 ulp where the result is a normal
// number, and less than 2^-126 where it is smaller and becomes 0. A NaN stays a NaN; sigmoid(-inf)
// = 0, sigmoid(inf) = 1, tanh(-inf) = -1, tanh(inf) = 1.
#pragma once

#include "vector.h"

namespace karussell::KARUSSELL_LEVEL {

struct Exponential {
  Vec scale, rest;  // e^y = scale * (1 + rest)
};

// y <= 0, or NaN.
KARUSSELL_INLINE Exponential exponential(Vec y) {
  constexpr float kLog2e = 1.44269504088896341f;
  constexpr float kLn2High = 0.693359375f;  // 9 bits of ln 2, so n * kLn2High is exact
  constexpr float kLn2Low = -2.12194440054690583e-4f;
  constexpr float kRound = 12582912.f;  // 1.5 * 2^23: adding it leaves the nearest integer below
  constexpr float kLeast = -88.f;       // gives n = -127 and with it a scale of 0
  y = greater(broadcast(kLeast), y);
  const Vec shifted = y * kLog2e + kRound;
  const Vec n = shifted - kRound;
  const Vec r = (y - n * kLn2High) - n * kLn2Low;
  Vec p = broadcast(0.001381459878757596f);
  p = p * r + 0.008368716575205326f;
  p = p * r + 0.04166838899254799f;
  p = p * r + 0.1666652113199234f;
  p = p * r + 0.4999999403953552f;
  return {floats_of((bits_of(shifted) << 23) + (127 << 23)), r * r * p + r};
}

KARUSSELL_INLINE Vec absolute(Vec x) { return floats_of(bits_of(x) & 0x7fffffff); }

// A value before its division, so that a product of two needs only one.
struct Fraction {
  Vec above, below;
  KARUSSELL_INLINE Vec value() const { return above / below; }
};

KARUSSELL_INLINE Fraction operator*(const Fraction& a, const Fraction& b) {
  return {a.above * b.above, a.below * b.below};
}

// 1 / (1 + e^-x), with e^-|x|, which does not overflow.
KARUSSELL_INLINE Fraction sigmoid_fraction(Vec x) {
  const Exponential e = exponential(-absolute(x));
  const Vec small = e.scale * e.rest + e.scale;
  return {x < 0.f ? small : broadcast(1.f), 1.f + small};
}

// tanh|x| = (1 - e) / (1 + e) with e = exp(-2|x|), and e - 1 kept exact for small |x|.
KARUSSELL_INLINE Fraction tanh_fraction(Vec x) {
  const Exponential e = exponential(-2.f * absolute(x));
  const Vec less_one = e.scale * e.rest + (e.scale - 1.f);
  // 1 - e is not negative: the sign of x is all that is to be set.
  return {floats_of(bits_of(-less_one) | (bits_of(x) & static_cast<std::int32_t>(0x80000000))),
          2.f + less_one};
}

KARUSSELL_INLINE Vec sigmoid(Vec x) { return sigmoid_fraction(x).value(); }
KARUSSELL_INLINE Vec tanh(Vec x) { return tanh_fraction(x).value(); }

KARUSSELL_INLINE Vec relu(Vec x) { return x <= 0.f ? Vec{} : x; }  // a NaN stays

// e^x for x <= 0.
KARUSSELL_INLINE Vec exp_of_negative(Vec x) {
  const Exponential e = exponential(x);
  return e.scale * e.rest + e.scale;
}

}  // namespace karussell::KARUSSELL_LEVEL
