#include "networks.h"

#include <bit>
#include <cmath>

namespace karussell::test {

namespace {

constexpr std::size_t kUnit = 16, kPanelLines = 4, kPlainLines = 4;

std::size_t group_of(Format format) {
  return format == Format::kFloat32 ? 1 : format == Format::kBFloat16 ? 2 : 4;
}

// Never inlined: under a condition GCC 12 takes the value to be the masked one already, for x86.
[[gnu::noinline]] float held_by_bfloat16(float value) {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) & 0xffff0000);
}

}  // namespace

Matrix::Matrix(Random& random, Format f, std::size_t r, std::size_t c)
    : format(f), rows(r), columns(c) {
  const double size = 1 / std::sqrt(static_cast<double>(c));
  for (std::size_t row = 0; row < rows; ++row) {
    if (format == Format::kInt8)
      scale.push_back(static_cast<float>((2 + random.unit()) * size / 381));
    for (std::size_t k = 0; k < columns; ++k) {
      const float value = static_cast<float>(size * random.unit());
      if (format == Format::kInt8) {
        whole.push_back(random.whole(-127, 127));
        numbers.push_back(whole.back() * static_cast<double>(scale.back()));
      } else {
        numbers.push_back(format == Format::kFloat32 ? value : held_by_bfloat16(value));
      }
    }
  }
}

std::size_t Matrix::depth() const { return (columns + group_of(format) - 1) / group_of(format); }

std::uint32_t Matrix::word(std::size_t row, std::size_t at) const {
  const std::size_t group = group_of(format);
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < group && at * group + i < columns; ++i) {
    const std::size_t here = row * columns + at * group + i;
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(static_cast<float>(numbers[here]));
    if (format == Format::kFloat32)
      word = bits;
    else if (format == Format::kBFloat16)
      word |= bits >> 16 << 16 * i;
    else
      word |= static_cast<std::uint32_t>(whole[here] & 0xff) << 8 * i;
  }
  return word;
}

std::vector<PackedMatrix> pack(const std::vector<const Matrix*>& matrices, std::vector<int> order,
                               std::size_t lines, Lent& lent) {
  order.resize((order.size() + lines * kUnit - 1) / (lines * kUnit) * lines * kUnit, -1);
  std::size_t stride = 0;
  for (const Matrix* m : matrices) stride += m->depth();
  std::vector<std::uint32_t> words;
  const std::size_t panels = (lines + kPanelLines - 1) / kPanelLines;
  for (std::size_t tile = 0; tile < order.size(); tile += lines * kUnit)
    for (std::size_t panel = 0, first = 0; panel < panels; ++panel) {
      const std::size_t last = first + lines / panels + (panel < lines % panels);
      for (const Matrix* m : matrices)
        for (std::size_t k = 0; k < m->depth(); ++k)
          for (std::size_t place = first * kUnit; place < last * kUnit; ++place) {
            const int row = order[tile + place];
            words.push_back(row < 0 ? 0 : m->word(static_cast<std::size_t>(row), k));
          }
      first = last;
    }
  const std::uint32_t* const lent_words = lent.in(words, 64);
  std::vector<PackedMatrix> packed;
  std::size_t before = 0;
  for (const Matrix* m : matrices) {
    PackedMatrix one{m->format, m->rows,    lines,   m->depth(), stride,
                     before,    lent_words, nullptr, nullptr};
    before += m->depth();
    if (m->format == Format::kInt8) {
      Floats scale(order.size(), 1);
      std::vector<std::int32_t> correction(order.size());
      for (std::size_t place = 0; place < order.size(); ++place) {
        if (order[place] < 0) continue;
        const std::size_t row = static_cast<std::size_t>(order[place]);
        scale[place] = m->scale[row];
        for (std::size_t k = 0; k < m->columns; ++k)
          correction[place] -= 128 * m->whole[row * m->columns + k];
      }
      one.scale = lent.in(scale), one.correction = lent.in(correction);
    }
    packed.push_back(one);
  }
  return packed;
}

