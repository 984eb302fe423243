// The best of many scores, the logarithm of a sum, and rows of a matrix times a vector.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "closeness.h"
#include "lent.h"
#include "running.h"
#include "values.h"

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

TEST_CASE("scores are rows of a matrix times a vector") {
  at_every_level([](const Kernels& kernels) {
    Random random(7);
    for (const std::size_t embedding : {1, 15, 17, 33, 670})
      for (const bool int8 : {false, true}) {
        CAPTURE(embedding);
        CAPTURE(int8);
        const std::size_t words = 35, first = 2, last = 33;
        const Floats weight = random.floats(words * embedding), bias = random.floats(words);
        const Floats scale = random.floats(words), hidden = random.floats(embedding);
        std::vector<std::int8_t> bytes;
        for (std::size_t i = 0; i < weight.size(); ++i)
          bytes.push_back(static_cast<std::int8_t>(random.whole(-127, 127)));
        Doubles right;
        for (std::size_t row = first; row < last; ++row) {
          double dot = 0;
          for (std::size_t k = 0; k < embedding; ++k) {
            const std::size_t at = row * embedding + k;
            dot += (int8 ? bytes[at] * static_cast<double>(scale[row]) : weight[at]) *
                   static_cast<double>(hidden[k]);
          }
          right.push_back(dot + bias[row]);
        }
        Lent lent;
        Scores run{};
        if (int8) run.weight_int8 = lent.in(bytes), run.scale = lent.in(scale);
        else run.weight = lent.in(weight);
        run.bias = lent.in(bias), run.hidden = lent.in(hidden);
        run.embedding = embedding, run.first = first, run.last = last;
        run.scores = lent.out(last - first);
        run.scratch = lent.scratch(kernels.scores_scratch(embedding));
        kernels.scores(run);
        const double size = int8 ? 127 : 1;
        check_close("scores", run.scores, right,
                    kUnitRoundoff * static_cast<double>(embedding + 2) * size *
                        static_cast<double>(embedding));
        lent.check();
      }
  });
}

}  // namespace
}  // namespace karussell::test
