// A network of packed layers, one time step of one row or many: words in, states out; states in,
// scores out.
#pragma once

#include "product/conversion.h"
#include "run/blocks_step.h"
#include "run/ranking.h"

namespace karussell::KARUSSELL_LEVEL {

KARUSSELL_INLINE size_t hidden_of(const PackedLayer& l) { return l.blocks * l.cells; }
KARUSSELL_INLINE size_t gates_of(const PackedLayer& l) {
  return l.cell == Cell::kLstm ? hidden_of(l) + (l.coupled ? 2 : 3) * l.blocks : 0;
}
KARUSSELL_INLINE size_t width_of(const PackedMatrix& m) { return m.lines * kUnit; }
KARUSSELL_INLINE size_t tiles_of(const PackedMatrix& m) { return ceil_div(m.rows, width_of(m)); }
// Tiles of a layer: its rows stand in the order of the tiles, so the blocks tell.
KARUSSELL_INLINE size_t tiles_of(const PackedLayer& l) {
  return ceil_div(l.blocks, l.cell == Cell::kLstm ? kUnit : width_of(l.hh));
}

// Room for one row of groups and the vector that writing it may be too long by.
KARUSSELL_INLINE size_t groups_room(size_t depth) { return (ceil_div(depth, kUnit) + 1) * kUnit; }

struct GroupsRoom {
  Group* groups;
  float* scale;
  size_t stride;

  KARUSSELL_INLINE GroupsRoom(Arena& arena, size_t rows, size_t depth)
      : stride(groups_room(depth)) {
    groups = arena.take_groups(rows * stride);
    scale = arena.take(rows);
  }
  KARUSSELL_INLINE operator Values() const { return {groups, scale, stride}; }
};

// What all members share, and what each has for itself.
struct NetworkScratch {
  Arena arena;
  GroupsRoom input, before, output;
  float* projected;    // (N, E)
  ExpSum* sums;        // (members, N)
  float* best_values;  // (members, N, k)
  std::int64_t* best_ids;
  std::int64_t* best_counts;  // (members, N)
  float* own;
  size_t own_size;

  static size_t deepest(const PackedNetwork& n) {
    size_t depth = n.projection.depth;
    for (size_t i = 0; i < n.count; ++i)
      depth = most(depth, most(n.layers[i].ih.depth, n.layers[i].hh.depth));
    return depth;
  }

  // Floats of one row of net inputs, of whichever matrix.
  static size_t widest(const PackedNetwork& n) {
    size_t width = most(width_of(n.embedding), width_of(n.projection));
    for (size_t i = 0; i < n.count; ++i) width = most(width, width_of(n.layers[i].hh));
    return width;
  }

  NetworkScratch(const PackedNetwork& n, size_t rows, size_t k, size_t members, float* base)
      : arena{base},
        input(arena, rows, deepest(n)),
        before(arena, rows, deepest(n)),
        output(arena, rows, n.embedding.depth) {
    projected = arena.take(rows * n.projection.rows);
    sums = reinterpret_cast<ExpSum*>(arena.take(members * rows * sizeof(ExpSum) / sizeof(float)));
    best_values = arena.take(members * rows * k);
    best_ids = reinterpret_cast<std::int64_t*>(arena.take(2 * members * rows * k));
    best_counts = reinterpret_cast<std::int64_t*>(arena.take(2 * members * rows));
    Arena one{nullptr};
    size_t room = 0;
    for (size_t i = 0; i < n.count; ++i) room = most(room, blocks_room(n.layers[i]));
    one.take((rows + 1) * widest(n));
    one.take(room);
    own_size = one.used;
    own = arena.take(members * own_size);
  }
};

template <class F>
struct NetworkRun {
  const PackedNetwork& network;
  const Member& member;
  const size_t rows;
  NetworkScratch scratch;
  float *net, *room;

  NetworkRun(const PackedNetwork& n, size_t count, size_t k, float* base, const Member& one)
      : network(n), member(one), rows(count), scratch(n, count, k, one.count, base) {
    Arena own{scratch.own + one.rank * scratch.own_size};
    net = own.take((rows + 1) * NetworkScratch::widest(n));
    room = own.take(1);
  }

  // Rows of floats as groups, each member its share of the rows.
  void convert(const float* from, size_t count, size_t columns, size_t depth,
               const GroupsRoom& to) const {
    const Range mine = share(count, member);
    for (size_t r = mine.first; r < mine.last; ++r) {
      Group* const row = to.groups + r * to.stride;
      to.scale[r] = 1;
      if constexpr (F::kPerGroup == 4)
        to.scale[r] = write_row_of_int8(from + r * columns, columns, depth, row);
      else
        write_row<F>(from + r * columns, columns, depth, row);
    }
  }

