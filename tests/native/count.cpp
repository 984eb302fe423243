// Runs the hot kernels at fixed sizes, each between marks that valgrind's callgrind counts between:
//     valgrind --tool=callgrind --collect-atstart=no karussell_count LEVEL
// Without a level it says what compiled it. One thread, so that no count depends on waiting.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "kernels.h"
#include "learn/layers.h"
#include "run/networks.h"

namespace karussell::test {
namespace {

constexpr Member kAlone{0, 1, nullptr};
constexpr Helpers kUnhelped{1, nullptr};

struct alignas(64) Line {
  float floats[16];
};

// Buffers of one run.
class Memory {
 public:
  float* take(std::size_t floats) {
    lines_.emplace_back((floats + 15) / 16);
    return lines_.back()[0].floats;
  }

 private:
  std::vector<std::vector<Line>> lines_;
};

template <class Run>
void count(const std::string& name, const Run run) {
  run();  // the loader finds functions when they are first called
  CALLGRIND_TOGGLE_COLLECT;
  run();
  CALLGRIND_TOGGLE_COLLECT;
  CALLGRIND_DUMP_STATS_AT(name.c_str());
}

void count_lstm(const Kernels& k, const std::string& name, Precision precision,
                const LstmKind& kind) {
  const LstmLayer l(kind);
  Memory m;
  LstmForward forward{.layer = kind.layer,
                      .time = kind.time,
                      .batch = kind.batch,
                      .precision = precision,
                      .x = l.x.data(),
                      .weight_ih = l.weight_ih.data(),
                      .weight_hh = l.weight_hh.data(),
                      .bias = l.bias.data(),
                      .peepholes = nullptr,
                      .projection = nullptr,
                      .mask = nullptr,
                      .lengths = nullptr,
                      .hidden = l.hidden.data(),
                      .cell = l.cell.data(),
                      .hiddens = m.take(l.grad_hiddens.size()),
                      .cells = m.take(l.grad_hiddens.size()),
                      .gates = m.take(kind.time * kind.batch * l.gate_rows),
                      .scratch = nullptr};
  forward.scratch = m.take(k.lstm_forward_scratch(forward, 1));
  count("lstm_forward_" + name, [&] { k.lstm_forward(forward, kAlone); });
  LstmBackward backward{.layer = kind.layer,
                        .time = kind.time,
                        .batch = kind.batch,
                        .precision = precision,
                        .hiddens = forward.hiddens,
                        .cells = forward.cells,
                        .gates = forward.gates,
                        .x = l.x.data(),
                        .weight_ih = l.weight_ih.data(),
                        .weight_hh = l.weight_hh.data(),
                        .peepholes = nullptr,
                        .projection = nullptr,
                        .mask = nullptr,
                        .lengths = nullptr,
                        .hidden = l.hidden.data(),
                        .cell = l.cell.data(),
                        .grad_hiddens = l.grad_hiddens.data(),
                        .grad_cell = l.grad_cell.data(),
                        .grad_cells = nullptr,
                        .grad_x = m.take(l.x.size()),
                        .grad_weight_ih = m.take(l.weight_ih.size()),
                        .grad_weight_hh = m.take(l.weight_hh.size()),
                        .grad_bias = m.take(l.bias.size()),
                        .grad_peepholes = nullptr,
                        .grad_projection = nullptr,
                        .grad_hidden = m.take(l.hidden.size()),
                        .grad_first_cell = m.take(l.cell.size()),
                        .scratch = nullptr};
  backward.scratch = m.take(k.lstm_backward_scratch(backward, 1));
  count("lstm_backward_" + name, [&] { k.lstm_backward(backward, kAlone); });
}

void count_rnn(const Kernels& k, const std::string& name, Precision precision,
               const RnnShape& shape) {
  const RnnLayer l(shape, Nonlinearity::kTanh);
  Memory m;
  RnnForward forward{.shape = shape,
                     .precision = precision,
                     .nonlinearity = l.nonlinearity,
                     .x = l.x.data(),
                     .weight_ih = l.weight_ih.data(),
                     .weight_hh = l.weight_hh.data(),
                     .bias = l.bias.data(),
                     .hidden = l.hidden.data(),
                     .hiddens = m.take(l.grad_hiddens.size()),
                     .scratch = nullptr};
  forward.scratch = m.take(k.rnn_forward_scratch(forward, 1));
  count("rnn_forward_" + name, [&] { k.rnn_forward(forward, kAlone); });
  RnnBackward backward{.shape = shape,
                       .precision = precision,
                       .nonlinearity = l.nonlinearity,
                       .hiddens = forward.hiddens,
                       .x = l.x.data(),
                       .weight_ih = l.weight_ih.data(),
                       .weight_hh = l.weight_hh.data(),
                       .hidden = l.hidden.data(),
                       .grad_hiddens = l.grad_hiddens.data(),
                       .grad_x = m.take(l.x.size()),
                       .grad_weight_ih = m.take(l.weight_ih.size()),
                       .grad_weight_hh = m.take(l.weight_hh.size()),
                       .grad_bias = m.take(l.bias.size()),
                       .grad_hidden = m.take(l.hidden.size()),
                       .scratch = nullptr};
  backward.scratch = m.take(k.rnn_backward_scratch(backward, 1));
  count("rnn_backward_" + name, [&] { k.rnn_backward(backward, kAlone); });
}

void count_softmax(const Kernels& k, const std::string& name, Precision precision) {
  constexpr std::size_t kTokens = 32, kWords = 1000, kEmbedding = 96;
  Random random(2);
  const Floats features = random.floats(kTokens * kEmbedding), bias = random.floats(kWords);
  const Floats weight = random.floats(kWords * kEmbedding, 0.1), ones(kTokens, 1);
  const std::vector<std::int64_t> targets(kTokens, 7);
  Memory m;
  SoftmaxLoss run{};
  run.shape = {kTokens, kWords, kEmbedding};
  run.precision = precision;
  run.features = features.data(), run.weight = weight.data(), run.bias = bias.data();
  run.targets = targets.data(), run.token_weights = ones.data();
  run.losses = m.take(kTokens), run.grad_features = m.take(features.size());
  run.grad_weight = m.take(weight.size()), run.grad_bias = m.take(kWords);
  run.scratch = m.take(k.softmax_loss_scratch(run, 1));
  count("softmax_loss_" + name, [&] { k.softmax_loss(run, kAlone); });
}

void count_network(const Kernels& k, Format format, const std::string& name, std::size_t rows) {
  constexpr std::size_t kWords = 2000, kBest = 3;
  const Network network(format, {Cell::kLstm, 128, 1, false, false}, 1, 96, kWords);
  const NetworkStates states(network, rows);
  const std::vector<std::int64_t> ids(rows, 1);
  Lent lent;
  const PackedNetwork packed = network.packed(lent);
  float* const scratch = lent.scratch(k.network_scratch(packed, rows, kBest, 1));
  const std::size_t size = rows * network.hidden;
  const NetworkStep step{
      rows,           rows,           ids.data(), states.hidden.data(), states.cell.data(),
      lent.out(size), lent.out(size), nullptr};
  count("network_step_" + name, [&] { k.network_step(packed, step, scratch, kUnhelped); });
  const NetworkBest best{rows, states.hidden.data(), kBest, lent.out<std::int64_t>(rows * kBest),
                         lent.out(rows * kBest)};
  count("network_best_" + name, [&] { k.network_best(packed, best, scratch, kUnhelped); });
}

void count_rankings(const Kernels& k) {
  constexpr std::size_t kCount = 20'000, kBest = 10;
  const Floats scores = Random(1).floats(kCount, 10);
  std::vector<std::int64_t> ids(kBest);
  Floats values(kBest), squashed(kCount);
  count("top_k", [&] { k.top_k(scores.data(), kCount, kBest, ids.data(), values.data()); });
  count("log_sum_exp", [&] {
    volatile float sum = k.log_sum_exp(scores.data(), kCount);
    static_cast<void>(sum);
  });
  count("sigmoid", [&] { k.sigmoid(scores.data(), kCount, squashed.data()); });
  count("tanh", [&] { k.tanh(scores.data(), kCount, squashed.data()); });
}

int main_of(int argc, char** argv) {
  if (argc != 2) {
    std::printf("gcc %s\n", __VERSION__);
    return 0;
  }
  const Levels all = levels();
  for (std::size_t i = 0; i < all.count; ++i)
    if (std::strcmp(all.level[i]->name, argv[1]) == 0) {
      const Kernels& k = *all.level[i];
      for (const Precision precision : {Precision::kFloat32, Precision::kBFloat16}) {
        const std::string name = precision == Precision::kFloat32 ? "float32" : "bfloat16";
        count_lstm(k, name, precision, {{96, 128, 1, false, 0}, 8, 16});
        count_lstm(k, name + "_4_cells", precision, {{96, 32, 4, false, 0}, 8, 16});
        count_rnn(k, name, precision, {8, 16, 96, 128});
        count_softmax(k, name, precision);
      }
      for (const std::size_t rows : {1, 8}) {
        const std::string suffix = rows == 1 ? "" : "_8_rows";
        count_network(k, Format::kFloat32, "float32" + suffix, rows);
        count_network(k, Format::kBFloat16, "bfloat16" + suffix, rows);
        count_network(k, Format::kInt8, "int8" + suffix, rows);
      }
      count_rankings(k);
      return 0;
    }
  std::printf("level %s cannot run here\n", argv[1]);
  return 3;
}

}  // namespace
}  // namespace karussell::test

int main(int argc, char** argv) { return karussell::test::main_of(argc, argv); }
