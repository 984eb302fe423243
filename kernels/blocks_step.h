// The memory blocks of one tile and one row after their product: gates, cells, hidden states.
#pragma once

#include "nonlinear.h"
#include "panel.h"

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

KARUSSELL_INLINE void store_line(float* to, const Line& line) {
#pragma GCC unroll 4
  for (size_t i = 0; i < kRegisters; ++i) store(to + i * kLanes, line.part[i]);
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
KARUSSELL_INLINE Line spread(const float* gate, size_t cells, const std::int32_t* block_of) {
  if (cells == 1) return line_at(gate);
  Line out;
  if constexpr (kRegisters == 1) {
    out.part[0] = __builtin_shuffle(load(gate), load_integers(block_of));
  } else {
    float values[kUnit];
    for (size_t i = 0; i < kUnit; ++i) values[i] = gate[block_of[i]];
    out = line_at(values);
  }
  return out;
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

// `net` holds the net inputs of the tile line by line, and then what its gates did.
inline void step_blocks(const PackedLayer& l, size_t tile, float* net, const RowOfBlocks row,
                        float* room) {
  const size_t hidden = l.blocks * l.cells, units = l.cells * kUnit, first = tile * units;
  const size_t valid = least(units, hidden - first);
  const float* const before = whole(row.cell_before + first, valid, units, room);
  float* const cell = valid == units ? row.cell + first : room + units;
  float* const out = valid == units ? row.hidden + first : room + 2 * units;
  float* const input = net;  // of a coupled layer there is none, and this is the forget gate
  float* const forget = l.coupled ? net : net + kUnit;
  float* const written = forget + kUnit;
  float* const output = written + units;
  const float* const of_forget = l.peepholes + (l.coupled ? 0 : hidden) + first;
  if (l.peepholes != nullptr) {
    if (!l.coupled) add_peepholes(l.peepholes + first, before, valid, l.cells, input);
    add_peepholes(of_forget, before, valid, l.cells, forget);
  }
  sigmoid_line(forget);
  if (!l.coupled) sigmoid_line(input);
  for (size_t line = 0; line < l.cells; ++line) {
    const size_t at = line * kUnit;
    tanh_line(written + at);
    const Line f = spread(forget, l.cells, l.block_of + at);
    const Line i = spread(input, l.cells, l.block_of + at);
#pragma GCC unroll 4
    for (size_t p = 0; p < kRegisters; ++p) {
      const Vec write = l.coupled ? 1.f - f.part[p] : i.part[p];
      const size_t here = at + p * kLanes;
      store(cell + here, f.part[p] * load(before + here) + write * load(written + here));
    }
  }
  if (l.peepholes != nullptr) add_peepholes(of_forget + hidden, cell, valid, l.cells, output);
  sigmoid_line(output);
  for (size_t line = 0; line < l.cells; ++line) {
    const size_t at = line * kUnit;
    const Line o = spread(output, l.cells, l.block_of + at);
#pragma GCC unroll 4
    for (size_t p = 0; p < kRegisters; ++p)
      store(out + at + p * kLanes, o.part[p] * tanh(load(cell + at + p * kLanes)));
  }
  if (valid < units) {
    __builtin_memcpy(row.cell + first, cell, valid * sizeof(float));
    __builtin_memcpy(row.hidden + first, out, valid * sizeof(float));
  }
  if (row.gates != nullptr) put_gates(l, tile, net, row.gates);
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
