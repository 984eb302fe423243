// A network of int8 in the memory of WebAssembly: the tensors of a model file lie in it byte for
// byte, in places that follow from the sizes of the model.
#include "run/network.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "wasm/engine.h"

namespace karussell {

// Nobody helps.
void do_pieces(const Helpers&, std::size_t pieces, Piece piece, const void* what) {
  for (std::size_t i = 0; i < pieces; ++i) piece(what, i, 0);
}

namespace {

using wasm::kUnit;

constexpr std::uint32_t kOutputLines = 4;  // in a tile of a matrix without blocks

struct Sizes {
  Cell cell;
  std::size_t layers, embedding, hidden, cells;
  bool coupled;
  std::size_t words;  // V and UNKNOWN: those that are scored

  std::size_t blocks() const { return hidden / cells; }
  std::size_t lines() const {
    return cell == Cell::kLstm ? cells + (coupled ? 2 : 3) : kOutputLines;
  }
};

// Matrices whose panels are shared, with room for their tensors.
struct Group {
  Block words;
  std::vector<Block> scales, corrections;
  std::vector<PackedMatrix> matrices;

  Group(std::size_t rows, std::size_t places, std::size_t lines,
        std::initializer_list<std::size_t> columns) {
    std::size_t stride = 0;
    for (const std::size_t each : columns) stride += depth(each);
    words = Block(places * stride * sizeof(std::uint32_t));
    std::size_t before = 0;
    for (const std::size_t each : columns) {
      scales.emplace_back(places * sizeof(float));
      corrections.emplace_back(places * sizeof(std::int32_t));
      matrices.push_back({Format::kInt8, rows, lines, depth(each), stride, before,
                          words.as<std::uint32_t>(), scales.back().as<float>(),
                          corrections.back().as<std::int32_t>()});
      before += depth(each);
    }
  }

  static std::size_t depth(std::size_t columns) { return wasm::ceil_div(columns, 4); }
};

std::size_t places_of(std::size_t rows, std::size_t lines) {
  return wasm::ceil_div(rows, lines * kUnit) * lines * kUnit;
}

class Network {
 public:
  explicit Network(const Sizes& sizes) : sizes_(sizes) {
    const std::size_t lines = sizes.lines(), states = sizes.layers * sizes.hidden;
    const std::size_t tiles = wasm::ceil_div(sizes.blocks(), unit()), readable = sizes.words + 1;
    const std::size_t places = tiles * lines * kUnit;
    add_group(readable, places_of(readable, kOutputLines), kOutputLines, {sizes.embedding});
    for (std::size_t i = 0; i < sizes.layers; ++i)
      add_group(gate_rows(), places, lines,
                {i == 0 ? sizes.embedding : sizes.hidden, sizes.hidden});
    add_group(sizes.embedding, places_of(sizes.embedding, kOutputLines), kOutputLines,
              {sizes.hidden});
    for (std::size_t i = 0; i < sizes.layers; ++i) biases_.emplace_back(places * sizeof(float));
    output_bias_ = Block(places_of(readable, kOutputLines) * sizeof(float));
    std::fill_n(output_bias_.as<float>(), output_bias_.size() / sizeof(float), 0.f);
    for (Block* block : {&hidden_, &cell_, &next_hidden_, &next_cell_})
      *block = Block(states * sizeof(float));
    scores_ = Block(sizes.words * sizeof(float));
    for (std::size_t i = 0; i < 16 * sizes.cells; ++i)
      block_of_.push_back(static_cast<std::int32_t>(i / sizes.cells));
    connect();
  }

  // Addresses of what the caller fills or reads.
  const Group& group(std::size_t i) const { return *groups_[i]; }
  void* bias(std::size_t layer) const { return biases_[layer].as<void>(); }
  void* output_bias() const { return output_bias_.as<void>(); }
  void* states(bool next, bool cell) const {
    const Block& block = next ? (cell ? next_cell_ : next_hidden_) : (cell ? cell_ : hidden_);
    return block.as<void>();
  }

  // A bias in the order of its rows becomes one in the order of their places.
  void place_bias(std::size_t layer) const {
    float* const to = biases_[layer].as<float>();
    const std::vector<float> rows(to, to + gate_rows());
    std::fill_n(to, biases_[layer].size() / sizeof(float), 0.f);
    const std::size_t blocks = sizes_.blocks(), width = sizes_.lines() * kUnit;
    if (sizes_.cell != Cell::kLstm) {
      std::copy(rows.begin(), rows.end(), to);
      return;
    }
    std::size_t row = 0, line = 0;
    const auto section = [&](std::size_t cells) {
      for (std::size_t i = 0; i < blocks * cells; ++i)
        to[i / (kUnit * cells) * width + line * kUnit + i % (kUnit * cells)] = rows[row++];
      line += cells;
    };
    if (!sizes_.coupled) section(1);
    section(1), section(sizes_.cells), section(1);
  }

