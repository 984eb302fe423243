// The softmax cross entropy over a large vocabulary, never held as a whole: loss and gradients.
//
// Tokens go in blocks, words in chunks. A chunk's logits exist for one panel of tokens at a time.
// What is kept of a block is e^(logit - m), with m the largest logit of the token in the chunk, as
// words of the format: V x block of them, at most kKept words. Once a block has seen all chunks,
// e^(m - largest of all) / sum turns them into probabilities, chunk by chunk, and each chunk gives its
// part of the gradients from copies that stay in the second-level cache. So no logit is computed
// twice, and memory does not grow with the number of tokens.
//
// Chunks are dealt to kSlices slices, slices to the members. A slice adds up the gradient on the
// features on its own and the slices are added in order, so the number of members changes nothing;
// more than kSlices of them find no work.
//
// With `own` set, the same for a sampled softmax: the words are a sample, each token's own word stands
// beside it with its own row, and is left out where the sample holds it too.
#pragma once

#include "nonlinear.h"
#include "softmax_product.h"

namespace karussell::KARUSSELL_LEVEL {

namespace softmax {

constexpr size_t kChunk = 240;         // words: a multiple of kRows of every level, and even
constexpr size_t kSlices = 12;         // divisible by the usual numbers of threads
constexpr size_t kKept = size_t{1} << 22;  // words: 16 MiB
constexpr size_t kMostTokens = 256;    // of a block: more would not fit the second-level cache
constexpr size_t kApart = 16;          // words between rows, so that they do not meet in one cache set
constexpr float kLowest = -3.40282347e38f;

using Doubles = double __attribute__((vector_size(2 * kBytes)));

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

KARUSSELL_INLINE float dot(const float* a, const float* b, size_t count) {
  Vec total{};
  for (size_t at = 0; at < count; at += kLanes) {
    Vec left{}, right{};
    const size_t bytes = least(kLanes, count - at) * sizeof(float);
    __builtin_memcpy(&left, a + at, bytes);
    __builtin_memcpy(&right, b + at, bytes);
    total += left * right;
  }
  return sum(total);
}

// Which tokens count; the loss and the gradient of the others are zero.
template <class Format>
void choose_tokens(const SoftmaxLoss& run, const Plan<Format>& plan) {
  const size_t size = plan.shape.embedding;
  std::uint32_t count = 0;
  for (size_t token = 0; token < plan.shape.tokens; ++token) {
    if (plan.own || run.targets[token] >= 0) {
      plan.tokens[count++] = static_cast<std::uint32_t>(token);
      continue;
    }
    run.losses[token] = 0;
    if (plan.gradients)
      for (size_t at = 0; at < size; ++at) run.grad_features[token * size + at] = 0;
  }
  *plan.count = count;
}

template <class Format>
void pack_features(const SoftmaxLoss& run, const Plan<Format>& plan, const Block& block,
                   const Member& member) {
  const size_t size = plan.shape.embedding, depth = plan.depth;
  const Range mine = share(block.panels(), member);
  for (size_t at = mine.first * kWidth; at < mine.last * kWidth; ++at) {
    Word* const to = plan.by_token + at / kWidth * depth * kWidth + at % kWidth;
    for (size_t k = 0; k < depth; ++k) plan.rows[k] = 0;
    if (at < block.count) {
      const size_t token = block.tokens[at];
      const float* const features = run.features + token * size;
      pack_row<Format>(features, size, plan.rows);
      if (plan.own)
        plan.own_scores[at] = dot(features, run.own + token * size, size) + run.own_bias[token];
    }
    for (size_t k = 0; k < depth; ++k) to[k * kWidth] = plan.rows[k];
  }
  if (!plan.gradients) return;
  const Range columns = share(plan.panels, member);
  if (columns.first == columns.last) return;
  const auto row = [&](size_t at) { return run.features + block.tokens[at] * size; };
  pack_lines<Format>(row, block.count, block.padded() / Format::kGroup,
                     Range{columns.first * kWidth, least(columns.last * kWidth, size)},
                     plan.by_column);
}

// The largest logit of each token of a panel, and the sum and the words of e^(logit - largest).
template <class Format>
void exponentials(const float* logits, size_t words, float* maxima, float* sums, Word* kept) {
  constexpr size_t kGroup = Format::kGroup;
  for (size_t lane = 0; lane < kWidth; lane += kLanes) {
    Vec largest = broadcast(kLowest);
    for (size_t word = 0; word < words; ++word) {
      const Vec logit = load(logits + word * kWidth + lane);
      largest = logit > largest ? logit : largest;
    }
    Vec total{};
    for (size_t k = 0; k < ceil_div(words, kGroup); ++k) {
      Vec each[kGroup];
      for (size_t i = 0; i < kGroup; ++i) {
        each[i] = exp_of_negative(load(logits + (k * kGroup + i) * kWidth + lane) - largest);
        total += each[i];
      }
      if (kept != nullptr) store_words(kept + k * kWidth + lane, Packing<Format>::group(each));
    }
    store(maxima + lane, largest);
    store(sums + lane, total);
  }
}

template <class Format>
void score_chunk(const SoftmaxLoss& run, const Plan<Format>& plan, const Block& block,
                 size_t chunk) {
  const size_t first = chunk * kChunk, words = plan.words_of(chunk), size = plan.shape.embedding;
  const size_t stride = plan.depth + kApart;
  for (size_t word = 0; word < words; ++word)
    pack_row<Format>(run.weight + (first + word) * size, size, plan.rows + word * stride);
  for (size_t panel = 0; panel < block.panels(); ++panel) {
    multiply<Format>(ByRow{plan.rows, stride}, words, plan.by_token + panel * plan.depth * kWidth,
                     ceil_div(size, Format::kGroup),
                     Into{plan.logits, kWidth, kWidth, run.bias + first, false});
    const size_t at = panel * kWidth;
    for (size_t lane = 0; lane < least(kWidth, block.count - at); ++lane) {
      const std::int64_t target = run.targets[block.tokens[at + lane]];
      const size_t word = static_cast<size_t>(target) - first;  // huge if it comes before
      if (word >= words) continue;
      float& logit = plan.logits[word * kWidth + lane];
      if (plan.own)
        logit = -__builtin_inff();
      else
        plan.own_scores[at + lane] = logit;
    }
    if (words % Format::kGroup != 0)
      for (size_t lane = 0; lane < kWidth; ++lane)
        plan.logits[words * kWidth + lane] = -__builtin_inff();
    const size_t place = chunk * plan.block + at;
    exponentials<Format>(plan.logits, words, plan.maxima + place, plan.sums + place,
                         plan.gradients ? plan.kept_of(chunk, panel) : nullptr);
  }
}

// The losses of this member's tokens, and what turns their words into probabilities: maxima become
// e^(m - largest), scales the token's weight / sum.
template <class Format>
void finish_losses(const SoftmaxLoss& run, const Plan<Format>& plan, const Block& block,
                   const Member& member) {
  const Range mine = share(block.panels(), member);
  for (size_t at = mine.first * kWidth; at < mine.last * kWidth; at += kLanes) {
    Vec largest = plan.own ? load(plan.own_scores + at) : broadcast(kLowest);
    for (size_t chunk = 0; chunk < plan.chunks; ++chunk) {
      const Vec one = load(plan.maxima + chunk * plan.block + at);
      largest = one > largest ? one : largest;
    }
    Doubles total{};
    for (size_t chunk = 0; chunk < plan.chunks; ++chunk) {
      const size_t place = chunk * plan.block + at;
      const Vec factor = exp_of_negative(load(plan.maxima + place) - largest);
      store(plan.maxima + place, factor);
      total += __builtin_convertvector(factor, Doubles) *
               __builtin_convertvector(load(plan.sums + place), Doubles);
    }
    if (plan.own)
      total += __builtin_convertvector(exp_of_negative(load(plan.own_scores + at) - largest),
                                       Doubles);
    for (size_t lane = 0; lane < kLanes; ++lane) {
      if (at + lane >= block.count) {
        plan.scales[at + lane] = 0;
        continue;
      }
      const size_t token = block.tokens[at + lane];
      const double above = static_cast<double>(largest[lane]) -
                           static_cast<double>(plan.own_scores[at + lane]);
      const double loss = above + __builtin_log(total[lane]);
      run.losses[token] = static_cast<float>(loss);
      if (!plan.gradients) continue;
      const double weight = static_cast<double>(run.token_weights[token]);
      plan.scales[at + lane] = static_cast<float>(weight / total[lane]);
      plan.slopes[at + lane] = static_cast<float>(weight * __builtin_expm1(-loss));
    }
  }
}

// The gradients on a chunk's logits, in words along the words (grouped) and along the tokens (flat),
// and their part of the bias gradient.
template <class Format>
void differentiate_chunk(const SoftmaxLoss& run, const Plan<Format>& plan, const Block& block,
                         size_t chunk, bool add) {
  constexpr size_t kGroup = Format::kGroup;
  const size_t first = chunk * kChunk, words = plan.words_of(chunk);
  const size_t grouped = plan.block + kApart, flat = plan.block / kGroup + kApart;
  for (size_t at = 0; at < block.padded(); at += kLanes)
    store(plan.factors + at,
          load(plan.maxima + chunk * plan.block + at) * load(plan.scales + at));
  for (size_t k = 0; k < ceil_div(words, kGroup); ++k) {
    Vec totals[kGroup] = {};
    for (size_t at = 0; at < block.padded(); at += kGroup * kLanes) {
      Vec values[kGroup][kGroup];  // [which word][which vector of tokens]
      for (size_t v = 0; v < kGroup; ++v) {
        const size_t here = at + v * kLanes;
        Vec each[kGroup];
        Packing<Format>::values(
            load_words(plan.kept_of(chunk, here / kWidth) + k * kWidth + here % kWidth), each);
        for (size_t i = 0; i < kGroup; ++i) {
          each[i] *= load(plan.factors + here);
          totals[i] += each[i];
          values[i][v] = each[i];
        }
        store_words(plan.grouped + k * grouped + here, Packing<Format>::group(each));
      }
      if constexpr (kGroup > 1)
        for (size_t i = 0; i < kGroup; ++i)
          store_words(plan.flat + (k * kGroup + i) * flat + at / kGroup,
                      Packing<Format>::neighbours(values[i]));
    }
    for (size_t i = 0; i < kGroup && k * kGroup + i < words; ++i) {
      float& bias = run.grad_bias[first + k * kGroup + i];
      bias = add ? bias + sum(totals[i]) : sum(totals[i]);
    }
  }
}

// The targets' gradients, weight * (P - 1), from the loss: P as it was kept may have rounded to 1.
template <class Format>
void differentiate_targets(const SoftmaxLoss& run, const Plan<Format>& plan, const Block& block,
                           size_t chunk) {
  constexpr size_t kGroup = Format::kGroup;
  const size_t first = chunk * kChunk, words = plan.words_of(chunk);
  const size_t grouped = plan.block + kApart, flat = plan.block / kGroup + kApart;
  for (size_t at = 0; at < block.count; ++at) {
    const size_t word = static_cast<size_t>(run.targets[block.tokens[at]]) - first;
    if (word >= words) continue;
    const Word* const kept =
        plan.kept_of(chunk, at / kWidth) + word / kGroup * kWidth + at % kWidth;
    float before, after = plan.slopes[at];
    if constexpr (kGroup == 1) {
      __builtin_memcpy(&before, kept, sizeof before);
      __builtin_memcpy(plan.grouped + word * grouped + at, &after, sizeof after);
    } else {
      before = float_of_bfloat16(static_cast<std::uint16_t>(*kept >> (word % 2 * 16)));
      const Word half = nearest_bfloat16(after);
      const auto put = [half](Word* to, size_t which) {
        *to = (*to & 0xffff0000u >> (which * 16)) | half << (which * 16);
      };
      put(plan.grouped + word / 2 * grouped + at, word % 2);
      put(plan.flat + word * flat + at / 2, at % 2);
    }
    run.grad_bias[first + word] += after - before * plan.factors[at];
  }
}

template <class Format>
void chunk_gradients(const SoftmaxLoss& run, const Plan<Format>& plan, const Block& block,
                     size_t chunk, float* partial, bool first_of_slice, bool first_block) {
  constexpr size_t kGroup = Format::kGroup;
  const size_t words = plan.words_of(chunk), size = plan.shape.embedding;
  const size_t groups = ceil_div(words, kGroup), depth = block.padded() / kGroup;
  const float* const weight = run.weight + chunk * kChunk * size;
  differentiate_chunk(run, plan, block, chunk, !first_block);
  if (!plan.own) differentiate_targets(run, plan, block, chunk);
  const auto row = [=](size_t word) { return weight + word * size; };
  pack_lines<Format>(row, words, groups, Range{0, size}, plan.lines);
  for (size_t panel = 0; panel < plan.panels; ++panel) {
    const size_t column = panel * kWidth;
    multiply<Format>(ByColumn{plan.grouped, plan.block + kApart}, block.count,
                     plan.lines + column * groups, groups,
                     Into{partial + column, plan.panels * kWidth, kWidth, nullptr,
                          !first_of_slice});
    multiply<Format>(ByRow{plan.flat, plan.block / kGroup + kApart}, words,
                     plan.by_column + column * depth, depth,
                     Into{run.grad_weight + chunk * kChunk * size + column, size,
                          least(kWidth, size - column), nullptr, !first_block});
  }
}

// The gradients on this member's features: the slices added up, and the own words' part.
template <class Format>
void finish_features(const SoftmaxLoss& run, const Plan<Format>& plan, const Block& block,
                     const Member& member) {
  const size_t size = plan.shape.embedding, width = plan.panels * kWidth;
  const Range mine = share(block.count, member);
  for (size_t at = mine.first; at < mine.last; ++at) {
    const size_t token = block.tokens[at] * size;
    const float slope = plan.slopes[at];
    float* const gradient = run.grad_features + token;
    for (size_t column = 0; column < size; ++column)
      gradient[column] = plan.own ? slope * run.own[token + column] : 0;
    for (size_t slice = 0; slice < plan.slices; ++slice) {
      const float* const part = plan.partial + (slice * plan.block + at) * width;
      for (size_t column = 0; column < size; ++column) gradient[column] += part[column];
    }
    if (!plan.own) continue;
    for (size_t column = 0; column < size; ++column)
      run.grad_own[token + column] = slope * run.features[token + column];
    run.grad_own_bias[block.tokens[at]] = slope;
  }
}

// Where no token counts, no chunk writes its gradients.
template <class Format>
void zero_weights(const SoftmaxLoss& run, const Plan<Format>& plan, const Member& member) {
  const Range mine = share(plan.shape.words, member);
  const size_t size = plan.shape.embedding;
  for (size_t at = mine.first * size; at < mine.last * size; ++at) run.grad_weight[at] = 0;
  for (size_t word = mine.first; word < mine.last; ++word) run.grad_bias[word] = 0;
}

template <class Format>
void run_blocks(const SoftmaxLoss& run, const Member& member) {
  const Plan<Format> plan(run, member);
  if (member.rank == 0) choose_tokens(run, plan);
  meet(member);
  const Range slices = share(plan.slices, member);
  if (plan.gradients && *plan.count == 0) zero_weights(run, plan, member);
  for (size_t first = 0; first < *plan.count; first += plan.block) {
    const Block block{plan.tokens + first, least(plan.block, *plan.count - first)};
    pack_features(run, plan, block, member);
    meet(member);
    const Range chunks{plan.chunks_of(slices.first).first, plan.chunks_of(slices.last).first};
    for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk)
      score_chunk(run, plan, block, chunk);
    meet(member);
    finish_losses(run, plan, block, member);
    meet(member);
    if (!plan.gradients) continue;
    for (size_t slice = slices.first; slice < slices.last; ++slice)
      for (size_t chunk = plan.chunks_of(slice).first; chunk < plan.chunks_of(slice).last; ++chunk)
        chunk_gradients(run, plan, block, chunk,
                        plan.partial + slice * plan.block * plan.panels * kWidth,
                        chunk == plan.chunks_of(slice).first, first == 0);
    meet(member);
    finish_features(run, plan, block, member);
  }
}

}  // namespace softmax

inline std::size_t softmax_loss_scratch(const SoftmaxLoss& run, std::size_t threads) {
  const Member last{threads - 1, threads, nullptr};
  return run.bfloat16 ? softmax::Plan<BFloat16>(run, last).scratch
                      : softmax::Plan<Float32>(run, last).scratch;
}

inline void softmax_loss(const SoftmaxLoss& run, const Member& member) {
  if (run.bfloat16)
    softmax::run_blocks<BFloat16>(run, member);
  else
    softmax::run_blocks<Float32>(run, member);
}

}  // namespace karussell::KARUSSELL_LEVEL
