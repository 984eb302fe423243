// The limits of the machine as Python sees them: seconds that reading and multiplying take.
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bindings/bindings.h"

namespace karussell {
namespace {

constexpr std::size_t kLine = 64;

template <class Work>
double seconds_of(std::size_t threads, const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  run_members(threads, work);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Where results go that nobody needs, so that no compiler can leave out how they come about.
std::atomic<std::uint64_t> sink{0};

// Seconds, and bytes read by all threads together: each reads memory of its own, `rounds` times.
std::pair<double, std::uint64_t> read_memory(std::size_t bytes_per_thread, std::size_t rounds,
                                             std::size_t threads) {
  const nb::gil_scoped_release released;
  const std::size_t bytes = (bytes_per_thread + 1023) / 1024 * 1024;  // whole pieces at any level
  // Written once, because untouched pages of a process are all the same page of zeros.
  const std::vector<std::uint32_t> memory((bytes * threads + kLine) / sizeof(std::uint32_t), 1);
  std::atomic<std::uint64_t> members{0};
  const double seconds = seconds_of(threads, [&](const Member& member) {
    auto address = reinterpret_cast<std::uintptr_t>(memory.data());
    address = (address + kLine - 1) / kLine * kLine + member.rank * bytes;
    sink += active().read_memory(reinterpret_cast<const std::uint32_t*>(address), bytes, rounds);
    ++members;
  });
  return {seconds, members * bytes * rounds};
}

// Seconds, and operations of all threads together.
std::pair<double, std::uint64_t> multiply_registers(const std::string& format, std::size_t rounds,
                                                    std::size_t threads) {
  const Kernels& kernels = active();
  auto* const multiply = format == "float32"    ? kernels.multiply_float32
                         : format == "bfloat16" ? kernels.multiply_bfloat16
                         : format == "int8"     ? kernels.multiply_int8
                                                : nullptr;
  if (multiply == nullptr) throw std::invalid_argument("no such number format: " + format);
  const nb::gil_scoped_release released;
  std::atomic<std::uint64_t> operations{0};
  const double seconds =
      seconds_of(threads, [&](const Member&) { operations += multiply(rounds); });
  return {seconds, operations};
}

}  // namespace

void bind_limits(nb::module_& m) {
  m.def("read_memory", read_memory, "bytes_per_thread"_a, "rounds"_a, "threads"_a);
  m.def("multiply_registers", multiply_registers, "number_format"_a, "rounds"_a, "threads"_a);
}

}  // namespace karussell
