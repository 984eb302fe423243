// Values for tests, the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace karussell::test {

using Floats = std::vector<float>;
using Doubles = std::vector<double>;

// Half the distance from 1 to the next float32: what one rounding costs at most, relative.
constexpr double kUnitRoundoff = 1.0 / (1 << 24);

// SplitMix64.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }

  // Between -1 and 1.
  double unit() { return static_cast<double>(bits() >> 11) / (1ull << 52) - 1; }

  Floats floats(std::size_t count, double scale = 1) {
    Floats values(count);
    for (float& value : values) value = static_cast<float>(scale * unit());
    return values;
  }

  // first, first + 1 .. last.
  int whole(int first, int last) {
    return first + static_cast<int>(bits() % static_cast<std::uint64_t>(last - first + 1));
  }

 private:
  std::uint64_t state_;
};

Doubles doubles(const Floats& values);
Floats floats(const Doubles& values);
double largest(const Doubles& values);  // of their magnitudes

}  // namespace karussell::test
