// The part of the net inputs that the inputs and the bias give: one product for all time steps.
#pragma once

#include "gates.h"

namespace karussell::KARUSSELL_LEVEL {

// Weights packed by rows: panel p holds the rows section(p), over the depth `inputs`.
struct InputProduct {
  const float* x;       // (rows, inputs)
  size_t rows, inputs;
  const float* packed;  // panels of (inputs, kWidth)
  const float* bias;    // kWidth values a panel
  float* to;            // (rows, stride), written
  size_t stride;
};

template <class SectionOf>
KARUSSELL_INLINE void input_product(const InputProduct& p, Range panels, float* gathered,
                                    const SectionOf section) {
  for (size_t row = 0; row < p.rows; row += kRowBlock)
    for (size_t k = 0; k < p.inputs; k += kDepth) {
      const size_t height = least(kRowBlock, p.rows - row), depth = least(kDepth, p.inputs - k);
      const Rows a =
          gather(Rows{p.x + row * p.inputs + k, p.inputs}, height, depth, gathered);
      for (size_t panel = panels.first; panel < panels.last; ++panel) {
        const Section at = section(panel);
        if (at.valid == 0) continue;
        const float* const slice = p.packed + (panel * p.inputs + k) * kWidth;
        multiply(a, height, slice, depth,
                 Target{p.to + row * p.stride + at.row, p.stride, at.valid,
                        k == 0 ? p.bias + panel * kWidth : nullptr, slice + p.inputs * kWidth});
      }
    }
}

// What a layer packs for its way forward.
struct LayerWeights {
  const float *ih, *hh, *bias;
  size_t inputs, hidden;
};

template <class SectionOf>
KARUSSELL_INLINE void pack_layer(const LayerWeights& w, Range panels, float* packed_ih,
                                 float* packed_hh, float* bias, const SectionOf section) {
  for (size_t panel = panels.first; panel < panels.last; ++panel) {
    const Section at = section(panel);
    pack_rows(w.ih + at.row * w.inputs, w.inputs, at.valid, w.inputs,
              packed_ih + panel * w.inputs * kWidth);
    pack_rows(w.hh + at.row * w.hidden, w.hidden, at.valid, w.hidden,
              packed_hh + panel * w.hidden * kWidth);
    copy_padded(w.bias + at.row, at.valid, kWidth, bias + panel * kWidth);
  }
}

}  // namespace karussell::KARUSSELL_LEVEL
