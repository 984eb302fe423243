// How the softmax is cut into blocks, chunks and slices (see softmax.h), and its scratch memory.
#pragma once

#include "product/softmax_product.h"

namespace karussell::KARUSSELL_LEVEL::softmax {

constexpr size_t kChunk = 240;         // words: a multiple of kRows of every level, and even
constexpr size_t kSlices = 12;         // divisible by the usual numbers of threads
constexpr size_t kKept = size_t{12} << 18;  // words: 12 MiB
constexpr size_t kMostTokens = 256;    // of a block: more would not fit the second-level cache
constexpr size_t kApart = 16;          // words between rows, so that they do not meet in one cache set
constexpr float kLowest = -3.40282347e38f;

// Sizes, and where everything lies in the scratch memory.
template <class Format>
struct Plan {
  static constexpr size_t kGroup = Format::kGroup;

  const SoftmaxShape shape;
  const bool gradients, own;
  const size_t depth;   // words of a row of features
  const size_t panels;  // of columns of features
  const size_t chunks, slices;
  const size_t block;  // tokens, whole panels
  size_t scratch;      // floats

  // Of all members: `tokens` are those that count, in order.
  Word *tokens, *count, *by_token, *by_column, *kept;
  float *maxima, *sums, *own_scores, *scales, *slopes, *partial;
  // Of one member.
  Word *rows, *lines, *grouped, *flat;
  float *logits, *factors;

  Plan(const SoftmaxLoss& run, const Member& member)
      : shape(run.shape),
        gradients(run.token_weights != nullptr),
        own(run.own != nullptr),
        depth(row_words<Format>(shape.embedding)),
        panels(ceil_div(shape.embedding, kWidth)),
        chunks(ceil_div(shape.words, kChunk)),
        slices(least(chunks, kSlices)),
        block(tokens_of_block()) {
    Arena arena{run.scratch};
    const auto take = [&arena](size_t words) { return reinterpret_cast<Word*>(arena.take(words)); };
    const size_t width = panels * kWidth;
    tokens = take(shape.tokens);
    count = take(1);
    by_token = take(block * depth);
    maxima = arena.take(chunks * block);
    sums = arena.take(chunks * block);
    own_scores = arena.take(block);
    scales = arena.take(block);
    slopes = arena.take(block);
    by_column = take(gradients ? block / kGroup * width : 0);
    kept = take(gradients ? chunks * (kChunk / kGroup) * block : 0);
    partial = arena.take(gradients ? slices * block * width : 0);
    const size_t shared = arena.used;
    rows = take(kChunk * (depth + kApart));
    logits = arena.take(kChunk * kWidth);
    factors = arena.take(block);
    lines = take(gradients ? kChunk / kGroup * width : 0);
    grouped = take(gradients ? kChunk / kGroup * (block + kApart) : 0);
    flat = kGroup == 1 ? grouped : take(gradients ? kChunk * (block / kGroup + kApart) : 0);
    const size_t own_share = arena.used - shared, offset = member.rank * own_share;
    if (arena.base != nullptr) {
      rows += offset, lines += offset, grouped += offset, flat += offset;
      logits += offset, factors += offset;
    }
    scratch = shared + member.count * own_share;
  }

  size_t tokens_of_block() const {
    size_t largest = kMostTokens;
    if (gradients) {
      const size_t fitting = kKept / (chunks * (kChunk / kGroup)) / kWidth * kWidth;
      largest = most(kWidth, least(fitting, kMostTokens));
    }
    const size_t blocks = ceil_div(shape.tokens, largest);
    return ceil_div(ceil_div(shape.tokens, blocks), kWidth) * kWidth;
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
    const size_t first = words * part / parts;
    return {weight + (chunk * kChunk + first) * size, words * (part + 1) / parts - first, size, size};
  }
  KARUSSELL_INLINE Word* kept_of(size_t chunk, size_t panel) const {
    return kept + (chunk * block + panel * kWidth) * (kChunk / kGroup);
  }
};

// The tokens of one block: `tokens[0..count)`, padded to whole panels.
struct Block {
  const std::uint32_t* tokens;
  size_t count;
  KARUSSELL_INLINE size_t panels() const { return ceil_div(count, kWidth); }
  KARUSSELL_INLINE size_t padded() const { return panels() * kWidth; }
};

}  // namespace karussell::KARUSSELL_LEVEL::softmax
