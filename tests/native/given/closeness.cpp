#include "closeness.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

namespace karussell::test {

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
