// What Python sees of a packed network. Nothing here checks a shape: karussell.kernels has done so.
#include <nanobind/stl/string.h>

#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.h"
#include "host/crew.h"

namespace karussell {
namespace {

using Groups = Array<const std::uint32_t, 1>;
using Integers = Array<const std::int32_t, 1>;

Format format_of(const std::string& name) {
  if (name == "int8") return Format::kInt8;
  return name == "bfloat16" ? Format::kBFloat16 : Format::kFloat32;
}

Cell cell_of(const std::string& name) {
  if (name == "lstm") return Cell::kLstm;
  return name == "relu" ? Cell::kRelu : Cell::kTanh;
}

// What one sequence has come to: its hidden states and its cell states, (L, H) each.
struct SequenceState {
  std::size_t layers = 0;
  std::vector<float> hidden, cell;

  std::size_t bytes() const { return (hidden.size() + cell.size()) * sizeof(float); }
};

using States = nb::ndarray<nb::numpy, const float, nb::ndim<2>>;

// States as arrays, where they lie.
States array_of(nb::pointer_and_handle<SequenceState> self, const std::vector<float>& states) {
  return States(states.data(), {self.p->layers, states.size() / self.p->layers}, self.h);
}

// Keeps the arrays that its pointers lead to.
class Network {
 public:
  explicit Network(const std::string& format) : format_(format_of(format)) {}

  void add_layer(const std::string& cell, std::size_t inputs, std::size_t blocks, std::size_t cells,
                 bool coupled, nb::tuple ih, nb::tuple hh, nb::object bias, nb::object peepholes) {
    PackedLayer layer{};
    layer.cell = cell_of(cell);
    layer.inputs = inputs, layer.blocks = blocks, layer.cells = cells, layer.coupled = coupled;
    layer.ih = matrix(ih), layer.hh = matrix(hh);
    layer.bias = keep<In<1>>(bias).data();
    layer.peepholes = peepholes.is_none() ? nullptr : keep<In<2>>(peepholes).data();
    layers_.push_back(layer);
  }

  void finish(nb::tuple projection, nb::tuple embedding, nb::object bias, std::size_t words) {
    network_.projection = matrix(projection);
    network_.embedding = matrix(embedding);
    network_.bias = keep<In<1>>(bias).data();
    network_.words = words;
    for (const PackedLayer& layer : layers_) {
      std::vector<std::int32_t> block_of(16 * layer.cells);
      for (std::size_t i = 0; i < block_of.size(); ++i)
        block_of[i] = static_cast<std::int32_t>(i / layer.cells);
      blocks_of_.push_back(std::move(block_of));
    }
    for (std::size_t i = 0; i < layers_.size(); ++i) layers_[i].block_of = blocks_of_[i].data();
    network_.count = layers_.size(), network_.layers = layers_.data();
  }

  void step(Ids ids, In<3> hidden, In<3> cell, Out<3> next_hidden, Out<3> next_cell,
            nb::object gates, std::size_t threads) const {
    check(ids, hidden, cell, next_hidden, next_cell, threads);
    const NetworkStep step{
        hidden.shape(1), ids.shape(0),       ids.data(),       hidden.data(),
        cell.data(),     next_hidden.data(), next_cell.data(), gates_data(gates, ids.shape(0))};
    run(step.rows, 0, threads, [&](float* scratch, const Helpers& helpers) {
      active().network_step(network_, step, scratch, helpers);
    });
  }

  // Before anything was read.
  SequenceState start() const {
    const std::vector<float> zeros(network_.count * cells());
    return {network_.count, zeros, zeros};
  }

  // After one more word.
  SequenceState after(const SequenceState& state, std::int64_t word) const {
    check(state);
    SequenceState next = start();
    if (word < 0 || static_cast<std::size_t>(word) >= network_.embedding.rows)
      throw nb::value_error("there is no such word");
    const NetworkStep step{1,
                           1,
                           &word,
                           state.hidden.data(),
                           state.cell.data(),
                           next.hidden.data(),
                           next.cell.data(),
                           nullptr};
    run(1, 0, 1, [&](float* scratch, const Helpers& helpers) {
      active().network_step(network_, step, scratch, helpers);
    });
    return next;
  }

