#include "host/mapping.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

#ifdef _WIN32
#include <io.h>
#else
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#endif

namespace karussell {
namespace {

constexpr std::align_val_t kLine{64};

[[noreturn]] void fail(int code) { throw std::system_error(code, std::generic_category()); }

long read_some(int file, unsigned char* to, std::size_t size) {
  constexpr std::size_t kMost = 1 << 30;  // more than this some systems refuse
#ifdef _WIN32
  return _read(file, to, static_cast<unsigned>(size < kMost ? size : kMost));
#else
  return static_cast<long>(::read(file, to, size < kMost ? size : kMost));
#endif
}

void rewind_file(int file) {
#ifdef _WIN32
  if (_lseeki64(file, 0, 0) != 0) fail(errno);
#else
  if (lseek(file, 0, SEEK_SET) != 0) fail(errno);
#endif
}

const unsigned char* read_whole(int file, std::size_t size) {
  rewind_file(file);
  unsigned char* memory = static_cast<unsigned char*>(::operator new(size, kLine));
  for (std::size_t done = 0; done < size;) {
    const long count = read_some(file, memory + done, size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      const int code = count < 0 ? errno : EIO;
      ::operator delete(memory, kLine);
      fail(code);
    }
    done += static_cast<std::size_t>(count);
  }
  return memory;
}

}  // namespace

#ifdef _WIN32

MappedFile::MappedFile(int file, std::size_t size) : data_(read_whole(file, size)), size_(size) {}
MappedFile::~MappedFile() { ::operator delete(const_cast<unsigned char*>(data_), kLine); }
bool MappedFile::damaged() const { return false; }

#else

// Where one mapping lies, as the handler sees it. Ranges are never freed, only used again, so that
// the handler can walk them at any moment; `version` is odd while one changes.
struct MappedRange {
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::size_t> size{0};
  std::atomic<unsigned> version{0};
  std::atomic<bool> damaged{false};
  std::atomic<bool> taken{true};
  MappedRange* next = nullptr;
};

namespace {

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free &&
              std::atomic<bool>::is_always_lock_free);

std::atomic<MappedRange*> ranges{nullptr};
std::uintptr_t page_size = 0;
struct sigaction previous;
std::atomic<bool> previous_is_gone{false};  // it wanted to be called once, and was

void set_range(MappedRange& range, std::uintptr_t begin, std::size_t size) {
  range.version.fetch_add(1, std::memory_order_acq_rel);
  range.begin.store(begin, std::memory_order_relaxed);
  range.size.store(size, std::memory_order_relaxed);
  range.damaged.store(false, std::memory_order_relaxed);
  range.version.fetch_add(1, std::memory_order_release);
}

MappedRange* take_range(const void* begin, std::size_t size) {
  MappedRange* range = ranges.load(std::memory_order_acquire);
  while (range != nullptr && range->taken.exchange(true, std::memory_order_acq_rel))
    range = range->next;
  const bool fresh = range == nullptr;
  if (fresh) range = new MappedRange;
  set_range(*range, reinterpret_cast<std::uintptr_t>(begin), size);
  if (fresh) {
    range->next = ranges.load(std::memory_order_relaxed);
    while (!ranges.compare_exchange_weak(range->next, range, std::memory_order_release)) {
    }
  }
  return range;
}

// Puts zeros from the page of an address to the end of the mapping it lies in; whether there is
// one. A range that changes meanwhile is not in use, so the address is not in it.
bool mend(std::uintptr_t address) {
  for (MappedRange* range = ranges.load(std::memory_order_acquire); range != nullptr;
       range = range->next) {
    const unsigned version = range->version.load(std::memory_order_acquire);
    const std::uintptr_t begin = range->begin.load(std::memory_order_relaxed);
    const std::size_t size = range->size.load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (version % 2 != 0 || version != range->version.load(std::memory_order_relaxed)) continue;
    if (address < begin || address - begin >= size) continue;
    // Before the zeros are there for another thread to read.
    range->damaged.store(true);
    const std::uintptr_t page = address & ~(page_size - 1);
    return mmap(reinterpret_cast<void*>(page), begin + size - page, PROT_READ,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
  }
  return false;
}

void pass_on(int number, siginfo_t* info, void* context) {
  const bool sent = info->si_code <= 0;  // by kill or raise, and not by a fault
  const bool call = (previous.sa_flags & SA_SIGINFO) != 0 ||
                    (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN);
  const bool gone =
      (previous.sa_flags & static_cast<int>(SA_RESETHAND)) != 0 && previous_is_gone.exchange(true);
  if (call && !gone) {
    pthread_sigmask(SIG_BLOCK, &previous.sa_mask, nullptr);
    if ((previous.sa_flags & SA_SIGINFO) != 0)
      previous.sa_sigaction(number, info, context);
    else
      previous.sa_handler(number);
    return;
  }
  if (!call && previous.sa_handler == SIG_IGN && sent) return;
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  sigaction(number, &standard, nullptr);
  // A fault happens again as soon as this returns, and a raised signal arrives then.
  if (sent) raise(number);
}

void on_bus_error(int number, siginfo_t* info, void* context) {
  const int kept = errno;
  if (info->si_code <= 0 || !mend(reinterpret_cast<std::uintptr_t>(info->si_addr)))
    pass_on(number, info, context);
  errno = kept;
}

void install_handler() {
  page_size = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  struct sigaction ours{};
  ours.sa_sigaction = on_bus_error;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&ours.sa_mask);
  // Asked first, so that `previous` is there before our handler can run.
  if (sigaction(SIGBUS, nullptr, &previous) != 0 || sigaction(SIGBUS, &ours, nullptr) != 0)
    fail(errno);
}

}  // namespace

MappedFile::MappedFile(int file, std::size_t size) : size_(size) {
  static std::once_flag once;
  std::call_once(once, install_handler);
  void* memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED) {
    data_ = read_whole(file, size);
    return;
  }
  try {
    range_ = take_range(memory, size);
  } catch (...) {
    munmap(memory, size);
    throw;
  }
  data_ = static_cast<const unsigned char*>(memory);
  std::memcpy(first_, data_, size < kFirst ? size : kFirst);
  last_ = *static_cast<const volatile unsigned char*>(data_ + size - 1);
}

MappedFile::~MappedFile() {
  if (range_ == nullptr) {
    ::operator delete(const_cast<unsigned char*>(data_), kLine);
    return;
  }
  set_range(*range_, 0, 0);
  range_->taken.store(false, std::memory_order_release);
  munmap(const_cast<unsigned char*>(data_), size_);
}

bool MappedFile::damaged() const {
  if (range_ == nullptr) return false;
  const bool changed = *static_cast<const volatile unsigned char*>(data_ + size_ - 1) != last_ ||
                       std::memcmp(first_, data_, size_ < kFirst ? size_ : kFirst) != 0;
  return changed || range_->damaged.load();
}

#endif

}  // namespace karussell
