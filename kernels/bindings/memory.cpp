// Memory for scratch and for large results, and where processes that have some in common meet.
#include <memory>
#include <vector>

#include "bindings/bindings.h"
#include "host/meeting.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace karussell {
namespace {

constexpr std::size_t kLine = 64, kHugePage = std::size_t{2} << 20;
constexpr std::size_t kMostFree = std::size_t{128} << 20;  // bytes

std::size_t bytes_for(std::size_t floats) {
  const std::size_t bytes = floats * sizeof(float);
  return bytes < kHugePage / 2 ? bytes : (bytes + kHugePage - 1) / kHugePage * kHugePage;
}

// Large results whose last user is gone, the latest last. The next step of training asks for the
// same sizes again, and fresh memory costs a page fault every few KiB. Guarded by the interpreter's
// lock.
class Returned {
 public:
  // The smallest that is large enough and at most twice as large, the latest of those, which is the
  // likeliest to be in a cache; fresh memory if there is none.
  std::unique_ptr<Memory> take(std::size_t floats) {
    auto best = free_.end();
    for (auto it = free_.begin(); it != free_.end(); ++it)
      if ((*it)->size() >= floats && (*it)->size() <= 2 * bytes_for(floats) / sizeof(float) &&
          (best == free_.end() || (*it)->size() <= (*best)->size()))
        best = it;
    if (best == free_.end()) return std::make_unique<Memory>(floats);
    std::unique_ptr<Memory> found = std::move(*best);
    free_.erase(best);
    return found;
  }

  void give_back(std::unique_ptr<Memory> memory) {
    free_.push_back(std::move(memory));
    std::size_t bytes = 0;
    for (const auto& each : free_) bytes += each->size() * sizeof(float);
    while (bytes > kMostFree) {
      bytes -= free_.front()->size() * sizeof(float);
      free_.erase(free_.begin());
    }
  }

 private:
  std::vector<std::unique_ptr<Memory>> free_;
};

Returned& returned() {
  static Returned* const all = new Returned;  // never deleted: arrays may outlive static objects
  return *all;
}

nb::ndarray<nb::numpy, float, nb::ndim<1>> lend(std::size_t floats) {
  std::unique_ptr<Memory> memory = returned().take(floats);
  float* const data = memory->get();
  const nb::capsule owner(memory.get(), [](void* lent) noexcept {
    returned().give_back(std::unique_ptr<Memory>(static_cast<Memory*>(lent)));
  });
  static_cast<void>(memory.release());
  return {data, {floats}, owner};
}

// False if somebody has not come after so many seconds.
bool meet_others(Array<double, 2> seats, std::size_t own, Array<const double, 1> told,
                 Array<double, 2> heard, double seconds) {
  const nb::gil_scoped_release released;
  return meet(reinterpret_cast<Seat*>(seats.data()), seats.shape(0), own, told.data(),
              told.shape(0), heard.data(), std::chrono::duration<double>{seconds});
}

}  // namespace

Memory::Memory(std::size_t floats)
    : alignment_{bytes_for(floats) < kHugePage ? kLine : kHugePage},
      size_(bytes_for(floats) / sizeof(float)),
      floats_(static_cast<float*>(::operator new(bytes_for(floats), alignment_))) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Only a wish: without huge pages all works, a little slower.
  if (bytes_for(floats) >= kHugePage) madvise(floats_, bytes_for(floats), MADV_HUGEPAGE);
#endif
}
Memory::~Memory() { ::operator delete(floats_, alignment_); }

void bind_memory(nb::module_& m) {
  m.def("lend", lend, "floats"_a);
  m.def("meet", meet_others, in("seats"), "own"_a, in("told"), in("heard"), "seconds"_a);
}

}  // namespace karussell
