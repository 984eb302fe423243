// The table of kernels that every instruction set fills, and the buffers each kernel reads and
// writes.
//
// Letters: T time, N batch, I inputs, B blocks, S cells per block, H = B*S hidden, G = H + 3B gate
// rows, P projected, V vocabulary, E embedding. Every array is float32, row-major and without gaps,
// time first. Gate rows stand as [input gate: B | forget gate: B | cell input: H | output gate: B].
//
// Nothing here allocates: the caller asks for the size of the scratch memory and lends it. No
// buffer may alias another unless its line says so. Every buffer belongs to the caller.
#pragma once

#include <cstddef>
#include <cstdint>

namespace karussell {

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

// Who may help with a call of a packed network, which one thread makes and cuts into pieces.
struct Helpers {
  std::size_t count;  // with the thread that calls: ranks are below it
  void* crew;         // opaque
};

constexpr std::size_t kMostPieces = 56;
using Piece = void (*)(const void* what, std::size_t piece, std::size_t rank);

// Runs piece(what, 0..pieces, rank) once each, on this thread and on those that happen to be there;
// returns when all are done. No two run at once with the same rank; the values computed never
// depend on who did what. At most kMostPieces. Defined in crew.cpp.
void do_pieces(const Helpers& helpers, std::size_t pieces, Piece piece, const void* what);

// A layer of memory blocks. If coupled, the input gate is 1 - forget gate and has no rows of its
// own: G = H + 2B, [forget gate: B | cell input: H | output gate: B].
struct BlockLayer {
  std::size_t inputs, blocks, cells;
  bool coupled;
  std::size_t projected;  // P: hidden states are projected cell outputs; 0: they are these
};

// The format of products. All else, and every array that goes in or out, is float32.
enum class Precision { kFloat32, kBFloat16 };

// Called by every member with the same argument. P is H unless there is a projection. Peepholes
// stand as input, forget and output gate, (3, H), or without the input gate if coupled, (2, H).
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
  const float* mask;            // (N, P)     on hidden states where net inputs see them, or null
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
  const float* mask;            // (N, P), or null
  const std::int64_t* lengths;  // (N), or null
  const float* hidden;          // (N, P)     before the first step
  const float* cell;            // (N, H)     before the first step
  const float* grad_hiddens;    // (T, N, P)  gradient on every output
  const float* grad_cell;       // (N, H)     gradient on the last cell state
  const float* grad_cells;      // (T, N, H)  and on those of all steps before it, or null
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
  Precision precision;
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
  Precision precision;
  Nonlinearity nonlinearity;
  const float* hiddens;       // (T, N, H)  what forward wrote
  const float* x;             // (T, N, I)
  const float* weight_ih;     // (H, I)
  const float* weight_hh;     // (H, H)
  const float* hidden;        // (N, H)     before the first step
  const float* grad_hiddens;  // (T, N, H)  gradient on every output
  float* grad_x;              // (T, N, I)  written
  float* grad_weight_ih;      // (H, I)     written
  float* grad_weight_hh;      // (H, H)     written
  float* grad_bias;           // (H)        written
  float* grad_hidden;         // (N, H)     written: on the state before the first step
  float* scratch;             // rnn_backward_scratch floats, 64-byte aligned, contents undefined
};

// How the numbers of a packed matrix are stored: see format.h.
enum class Format { kFloat32, kBFloat16, kInt8 };

// A matrix packed for products: see panel.h. Rows of the last tile beyond `rows` are zeros.
// Matrices that are read together, as the input weights of a layer and its recurrent weights, share
// their panels: in each panel the lines of the one stand before those of the next.
struct PackedMatrix {
  Format format;
  std::size_t rows, lines, depth;  // lines of 16 rows in a tile; depth in groups of 32 bits
  std::size_t stride, before;   // depth of all that share the panels, and of those before this one
  const std::uint32_t* groups;  // (tiles, ...)
  const float* scale;           // (tiles * lines * 16), int8 only
  const std::int32_t* correction;  // (tiles * lines * 16): -128 times the sum of the row; int8 only
};

enum class Cell { kLstm, kTanh, kRelu };  // memory blocks, or a plain recurrent layer

