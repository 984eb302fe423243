// The softmax cross entropy over many words, exact and sampled, and rows added by their ids.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "given/closeness.h"
#include "given/lent.h"
#include "given/running.h"
#include "given/values.h"

namespace karussell::test {
namespace {

struct Problem {
  SoftmaxShape shape;
  Floats features, weight, bias, token_weights, own, own_bias;
  std::vector<std::int64_t> targets;

  Problem(const SoftmaxShape& s, bool sampled) : shape(s) {
    Random random(s.tokens * 31 + s.words);
    const double scale = 1 / std::sqrt(static_cast<double>(s.embedding));
    features = random.floats(s.tokens * s.embedding);
    weight = random.floats(s.words * s.embedding, scale);
    bias = random.floats(s.words);
    token_weights = random.floats(s.tokens);
    if (sampled) {
      own = random.floats(s.tokens * s.embedding, scale);
      own_bias = random.floats(s.tokens);
    }
    for (std::size_t i = 0; i < s.tokens; ++i)
      targets.push_back(random.whole(-1, static_cast<int>(s.words) - 1));
  }
};

struct Right {
  Doubles losses, features, weight, bias, own, own_bias;
};

Right right_of(const Problem& p) {
  const auto [tokens, words, size] = p.shape;
  const bool sampled = !p.own.empty();
  Right to{Doubles(tokens), Doubles(p.features.size()), Doubles(p.weight.size()),
           Doubles(words),  Doubles(p.own.size()),      Doubles(p.own_bias.size())};
  for (std::size_t i = 0; i < tokens; ++i) {
    if (!sampled && p.targets[i] < 0) continue;
    const float* const x = &p.features[i * size];
    // The own word stands behind the others. Clang 14 catches bindings by new names alone.
    const auto row = [&, words = words, size = size](std::size_t word) {
      return word < words ? &p.weight[word * size] : &p.own[i * size];
    };
    Doubles terms(words + sampled);
    double total = 0;
    for (std::size_t word = 0; word < terms.size(); ++word) {
      double logit = word < words ? p.bias[word] : p.own_bias[i];
      for (std::size_t k = 0; k < size; ++k) logit += static_cast<double>(row(word)[k]) * x[k];
      const bool left_out = sampled && static_cast<std::int64_t>(word) == p.targets[i];
      total += terms[word] = left_out ? 0 : std::exp(logit);
    }
    const std::size_t target = sampled ? words : static_cast<std::size_t>(p.targets[i]);
    to.losses[i] = std::log(total) - std::log(terms[target]);
    for (std::size_t word = 0; word < terms.size(); ++word) {
      const double slope = p.token_weights[i] * (terms[word] / total - (word == target));
      (word < words ? to.bias[word] : to.own_bias[i]) += slope;
      for (std::size_t k = 0; k < size; ++k) {
        to.features[i * size + k] += slope * row(word)[k];
        (word < words ? to.weight[word * size + k] : to.own[i * size + k]) += slope * x[k];
      }
    }
  }
  return to;
}

SoftmaxLoss run_loss(const Kernels& kernels, const Problem& p, Precision precision,
                     std::size_t threads, Lent& lent) {
  const bool sampled = !p.own.empty();
  SoftmaxLoss run{.shape = p.shape,
                  .precision = precision,
                  .features = lent.in(p.features),
                  .weight = lent.in(p.weight),
                  .bias = lent.in(p.bias),
                  .targets = lent.in(p.targets),
                  .own = sampled ? lent.in(p.own) : nullptr,
                  .own_bias = sampled ? lent.in(p.own_bias) : nullptr,
                  .token_weights = lent.in(p.token_weights),
                  .losses = lent.out(p.shape.tokens),
                  .grad_features = lent.out(p.features.size()),
                  .grad_weight = lent.out(p.weight.size()),
                  .grad_bias = lent.out(p.shape.words),
                  .grad_own = sampled ? lent.out(p.own.size()) : nullptr,
                  .grad_own_bias = sampled ? lent.out(p.own_bias.size()) : nullptr,
                  .scratch = nullptr};
  run.scratch = lent.scratch(kernels.softmax_loss_scratch(run, threads));
  run_kernel(kernels.softmax_loss, run, threads);
  lent.check();
  return run;
}

void check_loss(const Kernels& kernels, const Problem& p, const Right& right, Precision precision) {
  Lent alone, together;
  const SoftmaxLoss one = run_loss(kernels, p, precision, 1, alone);
  const SoftmaxLoss two = run_loss(kernels, p, precision, 2, together);
  // A logit is a sum of E products of sizes up to 1 and 1 / sqrt(E), an exponential is right to a
  // few roundings, and a gradient a sum over tokens or words, whose probabilities sum to 1. In
  // bfloat16 every factor is rounded, independently of the others.
  const double terms = static_cast<double>(p.shape.embedding + p.shape.tokens) + 20;
  const double tolerance =
      precision == Precision::kFloat32 ? 4 * kUnitRoundoff * terms : 8.0 / (1 << 9);
  const auto check = [&](const char* name, const float* mine, const float* twos,
                         const Doubles& exact) {
    check_close(name, mine, exact, tolerance * std::max(1.0, largest(exact)));
    check_equal(std::string(name) + " of two threads", twos, mine, exact.size());
  };
  check("losses", one.losses, two.losses, right.losses);
  check("grad_features", one.grad_features, two.grad_features, right.features);
  check("grad_weight", one.grad_weight, two.grad_weight, right.weight);
  check("grad_bias", one.grad_bias, two.grad_bias, right.bias);
  if (one.grad_own == nullptr) return;
  check("grad_own", one.grad_own, two.grad_own, right.own);
  check("grad_own_bias", one.grad_own_bias, two.grad_own_bias, right.own_bias);
}

TEST_CASE("the softmax and its gradients agree with the equations, on one thread and on two") {
  // Chunks have 240 words, blocks at most 256 tokens.
  for (const SoftmaxShape& shape : {SoftmaxShape{1, 1, 1},
                                    {15, 1023, 1},
                                    {17, 16, 33},
                                    {33, 241, 17},
                                    {5, 670, 300},
                                    {300, 33, 15},
                                    {2, 480, 31},
                                    {16, 1, 16}})
    for (const bool sampled : {false, true}) {
      CAPTURE(shape.tokens);
      CAPTURE(shape.words);
      CAPTURE(sampled);
      const Problem problem(shape, sampled);
      const Right right = right_of(problem);
      at_every_level([&](const Kernels& kernels) {
        for (const Precision precision : {Precision::kFloat32, Precision::kBFloat16}) {
          CAPTURE(static_cast<int>(precision));
          check_loss(kernels, problem, right, precision);
        }
      });
    }
}

TEST_CASE("rows are added where their ids say, one after the other") {
  at_every_level([](const Kernels& kernels) {
    Random random(12);
    for (const std::size_t size : {1, 15, 16, 17, 33, 670}) {
      const Floats rows = random.floats(9 * size);
      const std::vector<std::int64_t> ids{0, 3, 3, 1, 0, 4, 3, 0, 4};
      Floats right = random.floats(5 * size);
      Lent lent;
      float* const to = lent.both(right);
      kernels.add_rows(lent.in(rows), lent.in(ids), ids.size(), size, to);
      for (std::size_t i = 0; i < rows.size(); ++i)
        right[static_cast<std::size_t>(ids[i / size]) * size + i % size] += rows[i];
      check_equal("rows", to, right.data(), right.size());
      lent.check();
    }
  });
}

}  // namespace
}  // namespace karussell::test
