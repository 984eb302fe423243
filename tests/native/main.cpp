#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <string>

#include "kernels.h"

TEST_CASE("this machine has a level") {
  const karussell::Levels all = karussell::levels();
  std::string names;
  for (std::size_t i = 0; i < all.count; ++i) names += std::string(" ") + all.level[i]->name;
  MESSAGE("levels:", names);
  CHECK(all.count > 0);
}
