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

KARUSSELL_INLINE size_t tiles_of_words(const PackedNetwork& n) {
  return ceil_div(n.words, width_of(n.embedding));
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

// How many pieces a number of tiles or rows are cut into, of at least so many groups where they are
// not fewer. It never depends on who helps: sums are made piece by piece.
struct Cut {
  size_t count, pieces;

  static constexpr size_t kLeast = 24576;  // 96 KiB: a microsecond or two to read

  KARUSSELL_INLINE Cut(size_t number, size_t groups_each)
      : count(number),
        pieces(least(kMostPieces, ceil_div(number * groups_each, most(kLeast, groups_each)))) {}

  KARUSSELL_INLINE Range at(size_t piece) const {
    return {count * piece / pieces, count * (piece + 1) / pieces};
  }
};

KARUSSELL_INLINE Cut tiles_cut(const PackedMatrix& m, size_t tiles) {
  return {tiles, width_of(m) * m.stride};
}

// What all who help share, and what each has for itself.
struct NetworkScratch {
  Arena arena;
  GroupsRoom input, before, output;
  float* projected;    // (N, E)
  ExpSum* sums;        // (pieces, N)
  float* best_values;  // (ranks, N, k)
  std::int64_t* best_ids;
  std::int64_t* best_counts;  // (ranks, N)
  float* own;
  size_t net_size, own_size;

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

  NetworkScratch(const PackedNetwork& n, size_t rows, size_t k, size_t ranks, float* base)
      : arena{base},
        input(arena, rows, deepest(n)),
        before(arena, rows, deepest(n)),
        output(arena, rows, n.embedding.depth) {
    projected = arena.take(rows * n.projection.rows);
    const size_t pieces = tiles_cut(n.embedding, tiles_of_words(n)).pieces;
    sums = reinterpret_cast<ExpSum*>(arena.take(pieces * rows * sizeof(ExpSum) / sizeof(float)));
    best_values = arena.take(ranks * rows * k);
    best_ids = reinterpret_cast<std::int64_t*>(arena.take(2 * ranks * rows * k));
    best_counts = reinterpret_cast<std::int64_t*>(arena.take(2 * ranks * rows));
    Arena one{nullptr};
    size_t room = 0;
    for (size_t i = 0; i < n.count; ++i) room = most(room, blocks_room(n.layers[i]));
    net_size = (rows + 1) * widest(n);
    one.take(net_size);
    one.take(room);
    own_size = one.used;
    own = arena.take(ranks * own_size);
  }
};

// What one rank has for itself.
struct Own {
  float *net, *room;

  KARUSSELL_INLINE Own(const NetworkScratch& scratch, size_t rank) {
    Arena own{scratch.own + rank * scratch.own_size};
    net = own.take(scratch.net_size);
    room = own.take(1);
  }
};

template <class F>
struct NetworkRun {
  const PackedNetwork& network;
  const Helpers& helpers;
  const size_t rows;
  NetworkScratch scratch;

  NetworkRun(const PackedNetwork& n, size_t count, size_t k, float* base, const Helpers& all)
      : network(n), helpers(all), rows(count), scratch(n, count, k, all.count, base) {}

  // Calls take(range, piece, rank) for each piece, on whichever thread.
  template <class Take>
  void in_pieces(const Cut cut, const Take& take) const {
    struct Call {
      const Cut cut;
      const Take& take;
    } const call{cut, take};
    do_pieces(
        helpers, cut.pieces,
        [](const void* what, size_t piece, size_t rank) {
          const Call& all = *static_cast<const Call*>(what);
          const MatrixUnit unit;
          all.take(all.cut.at(piece), piece, rank);
        },
        &call);
  }

  // Rows of floats as groups.
  void convert(const float* from, size_t count, size_t columns, size_t depth,
               const GroupsRoom& to) const {
    in_pieces({count, columns}, [&](Range some, size_t, size_t) {
      for (size_t r = some.first; r < some.last; ++r) {
        Group* const row = to.groups + r * to.stride;
        to.scale[r] = 1;
        if constexpr (F::kPerGroup == 4)
          to.scale[r] = write_row_of_int8(from + r * columns, columns, depth, row);
        else
          write_row<F>(from + r * columns, columns, depth, row);
      }
    });
  }

  // Rows of the embedding, which are groups already.
  void look_up(const std::int64_t* ids, const GroupsRoom& to) const {
    const PackedMatrix& m = network.embedding;
    for (size_t r = 0; r < rows; ++r) {
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
  void layer_net(const PackedLayer& l, size_t tile, size_t rows_before, float* net) const {
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
    in_pieces(tiles_cut(l.hh, tiles_of(l)), [&](Range tiles, size_t, size_t rank) {
      const Own own(scratch, rank);
      for (size_t tile = tiles.first; tile < tiles.last; ++tile) {
        layer_net(l, tile, rows_before, own.net);
        for (size_t r = 0; r < rows; ++r) {
          const RowOfBlocks row{cell_before + (rows_before == rows ? r : 0) * size, cell + r * size,
                                hidden + r * size,
                                gates == nullptr ? nullptr : gates + r * gates_of(l)};
          if (l.cell == Cell::kLstm)
            step_blocks(l, tile, own.net + r * width, row, own.room);
          else
            step_units(l, tile, own.net + r * width, row);
        }
      }
    });
  }

  void step(const NetworkStep& s) const {
    look_up(s.ids, scratch.input);
    const float *hidden = s.hidden, *cell = s.cell;
    float *next_hidden = s.next_hidden, *next_cell = s.next_cell, *gates = s.gates;
    for (size_t i = 0; i < network.count; ++i) {
      const PackedLayer& l = network.layers[i];
      const size_t size = hidden_of(l);
      convert(hidden, s.rows_before, size, l.hh.depth, scratch.before);
      layer_step(l, s.rows_before, cell, next_cell, next_hidden, gates);
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
    in_pieces(tiles_cut(m, tiles_of(m)), [&](Range tiles, size_t, size_t rank) {
      float* const net = Own(scratch, rank).net;
      for (size_t tile = tiles.first; tile < tiles.last; ++tile) {
        multiply_tile<F>({{m, scratch.input}}, tile, rows, {net, width, zeros, 0});
        for (size_t r = 0; r < rows; ++r)
          __builtin_memcpy(scratch.projected + r * m.rows + tile * width, net + r * width,
                           least(width, m.rows - tile * width) * sizeof(float));
      }
    });
    convert(scratch.projected, rows, m.rows, network.embedding.depth, scratch.output);
  }

  // Calls take(scores, first word of a tile, how many count) for some tiles.
  template <class Take>
  KARUSSELL_INLINE void score_tiles(Range tiles, size_t rank, const Take take) const {
    const PackedMatrix& m = network.embedding;
    const size_t width = width_of(m);
    float* const net = Own(scratch, rank).net;
    for (size_t tile = tiles.first; tile < tiles.last; ++tile) {
      multiply_tile<F>({{m, scratch.output}}, tile, rows,
                       {net, width, network.bias + tile * width, 0});
      take(net, tile * width, least(width, network.words - tile * width));
    }
  }

  void scores(const NetworkScores& s) const {
    if (s.first == s.last) return;
    project(s.hidden);
    const size_t width = width_of(network.embedding), all = s.last - s.first;
    const size_t begin = s.first / width, end = ceil_div(s.last, width);
    in_pieces(tiles_cut(network.embedding, end - begin), [&](Range tiles, size_t, size_t rank) {
      const auto take = [&](const float* net, size_t word, size_t count) KARUSSELL_INLINED {
        const size_t from = most(word, s.first), to = least(word + count, s.last);
        for (size_t r = 0; r < rows; ++r)
          __builtin_memcpy(s.scores + r * all + (from - s.first), net + r * width + (from - word),
                           (to - from) * sizeof(float));
      };
      score_tiles({begin + tiles.first, begin + tiles.last}, rank, take);
    });
  }

  Best best_of(size_t rank, size_t row, size_t k) const {
    const size_t at = rank * rows + row;
    return {scratch.best_ids + at * k, scratch.best_values + at * k,
            static_cast<size_t>(scratch.best_counts[at])};
  }

  void best(const NetworkBest& b) const {
    project(b.hidden);
    for (size_t i = 0; i < helpers.count * rows; ++i) scratch.best_counts[i] = 0;
    const Cut cut = tiles_cut(network.embedding, tiles_of_words(network));
    in_pieces(cut, [&](Range tiles, size_t piece, size_t rank) { best_in(b, tiles, piece, rank); });
    in_pieces({rows, Cut::kLeast / 16}, [&](Range some, size_t, size_t) {
      for (size_t r = some.first; r < some.last; ++r) gather_best(b, r, cut.pieces);
    });
  }

  // The sums of one piece, and what it adds to the best that its rank has found.
  void best_in(const NetworkBest& b, Range tiles, size_t piece, size_t rank) const {
    const size_t width = width_of(network.embedding);
    ExpSum* const sums = scratch.sums + piece * rows;
    for (size_t r = 0; r < rows; ++r) sums[r] = ExpSum::nothing();
    const auto take = [&](const float* net, size_t word, size_t count) KARUSSELL_INLINED {
      for (size_t r = 0; r < rows; ++r)
        each_piece(net + r * width, count, [&](size_t at, const float* scores, size_t valid) {
          ExpSum& sum = sums[r];
          Best best = best_of(rank, r, b.count);
          const Vec most = highest(scores);
          // A rank takes pieces in any order; sums know only the scores of their own.
          const float worst = best.count < b.count ? kLowest
                              : b.count > 0        ? best.values[0]
                                                   : __builtin_inff();
          if (mask_of_better<false>(most, worst < sum.reference + ExpSum::kAbove
                                              ? worst
                                              : sum.reference + ExpSum::kAbove) != 0) {
            sum.raise(largest(most));
            if (b.count > 0)
              add_best<false>(best, b.count, scores, valid, static_cast<std::int64_t>(word + at));
            scratch.best_counts[rank * rows + r] = static_cast<std::int64_t>(best.count);
          }
          sum.add(scores);
        });
    };
    score_tiles(tiles, rank, take);
  }

  // Makes one of what all have found for a row.
  void gather_best(const NetworkBest& b, size_t row, size_t pieces) const {
    Best best = best_of(0, row, b.count);
    for (size_t rank = 1; rank < helpers.count; ++rank) {
      const Best other = best_of(rank, row, b.count);
      for (size_t i = 0; i < other.count; ++i) best.offer(b.count, other.ids[i], other.values[i]);
    }
    best.sort();
    ExpSum sums[kMostPieces];
    for (size_t piece = 0; piece < pieces; ++piece) sums[piece] = scratch.sums[piece * rows + row];
    const float normaliser = log_of(sums, pieces);
    for (size_t i = 0; i < b.count; ++i) {
      const bool there = i < best.count && best.values[i] >= kLowest;
      b.ids[row * b.count + i] = there ? best.ids[i] : -1;
      b.log_probs[row * b.count + i] = there ? best.values[i] - normaliser : -__builtin_inff();
    }
  }
};

inline std::size_t network_scratch(const PackedNetwork& n, size_t rows, size_t k, size_t ranks) {
  return NetworkScratch(n, rows, k, ranks, nullptr).arena.used;
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
                         const Helpers& helpers) {
  in_format(n.embedding.format, [&](auto format) {
    NetworkRun<decltype(format)>(n, step.rows, 0, scratch, helpers).step(step);
  });
}

inline void network_scores(const PackedNetwork& n, const NetworkScores& scores, float* scratch,
                           const Helpers& helpers) {
  in_format(n.embedding.format, [&](auto format) {
    NetworkRun<decltype(format)>(n, scores.rows, 0, scratch, helpers).scores(scores);
  });
}

inline void network_best(const PackedNetwork& n, const NetworkBest& best, float* scratch,
                         const Helpers& helpers) {
  in_format(n.embedding.format, [&](auto format) {
    NetworkRun<decltype(format)>(n, best.rows, best.count, scratch, helpers).best(best);
  });
}

}  // namespace karussell::KARUSSELL_LEVEL
