// Threads that run one kernel together.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "host/team.h"

namespace karussell::test {
namespace {

constexpr std::size_t kRounds = 60;

// What every member writes in one round, the others read in the next: without their meetings the
// sums would be wrong, and the thread sanitizer would say so.
struct Relay {
  std::vector<long> values;
  std::atomic<std::size_t> members{0};

  explicit Relay(std::size_t threads) : values(2 * threads, 0) {}

  static void work(const void* what, const Member& member) {
    Relay& relay = *const_cast<Relay*>(static_cast<const Relay*>(what));
    relay.members.fetch_add(1);
    for (std::size_t round = 0; round < kRounds; ++round) {
      const std::size_t old = round % 2 * member.count, fresh = (round + 1) % 2 * member.count;
      const std::size_t other = (member.rank + 1) % member.count;
      relay.values[fresh + member.rank] = relay.values[old + other] + 1;
      meet(member);
    }
  }
};

void check_relay(std::size_t threads) {
  Relay relay(threads);
  run_together(threads, Relay::work, &relay);
  const std::size_t members = relay.members;
  REQUIRE(members >= 1);
  REQUIRE(members <= threads);
  for (std::size_t member = 0; member < members; ++member)
    REQUIRE(relay.values[kRounds % 2 * members + member] == static_cast<long>(kRounds));
}

TEST_CASE("members that meet see what the others wrote before") {
  for (const std::size_t threads : {1, 2, 3, 5})
    for (int again = 0; again < 20; ++again) check_relay(threads);
}

TEST_CASE("a team has as many members as were asked for") {
  for (const std::size_t threads : {2, 3, 2, 1}) {
    Relay relay(threads);
    run_together(threads, Relay::work, &relay);
    CHECK(relay.members == threads);
  }
}

TEST_CASE("calls from several threads at once all get their work done") {
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 3; ++caller)
    callers.emplace_back([] {
      for (int again = 0; again < 50; ++again) check_relay(2);
    });
  for (std::thread& caller : callers) caller.join();
}

}  // namespace
}  // namespace karussell::test