  // Rows of the embedding, which are groups already.
  void look_up(const std::int64_t* ids, const GroupsRoom& to) const {
    const PackedMatrix& m = network.embedding;
    const Range mine = share(rows, member);
    for (size_t r = mine.first; r < mine.last; ++r) {
      const size_t id = static_cast<size_t>(ids[r]), width = width_of(m), tile = id / width;
      const Group* from = m.groups + tile * width * m.stride + id % width;
      Group* const row = to.groups + r * to.stride;
      for (size_t k = 0; k < m.depth; ++k, from += width) row[k] = offset_group(*from);
      to.scale[r] = F::kPerGroup == 4 ? m.scale[id] : 1;
    }
  }

  KARUSSELL_INLINE static Group offset_group(Group group) {
    if constexpr (F::kPerGroup == 4)
      return F::kOffset != 0 ? group ^ 0x80808080 : group;
    else
      return group;
  }

  // The net inputs of one tile for all rows: of one row before them all, the recurrent part is made
  // once.
  void layer_net(const PackedLayer& l, size_t tile, size_t rows_before) const {
    const size_t width = width_of(l.hh);
    const float* const bias = l.bias + tile * width;
    const Factor before{l.hh, scratch.before}, input{l.ih, scratch.input};
    if (rows_before == rows)
      return multiply_tile<F>({input, before}, tile, rows, {net, width, bias, 0});
    float* const shared = net + rows * width;
    multiply_tile<F>({before}, tile, 1, {shared, width, bias, 0});
    multiply_tile<F>({input}, tile, rows, {net, width, shared, 0});
  }

  void layer_step(const PackedLayer& l, size_t rows_before, const float* cell_before, float* cell,
                  float* hidden, float* gates) const {
    const size_t size = hidden_of(l), width = width_of(l.hh);
    const Range tiles = share(tiles_of(l), member);
    for (size_t tile = tiles.first; tile < tiles.last; ++tile) {
      layer_net(l, tile, rows_before);
      for (size_t r = 0; r < rows; ++r) {
        const RowOfBlocks row{cell_before + (rows_before == rows ? r : 0) * size, cell + r * size,
                              hidden + r * size,
                              gates == nullptr ? nullptr : gates + r * gates_of(l)};
        if (l.cell == Cell::kLstm)
          step_blocks(l, tile, net + r * width, row, room);
        else
          step_units(l, tile, net + r * width, row);
      }
    }
  }

  void step(const NetworkStep& s) const {
    look_up(s.ids, scratch.input);
    const float *hidden = s.hidden, *cell = s.cell;
    float *next_hidden = s.next_hidden, *next_cell = s.next_cell, *gates = s.gates;
    for (size_t i = 0; i < network.count; ++i) {
      const PackedLayer& l = network.layers[i];
      const size_t size = hidden_of(l);
      convert(hidden, s.rows_before, size, l.hh.depth, scratch.before);
      meet(member);
      layer_step(l, s.rows_before, cell, next_cell, next_hidden, gates);
      meet(member);
      if (i + 1 < network.count)
        convert(next_hidden, rows, size, network.layers[i + 1].ih.depth, scratch.input);
      hidden += s.rows_before * size, cell += s.rows_before * size;
      next_hidden += rows * size, next_cell += rows * size;
      if (gates != nullptr) gates += rows * gates_of(l);
    }
  }

  // Projects the hidden states of the last layer, and leaves them as groups.
  void project(const float* hidden) const {
    static constexpr float zeros[kPanelLines * kUnit] = {};
    const PackedMatrix& m = network.projection;
    const size_t width = width_of(m);
    convert(hidden, rows, hidden_of(network.layers[network.count - 1]), m.depth, scratch.input);
    meet(member);
    const Range tiles = share(tiles_of(m), member);
    for (size_t tile = tiles.first; tile < tiles.last; ++tile) {
      multiply_tile<F>({{m, scratch.input}}, tile, rows, {net, width, zeros, 0});
      for (size_t r = 0; r < rows; ++r)
        __builtin_memcpy(scratch.projected + r * m.rows + tile * width, net + r * width,
                         least(width, m.rows - tile * width) * sizeof(float));
    }
    meet(member);
    convert(scratch.projected, rows, m.rows, network.embedding.depth, scratch.output);
    meet(member);
  }

  // Calls take(first word of the tile, how many count) for each tile of this member's words, when
  // their scores stand in `net`.
  template <class Take>
  void score_tiles(size_t first, size_t last, const Take take) const {
    const PackedMatrix& m = network.embedding;
    const size_t width = width_of(m), begin = first / width;
    const Range tiles = share(ceil_div(last, width) - begin, member);
    for (size_t tile = begin + tiles.first; tile < begin + tiles.last; ++tile) {
      multiply_tile<F>({{m, scratch.output}}, tile, rows,
                       {net, width, network.bias + tile * width, 0});
      take(tile * width, least(width, network.words - tile * width));
    }
  }