  // ln P of each word that may come next.
  View log_probs(const SequenceState& state) const {
    check(state);
    std::vector<float> values(network_.words);
    const NetworkScores scores{1, state.hidden.data() + (state.layers - 1) * cells(), 0,
                               values.size(), values.data()};
    run(1, 0, 1, [&](float* scratch, const Helpers& helpers) {
      active().network_scores(network_, scores, scratch, helpers);
    });
    const float total = active().log_sum_exp(values.data(), values.size());
    for (float& value : values) value -= total;
    return view_of(std::move(values));
  }

  void scores(In<3> hidden, std::size_t first, Out<2> to, std::size_t threads) const {
    const NetworkScores scores{hidden.shape(1), last_layer(hidden), first, first + to.shape(1),
                               to.data()};
    run(scores.rows, 0, threads, [&](float* scratch, const Helpers& helpers) {
      active().network_scores(network_, scores, scratch, helpers);
    });
  }

  void best(In<3> hidden, Array<std::int64_t, 2> ids, Out<2> log_probs, std::size_t threads) const {
    const NetworkBest best{hidden.shape(1), last_layer(hidden), ids.shape(1), ids.data(),
                           log_probs.data()};
    run(best.rows, best.count, threads, [&](float* scratch, const Helpers& helpers) {
      active().network_best(network_, best, scratch, helpers);
    });
  }

  void predict(Ids words, In<3> hidden, In<3> cell, Out<3> next_hidden, Out<3> next_cell,
               Array<std::int64_t, 2> ids, Out<2> log_probs, std::size_t threads) const {
    check(words, hidden, cell, next_hidden, next_cell, threads);
    if (ids.shape(0) != words.shape(0) || log_probs.shape(0) != words.shape(0) ||
        ids.shape(1) != log_probs.shape(1))
      throw nb::value_error("the room for words and log probabilities does not fit");
    const NetworkStep step{hidden.shape(1), words.shape(0),     words.data(),     hidden.data(),
                           cell.data(),     next_hidden.data(), next_cell.data(), nullptr};
    const NetworkBest best{step.rows, last_layer(next_hidden), ids.shape(1), ids.data(),
                           log_probs.data()};
    run(step.rows, best.count, threads, [&](float* scratch, const Helpers& helpers) {
      active().network_step(network_, step, scratch, helpers);
      active().network_best(network_, best, scratch, helpers);
    });
  }

 private:
  // Of one layer.
  std::size_t cells() const { return layers_.back().blocks * layers_.back().cells; }

  void check(const SequenceState& state) const {
    if (state.layers != network_.count || state.hidden.size() != network_.count * cells())
      throw nb::value_error("the state is another network's");
  }

  template <class Kind>
  Kind keep(const nb::handle& array) {
    kept_.push_back(nb::borrow(array));
    return nb::cast<Kind>(array, false);
  }

  // (rows, lines, depth, stride, before, groups, scale, correction)
  PackedMatrix matrix(const nb::tuple& parts) {
    PackedMatrix m{};
    m.format = format_;
    m.rows = nb::cast<std::size_t>(parts[0]);
    m.lines = nb::cast<std::size_t>(parts[1]);
    m.depth = nb::cast<std::size_t>(parts[2]);
    m.stride = nb::cast<std::size_t>(parts[3]);
    m.before = nb::cast<std::size_t>(parts[4]);
    m.groups = keep<Groups>(parts[5]).data();
    if (format_ == Format::kInt8) {
      m.scale = keep<In<1>>(parts[6]).data();
      m.correction = keep<Integers>(parts[7]).data();
    }
    return m;
  }

