// What the files of the interface for WebAssembly share. Only what bears KARUSSELL_EXPORT is seen
// outside: C functions of numbers and addresses. Nothing here checks a range: engine.js has done
// so.
//
// There is one thread, no system and no exception: memory that runs out traps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#define KARUSSELL_EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace karussell {

// Bytes on cache lines, contents undefined.
class Block {
 public:
  Block() = default;
  explicit Block(std::size_t bytes);
  Block(Block&& other) noexcept;
  Block& operator=(Block&& other) noexcept;
  ~Block();

  template <class Value>
  Value* as() const {
    return static_cast<Value*>(at_);
  }
  std::size_t size() const { return size_; }
  // Grows to a number of bytes at least; what stood in it is gone then.
  void have(std::size_t bytes);

 private:
  void* at_ = nullptr;
  std::size_t size_ = 0;
};

// Where the caller puts what a call reads, kept from call to call.
enum class Room : std::uint32_t { kText, kLengths, kScores, kArcs, kMissing };
constexpr std::size_t kRooms = 5;
const Block& room(Room which);

// What a call found, where the caller reads it before the next one.
std::vector<std::uint32_t>& answer();
void put(float value);  // behind the others

}  // namespace karussell
