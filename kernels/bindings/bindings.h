// What the files of bindings share: array types, scratch memory, and the kernels in use.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <new>
#include <vector>

#include "host/team.h"

namespace karussell {

namespace nb = nanobind;
using namespace nb::literals;

template <class Value, int NDIM>
using Array = nb::ndarray<Value, nb::ndim<NDIM>, nb::c_contig, nb::device::cpu>;
template <int NDIM>
using In = Array<const float, NDIM>;
template <int NDIM>
using Out = Array<float, NDIM>;
using Ids = Array<const std::int64_t, 1>;
// Numbers that nobody changes, as Python itself has them: a keyboard needs no NumPy to look at
// them.
using View = nb::ndarray<nb::memview, const float, nb::ndim<1>>;

// A view of numbers that were just computed, which it keeps.
View view_of(std::vector<float> values);

// The kernels that calls use from now on.
const Kernels& active();

// Floats on cache lines, contents undefined. Large memory lies in huge pages where the system has
// them: products go through rows that are pages apart, and with small pages the processor would
// look up their addresses all the time.
class Memory {
 public:
  explicit Memory(std::size_t floats);
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory();
  float* get() const { return floats_; }
  std::size_t size() const { return size_; }

 private:
  std::align_val_t alignment_;
  std::size_t size_;
  float* floats_;
};

// Scratch for one call. A thread keeps its last one, because fresh memory costs a page fault every
// 4 KiB, a tenth of a training step; but not a very large one, which a long batch would hold for
// ever.
class Scratch {
 public:
  explicit Scratch(std::size_t floats);
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();
  float* get() const { return floats_; }

 private:
  float* floats_;
  Memory* fresh_ = nullptr;
};

// Runs work(member) as up to `threads` members.
template <class Work>
void run_members(std::size_t threads, const Work& work) {
  run_together(
      threads,
      [](const void* what, const Member& member) { (*static_cast<const Work*>(what))(member); },
      &work);
}

template <class Run>
void run_kernel(void (*kernel)(const Run&, const Member&), std::size_t scratch, Run& run,
                std::size_t threads) {
  const nb::gil_scoped_release released;
  const Scratch memory(scratch);
  run.scratch = memory.get();
  run_members(threads, [&](const Member& member) { kernel(run, member); });
}

// An array that is never converted: a copy of an output would be lost and a copy of an input would
// hide a mistake.
inline auto in(const char* name) { return nb::arg(name).noconvert(); }

inline Precision precision_of(bool bfloat16) {
  return bfloat16 ? Precision::kBFloat16 : Precision::kFloat32;
}

inline Nonlinearity nonlinearity_of(bool relu) {
  return relu ? Nonlinearity::kRelu : Nonlinearity::kTanh;
}

void bind_limits(nb::module_& m);
void bind_mapping(nb::module_& m);
void bind_memory(nb::module_& m);
void bind_online(nb::module_& m);
void bind_network(nb::module_& m);
void bind_scores(nb::module_& m);
void bind_softmax(nb::module_& m);
void bind_training(nb::module_& m);
void bind_word_list(nb::module_& m);
void bind_word_search(nb::module_& m);

}  // namespace karussell
