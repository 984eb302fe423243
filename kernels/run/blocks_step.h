// The memory blocks of one tile and one row after their product: gates, cells, hidden states.
#pragma once

#include "nonlinear.h"
#include "product/panel.h"

namespace karussell::KARUSSELL_LEVEL {

// A line of 16 values, in however many vectors.
struct Line {
  Vec part[kRegisters];
};

KARUSSELL_INLINE Line line_at(const float* from) {
  Line line;
#pragma GCC unroll 4
  for (size_t i = 0; i < kRegisters; ++i) line.part[i] = load(from + i * kLanes);
  return line;
}

template <class F>
KARUSSELL_INLINE void squash_line(float* at, const F f) {
#pragma GCC unroll 4
  for (size_t i = 0; i < kRegisters; ++i) store(at + i * kLanes, f(load(at + i * kLanes)));
}

KARUSSELL_INLINE void sigmoid_line(float* at) {
  squash_line(at, [](Vec v) { return sigmoid(v); });
}

KARUSSELL_INLINE void tanh_line(float* at) {
  squash_line(at, [](Vec v) { return tanh(v); });
}

// A gate's value for each of 16 cells of its blocks.
KARUSSELL_INLINE Line spread(const float* gate, const std::int32_t* block_of) {
#if defined(__AVX512F__)
  return {{reinterpret_cast<Vec>(
      // With a mask for the reason that `greater` has.
      _mm512_maskz_permutexvar_ps(0xffff, reinterpret_cast<__m512i>(load_integers(block_of)),
                                  reinterpret_cast<__m512>(load(gate))))}};
#else
  float values[kUnit];
  for (size_t i = 0; i < kUnit; ++i) values[i] = gate[block_of[i]];
  return line_at(values);
#endif
}

// Values of a tile that is not full, filled with zeros in `room`; those of a full one as they are.
KARUSSELL_INLINE const float* whole(const float* from, size_t valid, size_t size, float* room) {
  if (valid == size) return from;
  for (size_t i = 0; i < size; ++i) room[i] = i < valid ? from[i] : 0;
  return room;
}

// What a block's gate sees of the cells of its block, on top of the other net input.
KARUSSELL_INLINE void add_peepholes(const float* peephole, const float* cell, size_t valid,
                                    size_t cells, float* net) {
  for (size_t i = 0; i < valid; ++i) net[i / cells] += peephole[i] * cell[i];
}

// One row of a layer: each array (H), gates (G) or null.
struct RowOfBlocks {
  const float* cell_before;
  float *cell, *hidden, *gates;
};

KARUSSELL_INLINE size_t blocks_room(const PackedLayer& layer) { return 3 * layer.cells * kUnit; }

// Writes the gates' values of one tile to a row in the order of all gate rows.
inline void put_gates(const PackedLayer& l, size_t tile, const float* net, float* gates) {
  const size_t block = tile * kUnit, blocks = least(kUnit, l.blocks - block);
  const auto put = [&](const float* from, size_t count, float* to) {
    __builtin_memcpy(to, from, count * sizeof(float));
  };
  if (!l.coupled) {
    put(net, blocks, gates + block);
    net += kUnit, gates += l.blocks;
  }
  put(net, blocks, gates + block);
  put(net + kUnit, blocks * l.cells, gates + l.blocks + block * l.cells);
  put(net + (1 + l.cells) * kUnit, blocks, gates + l.blocks + l.blocks * l.cells + block);
}

// A tile of a layer, where its net inputs and its cells stand; those of a tile that is not full
// stand in lent room.
struct TileOfBlocks {
  const PackedLayer& layer;
  size_t first, valid;  // cells
  const float* before;
  float *cell, *hidden;
  float *input, *forget, *written, *output;  // net inputs; of coupled gates `input` is not there

  TileOfBlocks(const PackedLayer& l, size_t tile, float* net, const RowOfBlocks& row, float* room)
      : layer(l), first(tile * l.cells * kUnit) {
    const size_t units = l.cells * kUnit;
    valid = least(units, l.blocks * l.cells - first);
    before = whole(row.cell_before + first, valid, units, room);
    cell = valid == units ? row.cell + first : room + units;
    hidden = valid == units ? row.hidden + first : room + 2 * units;
    input = net;
    forget = l.coupled ? net : net + kUnit;
    written = forget + kUnit;
    output = written + units;
  }

  // What each kind of gate sees of its cells, from the first cell of the tile on.
  const float* peephole(size_t kind) const {
    const size_t place = kind - (layer.coupled ? 1 : 0);
    return layer.peepholes + place * layer.blocks * layer.cells + first;
  }
  static constexpr size_t kInput = 0, kForget = 1, kOutput = 2;

