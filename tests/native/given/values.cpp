#include "values.h"

#include <cmath>

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

}  // namespace karussell::test
