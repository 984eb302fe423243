#include "host/crew.h"

#include <atomic>
#include <chrono>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "host/waiting.h"

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif

namespace karussell {

namespace {

using Clock = std::chrono::steady_clock;

// What a call has lost to a helper is a tenth, at most, of the time until it asks for help again.
constexpr int kTimesAlone = 10;

// Pieces that nobody has begun, a bit each, and how many may take them, in one word: who takes a
// piece knows that it belongs to a call that is not over, and that his rank has room there.
struct Left {
  static constexpr unsigned kRanks = 64 - kMostPieces;

  static std::uint64_t all(std::size_t pieces, std::size_t ranks) {
    return ((std::uint64_t{1} << pieces) - 1) | static_cast<std::uint64_t>(ranks) << kMostPieces;
  }
  static std::uint64_t pieces(std::uint64_t left) { return left << kRanks >> kRanks; }
  static std::uint64_t ranks(std::uint64_t left) { return left >> kMostPieces; }
};

class Crew {
 public:
  // Held by the call that has the helpers.
  std::mutex& busy() { return busy_; }

  // How many there are, with the caller.
  std::size_t have(std::size_t threads) {
    if (Clock::now() < alone_until_) return 1;
    try {
      while (workers_.size() + 1 < threads)
        workers_.emplace_back([this, rank = workers_.size() + 1] { serve(rank); });
    } catch (const std::system_error&) {
      // The system allows no more threads: those that there are do the work.
    }
    return workers_.size() + 1 < threads ? workers_.size() + 1 : threads;
  }

  void work(std::size_t ranks, std::size_t pieces, Piece piece, const void* what) {
    const Clock::time_point begin = Clock::now();
    piece_ = piece, what_ = what;
    pieces_.store(pieces, std::memory_order_relaxed);
    undone_.store(static_cast<unsigned>(pieces), std::memory_order_relaxed);
    left_.store(Left::all(pieces, ranks), std::memory_order_release);
    calls_.fetch_add(1);
    // Who was woken may not come for long: he is not woken again before he has slept again.
    if (asleep_.exchange(false)) calls_.notify_all();
    while (take(0)) {
    }
    if (undone_.load(std::memory_order_acquire) != 0) wait_for_the_last(begin);
  }

 private:
  void wait_for_the_last(Clock::time_point begin) {
    const Clock::time_point done = Clock::now();
    for (unsigned left = undone_.load(std::memory_order_acquire); left != 0;
         left = undone_.load(std::memory_order_acquire))
      wait_for_change(undone_, left);
    const Clock::time_point end = Clock::now();
    const auto waited = end - done;
    if (waited > kSpin && waited > 2 * (done - begin)) alone_until_ = end + kTimesAlone * waited;
  }

  // Does a piece, if one is left. Each rank begins where its share would, were all alike, and so
  // finds in its caches what it read in the call before.
  bool take(std::size_t rank) {
    std::uint64_t left = left_.load(std::memory_order_acquire);
    for (;;) {
      const std::uint64_t pieces = Left::pieces(left), ranks = Left::ranks(left);
      if (pieces == 0 || rank >= ranks) return false;
      const std::uint64_t share = rank * pieces_.load(std::memory_order_relaxed) / ranks;
      const std::uint64_t mine = pieces >> share << share;
      const int first = __builtin_ctzll(mine != 0 ? mine : pieces);
      if (!left_.compare_exchange_weak(left, left & ~(std::uint64_t{1} << first),
                                       std::memory_order_acquire))
        continue;
      piece_(what_, static_cast<std::size_t>(first), rank);
      if (undone_.fetch_sub(1, std::memory_order_acq_rel) == 1) undone_.notify_one();
      return true;
    }
  }

  [[noreturn]] void serve(std::size_t rank) {
    for (;;) {
      const unsigned calls = calls_.load(std::memory_order_acquire);
      while (take(rank)) {
      }
      if (saw_change(calls_, calls)) continue;
      asleep_.store(true);
      calls_.wait(calls);
    }
  }

  std::mutex busy_;
  std::vector<std::thread> workers_;
  Clock::time_point alone_until_{};
  Piece piece_ = nullptr;  // read by who has taken a piece, written when all are done
  const void* what_ = nullptr;
  std::atomic<std::size_t> pieces_{0};
  alignas(64) std::atomic<std::uint64_t> left_{0};
  alignas(64) std::atomic<unsigned> undone_{0};
  alignas(64) std::atomic<unsigned> calls_{0};
  alignas(64) std::atomic<bool> asleep_{false};  // whether someone may be
};

std::atomic<Crew*> the_crew{nullptr};

// A forked child has none of its parent's threads and perhaps locks that nobody will open: it
// leaves the parent's crew alone and makes its own when it needs one.
[[maybe_unused]] void forget_crew() { the_crew.store(nullptr); }

Crew& crew() {
  Crew* current = the_crew.load();
  if (current == nullptr) {
#if defined(__unix__) || defined(__APPLE__)
    static const int registered = pthread_atfork(nullptr, nullptr, forget_crew);
    static_cast<void>(registered);
#endif
    Crew* const fresh = new Crew;  // never deleted: its threads may outlive every static object
    if (the_crew.compare_exchange_strong(current, fresh)) return *fresh;
    delete fresh;  // has no threads yet
  }
  return *current;
}

}  // namespace

void do_pieces(const Helpers& helpers, std::size_t pieces, Piece piece, const void* what) {
  if (helpers.count > 1 && pieces > 1)
    return static_cast<Crew*>(helpers.crew)->work(helpers.count, pieces, piece, what);
  for (std::size_t i = 0; i < pieces; ++i) piece(what, i, 0);
}

void run_helped(std::size_t threads, HelpedWork work, const void* what) {
  if (threads > 1) {
    Crew& all = crew();
    const std::unique_lock<std::mutex> mine(all.busy(), std::try_to_lock);
    if (mine.owns_lock()) return work(what, Helpers{all.have(threads), &all});
  }
  work(what, Helpers{1, nullptr});
}

}  // namespace karussell
