// Comparison of what a kernel wrote with what is right.
#pragma once

#include <string>

#include "values.h"

namespace karussell::test {

// Fails the running test unless every value is as near to the right one as the tolerance says.
void check_close(const std::string& what, const float* values, const Doubles& right,
                 double tolerance);
void check_equal(const std::string& what, const float* values, const float* right,
                 std::size_t count);  // bit for bit

}  // namespace karussell::test
