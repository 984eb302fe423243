// Small networks of memory blocks that learn online as in 1997: one network in each lane.
//
// Errors are cut off where they leave a block, so that what an error will need of the past is
// carried forward with the cells: how each cell moves with each weight of its input, its input gate
// and its forget gate (Hochreiter and Schmidhuber 1997, equations 25 to 28; Gers, Schmidhuber and
// Cummins 2000). The cost of a step depends on no length, and weights may change at every step.
#pragma once

#include "nonlinear.h"

namespace karussell::KARUSSELL_LEVEL::training {

struct Squashed {
  Vec value, slope;
};

KARUSSELL_INLINE Squashed squash(const Squashing& f, Vec x) {
  if (f.kind == Squashing::kIdentity) return {x, broadcast(1)};
  if (f.kind == Squashing::kSigmoid) {
    const Vec y = sigmoid(x);
    return {y, y * (1.f - y)};
  }
  const Vec y = tanh(f.beta * x);
  return {f.alpha * y, f.alpha * f.beta * (1.f - y * y)};
}

struct OnlineLayout {
  size_t networks, inputs, hidden, gates, sources, peeping, outputs, seen;
  size_t width;                             // of a row of weights: sources and peepholes
  size_t input, forget, cell, output, out;  // where the weights of each begin, in rows of lanes

  explicit OnlineLayout(const OnlineShape& shape)
      : networks(shape.networks),
        inputs(shape.inputs),
        hidden(shape.blocks * shape.cells),
        gates(shape.gates_recur ? (shape.forgets ? 3 : 2) * shape.blocks : 0),
        sources(inputs + hidden + gates + 1),
        peeping(shape.peepholes ? shape.cells : 0),
        outputs(shape.outputs),
        seen(hidden + (shape.outputs_see_inputs ? inputs : 0) + 1),
        width(sources + peeping),
        input(0),
        forget(shape.blocks * width),
        cell(forget + (shape.forgets ? shape.blocks * width : 0)),
        output(cell + hidden * width),
        out(output + shape.blocks * width) {}
};

// The networks of one vector of lanes.
struct OnlineRun {
  const OnlineLearning& run;
  const OnlineShape& shape;
  const OnlineLayout at;
  const size_t lane;
  // The state: outputs of cells, gates, cells, how these move with weights, and who is asleep.
  float *const hidden, *const gates, *const cells, *const moves, *const asleep;
  // Of this step: what net inputs see (inputs, outputs of cells, gates, 1), cells of a block,
  // output gates, outputs, what outputs see, and errors of cells.
  Vec *const sources, *const next, *const opened, *const outputs, *const seen, *const errors;
  // Which inputs are not 0 in some lane: of symbols few are, and what is 0 moves nothing.
  uint32_t* const there;
  size_t many = 0;

  OnlineRun(const OnlineLearning& learning, size_t first, Vec* scratch)
      : run(learning),
        shape(learning.shape),
        at(learning.shape),
        lane(first),
        hidden(learning.state + first),
        gates(hidden + at.hidden * at.networks),
        cells(gates + at.gates * at.networks),
        moves(cells + at.hidden * at.networks),
        asleep(moves + 3 * at.hidden * at.width * at.networks),
        sources(scratch),
        next(sources + at.sources),
        opened(next + shape.cells),
        outputs(opened + shape.blocks),
        seen(outputs + at.outputs),
        errors(seen + at.seen),
        there(reinterpret_cast<uint32_t*>(errors + at.hidden)) {}

  static size_t scratch_of(const OnlineShape& shape) {
    const OnlineLayout at(shape);
    const size_t vectors =
        at.sources + shape.cells + shape.blocks + at.outputs + at.seen + at.hidden;
    return (vectors + (at.inputs + kLanes - 1) / kLanes) * kLanes;
  }

  KARUSSELL_INLINE float* row(float* rows, size_t number) const {
    return rows + number * at.networks;
  }
  KARUSSELL_INLINE float* weight(size_t number) const { return row(run.weights + lane, number); }
  KARUSSELL_INLINE Vec given(const float* values, size_t number) const {
    return load(values + number * at.networks + lane);
  }
  // How a cell moves with the weights of its input (0), its input gate (1), its forget gate (2).
  KARUSSELL_INLINE float* move(size_t cell, size_t kind) const {
    return row(moves, (3 * cell + kind) * at.width);
  }

