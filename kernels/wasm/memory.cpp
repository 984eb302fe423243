#include <bit>
#include <cstdlib>
#include <new>
#include <utility>

#include "wasm/engine.h"

namespace karussell {
namespace {

constexpr std::align_val_t kLine{64};

Block rooms[kRooms];
std::vector<std::uint32_t> answers;

}  // namespace

Block::Block(std::size_t bytes) : at_(::operator new(bytes, kLine)), size_(bytes) {}
Block::Block(Block&& other) noexcept
    : at_(std::exchange(other.at_, nullptr)), size_(std::exchange(other.size_, 0)) {}
Block& Block::operator=(Block&& other) noexcept {
  std::swap(at_, other.at_);
  std::swap(size_, other.size_);
  return *this;
}
Block::~Block() { ::operator delete(at_, kLine); }

void Block::have(std::size_t bytes) {
  if (bytes <= size_) return;
  *this = Block();
  *this = Block(bytes);
}

const Block& room(Room which) { return rooms[static_cast<std::size_t>(which)]; }

std::vector<std::uint32_t>& answer() { return answers; }
void put(float value) { answers.push_back(std::bit_cast<std::uint32_t>(value)); }

}  // namespace karussell

// What the standard library would say before it stops: here nobody reads it, and saying it would
// need a system.
_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

void* operator new(std::size_t bytes, std::align_val_t line) {
  void* const at = std::aligned_alloc(static_cast<std::size_t>(line), (bytes + 63) / 64 * 64);
  if (at == nullptr) __builtin_trap();
  return at;
}
void* operator new(std::size_t bytes) {
  void* const at = std::malloc(bytes);
  if (at == nullptr) __builtin_trap();
  return at;
}
void operator delete(void* at) noexcept { std::free(at); }
void operator delete(void* at, std::align_val_t) noexcept { std::free(at); }
void operator delete(void* at, std::size_t) noexcept { std::free(at); }

namespace karussell {

// The only thread never ends, and what it keeps stays.
extern "C" int __cxa_thread_atexit(void (*)(void*), void*, void*) { return 0; }

KARUSSELL_EXPORT(room) void* have_room(Room which, std::size_t bytes) {
  rooms[static_cast<std::size_t>(which)].have(bytes);
  return room(which).as<void>();
}

KARUSSELL_EXPORT(answer) const std::uint32_t* answer_at() { return answers.data(); }

}  // namespace karussell
