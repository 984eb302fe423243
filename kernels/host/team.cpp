#include "host/team.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <type_traits>
#include <vector>

#include "host/waiting.h"

#if defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#include <pthread.h>
#define KARUSSELL_POSIX
#endif

namespace karussell {

namespace {

struct Meeting {
  std::atomic<unsigned> arrived{0};
  alignas(64) std::atomic<unsigned> generation{0};

  void meet(std::size_t count) {
    const unsigned now = generation.load(std::memory_order_acquire);
    if (arrived.fetch_add(1, std::memory_order_acq_rel) + 1 == count) {
      arrived.store(0, std::memory_order_relaxed);
      generation.fetch_add(1, std::memory_order_acq_rel);
      generation.notify_all();
    } else {
      wait_for_change(generation, now);
    }
  }
};

class Pool {
 public:
  // False when another call has the threads.
  bool run(std::size_t threads, Work work, const void* what) {
    const std::unique_lock<std::mutex> mine(busy_, std::try_to_lock);
    if (!mine.owns_lock()) return false;
    grow(threads - 1);
    const std::size_t count = least(threads, workers_.size() + 1);
    if (count == 1) return false;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      work_ = work, what_ = what, count_ = count;
      running_.store(static_cast<unsigned>(count - 1), std::memory_order_relaxed);
      ++round_;
    }
    wake_.notify_all();
    work(what, Member{0, count, &meeting_});
    for (unsigned left = running_.load(std::memory_order_acquire); left != 0;
         left = running_.load(std::memory_order_acquire))
      wait_for_change(running_, left);
    return true;
  }

 private:
  static std::size_t least(std::size_t a, std::size_t b) { return a < b ? a : b; }

  void grow(std::size_t wanted) {
    try {
      while (workers_.size() < wanted)
        workers_.emplace_back(
            [this, rank = workers_.size() + 1, round = round_] { serve(rank, round); });
    } catch (const std::system_error&) {
      // The system allows no more threads: those that there are do the work.
    }
  }

  [[noreturn]] void serve(std::size_t rank, unsigned long seen) {
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      if (rank >= count_) continue;
      const Member member{rank, count_, &meeting_};
      const Work work = work_;
      const void* const what = what_;
      lock.unlock();
      work(what, member);
      running_.fetch_sub(1, std::memory_order_acq_rel);
      running_.notify_one();
    }
  }

  std::mutex busy_;   // held by the call that uses the threads
  std::mutex mutex_;  // guards what the threads are told
  std::condition_variable wake_;
  std::vector<std::thread> workers_;
  unsigned long round_ = 0;
  Work work_ = nullptr;
  const void* what_ = nullptr;
  std::size_t count_ = 0;
  Meeting meeting_;
  std::atomic<unsigned> running_{0};
};

std::atomic<Pool*> the_pool{nullptr};

// What compilers call for a parallel region, in any OpenMP library of today.
struct OpenMp {
  void (*parallel)(void (*)(void*), void*, unsigned threads, unsigned flags);
  int (*rank)();
  int (*count)();
};

std::atomic<const OpenMp*> the_openmp{nullptr};

// A forked child has none of its parent's threads and perhaps locks that nobody will open: it
// leaves the parent's pool and OpenMP alone and makes its own pool when it needs one.
[[maybe_unused]] void forget_threads() {
  the_pool.store(nullptr);
  the_openmp.store(nullptr);
}

void forget_threads_in_children() {
#if defined(KARUSSELL_POSIX)
  static const int registered = pthread_atfork(nullptr, nullptr, forget_threads);
  static_cast<void>(registered);
#endif
}

void run_on_openmp(const OpenMp& openmp, std::size_t threads, Work work, const void* what) {
  struct Call {
    const OpenMp& openmp;
    Work work;
    const void* what;
    Meeting meeting;
  };
  Call call{openmp, work, what, {}};
  openmp.parallel(
      [](void* given) {
        Call& it = *static_cast<Call*>(given);
        it.work(it.what, Member{static_cast<std::size_t>(it.openmp.rank()),
                                static_cast<std::size_t>(it.openmp.count()), &it.meeting});
      },
      &call, static_cast<unsigned>(threads), 0);
}

Pool& pool() {
  Pool* current = the_pool.load();
  if (current == nullptr) {
    forget_threads_in_children();
    Pool* const fresh = new Pool;  // never deleted: its threads may outlive every static object
    if (the_pool.compare_exchange_strong(current, fresh)) return *fresh;
    delete fresh;  // has no threads yet
  }
  return *current;
}

}  // namespace

void meet(const Member& member) {
  if (member.count > 1) static_cast<Meeting*>(member.meeting)->meet(member.count);
}

bool use_openmp(const char* path) {
#if defined(KARUSSELL_POSIX)
  void* const library = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
  if (library == nullptr) return false;
  static OpenMp found;  // of the first library that has all three
  const auto find = [library](auto& function, const char* name) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    return function != nullptr;
  };
  OpenMp openmp{};
  if (!find(openmp.parallel, "GOMP_parallel") || !find(openmp.rank, "omp_get_thread_num") ||
      !find(openmp.count, "omp_get_num_threads"))
    return false;
  if (the_openmp.load() == nullptr) {
    forget_threads_in_children();
    found = openmp;
    the_openmp.store(&found);
  }
  return true;
#else
  static_cast<void>(path);
  return false;
#endif
}

void run_together(std::size_t threads, Work work, const void* what) {
  const OpenMp* const openmp = the_openmp.load();
  if (threads > 1 && openmp != nullptr) return run_on_openmp(*openmp, threads, work, what);
  if (threads > 1 && pool().run(threads, work, what)) return;
  work(what, Member{0, 1, nullptr});
}

}  // namespace karussell
