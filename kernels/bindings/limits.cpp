// The limits of the machine as Python sees them: seconds that reading and multiplying take.
#include <nanobind/nanobind.h>
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
#include "host/team.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace karussell {
namespace {

constexpr std::size_t kLine = 64;

double seconds_of(std::size_t threads, Work work, const void* what) {
  const auto begin = std::chrono::steady_clock::now();
  run_together(threads, work, what);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// Where results go that nobody needs, so that no compiler can leave out how they come about.
std::atomic<std::uint64_t> sink{0};

// Seconds, and bytes read by all threads together: each reads memory of its own, `rounds` times.
std::pair<double, std::uint64_t> read_memory(std::size_t bytes_per_thread, std::size_t rounds,
                                             std::size_t threads) {
  struct Read {
    const Kernels& kernels;
    std::vector<std::uint32_t> memory;
    std::size_t bytes, rounds;
  };
  const nb::gil_scoped_release released;
  const std::size_t bytes = (bytes_per_thread + 1023) / 1024 * 1024;  // whole pieces at any level
  // Written once, because untouched pages of a process are all the same page of zeros.
  Read read{active(), {}, bytes, rounds};
  read.memory.assign((bytes * threads + kLine) / sizeof(std::uint32_t), 1);
  std::atomic<std::uint64_t> members{0};
  struct Call {
    const Read& read;
    std::atomic<std::uint64_t>& members;
  };
  const Call call{read, members};
  const double seconds = seconds_of(
      threads,
      [](const void* what, const Member& member) {
        const Call& it = *static_cast<const Call*>(what);
        auto address = reinterpret_cast<std::uintptr_t>(it.read.memory.data());
        address = (address + kLine - 1) / kLine * kLine + member.rank * it.read.bytes;
        sink += it.read.kernels.read_memory(reinterpret_cast<const std::uint32_t*>(address),
                                            it.read.bytes, it.read.rounds);
        ++it.members;
      },
      &call);
  return {seconds, members * read.bytes * rounds};
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
  struct Call {
    std::uint64_t (*multiply)(std::size_t);
    std::size_t rounds;
    std::atomic<std::uint64_t>& operations;
  };
  const nb::gil_scoped_release released;
  std::atomic<std::uint64_t> operations{0};
  const Call call{multiply, rounds, operations};
  const double seconds = seconds_of(
      threads,
      [](const void* what, const Member&) {
        const Call& it = *static_cast<const Call*>(what);
        it.operations += it.multiply(it.rounds);
      },
      &call);
  return {seconds, operations};
}

}  // namespace

void bind_limits(nb::module_& m) {
  m.def("read_memory", read_memory, "bytes_per_thread"_a, "rounds"_a, "threads"_a);
  m.def("multiply_registers", multiply_registers, "number_format"_a, "rounds"_a, "threads"_a);
}

}  // namespace karussell
