// Waiting for another thread: awake for a while, then asleep.
#pragma once

#include <atomic>
#include <chrono>

namespace karussell {

// Long enough for the others to finish an equal share of a time step, short enough to waste little
// when the machine is busy with something else.
constexpr std::chrono::microseconds kSpin{20};

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Stays awake until `value` is no longer `old`, but not for long; says whether it is.
inline bool saw_change(const std::atomic<unsigned>& value, unsigned old) {
  for (int i = 0; i < 64; ++i) {
    if (value.load(std::memory_order_acquire) != old) return true;
    pause();
  }
  const auto end = std::chrono::steady_clock::now() + kSpin;
  while (std::chrono::steady_clock::now() < end)
    for (int i = 0; i < 16; ++i) {
      if (value.load(std::memory_order_acquire) != old) return true;
      pause();
    }
  return false;
}

// Returns once `value` is no longer `old`.
inline void wait_for_change(const std::atomic<unsigned>& value, unsigned old) {
  if (!saw_change(value, old)) value.wait(old, std::memory_order_acquire);
}

}  // namespace karussell
