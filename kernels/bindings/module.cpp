// What Python sees of the kernels. Nothing here checks a shape: karussell.kernels has done so.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.h"

namespace karussell {

namespace {

constexpr std::size_t kMostKept = 64 << 18;  // floats: 64 MiB

thread_local std::unique_ptr<Memory> kept;
thread_local std::size_t kept_size = 0;

const Kernels* in_use = nullptr;

}  // namespace

const Kernels& active() { return *in_use; }

Scratch::Scratch(std::size_t floats) {
  if (kept == nullptr || floats > kept_size) {
    auto memory = std::make_unique<Memory>(floats);
    if (floats > kMostKept) {
      fresh_ = memory.release();
    } else {
      kept = std::move(memory);
      kept_size = floats;
    }
  }
  floats_ = fresh_ != nullptr ? fresh_->get() : kept->get();
}
Scratch::~Scratch() { delete fresh_; }

namespace {

std::vector<std::string> level_names() {
  const Levels all = levels();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < all.count; ++i) names.emplace_back(all.level[i]->name);
  return names;
}

void use_level(const std::string& name) {
  const Levels all = levels();
  for (std::size_t i = 0; i < all.count; ++i)
    if (name == all.level[i]->name) {
      in_use = all.level[i];
      return;
    }
  throw std::invalid_argument("no such level: " + name);
}

void sigmoid(In<1> x, Out<1> to) { active().sigmoid(x.data(), x.shape(0), to.data()); }
void tanh(In<1> x, Out<1> to) { active().tanh(x.data(), x.shape(0), to.data()); }

}  // namespace

NB_MODULE(_native, m) {
  use_level(level_names().back());
  m.def("levels", level_names);
  m.def("level", [] { return std::string(active().name); });
  m.def("use_level", use_level, "name"_a);
  m.def("sigmoid", sigmoid, in("x"), in("to"));
  m.def("tanh", tanh, in("x"), in("to"));
  bind_limits(m);
  bind_mapping(m);
  bind_memory(m);
  bind_network(m);
  bind_online(m);
  bind_scores(m);
  bind_softmax(m);
  bind_training(m);
  bind_word_list(m);
  bind_word_search(m);
}

}  // namespace karussell
