// Sizes just below, at and above the widths of panels and tiles.
#pragma once

#include <cstddef>

namespace karussell::test {

constexpr std::size_t kOddSizes[] = {1, 15, 16, 17, 31, 33};

// Every combination of every size would take minutes: the sizes take turns instead, in cycles of
// different lengths, so that each meets most of the others.
class Turns {
 public:
  std::size_t time() {
    constexpr std::size_t kTimes[] = {1, 2, 3};
    return kTimes[time_++ % 3];
  }

  std::size_t batch() {
    constexpr std::size_t kBatches[] = {1, 2, 5, 17, 33};
    return kBatches[batch_++ % 5];
  }

  std::size_t inputs() {
    constexpr std::size_t kInputs[] = {17, 1, 33, 16, 31, 15, 300};
    return kInputs[inputs_++ % 7];
  }

 private:
  std::size_t time_ = 0, batch_ = 0, inputs_ = 0;
};

}  // namespace karussell::test
