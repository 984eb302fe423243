// Memory that a test lends to a kernel: each buffer exactly as long as documented, in its own
// pages.
//
// A buffer ends where its last page ends (or at most an alignment before), and the page behind it
// cannot be touched. What is left in front of it, down to another such page, is filled with a
// pattern. So a read or write beyond the end stops the program, whatever the compiler and the
// machine, and a write before the beginning is found by `check`; under the address sanitizer a read
// before it stops the program as well. Inputs lie in pages that cannot be written to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace karussell::test {

class Lent {
 public:
  Lent() = default;
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;
  ~Lent();

  // A copy that nobody can write to.
  template <class Value>
  const Value* in(const std::vector<Value>& values, std::size_t alignment = alignof(Value)) {
    return static_cast<const Value*>(
        input(values.data(), values.size() * sizeof(Value), alignment));
  }

  // Every byte is 0xff until it is written: a NaN in every float format, -1 as an integer.
  template <class Value = float>
  Value* out(std::size_t count, std::size_t alignment = alignof(Value)) {
    return static_cast<Value*>(take(count * sizeof(Value), alignment));
  }

  // What is read and written over.
  template <class Value>
  Value* both(const std::vector<Value>& values) {
    Value* const here = out<Value>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) here[i] = values[i];
    return here;
  }

  float* scratch(std::size_t floats) { return out<float>(floats, 64); }

  // Fails the running test where the surroundings of a buffer have changed.
  void check() const;

 private:
  struct Block {
    unsigned char* pages;  // the first and the last cannot be touched
    std::size_t bytes;
    unsigned char* buffer;
    std::size_t size;
  };

  void* take(std::size_t size, std::size_t alignment);
  const void* input(const void* from, std::size_t size, std::size_t alignment);

  std::vector<Block> blocks_;
};

}  // namespace karussell::test
