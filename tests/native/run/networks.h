// Packed networks at random, and what is right for them in double.
#pragma once

#include "given/lent.h"
#include "given/values.h"
#include "kernels.h"

namespace karussell::test {

// A matrix whose numbers its format holds exactly, so that packing loses nothing.
struct Matrix {
  Format format;
  std::size_t rows, columns;
  Doubles numbers;         // (rows, columns)
  std::vector<int> whole;  // the same by the scale of their row; int8 only
  Floats scale;            // (rows); int8 only

  Matrix(Random& random, Format format, std::size_t rows, std::size_t columns);
  std::uint32_t word(std::size_t row, std::size_t at) const;
  std::size_t depth() const;
};

// Packs matrices that are read together. order[place] is the row that stands there, -1 for none.
std::vector<PackedMatrix> pack(const std::vector<const Matrix*>& matrices, std::vector<int> order,
                               std::size_t lines, Lent& lent);

struct LayerKind {
  Cell cell;
  std::size_t blocks, cells;
  bool coupled, peepholes;
};

// Layers of one kind, one on the other.
struct Network {
  Format format;
  LayerKind kind;
  std::size_t hidden, gate_rows, embedding_size, words;
  std::vector<Matrix> ih, hh;
  std::vector<Floats> bias, peepholes;
  Matrix projection, embedding;
  Floats word_bias;

  Network(Format format, const LayerKind& kind, std::size_t layers, std::size_t embedding_size,
          std::size_t words);
  // With every buffer lent.
  PackedNetwork packed(Lent& lent) const;
  std::size_t gates() const;  // of a row of one layer, as a step writes them

 private:
  std::vector<int> order() const;
  mutable std::vector<PackedLayer> layers_;
};

// States that the format holds exactly: (L, N, H), hidden and cell.
struct NetworkStates {
  Floats hidden, cell;
  NetworkStates(const Network& network, std::size_t rows);
};

struct RightStep {
  Doubles hidden, cell, gates;  // (L, N, ...)
};

RightStep right_step(const Network& network, const NetworkStates& states, std::size_t rows_before,
                     const std::vector<std::int64_t>& ids);
Doubles right_projection(const Network& network, const float* hidden);  // of one row
Doubles right_scores(const Network& network, const Doubles& projected);

}  // namespace karussell::test
