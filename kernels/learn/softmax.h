// The softmax cross entropy over a large vocabulary, never held as a whole: loss and gradients.
//
// Tokens go in batches, words in chunks. A chunk's logits exist for one panel of tokens at a time.
// What is kept of a batch is e^(logit - m), with m the largest logit of the token in the chunk, as
// groups of the format: V x batch values, at most kKept groups. Once a batch has seen all chunks,
// e^(m - largest of all) / sum turns them into probabilities, chunk by chunk, and each chunk gives
// its part of the gradients from copies that stay in the second-level cache. So no logit is
// computed twice, and memory does not grow with the number of tokens.
//
// Chunks are dealt to kSlices slices, slices to the members. A slice adds up the gradient on the
// features on its own and the slices are added in order, so the number of members changes nothing;
// more than kSlices of them find no work.
//
// With `own` set, the same for a sampled softmax: the words are a sample, each token's own word
// stands beside it with its own row, and is left out where the sample holds it too.
#pragma once

#include "learn/softmax_gradients.h"
#include "nonlinear.h"

namespace karussell::KARUSSELL_LEVEL {

namespace training::softmax {

using Doubles = double __attribute__((vector_size(2 * kBytes)));

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
void pack_features(const SoftmaxLoss& run, const Plan<Format>& plan, const Batch& batch,
                   const Member& member) {
  const size_t size = plan.shape.embedding;
  const auto row = [&](size_t at) { return run.features + batch.tokens[at] * size; };
  const Range mine = share(batch.panels(), member);
  for (size_t at = mine.first * kWidth; at < mine.last * kWidth; at += kUnit) {
    const size_t valid = at < batch.count ? least(kUnit, batch.count - at) : 0;
    pack_along<Format>([&](size_t lane) { return row(at + lane); }, valid, size,
                       plan.by_token + at * plan.depth);
    for (size_t lane = 0; lane < kUnit; ++lane)
      plan.own_scores[at + lane] =
          plan.own && lane < valid
              ? dot(row(at + lane), run.own + batch.tokens[at + lane] * size, size) +
                    run.own_bias[batch.tokens[at + lane]]
              : 0;
  }
  if (!plan.gradients) return;
  const Range columns = share(ceil_div(size, kUnit), member);
  const size_t depth = groups_for<Format>(batch.count);
  for (size_t line = columns.first; line < columns.last; ++line)
    pack_down<Format>([&](size_t at) { return row(at) + line * kUnit; }, batch.count,
                      size - line * kUnit, plan.by_column + line * depth * kUnit);
}

// The largest logit of each token of a panel, and the sum and the groups of e^(logit - largest).
template <class Format>
void exponentials(const float* logits, size_t words, float* maxima, float* sums, Group* kept) {
  constexpr size_t kPerGroup = Format::kPerGroup;
  for (size_t lane = 0; lane < kWidth; lane += kLanes) {
    Vec largest = broadcast(kLowest);
    for (size_t word = 0; word < words; ++word) {
      const Vec logit = load(logits + word * kWidth + lane);
      largest = logit > largest ? logit : largest;
    }
    Vec total{};
    for (size_t k = 0; k < ceil_div(words, kPerGroup); ++k) {
      Vec each[kPerGroup];
      for (size_t i = 0; i < kPerGroup; ++i) {
        each[i] = exp_of_negative(load(logits + (k * kPerGroup + i) * kWidth + lane) - largest);
        total += each[i];
      }
      if (kept != nullptr) store_groups(kept + k * kWidth + lane, down(each));
    }
    store(maxima + lane, largest);
    store(sums + lane, total);
  }
}

template <class Format>
void score_chunk(const SoftmaxLoss& run, const Plan<Format>& plan, const Batch& batch,
                 size_t chunk) {
  const size_t first = chunk * kChunk, words = plan.words_of(chunk), size = plan.shape.embedding;
  const size_t stride = plan.depth + kApart;
  for (size_t word = 0; word < words; ++word)
    write_row<Format>(run.weight + (first + word) * size, size, plan.depth,
                      plan.rows + word * stride);
  for (size_t panel = 0; panel < batch.panels(); ++panel) {
    multiply_lines<Format>(
        {plan.rows, stride, 1}, words,
        {plan.by_token + panel * plan.depth * kWidth, plan.depth * kUnit, kPanel}, plan.depth,
        {.to = plan.logits, .stride = kWidth, .valid = kWidth, .rows = run.bias + first},
        plan.weights_ahead(run.weight, chunk + 1, panel, batch.panels()));
    const size_t at = panel * kWidth;
    for (size_t lane = 0; lane < least(kWidth, batch.count - at); ++lane) {
      const std::int64_t target = run.targets[batch.tokens[at + lane]];
      const size_t word = static_cast<size_t>(target) - first;  // huge if it comes before
      if (word >= words) continue;
      float& logit = plan.logits[word * kWidth + lane];
      if (plan.own)
        logit = -__builtin_inff();
      else
        plan.own_scores[at + lane] = logit;
    }
    if (words % Format::kPerGroup != 0)
      for (size_t lane = 0; lane < kWidth; ++lane)
        plan.logits[words * kWidth + lane] = -__builtin_inff();
    const size_t place = chunk * plan.batch + at;
    exponentials<Format>(plan.logits, words, plan.maxima + place, plan.sums + place,
                         plan.gradients ? plan.kept_of(chunk, panel) : nullptr);
  }
}

// The losses of this member's tokens, and what turns their words into probabilities: maxima become
// e^(m - largest), scales the token's weight / sum.
template <class Format>
void finish_losses(const SoftmaxLoss& run, const Plan<Format>& plan, const Batch& batch,
                   const Member& member) {
  const Range mine = share(batch.panels(), member);
  for (size_t at = mine.first * kWidth; at < mine.last * kWidth; at += kLanes) {
    Vec largest = plan.own ? load(plan.own_scores + at) : broadcast(kLowest);
    for (size_t chunk = 0; chunk < plan.chunks; ++chunk) {
      const Vec one = load(plan.maxima + chunk * plan.batch + at);
      largest = one > largest ? one : largest;
    }
    Doubles total{};
    for (size_t chunk = 0; chunk < plan.chunks; ++chunk) {
      const size_t place = chunk * plan.batch + at;
      const Vec factor = exp_of_negative(load(plan.maxima + place) - largest);
      store(plan.maxima + place, factor);
      total += __builtin_convertvector(factor, Doubles) *
               __builtin_convertvector(load(plan.sums + place), Doubles);
    }
    if (plan.own)
      total +=
          __builtin_convertvector(exp_of_negative(load(plan.own_scores + at) - largest), Doubles);
    for (size_t lane = 0; lane < kLanes; ++lane) {
      if (at + lane >= batch.count) {
        plan.scales[at + lane] = 0;
        continue;
      }
      const size_t token = batch.tokens[at + lane];
      const double above =
          static_cast<double>(largest[lane]) - static_cast<double>(plan.own_scores[at + lane]);
      const double loss = above + __builtin_log(total[lane]);
      run.losses[token] = static_cast<float>(loss);
      if (!plan.gradients) continue;
      const double weight = static_cast<double>(run.token_weights[token]);
      plan.scales[at + lane] = static_cast<float>(weight / total[lane]);
      plan.slopes[at + lane] = static_cast<float>(weight * __builtin_expm1(-loss));
    }
  }
}

template <class Format>
void run_batches(const SoftmaxLoss& run, const Member& member) {
  const Plan<Format> plan(run, member);
  if (member.rank == 0) choose_tokens(run, plan);
  meet(member);
  const Range slices = share(plan.slices, member);
  if (plan.gradients && *plan.count == 0) zero_weights(run, plan, member);
  for (size_t first = 0; first < *plan.count; first += plan.batch) {
    const Batch batch{plan.tokens + first, least(plan.batch, *plan.count - first)};
    pack_features(run, plan, batch, member);
    meet(member);
    const Range chunks{plan.chunks_of(slices.first).first, plan.chunks_of(slices.last).first};
    for (size_t chunk = chunks.first; chunk < chunks.last; ++chunk)
      score_chunk(run, plan, batch, chunk);
    meet(member);
    finish_losses(run, plan, batch, member);
    meet(member);
    if (!plan.gradients) continue;
    for (size_t slice = slices.first; slice < slices.last; ++slice)
      for (size_t chunk = plan.chunks_of(slice).first; chunk < plan.chunks_of(slice).last; ++chunk)
        chunk_gradients(run, plan, batch, chunk,
                        plan.partial + slice * plan.batch * plan.panels * kWidth,
                        chunk == plan.chunks_of(slice).first, first == 0);
    meet(member);
    finish_features(run, plan, batch, member);
  }
}

}  // namespace training::softmax

// Rows that were looked up by id give their gradients back, in order.
inline void add_rows(const float* rows, const std::int64_t* ids, size_t count, size_t size,
                     float* to) {
  for (size_t r = 0; r < count; ++r, rows += size) {
    float* const row = to + static_cast<size_t>(ids[r]) * size;
    for (size_t k = 0; k < size; ++k) row[k] += rows[k];
  }
}

inline std::size_t softmax_loss_scratch(const SoftmaxLoss& run, std::size_t threads) {
  const Member last{threads - 1, threads, nullptr};
  return in_precision(run.precision, [&](auto format) {
    return training::softmax::Plan<decltype(format)>(run, last).scratch;
  });
}

inline void softmax_loss(const SoftmaxLoss& run, const Member& member) {
  const MatrixUnit unit;
  in_precision(run.precision,
               [&](auto format) { training::softmax::run_batches<decltype(format)>(run, member); });
}

}  // namespace karussell::KARUSSELL_LEVEL
