#include "formats.h"

#include <cstring>
#include <stdexcept>

// Null where the level is not part of this program.
#define KARUSSELL_FORMATS(level)                \
  namespace karussell::level {                  \
  [[gnu::weak]] const test::Formats& formats(); \
  }
KARUSSELL_FORMATS(baseline)
KARUSSELL_FORMATS(avx2)
KARUSSELL_FORMATS(avx2_vnni)
KARUSSELL_FORMATS(avx512)
KARUSSELL_FORMATS(avx512_vnni)
KARUSSELL_FORMATS(avx512_bf16)
KARUSSELL_FORMATS(amx)
KARUSSELL_FORMATS(neon)
KARUSSELL_FORMATS(neon_dotprod)
KARUSSELL_FORMATS(neon_bf16)
KARUSSELL_FORMATS(neon_i8mm)

namespace karussell::test {

const Formats& formats_of(const char* level) {
  const struct {
    const char* name;
    const Formats& (*formats)();
  } all[] = {
      {"baseline", baseline::formats},
      {"avx2", avx2::formats},
      {"avx2_vnni", avx2_vnni::formats},
      {"avx512", avx512::formats},
      {"avx512_vnni", avx512_vnni::formats},
      {"avx512_bf16", avx512_bf16::formats},
      {"amx", amx::formats},
      {"neon", neon::formats},
      {"neon_dotprod", neon_dotprod::formats},
      {"neon_bf16", neon_bf16::formats},
      {"neon_i8mm", neon_i8mm::formats},
  };
  for (const auto& one : all)
    if (std::strcmp(one.name, level) == 0 && one.formats != nullptr) return one.formats();
  throw std::logic_error("no formats of this level");
}

}  // namespace karussell::test
