// How the softmax is cut into batches, chunks and slices (see softmax.h), and its scratch memory.
#pragma once

#include "product/tile.h"

namespace karussell::KARUSSELL_LEVEL::training::softmax {

constexpr size_t kChunk = 240;  // words: a multiple of the rows of a tile of every level, and even
constexpr size_t kSlices = 12;  // divisible by the usual numbers of threads
constexpr size_t kKept = size_t{12} << 18;  // groups: 12 MiB
constexpr size_t kMostTokens = 256;         // of a batch: more would not fit the second-level cache
constexpr size_t kApart = 16;  // groups between rows, so that they do not meet in one cache set
constexpr float kLowest = -3.40282347e38f;
constexpr size_t kPanel = kMostLines > 1 ? 2 : 1, kWidth = kPanel * kUnit;  // lines and columns

// Sizes, and where everything lies in the scratch memory.
template <class Format>
struct Plan {
  static constexpr size_t kPerGroup = Format::kPerGroup;

  const SoftmaxShape shape;
  const bool gradients, own;
  const size_t depth;   // groups of a row of features
  const size_t panels;  // of columns of features
  const size_t chunks, slices;
  const size_t batch;  // tokens, whole panels
  size_t scratch;      // floats

  // Of all members: `tokens` are those that count, in order.
  Group *tokens, *count, *by_token, *by_column, *kept;
  float *maxima, *sums, *own_scores, *scales, *slopes, *partial;
  // Of one member.
  Group *rows, *lines, *grouped, *flat;
  float *logits, *factors;

  Plan(const SoftmaxLoss& run, const Member& member)
      : shape(run.shape),
        gradients(run.token_weights != nullptr),
        own(run.own != nullptr),
        depth(groups_for<Format>(shape.embedding)),
        panels(ceil_div(shape.embedding, kWidth)),
        chunks(ceil_div(shape.words, kChunk)),
        slices(least(chunks, kSlices)),
        batch(tokens_of_batch()) {
    Arena arena{run.scratch};
    const auto take = [&arena](size_t groups) { return arena.take_groups(groups); };
    const size_t width = panels * kWidth;
    tokens = take(shape.tokens);
    count = take(1);
    by_token = take(batch * depth);
    maxima = arena.take(chunks * batch);
    sums = arena.take(chunks * batch);
    own_scores = arena.take(batch);
    scales = arena.take(batch);
    slopes = arena.take(batch);
    by_column = take(gradients ? batch / kPerGroup * width : 0);
    kept = take(gradients ? chunks * (kChunk / kPerGroup) * batch : 0);
    partial = arena.take(gradients ? slices * batch * width : 0);
    const size_t shared = arena.used;
    rows = take(kChunk * (depth + kApart));
    logits = arena.take(kChunk * kWidth);
    factors = arena.take(batch);
    lines = take(gradients ? kChunk / kPerGroup * width : 0);
    grouped = take(gradients ? kChunk / kPerGroup * (batch + kApart) : 0);
    flat = kPerGroup == 1 ? grouped : take(gradients ? kChunk * (batch / kPerGroup + kApart) : 0);
    const size_t own_share = arena.used - shared, offset = member.rank * own_share;
    if (arena.base != nullptr) {
      rows += offset, lines += offset, grouped += offset, flat += offset;
      logits += offset, factors += offset;
    }
    scratch = shared + member.count * own_share;
  }

  size_t tokens_of_batch() const {
    size_t largest = kMostTokens;
    if (gradients) {
      const size_t fitting = kKept / (chunks * (kChunk / kPerGroup)) / kWidth * kWidth;
      largest = most(kWidth, least(fitting, kMostTokens));
    }
    const size_t batches = ceil_div(shape.tokens, largest);
    return ceil_div(ceil_div(shape.tokens, batches), kWidth) * kWidth;
  }

  KARUSSELL_INLINE size_t words_of(size_t chunk) const {
    return least(kChunk, shape.words - chunk * kChunk);
  }
  KARUSSELL_INLINE Range chunks_of(size_t slice) const {
    return {chunks * slice / slices, chunks * (slice + 1) / slices};
  }
  // One of `parts` parts of a chunk's rows; nothing beyond the last chunk.
  KARUSSELL_INLINE Ahead weights_ahead(const float* weight, size_t chunk, size_t part,
                                       size_t parts) const {
    const size_t size = shape.embedding, words = chunk < chunks ? words_of(chunk) : 0;
    const size_t first = words * part / parts, last = words * (part + 1) / parts;
    return {weight + (chunk * kChunk + first) * size, last - first, size, size};
  }
  KARUSSELL_INLINE Group* kept_of(size_t chunk, size_t panel) const {
    return kept + (chunk * batch + panel * kWidth) * (kChunk / kPerGroup);
  }
};

// The tokens of one batch: `tokens[0..count)`, padded to whole panels.
struct Batch {
  const std::uint32_t* tokens;
  size_t count;
  KARUSSELL_INLINE size_t panels() const { return ceil_div(count, kWidth); }
  KARUSSELL_INLINE size_t padded() const { return panels() * kWidth; }
};

}  // namespace karussell::KARUSSELL_LEVEL::training::softmax
