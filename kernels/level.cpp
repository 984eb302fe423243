// Which instruction sets this machine can run. KARUSSELL_HAS_* says which were compiled in.
#include "kernels.h"

#if defined(KARUSSELL_HAS_X86)
#include <cpuid.h>
#endif

#if defined(KARUSSELL_HAS_NEON) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace karussell {

// clang-format off
namespace baseline { const Kernels& kernels(); }
namespace avx2 { const Kernels& kernels(); }
namespace avx2_vnni { const Kernels& kernels(); }
namespace avx2_evex { const Kernels& kernels(); }
namespace avx512 { const Kernels& kernels(); }
namespace avx512_bf16 { const Kernels& kernels(); }
namespace neon { const Kernels& kernels(); }
namespace neon_dotprod { const Kernels& kernels(); }
namespace neon_bf16 { const Kernels& kernels(); }
namespace neon_i8mm { const Kernels& kernels(); }
// clang-format on

#ifdef KARUSSELL_HAS_X86
namespace {

// vpdpbusd without AVX-512: older compilers than GCC 13 and Clang 16 do not ask for it by name.
bool has_avx_vnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 4 & 1) != 0;
}

}  // namespace
#endif

Levels levels() {
  Levels found{};
  const auto add = [&found](const Kernels& kernels) { found.level[found.count++] = &kernels; };
#ifdef KARUSSELL_HAS_BASELINE
  add(baseline::kernels());
#endif
#ifdef KARUSSELL_HAS_X86
  __builtin_cpu_init();
  // "avx2" says as well that the system keeps the registers.
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    add(avx2::kernels());
    if (has_avx_vnni()) add(avx2_vnni::kernels());
#ifdef KARUSSELL_HAS_EVEX
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vl"))
      add(avx2_evex::kernels());
#endif
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    add(avx512::kernels());
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16"))
      add(avx512_bf16::kernels());
  }
#endif
#ifdef KARUSSELL_HAS_NEON
  add(neon::kernels());  // part of every AArch64 processor
#ifdef __linux__         // elsewhere nothing tells us what more there is
  if ((getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0) {
    add(neon_dotprod::kernels());
    if ((getauxval(AT_HWCAP2) & HWCAP2_BF16) != 0) {
      add(neon_bf16::kernels());
      if ((getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0) add(neon_i8mm::kernels());
    }
  }
#endif
#endif
  return found;
}

}  // namespace karussell