// A tile of memory blocks is 16 blocks: a line of input gates (none if coupled: 1 - forget gate),
// one of forget gates, S of cell inputs, one of output gates. A tile of a plain layer is 4 lines of
// units.
struct PackedLayer {
  Cell cell;
  std::size_t inputs, blocks, cells;  // hidden = blocks * cells
  bool coupled;
  PackedMatrix ih, hh;
  const float* bias;             // (tiles * lines * 16), in the order of the lines
  const float* peepholes;        // (3, H) input, forget and output gate, (2, H) if coupled; or null
  const std::int32_t* block_of;  // (16 S): the block of each cell of a tile
};

struct PackedNetwork {
  std::size_t count;  // layers
  const PackedLayer* layers;
  PackedMatrix projection;  // (E, H)
  PackedMatrix embedding;   // (V or more, E): read as input, and scored as output
  const float* bias;        // (V), and zeros up to the end of its last tile
  std::size_t words;        // V
};

// x -> alpha tanh(beta x), sigmoid(x) or x.
struct Squashing {
  enum Kind { kTanh, kSigmoid, kIdentity } kind;
  float alpha, beta;
};

// A layer of memory blocks and sigmoid outputs on its cells. Gates that recur are seen by all net
// inputs one step later; peepholes are the cells of a gate's own block.
struct OnlineShape {
  std::size_t networks;  // K, a multiple of 16
  std::size_t inputs, blocks, cells, outputs;
  bool forgets, gates_recur, peepholes, outputs_see_inputs;
  Squashing cell_input, cell_output;
};

// K networks, each over a stream of its own, that learn at each step at which their outputs matter.
//
// A row of weights belongs to a gate or cell and holds U = I + H + gates + 1 weights: of inputs,
// outputs of cells, the gates that recur and 1, then S of peepholes. The rows stand as [input gate:
// B | forget gate: B | cell: H | output gate: B], and behind them the outputs' O rows of H + (I) +
// 1 weights. The state is H outputs of cells, the gates that recur, H cells, 3 H (U + S) numbers
// that say how these move with weights, and whether a network sleeps. Called by every member with
// the same argument.
struct OnlineLearning {
  OnlineShape shape;
  std::size_t time;
  bool learns;           // or only answers
  float wrong;           // a larger error puts a network to sleep until a sequence begins
  const float* x;        // (T, I, K)
  const float* targets;  // (T, O, K)
  const float* matters;  // (T, K)  above 0 where the outputs matter
  const float*
      begins;          // (T, K)  1: a sequence begins before this step; 2: one would for who sleeps
  const float* rates;  // (K)
  const float* trained;  // (W)     0 for weights that do not learn
  float* weights;        // (W, K)  changed
  float* state;          // (, K)   changed
  float* errors;         // (T, K)  written: the largest error of the outputs, -1 where none matters
  float* outputs;        // (T, O, K)  written; or null
  float* scratch;        // online_scratch floats, 64-byte aligned, contents undefined
};

// One time step of N rows. One row before and many after are many next words from one state.
struct NetworkStep {
  std::size_t rows_before;  // 1 or N
  std::size_t rows;         // N
  const std::int64_t* ids;  // (N) rows of the embedding
  const float* hidden;      // (L, rows_before, H)
  const float* cell;        // (L, rows_before, H)
  float* next_hidden;       // (L, N, H)  written; may be `hidden` itself if that has N rows
  float* next_cell;         // (L, N, H)  written; may be `cell` itself if that has N rows
  float* gates;             // (L, N, G)  written: gates of all layers; or null
};

// What follows from the hidden state of the last layer.
struct NetworkScores {
  std::size_t rows;         // N
  const float* hidden;      // (N, H)
  std::size_t first, last;  // of the words
  float* scores;            // (N, last - first)  written
};

struct NetworkBest {
  std::size_t rows;     // N
  const float* hidden;  // (N, H)
  std::size_t count;    // k
  std::int64_t* ids;    // (N, k)  written: best first, -1 where there are fewer
  float* log_probs;     // (N, k)  written
};

struct SoftmaxShape {
  std::size_t tokens, words, embedding;  // M, V, E
};

