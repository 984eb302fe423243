// Processes or threads that have memory in common: they wait for each other, and each tells the
// others a few numbers.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <thread>

#include "host/waiting.h"

namespace karussell {

constexpr std::size_t kMostTold = 3;

// One of them on a cache line; all zero before the first meeting.
struct alignas(64) Seat {
  // Meetings that its owner has come to.
  std::atomic<unsigned> meetings;
  // What was told at the last meeting and at the one before it, which somebody may still read.
  double told[2][kMostTold];
};
static_assert(sizeof(Seat) == 64 && std::atomic<unsigned>::is_always_lock_free);

// Waits until the owner of a seat has come to so many meetings: awake for a while, then leaving the
// core to others, then asleep now and then. False if that is not before `end`.
inline bool has_come(const Seat& seat, unsigned meetings,
                     std::chrono::steady_clock::time_point end) {
  constexpr unsigned kAwake = 2000, kYielding = 4000;
  for (unsigned tries = 0;; ++tries) {
    const unsigned come = seat.meetings.load(std::memory_order_acquire);
    if (static_cast<int>(come - meetings) >= 0) return true;
    if (tries < kAwake) {
      pause();
      continue;
    }
    if (std::chrono::steady_clock::now() > end) return false;
    if (tries < kYielding)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(std::chrono::microseconds{50});
  }
}

// Returns once the owners of all seats have come, with what each of them told, `heard` (seats,
// count), or with false after so long. What was written before is seen by all afterwards.
inline bool meet(Seat* seats, std::size_t size, std::size_t own, const double* told,
                 std::size_t count, double* heard, std::chrono::duration<double> most) {
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::duration_cast<std::chrono::steady_clock::duration>(most);
  Seat& mine = seats[own];
  const unsigned meeting = mine.meetings.load(std::memory_order_relaxed) + 1;
  std::copy_n(told, count, mine.told[meeting % 2]);
  mine.meetings.store(meeting, std::memory_order_release);
  for (std::size_t seat = 0; seat < size; ++seat) {
    if (!has_come(seats[seat], meeting, end)) return false;
    std::copy_n(seats[seat].told[meeting % 2], count, heard + seat * count);
  }
  return true;
}

}  // namespace karussell