Network::Network(Format f, const LayerKind& k, std::size_t layers, std::size_t embedding_columns,
                 std::size_t word_count)
    : format(f),
      kind(k),
      hidden(k.blocks * k.cells),
      gate_rows(k.cell == Cell::kLstm ? hidden + (k.coupled ? 2 : 3) * k.blocks : hidden),
      embedding_size(embedding_columns),
      words(word_count),
      projection([&] {
        Random random(8);
        return Matrix(random, f, embedding_columns, k.blocks * k.cells);
      }()),
      embedding([&] {
        Random random(9);  // two more can be read than scored
        return Matrix(random, f, word_count + 2, embedding_columns);
      }()) {
  Random random(10 + hidden + words);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    ih.emplace_back(random, format, gate_rows, layer == 0 ? embedding_size : hidden);
    hh.emplace_back(random, format, gate_rows, hidden);
    bias.push_back(random.floats(gate_rows));
    peepholes.push_back(random.floats(kind.peepholes ? (kind.coupled ? 2 : 3) * hidden : 0));
  }
  word_bias = random.floats(words);
}

std::size_t Network::gates() const { return kind.cell == Cell::kLstm ? gate_rows : 0; }

std::vector<int> Network::order() const {
  std::vector<int> order;
  const auto add = [&](std::size_t first, std::size_t at, std::size_t count, std::size_t all) {
    for (std::size_t i = at; i < at + count; ++i)
      order.push_back(i < all ? static_cast<int>(first + i) : -1);
  };
  if (kind.cell != Cell::kLstm) {
    add(0, 0, hidden, hidden);
    return order;
  }
  const std::size_t b = kind.blocks, gates_before = kind.coupled ? 1 : 2;
  for (std::size_t block = 0; block < b; block += kUnit) {
    for (std::size_t gate = 0; gate < gates_before; ++gate) add(gate * b, block, kUnit, b);
    add(gates_before * b, block * kind.cells, kUnit * kind.cells, hidden);
    add(gates_before * b + hidden, block, kUnit, b);
  }
  return order;
}

PackedNetwork Network::packed(Lent& lent) const {
  layers_.clear();
  std::vector<std::int32_t> block_of;
  for (std::size_t i = 0; i < kUnit * kind.cells; ++i)
    block_of.push_back(static_cast<std::int32_t>(i / kind.cells));
  const std::size_t lines =
      kind.cell == Cell::kLstm ? kind.cells + (kind.coupled ? 2 : 3) : kPlainLines;
  for (std::size_t i = 0; i < ih.size(); ++i) {
    const std::vector<PackedMatrix> both = pack({&ih[i], &hh[i]}, order(), lines, lent);
    Floats placed;
    for (const int row : order())
      placed.push_back(row < 0 ? 0 : bias[i][static_cast<std::size_t>(row)]);
    placed.resize((placed.size() + lines * kUnit - 1) / (lines * kUnit) * lines * kUnit);
    layers_.push_back({kind.cell, ih[i].columns, kind.blocks, kind.cells, kind.coupled, both[0],
                       both[1], lent.in(placed), kind.peepholes ? lent.in(peepholes[i]) : nullptr,
                       lent.in(block_of)});
  }
  const auto plain = [&](const Matrix& m) {
    std::vector<int> rows;
    for (std::size_t row = 0; row < m.rows; ++row) rows.push_back(static_cast<int>(row));
    return pack({&m}, rows, kPlainLines, lent)[0];
  };
  Floats padded = word_bias;  // zeros up to the end of its last tile
  padded.resize((words + kPlainLines * kUnit - 1) / (kPlainLines * kUnit) * kPlainLines * kUnit);
  return {layers_.size(),   layers_.data(),  plain(projection),
          plain(embedding), lent.in(padded), words};
}

NetworkStates::NetworkStates(const Network& network, std::size_t rows) {
  const std::size_t all = network.ih.size() * rows, size = network.hidden;
  Random random(11);
  cell = random.floats(all * size, 2);
  for (std::size_t row = 0; row < all; ++row)
    for (std::size_t unit = 0; unit < size; ++unit) {
      float value = static_cast<float>(random.unit());
      if (network.format == Format::kBFloat16) value = held_by_bfloat16(value);
      // Whole 127ths, and one of them 1: a step of the format.
      if (network.format == Format::kInt8)
        value = unit == row % size ? 1.f : static_cast<float>(random.whole(-127, 127)) / 127.f;
      hidden.push_back(value);
    }
}

}  // namespace karussell::test
