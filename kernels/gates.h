// How the gate rows of a memory block layer are cut into panels.
//
// A chunk is kWidth blocks with all their cells: one panel of input gates, one of forget gates, S of
// cell inputs, one of output gates, in this order. A chunk holds everything that its blocks need, so
// the nonlinearities and the new state follow its product at once, and a thread that owns a chunk
// owns its states.
#pragma once

#include "product.h"

namespace karussell::KARUSSELL_LEVEL {

struct Section {
  size_t row, valid;  // first gate row (or hidden unit), and how many of kWidth there are
};

struct GateLayout {
  size_t blocks, cells;

  KARUSSELL_INLINE explicit GateLayout(const LstmShape& shape)
      : blocks(shape.blocks), cells(shape.cells) {}

  KARUSSELL_INLINE size_t hidden() const { return blocks * cells; }
  KARUSSELL_INLINE size_t gates() const { return hidden() + 3 * blocks; }
  KARUSSELL_INLINE size_t chunks() const { return ceil_div(blocks, kWidth); }
  KARUSSELL_INLINE size_t panels() const { return 3 + cells; }       // in a chunk
  KARUSSELL_INLINE size_t units() const { return cells * kWidth; }   // cells in a full chunk
  KARUSSELL_INLINE size_t width() const { return panels() * kWidth; }  // gate rows in a full chunk

  KARUSSELL_INLINE size_t blocks_in(size_t chunk) const {
    return least(kWidth, blocks - chunk * kWidth);
  }

  KARUSSELL_INLINE Section section(size_t chunk, size_t panel) const {
    const size_t block = chunk * kWidth;
    if (panel == 0) return {block, blocks_in(chunk)};
    if (panel == 1) return {blocks + block, blocks_in(chunk)};
    if (panel == 2 + cells) return {2 * blocks + hidden() + block, blocks_in(chunk)};
    const size_t before = (panel - 2) * kWidth;
    const size_t count = blocks_in(chunk) * cells;
    return {2 * blocks + block * cells + before,
            count > before ? least(kWidth, count - before) : 0};
  }
};

// Gate values or their gradients of one chunk of one row, by name.
template <class Float>
struct GateRow {
  Float *input, *forget, *cell, *output;

  // Inside a whole row of G values.
  KARUSSELL_INLINE static GateRow in_row(Float* row, const GateLayout& layout, size_t chunk) {
    return {row + layout.section(chunk, 0).row, row + layout.section(chunk, 1).row,
            row + layout.section(chunk, 2).row, row + layout.section(chunk, 2 + layout.cells).row};
  }

  // Inside a buffer that holds nothing but this chunk, padded.
  KARUSSELL_INLINE static GateRow in_chunk(Float* buffer, const GateLayout& layout) {
    return {buffer, buffer + kWidth, buffer + 2 * kWidth, buffer + 2 * kWidth + layout.units()};
  }
};

KARUSSELL_INLINE void copy(const float* from, size_t count, float* to) {
  __builtin_memcpy(to, from, count * sizeof(float));
}

// Copies `count` values and fills with zeros up to `padded`.
KARUSSELL_INLINE void copy_padded(const float* from, size_t count, size_t padded, float* to) {
  copy(from, count, to);
  for (size_t i = count; i < padded; ++i) to[i] = 0;
}

KARUSSELL_INLINE void copy_gates(const GateRow<const float> from, size_t blocks, size_t cells,
                                 const GateRow<float> to) {
  copy_padded(from.input, blocks, kWidth, to.input);
  copy_padded(from.forget, blocks, kWidth, to.forget);
  copy_padded(from.cell, blocks * cells, kWidth * cells, to.cell);
  copy_padded(from.output, blocks, kWidth, to.output);
}

KARUSSELL_INLINE void copy_gates_back(const GateRow<float> from, size_t blocks, size_t cells,
                                      const GateRow<float> to) {
  copy(from.input, blocks, to.input);
  copy(from.forget, blocks, to.forget);
  copy(from.cell, blocks * cells, to.cell);
  copy(from.output, blocks, to.output);
}

// Gives every cell the value of its block's gate: to[b * S + v] = gate[b].
KARUSSELL_INLINE void expand(const float* gate, size_t cells, float* to) {
  for (size_t b = 0; b < kWidth; ++b)
    for (size_t v = 0; v < cells; ++v) to[b * cells + v] = gate[b];
}

// Sums over the cells of each block: to[b] = sum over v of from[b * S + v].
KARUSSELL_INLINE void reduce(const float* from, size_t cells, float* to) {
  for (size_t b = 0; b < kWidth; ++b) {
    float total = 0;
    for (size_t v = 0; v < cells; ++v) total += from[b * cells + v];
    to[b] = total;
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