  // Where a sequence begins, or one does for which a network waited, it knows nothing.
  void begin(size_t t) const {
    const Vec begins = given(run.begins, t);
    const IntVec forgets = (begins == 1.f) | ((begins == 2.f) & (load(asleep) > 0.f));
    if (mask_of(forgets) == 0) return;
    for (float* value = hidden; value <= asleep; value += at.networks)
      store(value, forgets ? Vec{} : load(value));
  }

  void look(size_t t) {
    Vec* to = sources;
    many = 0;
    for (size_t i = 0; i < at.inputs; ++i) {
      const Vec x = *to++ = given(run.x, t * at.inputs + i);
      there[many] = static_cast<uint32_t>(i);
      many += mask_of(x != 0.f) != 0;
    }
    for (size_t c = 0; c < at.hidden; ++c) *to++ = load(row(hidden, c));
    for (size_t g = 0; g < at.gates; ++g) *to++ = load(row(gates, g));
    *to = broadcast(1);
  }

  KARUSSELL_INLINE Vec net(size_t weights) const {
    Vec sum{};
    for (size_t n = 0; n < many; ++n) sum += load(weight(weights + there[n])) * sources[there[n]];
    for (size_t j = at.inputs; j < at.sources; ++j) sum += load(weight(weights + j)) * sources[j];
    return sum;
  }

  // Of a gate, which may see the cells of its block.
  KARUSSELL_INLINE Vec gate(size_t weights, size_t block) const {
    Vec sum = net(weights + block * at.width);
    for (size_t v = 0; v < at.peeping; ++v)
      sum += load(weight(weights + block * at.width + at.sources + v)) *
             load(row(cells, block * shape.cells + v));
    return sigmoid(sum);
  }

  void move_on(float* moved, Vec kept, Vec by) const {
    const auto move_one = [&](size_t j) {
      store(row(moved, j), kept * load(row(moved, j)) + by * sources[j]);
    };
    if (shape.forgets) {
      for (size_t j = 0; j < at.inputs; ++j) move_one(j);
    } else {  // what is not moved stays
      for (size_t n = 0; n < many; ++n) move_one(there[n]);
    }
    for (size_t j = at.inputs; j < at.sources; ++j) move_one(j);
  }
  void move_on_with_gate(float* moved, Vec kept, Vec by, size_t block) const {
    move_on(moved, kept, by);
    for (size_t v = 0; v < at.peeping; ++v) {
      float* const to = row(moved, at.sources + v);
      store(to, kept * load(to) + by * load(row(cells, block * shape.cells + v)));
    }
  }

  void step(size_t block) const {
    const size_t first = block * shape.cells;
    const Vec in = gate(at.input, block);
    const Vec kept = shape.forgets ? gate(at.forget, block) : broadcast(1);
    for (size_t v = 0; v < shape.cells; ++v) {
      const size_t cell = first + v;
      const Vec before = load(row(cells, cell));
      const Squashed offered = squash(shape.cell_input, net(at.cell + cell * at.width));
      next[v] = kept * before + in * offered.value;
      if (!run.learns) continue;
      move_on(move(cell, 0), kept, in * offered.slope);
      move_on_with_gate(move(cell, 1), kept, offered.value * in * (1.f - in), block);
      if (shape.forgets)
        move_on_with_gate(move(cell, 2), kept, before * kept * (1.f - kept), block);
    }
    for (size_t v = 0; v < shape.cells; ++v) store(row(cells, first + v), next[v]);
    const Vec out = gate(at.output, block);  // sees the cells as they are now
    for (size_t v = 0; v < shape.cells; ++v)
      store(row(hidden, first + v), out * squash(shape.cell_output, next[v]).value);
    opened[block] = out;
    if (at.gates == 0) return;
    store(row(gates, block), in);
    if (shape.forgets) store(row(gates, shape.blocks + block), kept);
    store(row(gates, at.gates - shape.blocks + block), out);
  }

  // Each of what outputs see that is not 0 in all lanes.
  template <typename Each>
  KARUSSELL_INLINE void each_seen(const Each& each) const {
    for (size_t c = 0; c < at.hidden; ++c) each(c);
    if (shape.outputs_see_inputs)
      for (size_t n = 0; n < many; ++n) each(at.hidden + there[n]);
    each(at.seen - 1);
  }