  void scores(const NetworkScores& s) const {
    if (s.first == s.last) return;
    project(s.hidden);
    const size_t width = width_of(network.embedding), all = s.last - s.first;
    score_tiles(s.first, s.last, [&](size_t word, size_t count) {
      const size_t from = most(word, s.first), to = least(word + count, s.last);
      for (size_t r = 0; r < rows; ++r)
        __builtin_memcpy(s.scores + r * all + (from - s.first), net + r * width + (from - word),
                         (to - from) * sizeof(float));
    });
  }

  Best best_of(size_t rank, size_t row, size_t k) const {
    const size_t at = rank * rows + row;
    return {scratch.best_ids + at * k, scratch.best_values + at * k,
            static_cast<size_t>(scratch.best_counts[at])};
  }

  void best(const NetworkBest& b) const {
    project(b.hidden);
    const size_t width = width_of(network.embedding), mine = member.rank * rows;
    for (size_t r = 0; r < rows; ++r)
      scratch.sums[mine + r] = ExpSum::nothing(), scratch.best_counts[mine + r] = 0;
    score_tiles(0, network.words, [&](size_t word, size_t count) KARUSSELL_INLINED {
      for (size_t r = 0; r < rows; ++r)
        each_piece(net + r * width, count, [&](size_t at, const float* piece, size_t valid) {
          ExpSum& sum = scratch.sums[mine + r];
          Best best = best_of(member.rank, r, b.count);
          const Vec most = highest(piece);
          // What is among the best so far is never above the reference.
          const float least = best.count < b.count ? kLowest
                              : b.count > 0        ? best.values[0]
                                                   : sum.reference;
          if (mask_of(most > least) != 0) {
            sum.raise(largest(most));
            if (b.count > 0)
              add_best(best, b.count, piece, valid, static_cast<std::int64_t>(word + at));
            scratch.best_counts[mine + r] = static_cast<std::int64_t>(best.count);
          }
          sum.add(piece);
        });
    });
    meet(member);
    const Range share_of_rows = share(rows, member);
    for (size_t r = share_of_rows.first; r < share_of_rows.last; ++r) gather_best(b, r);
  }

  // Makes one of what the members found for a row. Their words rise with their rank.
  void gather_best(const NetworkBest& b, size_t row) const {
    Best best = best_of(0, row, b.count);
    ExpSum sums[kMostMembers];
    sums[0] = scratch.sums[row];
    for (size_t rank = 1; rank < member.count; ++rank) {
      const Best other = best_of(rank, row, b.count);
      sums[rank] = scratch.sums[rank * rows + row];
      for (size_t i = 0; i < other.count; ++i) {
        if (best.count < b.count)
          best.add(other.ids[i], other.values[i]);
        else if (other.values[i] > best.values[0] ||
                 (other.values[i] == best.values[0] && other.ids[i] < best.ids[0]))
          best.replace_worst(other.ids[i], other.values[i]);
      }
    }
    best.sort();
    const float normaliser = log_of(sums, member.count);
    for (size_t i = 0; i < b.count; ++i) {
      b.ids[row * b.count + i] = i < best.count ? best.ids[i] : -1;
      b.log_probs[row * b.count + i] =
          i < best.count ? best.values[i] - normaliser : -__builtin_inff();
    }
  }

  static constexpr size_t kMostMembers = 64;
};

inline std::size_t network_scratch(const PackedNetwork& n, size_t rows, size_t k, size_t threads) {
  return NetworkScratch(n, rows, k, threads, nullptr).arena.used;
}

template <class Run>
KARUSSELL_INLINE void in_format(Format format, const Run run) {
  switch (format) {
    case Format::kFloat32:
      return run(Float32{});
    case Format::kBFloat16:
      return run(BFloat16{});
    case Format::kInt8:
      return run(Int8{});
  }
}

inline void network_step(const PackedNetwork& n, const NetworkStep& step, float* scratch,
                         const Member& member) {
  const MatrixUnit unit;
  in_format(n.embedding.format, [&](auto format) {
    NetworkRun<decltype(format)>(n, step.rows, 0, scratch, member).step(step);
  });
}

inline void network_scores(const PackedNetwork& n, const NetworkScores& scores, float* scratch,
                           const Member& member) {
  const MatrixUnit unit;
  in_format(n.embedding.format, [&](auto format) {
    NetworkRun<decltype(format)>(n, scores.rows, 0, scratch, member).scores(scores);
  });
}

inline void network_best(const PackedNetwork& n, const NetworkBest& best, float* scratch,
                         const Member& member) {
  const MatrixUnit unit;
  in_format(n.embedding.format, [&](auto format) {
    NetworkRun<decltype(format)>(n, best.rows, best.count, scratch, member).best(best);
  });
}

}  // namespace karussell::KARUSSELL_LEVEL
