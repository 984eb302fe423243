// Running a test at every level of this machine, and a kernel on one thread or several.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "host/team.h"
#include "kernels.h"

namespace karussell::test {

template <class Test>
void at_every_level(const Test test) {
  const Levels all = levels();
  for (std::size_t i = 0; i < all.count; ++i) {
    INFO("level ", std::string(all.level[i]->name));
    test(*all.level[i]);
  }
}

template <class Run>
void run_kernel(void (*kernel)(const Run&, const Member&), const Run& run, std::size_t threads) {
  struct Call {
    void (*kernel)(const Run&, const Member&);
    const Run& run;
  };
  const Call call{kernel, run};
  run_together(
      threads,
      [](const void* what, const Member& member) {
        const Call& it = *static_cast<const Call*>(what);
        it.kernel(it.run, member);
      },
      &call);
}

}  // namespace karussell::test
