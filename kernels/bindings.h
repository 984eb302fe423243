// What all bindings share: arrays that are never converted, memory, and running a kernel.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <memory>
#include <new>
#include <utility>

#include "team.h"

namespace karussell {

namespace nb = nanobind;
using namespace nb::literals;

extern const Kernels* active;  // of the level in use

void bind_training(nb::module_& m);

template <class Value, int NDIM>
using Array = nb::ndarray<Value, nb::ndim<NDIM>, nb::c_contig, nb::device::cpu>;
template <int NDIM>
using In = Array<const float, NDIM>;
template <int NDIM>
using Out = Array<float, NDIM>;

// Floats on cache lines, contents undefined.
class Memory {
 public:
  explicit Memory(std::size_t floats)
      : floats_(static_cast<float*>(::operator new(floats * sizeof(float), kLine))) {}
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { ::operator delete(floats_, kLine); }
  float* get() const { return floats_; }

 private:
  static constexpr std::align_val_t kLine{64};
  float* floats_;
};

// Scratch for one call. A thread keeps its last one, because fresh memory costs a page fault every
// 4 KiB, a tenth of a training step; but not more than this, which a long batch would hold for ever.
inline constexpr std::size_t kMostKept = 64 << 18;  // floats: 64 MiB

class Scratch {
 public:
  explicit Scratch(std::size_t floats) {
    if (floats > kept_size_ || kept_ == nullptr) {
      fresh_ = std::make_unique<Memory>(floats);
      if (floats <= kMostKept) {
        kept_ = std::move(fresh_);
        kept_size_ = floats;
      }
    }
  }
  float* get() const { return fresh_ != nullptr ? fresh_->get() : kept_->get(); }

 private:
  std::unique_ptr<Memory> fresh_;
  static inline thread_local std::unique_ptr<Memory> kept_;
  static inline thread_local std::size_t kept_size_ = 0;
};

inline Nonlinearity nonlinearity_of(bool relu) {
  return relu ? Nonlinearity::kRelu : Nonlinearity::kTanh;
}

template <class Run>
void run_kernel(void (*kernel)(const Run&, const Member&), std::size_t scratch, Run& run,
                std::size_t threads) {
  const nb::gil_scoped_release released;
  const Scratch memory(scratch);
  run.scratch = memory.get();
  struct Call {
    void (*kernel)(const Run&, const Member&);
    const Run& run;
  };
  const Call call{kernel, run};
  run_together(
      threads,
      [](const void* what, const Member& member) {
        const Call& it = *static_cast<const Call*>(what);
        it.kernel(it.run, member);
      },
      &call);
}

}  // namespace karussell
