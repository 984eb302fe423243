// Threads that wait for each other as processes with memory in common do.
#include "host/meeting.h"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace karussell::test {
namespace {

constexpr std::chrono::seconds kLong{60};

TEST_CASE("each hears what all told, and sees what all wrote before they came") {
  constexpr std::size_t kSize = 3, kMeetings = 2000;
  std::vector<Seat> seats(kSize);
  std::vector<double> written(kSize);  // not atomic: the thread sanitizer watches
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t own = 0; own < kSize; ++own)
    threads.emplace_back([&, own] {
      for (std::size_t meeting = 0; meeting < kMeetings; ++meeting) {
        const double told[2] = {static_cast<double>(own), static_cast<double>(meeting)};
        double heard[kSize * 2] = {};
        written[own] = told[1];
        wrong += !meet(seats.data(), kSize, own, told, 2, heard, kLong);
        for (std::size_t other = 0; other < kSize; ++other)
          wrong += heard[2 * other] != static_cast<double>(other) ||
                   heard[2 * other + 1] != told[1] || written[other] != told[1];
        wrong += !meet(seats.data(), kSize, own, nullptr, 0, nullptr, kLong);
      }
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("whoever does not come is waited for so long and no longer") {
  std::vector<Seat> seats(2);
  double told = 1, heard[2] = {};
  CHECK_FALSE(meet(seats.data(), 2, 1, &told, 1, heard, std::chrono::milliseconds{20}));
}

TEST_CASE("meetings go on when their count begins anew at zero") {
  std::vector<Seat> seats(2);
  for (Seat& seat : seats) seat.meetings = ~0U;
  std::thread other([&] { meet(seats.data(), 2, 1, nullptr, 0, nullptr, kLong); });
  CHECK(meet(seats.data(), 2, 0, nullptr, 0, nullptr, kLong));
  other.join();
  CHECK(seats[0].meetings == 0);
}

}  // namespace
}  // namespace karussell::test
