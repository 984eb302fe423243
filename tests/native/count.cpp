// Runs the hot kernels at fixed sizes, each between marks that valgrind's callgrind counts between:
//     valgrind --tool=callgrind --collect-atstart=no karussell_count LEVEL
// Without a level it says what compiled it. One thread, so that no count depends on waiting.
#include <valgrind/callgrind.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "kernels.h"
#include "layers.h"
#include "networks.h"

namespace karussell::test {
namespace {

constexpr Member kAlone{0, 1, nullptr};

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

void count_lstm(const Kernels& k, const char* forward_name, const char* backward_name,
                const LstmShape& shape) {
  const LstmLayer l(shape);
  Memory m;
  const LstmForward forward{.shape = shape,
                            .x = l.x.data(),
                            .weight_ih = l.weight_ih.data(),
                            .weight_hh = l.weight_hh.data(),
                            .bias = l.bias.data(),
                            .hidden = l.hidden.data(),
                            .cell = l.cell.data(),
                            .hiddens = m.take(l.grad_hiddens.size()),
                            .cells = m.take(l.grad_hiddens.size()),
                            .gates = m.take(shape.time * shape.batch * l.gate_rows),
                            .scratch = m.take(k.lstm_forward_scratch(shape, 1))};
  count(forward_name, [&] { k.lstm_forward(forward, kAlone); });
  const LstmBackward backward{.shape = shape,
                              .hiddens = forward.hiddens,
                              .cells = forward.cells,
                              .gates = forward.gates,
                              .x = l.x.data(),
                              .weight_ih = l.weight_ih.data(),
                              .weight_hh = l.weight_hh.data(),
                              .hidden = l.hidden.data(),
                              .cell = l.cell.data(),
                              .grad_hiddens = l.grad_hiddens.data(),
                              .grad_cell = l.grad_cell.data(),
                              .grad_x = m.take(l.x.size()),
                              .grad_weight_ih = m.take(l.weight_ih.size()),
                              .grad_weight_hh = m.take(l.weight_hh.size()),
                              .grad_bias = m.take(l.bias.size()),
                              .grad_hidden = m.take(l.hidden.size()),
                              .grad_first_cell = m.take(l.cell.size()),
                              .scratch = m.take(k.lstm_backward_scratch(shape, 1))};
  count(backward_name, [&] { k.lstm_backward(backward, kAlone); });
}

void count_rnn(const Kernels& k, const RnnShape& shape) {
  const RnnLayer l(shape, Nonlinearity::kTanh);
  Memory m;
  const RnnForward forward{.shape = shape,
                           .nonlinearity = l.nonlinearity,
                           .x = l.x.data(),
                           .weight_ih = l.weight_ih.data(),
                           .weight_hh = l.weight_hh.data(),
                           .bias = l.bias.data(),
                           .hidden = l.hidden.data(),
                           .hiddens = m.take(l.grad_hiddens.size()),
                           .scratch = m.take(k.rnn_forward_scratch(shape, 1))};
  count("rnn_forward", [&] { k.rnn_forward(forward, kAlone); });
  const RnnBackward backward{.shape = shape,
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
                             .scratch = m.take(k.rnn_backward_scratch(shape, 1))};
  count("rnn_backward", [&] { k.rnn_backward(backward, kAlone); });
}

void count_step(const Kernels& k, const LstmShape& shape) {
  const LstmLayer l(shape);
  Memory m;
  float* const packed = m.take(k.lstm_packed(shape));
  k.lstm_pack(shape, l.weight_ih.data(), l.weight_hh.data(), l.bias.data(), packed);
  const LstmStep step{.shape = shape,
                      .packed = packed,
                      .x = l.x.data(),
                      .hidden = l.hidden.data(),
                      .cell = l.cell.data(),
                      .next_hidden = m.take(l.hidden_size),
                      .next_cell = m.take(l.hidden_size),
                      .gates = m.take(l.gate_rows),
                      .scratch = m.take(k.lstm_step_scratch(shape))};
  count("lstm_step", [&] { k.lstm_step(step); });
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
  const NetworkStep step{rows, rows, ids.data(), states.hidden.data(), states.cell.data(),
                         lent.out(size), lent.out(size), nullptr};
  count("network_step_" + name, [&] { k.network_step(packed, step, scratch, kAlone); });
  const NetworkBest best{rows, states.hidden.data(), kBest, lent.out<std::int64_t>(rows * kBest),
                         lent.out(rows * kBest)};
  count("network_best_" + name, [&] { k.network_best(packed, best, scratch, kAlone); });
}

void count_rankings(const Kernels& k) {
  constexpr std::size_t kCount = 20'000, kBest = 10;
  const Floats scores = Random(1).floats(kCount, 10);
  std::vector<std::int64_t> ids(kBest);
  Floats values(kBest), squashed(kCount);
  count("top_k",
        [&] { k.top_k(scores.data(), kCount, kBest, ids.data(), values.data()); });
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
      count_lstm(k, "lstm_forward", "lstm_backward", {8, 16, 96, 128, 1});
      count_lstm(k, "lstm_forward_4_cells", "lstm_backward_4_cells", {8, 16, 96, 32, 4});
      count_rnn(k, {8, 16, 96, 128});
      count_step(k, {1, 1, 96, 128, 1});
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
