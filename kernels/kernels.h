// The table of kernels that every instruction set fills, and the buffers each kernel reads and writes.
//
// Letters: T time, N batch, I inputs, B blocks, S cells per block, H = B*S hidden, G = H + 3B gate
// rows, P projected, V vocabulary, E embedding. Every array is float32, row-major and without gaps, time first.
// Gate rows stand as [input gate: B | forget gate: B | cell input: H | output gate: B].
//
// Nothing here allocates: the caller asks for the size of the scratch memory and lends it. No buffer
// may alias another unless its line says so. Every buffer belongs to the caller.
#pragma once

#include <cstddef>
#include <cstdint>

namespace karussell {

struct LstmShape {
  std::size_t time, batch, inputs, blocks, cells;
};

struct RnnShape {
  std::size_t time, batch, inputs, hidden;
};

enum class Nonlinearity { kTanh, kRelu };

// One of the threads that run a kernel together. A kernel divides its work by rank; the values it
// computes never depend on how many members there are.
struct Member {
  std::size_t rank, count;
  void* meeting;  // opaque: where the members meet
};

// Returns once every member of the team has called it as often. Defined in team.cpp.
void meet(const Member& member);

// A layer of memory blocks. If coupled, the input gate is 1 - forget gate and has no rows of its own:
// G = H + 2B, [forget gate: B | cell input: H | output gate: B].
struct BlockLayer {
  std::size_t inputs, blocks, cells;
  bool coupled;
  std::size_t projected;  // P: hidden states are a projection of the cell outputs; 0: they are these
};

// The format of products. All else, and every array that goes in or out, is float32.
enum class Precision { kFloat32, kBFloat16 };

// Called by every member with the same argument. P is H unless there is a projection. Peepholes stand
// as input, forget and output gate, (3, H), or without the input gate if coupled, (2, H).
struct LstmForward {
  BlockLayer layer;
  std::size_t time, batch;
  Precision precision;
  const float* x;               // (T, N, I)
  const float* weight_ih;       // (G, I)
  const float* weight_hh;       // (G, P)
  const float* bias;            // (G)
  const float* peepholes;       // (3, H) or (2, H), or null
  const float* projection;      // (P, H), or null
  const std::int64_t* lengths;  // (N)        of each sequence, or null: all T
  const float* hidden;          // (N, P)     before the first step
  const float* cell;            // (N, H)     before the first step
  float* hiddens;               // (T, N, P)  written; zeros beyond a sequence's length
  float* cells;                 // (T, N, H)  written; the last ones beyond a sequence's length
  float* gates;                 // (T, N, G)  written: after their nonlinearities; zeros beyond
  float* scratch;               // lstm_forward_scratch floats, 64-byte aligned, contents undefined
};

struct LstmBackward {
  BlockLayer layer;
  std::size_t time, batch;
  Precision precision;
  const float* hiddens;         // (T, N, P)  what forward wrote
  const float* cells;           // (T, N, H)  what forward wrote
  const float* gates;           // (T, N, G)  what forward wrote
  const float* x;               // (T, N, I)
  const float* weight_ih;       // (G, I)
  const float* weight_hh;       // (G, P)
  const float* peepholes;       // (3, H) or (2, H), or null
  const float* projection;      // (P, H), or null
  const std::int64_t* lengths;  // (N), or null
  const float* hidden;          // (N, P)     before the first step
  const float* cell;            // (N, H)     before the first step
  const float* grad_hiddens;    // (T, N, P)  gradient on every output
  const float* grad_cell;       // (N, H)     gradient on the last cell state
  float* grad_x;                // (T, N, I)  written
  float* grad_weight_ih;        // (G, I)     written
  float* grad_weight_hh;        // (G, P)     written
  float* grad_bias;             // (G)        written
  float* grad_peepholes;        // as peepholes, written; or null
  float* grad_projection;       // (P, H)     written; or null
  float* grad_hidden;           // (N, P)     written: on the state before the first step
  float* grad_first_cell;       // (N, H)     written: on the state before the first step
  float* scratch;               // lstm_backward_scratch floats, 64-byte aligned, contents undefined
};

struct RnnForward {
  RnnShape shape;
  Nonlinearity nonlinearity;
  const float* x;          // (T, N, I)
  const float* weight_ih;  // (H, I)
  const float* weight_hh;  // (H, H)
  const float* bias;       // (H)
  const float* hidden;     // (N, H)     before the first step
  float* hiddens;          // (T, N, H)  written
  float* scratch;          // rnn_forward_scratch floats, 64-byte aligned, contents undefined
};

struct RnnBackward {
  RnnShape shape;
  Nonlinearity nonlinearity;
  const float* hiddens;      // (T, N, H)  what forward wrote
  const float* x;            // (T, N, I)
  const float* weight_ih;    // (H, I)
  const float* weight_hh;    // (H, H)
  const float* hidden;       // (N, H)     before the first step
  const float* grad_hiddens; // (T, N, H)  gradient on every output
  float* grad_x;             // (T, N, I)  written
  float* grad_weight_ih;     // (H, I)     written
  float* grad_weight_hh;     // (H, H)     written
  float* grad_bias;          // (H)        written
  float* grad_hidden;        // (N, H)     written: on the state before the first step
  float* scratch;            // rnn_backward_scratch floats, 64-byte aligned, contents undefined
};

// One time step of one sequence, on one thread, with weights packed once by lstm_pack.
struct LstmStep {
  LstmShape shape;      // time and batch are not looked at
  const float* packed;  // what lstm_pack wrote, 64-byte aligned
  const float* x;       // (I)
  const float* hidden;  // (H)
  const float* cell;    // (H)
  float* next_hidden;   // (H)  written
  float* next_cell;     // (H)  written; may be `cell` itself
  float* gates;         // (G)  written
  float* scratch;       // lstm_step_scratch floats, 64-byte aligned
};

struct RnnStep {
  RnnShape shape;  // time and batch are not looked at
  Nonlinearity nonlinearity;
  const float* packed;  // what rnn_pack wrote, 64-byte aligned
  const float* x;       // (I)
  const float* hidden;  // (H)
  float* next_hidden;   // (H)  written
};

// Rows [first, last) of weight times hidden, plus bias.
struct Scores {
  const float* weight;         // (V, E), or null when weight_int8 is set
  const std::int8_t* weight_int8;  // (V, E), or null
  const float* scale;          // (V), one per row of weight_int8, or null
  const float* bias;           // (V)
  const float* hidden;         // (E)
  std::size_t embedding;       // E
  std::size_t first, last;     // 0 <= first <= last <= V
  float* scores;               // (last - first)  written
  float* scratch;              // scores_scratch floats, 64-byte aligned
};

// The kernels of one instruction set. Scratch and packed sizes are counted in floats.
struct Kernels {
  const char* name;

