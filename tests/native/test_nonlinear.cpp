// kernels/nonlinear.h.
#include <doctest/doctest.h>

#include <cmath>

#include "given/lent.h"
#include "given/running.h"
#include "given/values.h"

namespace karussell::test {
namespace {

constexpr double kSmallestNormal = 0x1p-126;

using Function = void (*)(const float* in, std::size_t count, float* out);

double sigmoid(double x) {
  const double small = std::exp(-std::fabs(x));
  return (x < 0 ? small : 1) / (1 + small);
}

// What kernels/nonlinear.h promises: 3 ulp, or nothing where the result is not a normal number.
void check_three_ulps(const Function function, double (*exact)(double), const Floats& x) {
  Lent lent;
  float* const y = lent.out(x.size());
  function(lent.in(x), x.size(), y);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double right = exact(static_cast<double>(x[i]));
    const float near = std::fabs(static_cast<float>(right));
    const double ulp = static_cast<double>(std::nextafterf(near, 2.f)) - static_cast<double>(near);
    const double error = std::fabs(static_cast<double>(y[i]) - right);
    if (!(error <= std::fmax(3 * ulp, kSmallestNormal)))
      FAIL_CHECK("f(", x[i], ") is ", y[i], ", expected ", right);
  }
  lent.check();
}

TEST_CASE("sigmoid and tanh are right to the promised error at every length") {
  Random random(4);
  at_every_level([&](const Kernels& kernels) {
    for (const std::size_t count : {0, 1, 3, 15, 16, 17, 31, 33, 670, 1023})
      for (const double scale : {0.01, 5.0, 100.0}) {
        const Floats x = random.floats(count, scale);
        check_three_ulps(kernels.sigmoid, sigmoid, x);
        check_three_ulps(kernels.tanh, std::tanh, x);
      }
  });
}

TEST_CASE("sigmoid and tanh keep infinities, zeros and NaN to themselves") {
  constexpr float kInfinity = HUGE_VALF;
  at_every_level([](const Kernels& kernels) {
    for (std::size_t at = 0; at < 33; ++at) {
      Floats x(33, 0.5f);
      x[at] = NAN, x[(at + 1) % 33] = kInfinity, x[(at + 2) % 33] = -kInfinity;
      x[(at + 3) % 33] = -0.f;
      Lent lent;
      float *const s = lent.out(33), *const t = lent.both(x);
      kernels.sigmoid(lent.in(x), 33, s);
      kernels.tanh(t, 33, t);  // out may be in
      CHECK(std::isnan(s[at]));
      CHECK(std::isnan(t[at]));
      CHECK(s[(at + 1) % 33] == 1.f);
      CHECK(t[(at + 1) % 33] == 1.f);
      CHECK(s[(at + 2) % 33] == 0.f);
      CHECK(t[(at + 2) % 33] == -1.f);
      CHECK(s[(at + 3) % 33] == 0.5f);
      CHECK(t[(at + 3) % 33] == 0.f);
      CHECK(std::signbit(t[(at + 3) % 33]));
      for (std::size_t i = 4; i < 33; ++i) {
        CHECK(s[(at + i) % 33] == s[(at + 4) % 33]);
        CHECK(t[(at + i) % 33] == t[(at + 4) % 33]);
      }
      lent.check();
    }
  });
}

}  // namespace
}  // namespace karussell::test
