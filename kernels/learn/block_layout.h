// How the gate rows of a layer of memory blocks are cut into lines.
//
// A chunk is 16 blocks with all their cells: a line of input gates (none if they are coupled to the
// forget gates), one of forget gates, S of cell inputs, one of output gates, in this order. A chunk
// holds everything that its blocks need, so the nonlinearities and the new state follow its product
// at once, and a thread that owns a chunk owns its states.
#pragma once

#include "learn/weight_gradient.h"

namespace karussell::KARUSSELL_LEVEL::training {

struct BlockLayout {
  size_t blocks, cells;
  bool coupled;

  KARUSSELL_INLINE explicit BlockLayout(const BlockLayer& layer)
      : blocks(layer.blocks), cells(layer.cells), coupled(layer.coupled) {}

  KARUSSELL_INLINE size_t hidden() const { return blocks * cells; }
  KARUSSELL_INLINE size_t before_cells() const { return coupled ? 1 : 2; }  // lines of a chunk
  KARUSSELL_INLINE size_t lines() const { return before_cells() + cells + 1; }
  KARUSSELL_INLINE size_t gates() const { return (before_cells() + 1) * blocks + hidden(); }
  KARUSSELL_INLINE size_t chunks() const { return ceil_div(blocks, kUnit); }
  KARUSSELL_INLINE size_t units() const { return cells * kUnit; }    // cells of a full chunk
  KARUSSELL_INLINE size_t width() const { return lines() * kUnit; }  // gate rows of a full chunk

  KARUSSELL_INLINE size_t blocks_in(size_t chunk) const {
    return least(kUnit, blocks - chunk * kUnit);
  }
  KARUSSELL_INLINE size_t cells_in(size_t chunk) const { return blocks_in(chunk) * cells; }

  KARUSSELL_INLINE Section section(size_t chunk, size_t line) const {
    const size_t block = chunk * kUnit, first_cell = before_cells();
    if (line < first_cell) return {line * blocks + block, blocks_in(chunk)};
    if (line == first_cell + cells)
      return {first_cell * blocks + hidden() + block, blocks_in(chunk)};
    const size_t before = (line - first_cell) * kUnit, count = cells_in(chunk);
    return {first_cell * blocks + block * cells + before,
            count > before ? least(kUnit, count - before) : 0};
  }
};

// Gate values, or their gradients, of one chunk of one row, by name; no input gate if coupled.
template <class Float>
struct GateRow {
  Float *input, *forget, *cell, *output;

  // Inside a whole row of G values.
  KARUSSELL_INLINE static GateRow in_row(Float* row, const BlockLayout& layout, size_t chunk) {
    const auto at = [&](size_t line) { return row + layout.section(chunk, line).row; };
    const size_t cell = layout.before_cells();
    return {layout.coupled ? nullptr : at(0), at(cell - 1), at(cell), at(cell + layout.cells)};
  }

  // Inside a buffer that holds nothing but this chunk, padded.
  KARUSSELL_INLINE static GateRow in_chunk(Float* buffer, const BlockLayout& layout) {
    const size_t cell = layout.before_cells();
    return {layout.coupled ? nullptr : buffer, buffer + (cell - 1) * kUnit, buffer + cell * kUnit,
            buffer + (cell + layout.cells) * kUnit};
  }

  KARUSSELL_INLINE GateRow moved(size_t by) const {
    return {input == nullptr ? nullptr : input + by, forget + by, cell + by, output + by};
  }

  KARUSSELL_INLINE GateRow<const Float> constant() const { return {input, forget, cell, output}; }
};

// A chunk that is not full, to where it is padded, and back.
KARUSSELL_INLINE void pad_gates(const GateRow<const float> from, size_t blocks, size_t cells,
                                const GateRow<float> to) {
  if (from.input != nullptr) copy_padded(from.input, blocks, kUnit, to.input);
  copy_padded(from.forget, blocks, kUnit, to.forget);
  copy_padded(from.cell, blocks * cells, kUnit * cells, to.cell);
  copy_padded(from.output, blocks, kUnit, to.output);
}

KARUSSELL_INLINE void unpad_gates(const GateRow<float> from, size_t blocks, size_t cells,
                                  const GateRow<float> to) {
  if (from.input != nullptr) copy(from.input, blocks, to.input);
  copy(from.forget, blocks, to.forget);
  copy(from.cell, blocks * cells, to.cell);
  copy(from.output, blocks, to.output);
}

// One value a cell for the gates that see cells: peephole weights or their gradients, in chunks
// padded to units() each; null without peepholes. No input gate if coupled.
struct Peepholes {
  float *input, *forget, *output;

  KARUSSELL_INLINE static size_t size(const BlockLayout& layout) {
    return (layout.before_cells() + 1) * layout.chunks() * layout.units();
  }

  KARUSSELL_INLINE static Peepholes in(float* base, const BlockLayout& layout, size_t chunk) {
    if (base == nullptr) return {nullptr, nullptr, nullptr};
    const size_t gate = layout.chunks() * layout.units();
    float* const first = base + chunk * layout.units();
    return {layout.coupled ? nullptr : first, first + (layout.before_cells() - 1) * gate,
            first + layout.before_cells() * gate};
  }
};

// Gives every cell the value of its block's gate: to[b * S + v] = gate[b].
KARUSSELL_INLINE void expand(const float* gate, size_t cells, float* to) {
  for (size_t b = 0; b < kUnit; ++b)
    for (size_t v = 0; v < cells; ++v) to[b * cells + v] = gate[b];
}

// Sums over the cells of each block: to[b] = sum over v of from[b * S + v].
KARUSSELL_INLINE void reduce(const float* from, size_t cells, float* to) {
  for (size_t b = 0; b < kUnit; ++b) {
    float total = 0;
    for (size_t v = 0; v < cells; ++v) total += from[b * cells + v];
    to[b] = total;
  }
}

}  // namespace karussell::KARUSSELL_LEVEL::training