  float* gates_data(const nb::object& gates, std::size_t rows) const {
    if (gates.is_none()) return nullptr;
    const Out<1> values = nb::cast<Out<1>>(gates, false);
    std::size_t all = 0;
    for (const PackedLayer& layer : layers_)
      if (layer.cell == Cell::kLstm)
        all += rows * layer.blocks * (layer.cells + (layer.coupled ? 2 : 3));
    if (values.shape(0) != all) throw nb::value_error("the room for gates does not fit");
    return values.data();
  }

  // Only whether all fits: karussell.kernels says what does not.
  void check(const Ids& ids, const In<3>& hidden, const In<3>& cell, const Out<3>& next_hidden,
             const Out<3>& next_cell, std::size_t threads) const {
    const std::size_t rows = ids.shape(0), before = hidden.shape(1);
    const auto is = [&](const auto& states, std::size_t count) {
      return states.shape(0) == network_.count && states.shape(1) == count &&
             states.shape(2) == layers_.back().blocks * layers_.back().cells;
    };
    bool fits = rows > 0 && (before == 1 || before == rows) && is(hidden, before) &&
                is(cell, before) && is(next_hidden, rows) && is(next_cell, rows) && threads >= 1 &&
                threads <= 64;
    for (std::size_t r = 0; fits && r < rows; ++r)
      fits =
          ids.data()[r] >= 0 && static_cast<std::size_t>(ids.data()[r]) < network_.embedding.rows;
    if (!fits) throw nb::value_error("the states and words do not fit");
  }

  // The rows (N, H) of the last layer in (L, N, H).
  template <class States>
  static const float* last_layer(const States& states) {
    return states.data() + (states.shape(0) - 1) * states.shape(1) * states.shape(2);
  }

  template <class Work>
  void run(std::size_t rows, std::size_t k, std::size_t threads, const Work& work) const {
    const nb::gil_scoped_release released;
    const Scratch scratch(active().network_scratch(network_, rows, k, threads));
    const auto helped = [&](const Helpers& helpers) { work(scratch.get(), helpers); };
    run_helped(
        threads,
        [](const void* what, const Helpers& helpers) {
          (*static_cast<const decltype(helped)*>(what))(helpers);
        },
        &helped);
  }

  const Format format_;
  PackedNetwork network_{};
  std::vector<PackedLayer> layers_;
  std::vector<std::vector<std::int32_t>> blocks_of_;
  std::vector<nb::object> kept_;
};

}  // namespace

void bind_network(nb::module_& m) {
  nb::class_<SequenceState>(m, "SequenceState")
      .def_prop_ro("nbytes", &SequenceState::bytes)
      .def_prop_ro(
          "hidden",
          [](nb::pointer_and_handle<SequenceState> self) { return array_of(self, self.p->hidden); })
      .def_prop_ro("cell", [](nb::pointer_and_handle<SequenceState> self) {
        return array_of(self, self.p->cell);
      });
  nb::class_<Network>(m, "Network")
      .def(nb::init<const std::string&>(), "format"_a)
      .def("add_layer", &Network::add_layer, "cell"_a, "inputs"_a, "blocks"_a, "cells"_a,
           "coupled"_a, "ih"_a, "hh"_a, "bias"_a, "peepholes"_a.none())
      .def("finish", &Network::finish, "projection"_a, "embedding"_a, "bias"_a, "words"_a)
      .def("start", &Network::start)
      .def("after", &Network::after, "state"_a, "word"_a)
      .def("log_probs", &Network::log_probs, "state"_a)
      .def("step", &Network::step, in("ids"), in("hidden"), in("cell"), in("next_hidden"),
           in("next_cell"), "gates"_a.none(), "threads"_a)
      .def("scores", &Network::scores, in("hidden"), "first"_a, in("scores"), "threads"_a)
      .def("best", &Network::best, in("hidden"), in("ids"), in("log_probs"), "threads"_a)
      .def("predict", &Network::predict, in("words"), in("hidden"), in("cell"), in("next_hidden"),
           in("next_cell"), in("ids"), in("log_probs"), "threads"_a);
}

}  // namespace karussell