  void answer(size_t t) const {
    for (size_t c = 0; c < at.hidden; ++c) seen[c] = load(row(hidden, c));
    if (shape.outputs_see_inputs)
      for (size_t n = 0; n < many; ++n) seen[at.hidden + there[n]] = sources[there[n]];
    seen[at.seen - 1] = broadcast(1);
    for (size_t k = 0; k < at.outputs; ++k) {
      Vec sum{};
      each_seen([&](size_t j) { sum += load(weight(at.out + k * at.seen + j)) * seen[j]; });
      outputs[k] = sigmoid(sum);
      if (run.outputs != nullptr)
        store(run.outputs + (t * at.outputs + k) * at.networks + lane, outputs[k]);
    }
  }

  KARUSSELL_INLINE void change(size_t number, Vec by) const {
    if (run.trained[number] != 0) store(weight(number), load(weight(number)) + by);
  }

  // Half the gradient of the squared error, times the rate, on the outputs and from there on cells.
  void learn_outputs(size_t t, Vec rate) const {
    for (size_t c = 0; c < at.hidden; ++c) errors[c] = Vec{};
    for (size_t k = 0; k < at.outputs; ++k) {
      const Vec y = outputs[k];
      const Vec error = rate * (given(run.targets, t * at.outputs + k) - y) * y * (1.f - y);
      for (size_t c = 0; c < at.hidden; ++c)
        errors[c] += load(weight(at.out + k * at.seen + c)) * error;
      each_seen([&](size_t j) { change(at.out + k * at.seen + j, error * seen[j]); });
    }
  }

  void learn(size_t block) const {
    const size_t first = block * shape.cells;
    const Vec out = opened[block];
    Vec on_gate{};
    for (size_t v = 0; v < shape.cells; ++v) {
      const size_t cell = first + v;
      const Squashed shown = squash(shape.cell_output, load(row(cells, cell)));
      on_gate += shown.value * errors[cell];
      const Vec error = out * shown.slope * errors[cell];
      for (size_t j = 0; j < at.sources; ++j)
        change(at.cell + cell * at.width + j, error * load(row(move(cell, 0), j)));
      for (size_t j = 0; j < at.width; ++j) {
        change(at.input + block * at.width + j, error * load(row(move(cell, 1), j)));
        if (shape.forgets)
          change(at.forget + block * at.width + j, error * load(row(move(cell, 2), j)));
      }
    }
    on_gate = on_gate * out * (1.f - out);
    for (size_t j = 0; j < at.sources; ++j)
      change(at.output + block * at.width + j, on_gate * sources[j]);
    for (size_t v = 0; v < at.peeping; ++v)
      change(at.output + block * at.width + at.sources + v, on_gate * load(row(cells, first + v)));
  }

  // The largest error of the outputs where they matter, -1 elsewhere; where they do to no network,
  // and nobody wants to see them, they are not computed.
  void judge(size_t t) const {
    const IntVec matters = (given(run.matters, t) > 0.f) & (load(asleep) == 0.f);
    const bool any = mask_of(matters) != 0;
    Vec worst = broadcast(-1);
    if (any || run.outputs != nullptr) answer(t);
    if (any) {
      for (size_t k = 0; k < at.outputs; ++k) {
        const Vec error = absolute(given(run.targets, t * at.outputs + k) - outputs[k]);
        worst = greater(error, worst);
      }
      worst = matters ? worst : broadcast(-1);
      if (run.learns) {
        learn_outputs(t, matters ? given(run.rates, 0) : Vec{});
        for (size_t block = 0; block < shape.blocks; ++block) learn(block);
      }
      store(asleep, worst > run.wrong ? broadcast(1) : load(asleep));
    }
    store(run.errors + t * at.networks + lane, worst);
  }

  void all() {
    for (size_t t = 0; t < run.time; ++t) {
      begin(t);
      look(t);
      for (size_t block = 0; block < shape.blocks; ++block) step(block);
      judge(t);
    }
  }
};

inline std::size_t online_scratch(const OnlineLearning& run, std::size_t threads) {
  return threads * OnlineRun::scratch_of(run.shape);
}

inline void online_learning(const OnlineLearning& run, const Member& member) {
  const Range vectors = share(run.shape.networks / kLanes, member);
  Vec* const scratch =
      reinterpret_cast<Vec*>(run.scratch) + member.rank * OnlineRun::scratch_of(run.shape) / kLanes;
  for (size_t vector = vectors.first; vector < vectors.last; ++vector)
    OnlineRun(run, vector * kLanes, scratch).all();
}

}  // namespace karussell::KARUSSELL_LEVEL::training