  // The scratch of a run depends on everything in it but its arrays.
  std::size_t (*lstm_forward_scratch)(const LstmForward&, std::size_t threads);
  void (*lstm_forward)(const LstmForward&, const Member&);
  std::size_t (*lstm_backward_scratch)(const LstmBackward&, std::size_t threads);
  void (*lstm_backward)(const LstmBackward&, const Member&);

  std::size_t (*rnn_forward_scratch)(const RnnShape&, std::size_t threads);
  void (*rnn_forward)(const RnnForward&, const Member&);
  std::size_t (*rnn_backward_scratch)(const RnnShape&, std::size_t threads);
  void (*rnn_backward)(const RnnBackward&, const Member&);

  std::size_t (*lstm_packed)(const LstmShape&);
  void (*lstm_pack)(const LstmShape&, const float* weight_ih, const float* weight_hh,
                    const float* bias, float* packed);
  std::size_t (*lstm_step_scratch)(const LstmShape&);
  void (*lstm_step)(const LstmStep&);

  std::size_t (*rnn_packed)(const RnnShape&);
  void (*rnn_pack)(const RnnShape&, const float* weight_ih, const float* weight_hh,
                   const float* bias, float* packed);
  void (*rnn_step)(const RnnStep&);

  std::size_t (*scores_scratch)(std::size_t embedding);
  void (*scores)(const Scores&);
  // Puts the k best of scores[0..count) into ids and values, best first, ties by lower id. A NaN
  // is never among them. Returns how many there are. ids and values hold k entries each.
  std::size_t (*top_k)(const float* scores, std::size_t count, std::size_t k, std::int64_t* ids,
                       float* values);
  float (*log_sum_exp)(const float* scores, std::size_t count);
  // The nonlinearities themselves, for tests: out[i] = f(in[i]); out may be in.
  void (*sigmoid)(const float* in, std::size_t count, float* out);
  void (*tanh)(const float* in, std::size_t count, float* out);
};

// The instruction sets compiled in that this machine can run, worst first; always at least one.
// Defined in level.cpp.
struct Levels {
  const Kernels* level[5];
  std::size_t count;
};
Levels levels();

}  // namespace karussell
