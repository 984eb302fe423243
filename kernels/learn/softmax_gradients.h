// The way back of the softmax: from what was kept of a batch (see softmax.h) to its gradients.
#pragma once

#include "learn/softmax_plan.h"

namespace karussell::KARUSSELL_LEVEL::training::softmax {

// The gradients on a chunk's logits, in groups along the words (grouped) and along the tokens
// (flat), and their part of the bias gradient.
template <class Format>
void differentiate_chunk(const SoftmaxLoss& run, const Plan<Format>& plan, const Batch& batch,
                         size_t chunk, bool add) {
  constexpr size_t kPerGroup = Format::kPerGroup;
  const size_t first = chunk * kChunk, words = plan.words_of(chunk);
  const size_t grouped = plan.batch + kApart, flat = plan.batch / kPerGroup + kApart;
  for (size_t at = 0; at < batch.padded(); at += kLanes)
    store(plan.factors + at, load(plan.maxima + chunk * plan.batch + at) * load(plan.scales + at));
  for (size_t k = 0; k < ceil_div(words, kPerGroup); ++k) {
    Vec totals[kPerGroup] = {};
    for (size_t at = 0; at < batch.padded(); at += kPerGroup * kLanes) {
      Vec values[kPerGroup][kPerGroup];  // [which word][which vector of tokens]
      for (size_t v = 0; v < kPerGroup; ++v) {
        const size_t here = at + v * kLanes;
        Vec each[kPerGroup];
        up(load_groups(plan.kept_of(chunk, here / kWidth) + k * kWidth + here % kWidth), each);
        for (size_t i = 0; i < kPerGroup; ++i) {
          each[i] *= load(plan.factors + here);
          totals[i] += each[i];
          values[i][v] = each[i];
        }
        store_groups(plan.grouped + k * grouped + here, down(each));
      }
      if constexpr (kPerGroup > 1)
        for (size_t i = 0; i < kPerGroup; ++i)
          store_groups(plan.flat + (k * kPerGroup + i) * flat + at / kPerGroup, along(values[i]));
    }
    for (size_t i = 0; i < kPerGroup && k * kPerGroup + i < words; ++i) {
      float& bias = run.grad_bias[first + k * kPerGroup + i];
      bias = add ? bias + sum(totals[i]) : sum(totals[i]);
    }
  }
}

// The targets' gradients, weight * (P - 1), from the loss: P as it was kept may have rounded to 1.
template <class Format>
void differentiate_targets(const SoftmaxLoss& run, const Plan<Format>& plan, const Batch& batch,
                           size_t chunk) {
  constexpr size_t kPerGroup = Format::kPerGroup;
  const size_t first = chunk * kChunk, words = plan.words_of(chunk);
  const size_t grouped = plan.batch + kApart, flat = plan.batch / kPerGroup + kApart;
  for (size_t at = 0; at < batch.count; ++at) {
    const size_t word = static_cast<size_t>(run.targets[batch.tokens[at]]) - first;
    if (word >= words) continue;
    const Group* const kept =
        plan.kept_of(chunk, at / kWidth) + word / kPerGroup * kWidth + at % kWidth;
    float before, after = plan.slopes[at];
    if constexpr (kPerGroup == 1) {
      __builtin_memcpy(&before, kept, sizeof before);
      __builtin_memcpy(plan.grouped + word * grouped + at, &after, sizeof after);
    } else {
      before = float_of_bfloat16(static_cast<std::uint16_t>(*kept >> (word % 2 * 16)));
      const Group half = nearest_bfloat16(after);
      const auto put = [half](Group* to, size_t which) {
        *to = (*to & 0xffff0000u >> (which * 16)) | half << (which * 16);
      };
      put(plan.grouped + word / 2 * grouped + at, word % 2);
      put(plan.flat + word * flat + at / 2, at % 2);
    }
    run.grad_bias[first + word] += after - before * plan.factors[at];
  }
}

// What a chunk gives to the gradients on the features: the gradients on its logits times its rows
// of the weight, of which `lines` lines stand in plan.lines.
template <class Format>
void add_feature_gradients(const Plan<Format>& plan, size_t tokens, Range lines, size_t depth,
                           float* partial, bool add, const Ahead& ahead) {
  const size_t column = lines.first * kUnit, count = lines.last - lines.first;
  const Lines weights{plan.lines + column * depth, depth * kUnit, count};
  const Into to{
      .to = partial + column, .stride = plan.panels * kWidth, .valid = count * kUnit, .add = add};
  const size_t apart = plan.batch + kApart;
#if defined(KARUSSELL_MATRIX_UNIT)
  // The unit wants the words of a token side by side.
  if constexpr (kMatrixUnit<Format>) {
    constexpr size_t kRow = kChunk / 2 + kUnit - kChunk / 2 % kUnit;
    alignas(64) Group turned[2 * kUnit * kRow];
    for (size_t token = 0; token < tokens; token += 2 * kUnit) {
      const size_t rows = least(2 * kUnit, tokens - token), tiles = ceil_div(rows, kUnit);
      for (size_t tile = 0; tile < tiles; ++tile)
        for (size_t k = 0; k < depth; k += kUnit) {
          Group square[kUnit * kUnit];
          matrix_unit::turn(plan.grouped + k * apart + token + tile * kUnit, apart,
                            least(kUnit, depth - k), square);
          for (size_t row = 0; row < kUnit; ++row)
            store_groups(turned + (tile * kUnit + row) * kRow + k,
                         load_groups(square + row * kUnit));
        }
      multiply_by_unit<Format>({turned, kRow, 1}, rows, weights, depth, to.below(token), ahead);
    }
    return;
  }
#endif
  multiply_lines<Format>({plan.grouped, 1, apart}, tokens, weights, depth, to, ahead);
}

template <class Format>
void chunk_gradients(const SoftmaxLoss& run, const Plan<Format>& plan, const Batch& batch,
                     size_t chunk, float* partial, bool first_of_slice, bool first_batch) {
  constexpr size_t kPerGroup = Format::kPerGroup;
  const size_t words = plan.words_of(chunk), size = plan.shape.embedding;
  const size_t groups = groups_for<Format>(words), depth = groups_for<Format>(batch.count);
  const size_t lines = ceil_div(size, kUnit);
  const float* const weight = run.weight + chunk * kChunk * size;
  float* const to = run.grad_weight + chunk * kChunk * size;
  differentiate_chunk(run, plan, batch, chunk, !first_batch);
  if (!plan.own) differentiate_targets(run, plan, batch, chunk);
  pack_columns<Format>(weight, size, words, {0, lines}, plan.lines);
  if (kMatrixUnit<Format>)
    add_feature_gradients(plan, batch.count, {0, lines}, groups, partial, !first_of_slice, {});
  for (size_t panel = 0; panel < plan.panels; ++panel) {
    const size_t line = panel * kPanel, count = least(kPanel, lines - line);
    const size_t column = line * kUnit, valid = least(kWidth, size - column);
    if (!kMatrixUnit<Format>)
      add_feature_gradients(plan, batch.count, {line, line + count}, groups, partial,
                            !first_of_slice, {to + column, words, size, valid});
    multiply_lines<Format>({plan.flat, plan.batch / kPerGroup + kApart, 1}, words,
                           {plan.by_column + column * depth, depth * kUnit, count}, depth,
                           {.to = to + column, .stride = size, .valid = valid, .add = !first_batch},
                           plan.weights_ahead(run.weight, chunk + 1, panel, plan.panels));
  }
}

// The gradients on this member's features: the slices added up, and the own words' part.
template <class Format>
void finish_features(const SoftmaxLoss& run, const Plan<Format>& plan, const Batch& batch,
                     const Member& member) {
  const size_t size = plan.shape.embedding, width = plan.panels * kWidth;
  const Range mine = share(batch.count, member);
  for (size_t at = mine.first; at < mine.last; ++at) {
    const size_t token = batch.tokens[at] * size;
    const float slope = plan.slopes[at];
    float* const gradient = run.grad_features + token;
    for (size_t column = 0; column < size; ++column)
      gradient[column] = plan.own ? slope * run.own[token + column] : 0;
    for (size_t slice = 0; slice < plan.slices; ++slice) {
      const float* const part = plan.partial + (slice * plan.batch + at) * width;
      for (size_t column = 0; column < size; ++column) gradient[column] += part[column];
    }
    if (!plan.own) continue;
    for (size_t column = 0; column < size; ++column)
      run.grad_own[token + column] = slope * run.features[token + column];
    run.grad_own_bias[batch.tokens[at]] = slope;
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

}  // namespace karussell::KARUSSELL_LEVEL::training::softmax