  void step(std::uint32_t id) {
    const std::int64_t word = id;
    const NetworkStep step{1,
                           1,
                           &word,
                           hidden_.as<float>(),
                           cell_.as<float>(),
                           next_hidden_.as<float>(),
                           next_cell_.as<float>(),
                           nullptr};
    run(0).step(step);
  }

  const float* scores(std::size_t first, std::size_t last) {
    run(0).scores({1, last_layer(), first, last, scores_.as<float>()});
    return scores_.as<float>();
  }

  // Puts pairs of word and ln P into the answer.
  void best(std::size_t count) {
    std::vector<std::int64_t> ids(count);
    std::vector<float> log_probs(count);
    run(count).best({1, last_layer(), count, ids.data(), log_probs.data()});
    answer().clear();
    for (std::size_t i = 0; i < count && ids[i] >= 0; ++i) {
      answer().push_back(static_cast<std::uint32_t>(ids[i]));
      put(log_probs[i]);
    }
  }

 private:
  std::size_t unit() const { return sizes_.cell == Cell::kLstm ? kUnit : kOutputLines * kUnit; }
  std::size_t gate_rows() const {
    if (sizes_.cell != Cell::kLstm) return sizes_.hidden;
    return sizes_.hidden + (sizes_.coupled ? 2 : 3) * sizes_.blocks();
  }

  void add_group(std::size_t rows, std::size_t places, std::size_t lines,
                 std::initializer_list<std::size_t> columns) {
    groups_.push_back(std::make_unique<Group>(rows, places, lines, columns));
  }

  void connect() {
    for (std::size_t i = 0; i < sizes_.layers; ++i)
      layers_.push_back({sizes_.cell, i == 0 ? sizes_.embedding : sizes_.hidden, sizes_.blocks(),
                         sizes_.cells, sizes_.coupled, groups_[i + 1]->matrices[0],
                         groups_[i + 1]->matrices[1], biases_[i].as<float>(), nullptr,
                         block_of_.data()});
    network_ = {layers_.size(),
                layers_.data(),
                groups_.back()->matrices[0],
                groups_.front()->matrices[0],
                output_bias_.as<float>(),
                sizes_.words};
  }

  const float* last_layer() const {
    return hidden_.as<float>() + (sizes_.layers - 1) * sizes_.hidden;
  }

  wasm::NetworkRun<wasm::Int8> run(std::size_t k) {
    scratch_.have(wasm::network_scratch(network_, 1, k, 1) * sizeof(float));
    return {network_, 1, k, scratch_.as<float>(), kAlone};
  }

  static constexpr Helpers kAlone{1, nullptr};
  const Sizes sizes_;
  std::vector<std::unique_ptr<Group>> groups_;  // the embedding, the layers, the projection
  std::vector<Block> biases_;
  Block output_bias_, hidden_, cell_, next_hidden_, next_cell_, scores_, scratch_;
  std::vector<std::int32_t> block_of_;
  std::vector<PackedLayer> layers_;
  PackedNetwork network_{};
};

}  // namespace

KARUSSELL_EXPORT(network_make)
Network* network_make(Cell cell, std::size_t layers, std::size_t embedding, std::size_t hidden,
                      std::size_t cells, bool coupled, std::size_t words) {
  return new Network({cell, layers, embedding, hidden, cells, coupled, words});
}
KARUSSELL_EXPORT(network_free) void network_free(Network* n) { delete n; }

KARUSSELL_EXPORT(network_words) void* network_words(const Network* n, std::size_t group) {
  return n->group(group).words.as<void>();
}
KARUSSELL_EXPORT(network_scale)
void* network_scale(const Network* n, std::size_t group, std::size_t matrix) {
  return n->group(group).scales[matrix].as<void>();
}
KARUSSELL_EXPORT(network_correction)
void* network_correction(const Network* n, std::size_t group, std::size_t matrix) {
  return n->group(group).corrections[matrix].as<void>();
}
KARUSSELL_EXPORT(network_bias) void* network_bias(const Network* n, std::size_t layer) {
  return n->bias(layer);
}
KARUSSELL_EXPORT(network_place_bias) void network_place_bias(const Network* n, std::size_t layer) {
  n->place_bias(layer);
}
KARUSSELL_EXPORT(network_output_bias) void* network_output_bias(const Network* n) {
  return n->output_bias();
}

KARUSSELL_EXPORT(network_states) void* network_states(const Network* n, bool next, bool cell) {
  return n->states(next, cell);
}
KARUSSELL_EXPORT(network_step) void network_step(Network* n, std::uint32_t id) { n->step(id); }
KARUSSELL_EXPORT(network_scores)
const float* network_scores(Network* n, std::size_t first, std::size_t last) {
  return n->scores(first, last);
}
KARUSSELL_EXPORT(network_best) std::size_t network_best(Network* n, std::size_t count) {
  n->best(count);
  return answer().size() / 2;
}

}  // namespace karussell
