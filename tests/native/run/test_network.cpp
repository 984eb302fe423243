// Packed networks: a step of many rows, scores, and the best words.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "given/closeness.h"
#include "given/lent.h"
#include "given/running.h"
#include "given/shapes.h"
#include "host/crew.h"
#include "networks.h"

namespace karussell::test {
namespace {

// Half a step of a value's format, relative to the largest of its row.
double roundoff_of(Format format) {
  return format == Format::kFloat32    ? kUnitRoundoff
         : format == Format::kBFloat16 ? 1.0 / (1 << 9)
                                       : 0.5 / 127;
}

// Of the first layer, whose inputs and states the format holds: sums of E + H + 1 products of sizes
// below 1, a few roundings in the state, and a cell state that begins below 2. Arm's bfloat16
// instruction rounds to odd, which may be twice as far as the nearest.
double step_tolerance(const Network& n) {
  const double peepholes = n.kind.peepholes ? static_cast<double>(3 * n.kind.cells) : 1;
  return 4 * kUnitRoundoff * static_cast<double>(n.embedding_size + n.hidden + 8) * peepholes;
}

using Scratch = float*;

template <class Run>
void run_network(void (*kernel)(const PackedNetwork&, const Run&, Scratch, const Helpers&),
                 const PackedNetwork& network, const Run& run, Scratch scratch,
                 std::size_t threads) {
  struct Call {
    void (*kernel)(const PackedNetwork&, const Run&, Scratch, const Helpers&);
    const PackedNetwork& network;
    const Run& run;
    Scratch scratch;
  };
  const Call call{kernel, network, run, scratch};
  run_helped(
      threads,
      [](const void* what, const Helpers& helpers) {
        const Call& it = *static_cast<const Call*>(what);
        it.kernel(it.network, it.run, it.scratch, helpers);
      },
      &call);
}

void check_step(const Kernels& kernels, const Network& network, std::size_t rows_before,
                const std::vector<std::int64_t>& ids, const NetworkStates& states,
                const RightStep& right) {
  const std::size_t rows = ids.size(), layers = network.ih.size(), size = network.hidden;
  Lent lent;
  const PackedNetwork packed = network.packed(lent);
  const auto step = [&](std::size_t threads) {
    const NetworkStep run{rows_before,
                          rows,
                          lent.in(ids),
                          lent.in(states.hidden),
                          lent.in(states.cell),
                          lent.out(layers * rows * size),
                          lent.out(layers * rows * size),
                          lent.out(layers * rows * network.gates())};
    run_network(kernels.network_step, packed, run,
                lent.scratch(kernels.network_scratch(packed, rows, 0, threads)), threads);
    return run;
  };
  const NetworkStep one = step(1), two = step(2);
  lent.check();
  const auto check = [&](const char* name, const float* mine, const float* twos,
                         const Doubles& all) {
    // In the other formats a second layer sees rounded values.
    const std::size_t count = network.format == Format::kFloat32 ? all.size() : all.size() / layers;
    const Doubles compared(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
    const double depth = count == all.size() ? static_cast<double>(layers * layers) : 1;
    check_close(name, mine, compared, depth * step_tolerance(network));
    check_equal(std::string(name) + " of two threads", twos, mine, all.size());
  };
  check("next_hidden", one.next_hidden, two.next_hidden, right.hidden);
  check("next_cell", one.next_cell, two.next_cell, right.cell);
  check("gates", one.gates, two.gates, right.gates);
}

Doubles check_scores(const Kernels& kernels, const Network& network, const PackedNetwork& packed,
                     const Floats& hidden, std::size_t first, std::size_t last, Lent& lent) {
  const std::size_t rows = hidden.size() / network.hidden, count = last - first;
  const auto score = [&](std::size_t threads) {
    const NetworkScores run{rows, lent.in(hidden), first, last, lent.out(rows * count)};
    run_network(kernels.network_scores, packed, run,
                lent.scratch(kernels.network_scratch(packed, rows, 0, threads)), threads);
    return run.scores;
  };
  const float* const scores = score(1);
  check_equal("scores of two threads", score(2), scores, rows * count);
  for (std::size_t row = 0; row < rows; ++row) {
    const Doubles projected = right_projection(network, &hidden[row * network.hidden]);
    const Doubles right = right_scores(network, projected);
    const double size = largest(projected), e = static_cast<double>(network.embedding_size);
    // The weights of an embedding are below 1 / sqrt(E); each meets a rounded value.
    const double tolerance = roundoff_of(network.format) * size * std::sqrt(e) +
                             4 * kUnitRoundoff * (e + static_cast<double>(network.hidden) + 2);
    check_close("scores", scores + row * count,
                Doubles(right.begin() + static_cast<std::ptrdiff_t>(first),
                        right.begin() + static_cast<std::ptrdiff_t>(last)),
                tolerance);
  }
  lent.check();
  return Doubles(scores, scores + rows * count);
}

void check_best(const Kernels& kernels, const Network& network, const PackedNetwork& packed,
                const Floats& hidden, const Doubles& scores, std::size_t k, Lent& lent) {
  const std::size_t rows = hidden.size() / network.hidden, words = network.words;
  for (const std::size_t threads : {1, 2}) {
    const NetworkBest run{rows, lent.in(hidden), k, lent.out<std::int64_t>(rows * k),
                          lent.out(rows * k)};
    run_network(kernels.network_best, packed, run,
                lent.scratch(kernels.network_scratch(packed, rows, k, threads)), threads);
    for (std::size_t row = 0; row < rows; ++row) {
      const double* const mine = &scores[row * words];
      std::vector<std::int64_t> order(words);
      std::iota(order.begin(), order.end(), 0);
      std::stable_sort(order.begin(), order.end(),
                       [&](std::int64_t a, std::int64_t b) { return mine[a] > mine[b]; });
      double total = 0;
      for (std::size_t word = 0; word < words; ++word) total += std::exp(mine[word]);
      for (std::size_t i = 0; i < k; ++i) {
        REQUIRE(run.ids[row * k + i] == (i < words ? order[i] : -1));
        // As of log_sum_exp.
        const double right = i < words ? mine[order[i]] - std::log(total) : -HUGE_VAL;
        const double found = run.log_probs[row * k + i];
        REQUIRE((found == right || std::fabs(found - right) <= 2e-6 + 1e-6 * std::fabs(right)));
      }
    }
    lent.check();
  }
}

constexpr Format kFormats[] = {Format::kFloat32, Format::kBFloat16, Format::kInt8};

TEST_CASE("a step of a packed network agrees with the equations, on one thread and on two") {
  Turns turns;
  for (const Format format : kFormats)
    for (const std::size_t blocks : kOddSizes)
      for (const LayerKind& kind : {LayerKind{Cell::kLstm, blocks, 1, false, false},
                                    {Cell::kLstm, blocks, 2, true, false},
                                    {Cell::kLstm, blocks, 3, false, true},
                                    {Cell::kLstm, blocks, 4, true, true},
                                    {Cell::kLstm, blocks, 8, false, false},
                                    {Cell::kTanh, blocks, 1, false, false},
                                    {Cell::kRelu, blocks, 1, false, false}}) {
        const std::size_t rows = turns.batch(), before = turns.time() == 2 ? 1 : rows;
        CAPTURE(static_cast<int>(format));
        CAPTURE(blocks);
        CAPTURE(kind.cells);
        CAPTURE(static_cast<int>(kind.cell));
        CAPTURE(rows);
        const Network network(format, kind, 2, turns.inputs(), 33);
        const NetworkStates states(network, before);
        std::vector<std::int64_t> ids;
        for (std::size_t row = 0; row < rows; ++row)
          ids.push_back(static_cast<std::int64_t>((row * 7 + 34) % 35));
        const RightStep right = right_step(network, states, before, ids);
        at_every_level([&](const Kernels& kernels) {
          check_step(kernels, network, before, ids, states, right);
        });
      }
}

const Kernels* level_named(const std::string& name) {
  const Levels all = levels();
  for (std::size_t i = 0; i < all.count; ++i)
    if (all.level[i]->name == name) return all.level[i];
  MESSAGE("not compared: this machine has no level ", name);
  return nullptr;
}

TEST_CASE("int8 networks of the matrix unit are those of the vector registers to the bit") {
  const Kernels* const vectors = level_named("avx512_bf16");
  const Kernels* const unit = level_named("amx");
  if (vectors == nullptr || unit == nullptr) return;
  for (std::size_t rows = 1; rows < 36; rows += rows < 9 ? 1 : 3) {
    CAPTURE(rows);
    const Network network(Format::kInt8, {Cell::kLstm, 19, 1 + rows % 3, rows % 2 == 0, false}, 2,
                          11 + rows * 7, 150);
    const NetworkStates states(network, rows);
    std::vector<std::int64_t> ids;
    for (std::size_t row = 0; row < rows; ++row) ids.push_back(static_cast<std::int64_t>(row * 4));
    Lent lent;
    const PackedNetwork packed = network.packed(lent);
    const std::size_t size = 2 * rows * network.hidden;
    const auto step = [&](const Kernels& kernels) {
      const NetworkStep run{rows,
                            rows,
                            lent.in(ids),
                            lent.in(states.hidden),
                            lent.in(states.cell),
                            lent.out(size),
                            lent.out(size),
                            nullptr};
      run_network(kernels.network_step, packed, run,
                  lent.scratch(kernels.network_scratch(packed, rows, 0, 1)), 1);
      const NetworkScores scores{rows, run.next_hidden + size / 2, 0, 150, lent.out(rows * 150)};
      run_network(kernels.network_scores, packed, scores,
                  lent.scratch(kernels.network_scratch(packed, rows, 0, 1)), 1);
      return std::array<const float*, 3>{run.next_hidden, run.next_cell, scores.scores};
    };
    const auto right = step(*vectors), mine = step(*unit);
    check_equal("next_hidden", mine[0], right[0], size);
    check_equal("next_cell", mine[1], right[1], size);
    check_equal("scores", mine[2], right[2], rows * 150);
    lent.check();
  }
}

TEST_CASE("scores and best words of a packed network agree, on one thread and on two") {
  Turns turns;
  for (const Format format : kFormats)
    for (const std::size_t words : {1, 15, 16, 17, 33, 63, 64, 65, 670, 1023}) {
      const std::size_t rows = turns.batch();
      CAPTURE(static_cast<int>(format));
      CAPTURE(words);
      CAPTURE(rows);
      const Network network(format, {Cell::kLstm, 17, 1, false, false}, 1, turns.inputs(), words);
      const NetworkStates states(network, rows);
      at_every_level([&](const Kernels& kernels) {
        Lent lent;
        const PackedNetwork packed = network.packed(lent);
        const Doubles all = check_scores(kernels, network, packed, states.hidden, 0, words, lent);
        check_scores(kernels, network, packed, states.hidden, words / 3, words - words / 5, lent);
        for (const std::size_t k : {0, 1, 3, 70})
          check_best(kernels, network, packed, states.hidden, all, k, lent);
      });
    }
}

}  // namespace
}  // namespace karussell::test
