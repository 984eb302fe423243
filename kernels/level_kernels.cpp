// The table of one instruction set: compiled once for each, with KARUSSELL_LEVEL naming it.
#include "ceilings.h"
#include "learn/lstm_backward.h"
#include "learn/lstm_forward.h"
#include "learn/online.h"
#include "learn/rnn.h"
#include "learn/softmax.h"
#include "run/network.h"

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

// Scratch of a layer over a sequence, and its run, in the precision asked for.
template <template <class> class Scratch, class Run>
std::size_t scratch_of(const Run& run, std::size_t threads) {
  return in_precision(run.precision, [&](auto format) {
    return Scratch<decltype(format)>(run, threads, nullptr).arena.used;
  });
}

template <template <class> class Kernel, class Run>
void run_all(const Run& run, const Member& member) {
  const MatrixUnit unit;
  in_precision(run.precision, [&](auto format) { Kernel<decltype(format)>(run, member).all(); });
}

#define KARUSSELL_NAME_OF(level) #level
#define KARUSSELL_NAME(level) KARUSSELL_NAME_OF(level)

constexpr Kernels kKernels{
    .name = KARUSSELL_NAME(KARUSSELL_LEVEL),
    .network_scratch = network_scratch,
    .network_step = network_step,
    .network_scores = network_scores,
    .network_best = network_best,
    .lstm_forward_scratch = scratch_of<training::LstmForwardScratch>,
    .lstm_forward = run_all<training::LstmForwardRun>,
    .lstm_backward_scratch = scratch_of<training::LstmBackwardScratch>,
    .lstm_backward = run_all<training::LstmBackwardRun>,
    .rnn_forward_scratch = scratch_of<training::RnnForwardScratch>,
    .rnn_forward = run_all<training::RnnForwardRun>,
    .rnn_backward_scratch = scratch_of<training::RnnBackwardScratch>,
    .rnn_backward = run_all<training::RnnBackwardRun>,
    .online_scratch = training::online_scratch,
    .online_learning = training::online_learning,
    .top_k = top_k,
    .log_sum_exp = log_sum_exp,
    .softmax_loss_scratch = softmax_loss_scratch,
    .softmax_loss = softmax_loss,
    .add_rows = add_rows,
    .sigmoid = each<sigmoid_of>,
    .tanh = each<tanh_of>,
    .read_memory = read_memory,
    .multiply_float32 = multiply_registers<Float32>,
    .multiply_bfloat16 = multiply_registers<BFloat16>,
    .multiply_int8 = multiply_registers<Int8>,
};

}  // namespace

extern const Kernels& kernels();
const Kernels& kernels() { return kKernels; }

}  // namespace karussell::KARUSSELL_LEVEL
