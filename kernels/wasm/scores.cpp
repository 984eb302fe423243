// The best of many scores, which stand in their room, and the logarithm of their sum.
#include <algorithm>
#include <vector>

#include "run/ranking.h"
#include "wasm/engine.h"

namespace karussell {

// Puts pairs of position and value into the answer.
KARUSSELL_EXPORT(top_k) std::size_t top_k(std::size_t count, std::size_t k) {
  std::vector<std::int64_t> ids(std::min(k, count));
  std::vector<float> values(ids.size());
  const float* const scores = room(Room::kScores).as<float>();
  const std::size_t found = wasm::top_k(scores, count, ids.size(), ids.data(), values.data());
  answer().clear();
  for (std::size_t i = 0; i < found; ++i) {
    answer().push_back(static_cast<std::uint32_t>(ids[i]));
    put(values[i]);
  }
  return found;
}

KARUSSELL_EXPORT(log_sum_exp) float log_sum_exp(std::size_t count) {
  return wasm::log_sum_exp(room(Room::kScores).as<float>(), count);
}

}  // namespace karussell
