#include "lent.h"

#include <doctest/doctest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(from, size) (static_cast<void>(from), static_cast<void>(size))
#define ASAN_UNPOISON_MEMORY_REGION(from, size) (static_cast<void>(from), static_cast<void>(size))
#endif

namespace karussell::test {

namespace {

constexpr unsigned char kAround = 0xa5, kUnwritten = 0xff;

std::size_t page_size() {
  static const std::size_t size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

[[maybe_unused]] bool untouched(const unsigned char* from, const unsigned char* to) {
  for (; from < to; ++from)
    if (*from != kAround) return false;
  return true;
}

}  // namespace

void* Lent::take(std::size_t size, std::size_t alignment) {
  const std::size_t page = page_size(), inner = (size + page - 1) / page * page + page;
  const std::size_t bytes = inner + 2 * page;
  void* const mapped =
      mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  unsigned char* const pages = static_cast<unsigned char*>(mapped);
  if (mprotect(pages + page, inner, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  const std::size_t before = (inner - size) / alignment * alignment;
  unsigned char* const buffer = pages + page + before;
  std::memset(pages + page, kAround, inner);
  std::memset(buffer, kUnwritten, size);
  blocks_.push_back({pages, bytes, buffer, size});
  ASAN_POISON_MEMORY_REGION(pages + page, before);
  ASAN_POISON_MEMORY_REGION(buffer + size, pages + page + inner - (buffer + size));
  return buffer;
}

const void* Lent::input(const void* from, std::size_t size, std::size_t alignment) {
  void* const buffer = take(size, alignment);
  if (size != 0) std::memcpy(buffer, from, size);
  const Block& block = blocks_.back();
  if (mprotect(block.pages + page_size(), block.bytes - 2 * page_size(), PROT_READ) != 0)
    throw std::bad_alloc();
  return buffer;
}

void Lent::check() const {
  for (const Block& block : blocks_) {
    unsigned char* const first = block.pages + page_size();
    unsigned char* const last = block.pages + block.bytes - page_size();
    ASAN_UNPOISON_MEMORY_REGION(first, last - first);
    CHECK_MESSAGE(untouched(first, block.buffer), "written before the beginning of a buffer of ",
                  block.size, " bytes");
    CHECK_MESSAGE(untouched(block.buffer + block.size, last),
                  "written behind the end of a buffer of ", block.size, " bytes");
  }
}

Lent::~Lent() {
  for (const Block& block : blocks_) {
    ASAN_UNPOISON_MEMORY_REGION(block.pages, block.bytes);
    munmap(block.pages, block.bytes);
  }
}

}  // namespace karussell::test
