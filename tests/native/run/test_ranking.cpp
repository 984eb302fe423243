// kernels/run/ranking.h: the best of many scores, and the logarithm of the sum of their
// exponentials.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "given/lent.h"
#include "given/running.h"
#include "given/values.h"

namespace karussell::test {
namespace {

constexpr float kInfinity = HUGE_VALF;

// Few different values, so that many are equal; and a few that are special.
Floats odd_scores(Random& random, std::size_t count) {
  Floats scores(count);
  for (float& score : scores) {
    const int kind = random.whole(0, 40);
    score = static_cast<float>(random.whole(-9, 9));
    if (kind == 0) score = NAN;
    if (kind == 1) score = -kInfinity;
    if (kind == 2) score = kInfinity;
  }
  return scores;
}

std::vector<std::int64_t> best_of(const Floats& scores, std::size_t k) {
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (!std::isnan(scores[i])) ids.push_back(static_cast<std::int64_t>(i));
  std::stable_sort(ids.begin(), ids.end(), [&](std::int64_t a, std::int64_t b) {
    return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
  });
  ids.resize(std::min(k, ids.size()));
  return ids;
}

TEST_CASE("top_k finds the best, best first, of equals the lower id, never a NaN") {
  at_every_level([](const Kernels& kernels) {
    Random random(5);
    for (const std::size_t count : {0, 1, 15, 16, 17, 31, 33, 670, 1023})
      for (const std::size_t k : {0, 1, 2, 3, 8, 33, 1023}) {
        CAPTURE(count);
        CAPTURE(k);
        const bool many_alike = random.whole(0, 1) == 1;
        const Floats scores = many_alike ? odd_scores(random, count) : random.floats(count);
        const std::vector<std::int64_t> right = best_of(scores, k);
        Lent lent;
        std::int64_t* const ids = lent.out<std::int64_t>(k);
        float* const values = lent.out(k);
        REQUIRE(kernels.top_k(lent.in(scores), count, k, ids, values) == right.size());
        for (std::size_t i = 0; i < right.size(); ++i) {
          REQUIRE(ids[i] == right[i]);
          REQUIRE(values[i] == scores[static_cast<std::size_t>(right[i])]);
        }
        lent.check();
      }
  });
}

TEST_CASE("log_sum_exp is right to a millionth of the sum") {
  at_every_level([](const Kernels& kernels) {
    Random random(6);
    for (const std::size_t count : {1, 15, 16, 17, 31, 33, 670, 1023})
      for (const double scale : {0.1, 10.0, 1000.0}) {
        const Floats scores = random.floats(count, scale);
        const double highest = *std::max_element(scores.begin(), scores.end());
        double total = 0;
        for (const float score : scores) total += std::exp(static_cast<double>(score) - highest);
        const double right = highest + std::log(total);
        Lent lent;
        const double found = kernels.log_sum_exp(lent.in(scores), count);
        // The result is a float32 as well.
        CHECK(std::fabs(found - right) <= 1e-6 + kUnitRoundoff * std::fabs(right));
        lent.check();
      }
  });
}

TEST_CASE("log_sum_exp of nothing, infinities and NaN") {
  at_every_level([](const Kernels& kernels) {
    const auto of = [&](const Floats& scores) {
      Lent lent;
      return kernels.log_sum_exp(lent.in(scores), scores.size());
    };
    CHECK(of({}) == -kInfinity);
    CHECK(of({-kInfinity, -kInfinity}) == -kInfinity);
    CHECK(of({1, kInfinity, -kInfinity}) == kInfinity);
    CHECK(of({-kInfinity, 2}) == 2);
    CHECK(std::isnan(of({1, NAN, 2})));
    CHECK(std::isnan(of(Floats(33, NAN))));
  });
}

}  // namespace
}  // namespace karussell::test