  void put(const RowOfBlocks& row) const {
    if (valid == layer.cells * kUnit) return;
    __builtin_memcpy(row.cell + first, cell, valid * sizeof(float));
    __builtin_memcpy(row.hidden + first, hidden, valid * sizeof(float));
  }
};

// One cell a block: all stays in registers, and each product of two nonlinearities is one division.
KARUSSELL_INLINE void step_single(const TileOfBlocks& t) {
  const PackedLayer& l = t.layer;
  if (l.peepholes != nullptr) {
    if (!l.coupled) add_peepholes(t.peephole(t.kInput), t.before, t.valid, 1, t.input);
    add_peepholes(t.peephole(t.kForget), t.before, t.valid, 1, t.forget);
  }
#pragma GCC unroll 4
  for (size_t at = 0; at < kUnit; at += kLanes) {
    const Fraction forget = sigmoid_fraction(load(t.forget + at));
    const Fraction input = l.coupled ? Fraction{forget.below - forget.above, forget.below}
                                     : sigmoid_fraction(load(t.input + at));
    const Fraction added = input * tanh_fraction(load(t.written + at));
    const Vec state = forget.value() * load(t.before + at) + added.value();
    store(t.cell + at, state);
    if (l.peepholes == nullptr)
      store(t.hidden + at, (sigmoid_fraction(load(t.output + at)) * tanh_fraction(state)).value());
  }
  if (l.peepholes == nullptr) return;
  add_peepholes(t.peephole(t.kOutput), t.cell, t.valid, 1, t.output);
  for (size_t at = 0; at < kUnit; at += kLanes)
    store(t.hidden + at,
          (sigmoid_fraction(load(t.output + at)) * tanh_fraction(load(t.cell + at))).value());
}

// Cells that share their gates: each gate is made once, and then given to all cells of its block.
KARUSSELL_INLINE void step_shared(const TileOfBlocks& t) {
  const PackedLayer& l = t.layer;
  if (l.peepholes != nullptr) {
    if (!l.coupled) add_peepholes(t.peephole(t.kInput), t.before, t.valid, l.cells, t.input);
    add_peepholes(t.peephole(t.kForget), t.before, t.valid, l.cells, t.forget);
  }
  sigmoid_line(t.forget);
  if (!l.coupled) sigmoid_line(t.input);
  for (size_t line = 0; line < l.cells * kUnit; line += kUnit) {
    const Line forget = spread(t.forget, l.block_of + line);
    const Line input = spread(t.input, l.block_of + line);
#pragma GCC unroll 4
    for (size_t p = 0; p < kRegisters; ++p) {
      const size_t at = line + p * kLanes;
      const Vec write = l.coupled ? 1.f - forget.part[p] : input.part[p];
      store(t.cell + at, forget.part[p] * load(t.before + at) + write * tanh(load(t.written + at)));
    }
  }
  if (l.peepholes != nullptr)
    add_peepholes(t.peephole(t.kOutput), t.cell, t.valid, l.cells, t.output);
  sigmoid_line(t.output);
  for (size_t line = 0; line < l.cells * kUnit; line += kUnit) {
    const Line output = spread(t.output, l.block_of + line);
#pragma GCC unroll 4
    for (size_t p = 0; p < kRegisters; ++p) {
      const size_t at = line + p * kLanes;
      store(t.hidden + at, output.part[p] * tanh(load(t.cell + at)));
    }
  }
}

// Writes what the gates did from the net inputs, of which those of shared gates are made already.
inline void trace_gates(const TileOfBlocks& t, size_t tile, float* net, float* gates) {
  const PackedLayer& l = t.layer;
  for (size_t line = 0; line < l.cells; ++line) tanh_line(t.written + line * kUnit);
  if (l.cells == 1) {
    sigmoid_line(t.forget), sigmoid_line(t.output);
    if (!l.coupled) sigmoid_line(t.input);
  }
  put_gates(l, tile, net, gates);
}

// `net` holds the net inputs of the tile line by line.
inline void step_blocks(const PackedLayer& l, size_t tile, float* net, const RowOfBlocks row,
                        float* room) {
  const TileOfBlocks t(l, tile, net, row, room);
  if (l.cells == 1)
    step_single(t);
  else
    step_shared(t);
  t.put(row);
  if (row.gates != nullptr) trace_gates(t, tile, net, row.gates);
}

// One tile of a plain layer, whose cells stay as they are.
inline void step_units(const PackedLayer& l, size_t tile, float* net, const RowOfBlocks row) {
  const size_t width = l.hh.lines * kUnit, first = tile * width;
  const size_t bytes = least(width, l.blocks - first) * sizeof(float);
  for (size_t at = 0; at < width; at += kLanes) {
    const Vec v = load(net + at);
    store(net + at, l.cell == Cell::kTanh ? tanh(v) : relu(v));
  }
  __builtin_memcpy(row.hidden + first, net, bytes);
  __builtin_memcpy(row.cell + first, row.cell_before + first, bytes);
}

}  // namespace karussell::KARUSSELL_LEVEL