// Softmax cross entropy of M tokens over V words, and its gradients for a loss that is the sum of
// token_weights[i] * losses[i]. Called by every member with the same argument.
//
// A sampled softmax has each token's own word beside the V sampled ones, with its own row and bias;
// `targets` are then the sampled words to leave out, -1 for none.
struct SoftmaxLoss {
  SoftmaxShape shape;
  Precision precision;
  const float* features;        // (M, E)
  const float* weight;          // (V, E)
  const float* bias;            // (V)
  const std::int64_t* targets;  // (M)  less than V; without `own`, a token with -1 does not count
  const float* own;             // (M, E)  rows of the own words, or null: targets are among the V
  const float* own_bias;        // (M)     or null
  const float* token_weights;   // (M)     or null: losses only, no gradient is written
  float* losses;                // (M)     written; 0 where a token does not count
  float* grad_features;         // (M, E)  written
  float* grad_weight;           // (V, E)  written
  float* grad_bias;             // (V)     written
  float* grad_own;              // (M, E)  written, if `own`
  float* grad_own_bias;         // (M)     written, if `own`
  float* scratch;               // softmax_loss_scratch floats, 64-byte aligned, contents undefined
};

// The kernels of one instruction set. Scratch and packed sizes are counted in floats.
struct Kernels {
  const char* name;

  // All rows together; scratch for one of the three, 64-byte aligned.
  std::size_t (*network_scratch)(const PackedNetwork&, std::size_t rows, std::size_t count,
                                 std::size_t threads);
  void (*network_step)(const PackedNetwork&, const NetworkStep&, float* scratch, const Helpers&);
  void (*network_scores)(const PackedNetwork&, const NetworkScores&, float* scratch,
                         const Helpers&);
  void (*network_best)(const PackedNetwork&, const NetworkBest&, float* scratch, const Helpers&);

  // The scratch of a run depends on everything in it but its arrays.
  std::size_t (*lstm_forward_scratch)(const LstmForward&, std::size_t threads);
  void (*lstm_forward)(const LstmForward&, const Member&);
  std::size_t (*lstm_backward_scratch)(const LstmBackward&, std::size_t threads);
  void (*lstm_backward)(const LstmBackward&, const Member&);

  std::size_t (*rnn_forward_scratch)(const RnnForward&, std::size_t threads);
  void (*rnn_forward)(const RnnForward&, const Member&);
  std::size_t (*rnn_backward_scratch)(const RnnBackward&, std::size_t threads);
  void (*rnn_backward)(const RnnBackward&, const Member&);

  std::size_t (*online_scratch)(const OnlineLearning&, std::size_t threads);
  void (*online_learning)(const OnlineLearning&, const Member&);

  // Puts the k best of scores[0..count) into ids and values, best first, ties by lower id. A NaN
  // is never among them. Returns how many there are. ids and values hold k entries each.
  std::size_t (*top_k)(const float* scores, std::size_t count, std::size_t k, std::int64_t* ids,
                       float* values);
  float (*log_sum_exp)(const float* scores, std::size_t count);
  std::size_t (*softmax_loss_scratch)(const SoftmaxLoss&, std::size_t threads);
  void (*softmax_loss)(const SoftmaxLoss&, const Member&);
  // to[ids[r]] += rows[r] for `count` rows of `size` values, one after the other.
  void (*add_rows)(const float* rows, const std::int64_t* ids, std::size_t count, std::size_t size,
                   float* to);
  // The nonlinearities themselves, for tests: out[i] = f(in[i]); out may be in.
  void (*sigmoid)(const float* in, std::size_t count, float* out);
  void (*tanh)(const float* in, std::size_t count, float* out);

  // For benchmarks, see ceilings.h.
  std::uint32_t (*read_memory)(const std::uint32_t* from, std::size_t bytes, std::size_t rounds);
  std::uint64_t (*multiply_float32)(std::size_t rounds);
  std::uint64_t (*multiply_bfloat16)(std::size_t rounds);
  std::uint64_t (*multiply_int8)(std::size_t rounds);
};

// The instruction sets compiled in that this machine can run, worst first; always at least one.
// Defined in level.cpp.
struct Levels {
  const Kernels* level[8];
  std::size_t count;
};
Levels levels();

}  // namespace karussell
