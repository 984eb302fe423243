#include "values.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

namespace karussell::test {

Doubles doubles(const Floats& values) { return {values.begin(), values.end()}; }

Floats floats(const Doubles& values) {
  Floats rounded(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) rounded[i] = static_cast<float>(values[i]);
  return rounded;
}

double largest(const Doubles& values) {
  double most = 0;
  for (const double value : values) most = std::fmax(most, std::fabs(value));
  return most;
}

void check_close(const std::string& what, const float* values, const Doubles& right,
                 double tolerance) {
  for (std::size_t i = 0; i < right.size(); ++i) {
    const double error = std::fabs(static_cast<double>(values[i]) - right[i]);
    if (error <= tolerance) continue;  // a NaN goes on below
    FAIL_CHECK(what, "[", i, "] is ", values[i], ", expected ", right[i], " +- ", tolerance);
    return;
  }
}

void check_equal(const std::string& what, const float* values, const float* right,
                 std::size_t count) {
  CHECK_MESSAGE(std::memcmp(values, right, count * sizeof(float)) == 0, what, " differs");
}

}  // namespace karussell::test
