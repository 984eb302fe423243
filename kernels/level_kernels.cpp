// The table of one instruction set: compiled once for each, with KARUSSELL_LEVEL naming it.
#include "format.h"
#include "lstm_backward.h"
#include "lstm_forward.h"
#include "rnn.h"
#include "scores.h"
#include "step.h"

namespace karussell::KARUSSELL_LEVEL {

namespace {

template <Vec (*FUNCTION)(Vec)>
void each(const float* in, std::size_t count, float* out) {
  for (size_t at = 0; at < count; at += kLanes) {
    Vec values{};
    const size_t bytes = least(kLanes, count - at) * sizeof(float);
    __builtin_memcpy(&values, in + at, bytes);
    values = FUNCTION(values);
    __builtin_memcpy(out + at, &values, bytes);
  }
}

Vec sigmoid_of(Vec x) { return sigmoid(x); }
Vec tanh_of(Vec x) { return tanh(x); }

#define KARUSSELL_NAME_OF(level) #level
#define KARUSSELL_NAME(level) KARUSSELL_NAME_OF(level)

constexpr Kernels kKernels{
    .name = KARUSSELL_NAME(KARUSSELL_LEVEL),
    .lstm_forward_scratch = training::lstm_forward_scratch,
    .lstm_forward = training::lstm_forward,
    .lstm_backward_scratch = training::lstm_backward_scratch,
    .lstm_backward = training::lstm_backward,
    .rnn_forward_scratch = rnn_forward_scratch,
    .rnn_forward = rnn_forward,
    .rnn_backward_scratch = rnn_backward_scratch,
    .rnn_backward = rnn_backward,
    .lstm_packed = lstm_packed,
    .lstm_pack = lstm_pack,
    .lstm_step_scratch = lstm_step_scratch,
    .lstm_step = lstm_step,
    .rnn_packed = rnn_packed,
    .rnn_pack = rnn_pack,
    .rnn_step = rnn_step,
    .scores_scratch = scores_scratch,
    .scores = scores,
    .top_k = top_k,
    .log_sum_exp = log_sum_exp,
    .sigmoid = each<sigmoid_of>,
    .tanh = each<tanh_of>,
};

}  // namespace

extern const Kernels& kernels();
const Kernels& kernels() { return kKernels; }

}  // namespace karussell::KARUSSELL_LEVEL
