// Threads that help with what is cut into pieces.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

#include "host/crew.h"

namespace karussell::test {
namespace {

// Calls work(helpers) with up to so many threads.
template <class Work>
void helped(std::size_t threads, const Work& work) {
  run_helped(
      threads,
      [](const void* what, const Helpers& helpers) { (*static_cast<const Work*>(what))(helpers); },
      &work);
}

// Calls take(piece, rank) for each piece.
template <class Take>
void pieces(const Helpers& helpers, std::size_t count, const Take& take) {
  do_pieces(
      helpers, count,
      [](const void* what, std::size_t piece, std::size_t rank) {
        (*static_cast<const Take*>(what))(piece, rank);
      },
      &take);
}

// What one call after the other makes of the results of the call before: without what do_pieces
// promises the sums would be wrong, and the thread sanitizer would say so.
long chain(const Helpers& helpers, std::size_t count, std::size_t calls) {
  std::vector<long> values(count, 1), sums(count), ranks(helpers.count);
  for (std::size_t call = 0; call < calls; ++call) {
    pieces(helpers, count, [&](std::size_t piece, std::size_t rank) {
      ranks[std::min(rank, helpers.count - 1)] += 1;  // of no two at once
      sums[piece] = values[piece] + values[(piece + 1) % count];
    });
    values.swap(sums);
  }
  CHECK(std::accumulate(ranks.begin(), ranks.end(), 0L) == static_cast<long>(count * calls));
  return std::accumulate(values.begin(), values.end(), 0L);
}

TEST_CASE("every piece is done once, and all are done when the call returns") {
  for (const std::size_t threads : {1, 2, 3, 5})
    for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{17}, kMostPieces})
      for (int again = 0; again < 10; ++again)
        helped(threads, [&](const Helpers& helpers) {
          CHECK(helpers.count <= threads);
          CHECK(chain(helpers, count, 12) == static_cast<long>(count) << 12);
        });
}

TEST_CASE("no pieces are nothing to do") {
  helped(2, [](const Helpers& helpers) {
    pieces(helpers, 0, [](std::size_t, std::size_t) { CHECK(false); });
  });
}

TEST_CASE("calls from several threads at once, of several sizes, all get their work done") {
  std::atomic<int> right{0};
  std::vector<std::thread> callers;
  for (std::size_t caller = 0; caller < 5; ++caller)
    callers.emplace_back([&right, caller] {
      for (std::size_t again = 0; again < 60; ++again)
        helped(1 + (caller + again) % 4, [&](const Helpers& helpers) {
          const std::size_t count = 1 + (7 * caller + 11 * again) % kMostPieces;
          right += chain(helpers, count, 6) == static_cast<long>(count) << 6;
        });
    });
  for (std::thread& caller : callers) caller.join();
  CHECK(right == 5 * 60);
}

TEST_CASE("a call waits for no helper that has begun nothing") {
  // The caller leaves one piece to the helper, who holds it until it is let go: meanwhile all
  // others are done, and none of them by someone who would have to come first.
  std::atomic<bool> go{false};
  std::atomic<int> others{0};
  helped(2, [&](const Helpers& helpers) {
    if (helpers.count < 2) return;  // a system without threads
    pieces(helpers, 9, [&](std::size_t, std::size_t rank) {
      if (rank == 1) {
        while (!go) std::this_thread::yield();
      } else if (++others >= 8) {
        go = true;  // eight of nine by the caller: the ninth at most is the helper's
      }
    });
    CHECK(others >= 8);
  });
}

TEST_CASE("after a call that a helper has held up the next ones go without") {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kHeld{4};
  bool held_up = false;
  for (int again = 0; again < 100 && !held_up; ++again)  // until a helper comes in time
    helped(2, [&](const Helpers& helpers) {
      if (helpers.count < 2) return;
      const Clock::time_point begin = Clock::now();
      pieces(helpers, 2, [&](std::size_t, std::size_t rank) {
        std::this_thread::sleep_for(rank == 0 ? kHeld / 40 : kHeld);
      });
      held_up = Clock::now() - begin >= kHeld;
    });
  const Clock::time_point end = Clock::now();
  std::size_t count = 0;
  helped(2, [&](const Helpers& helpers) { count = helpers.count; });
  if (held_up && Clock::now() - end < 5 * kHeld) CHECK(count == 1);
}

}  // namespace
}  // namespace karussell::test
