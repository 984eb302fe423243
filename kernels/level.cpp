// Which instruction sets this machine can run. KARUSSELL_HAS_* says which were compiled in.
#include "kernels.h"

#if defined(KARUSSELL_HAS_X86)
#include <cpuid.h>
#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif
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
namespace avx512 { const Kernels& kernels(); }
namespace avx512_vnni { const Kernels& kernels(); }
namespace avx512_bf16 { const Kernels& kernels(); }
namespace amx { const Kernels& kernels(); }
namespace neon { const Kernels& kernels(); }
namespace neon_dotprod { const Kernels& kernels(); }
namespace neon_bf16 { const Kernels& kernels(); }
namespace neon_i8mm { const Kernels& kernels(); }
// clang-format on

#ifdef KARUSSELL_INTERPRETER
// Carries out from now on what any level is made of and this processor lacks, but for AVX2 and
// AVX-512 themselves. Defined in tests/native/given/interpreter.cpp.
bool interpret();
#endif

#ifdef KARUSSELL_HAS_X86
namespace {

// vpdpbusd without AVX-512: older compilers than GCC 13 and Clang 16 do not ask for it by name.
bool has_avx_vnni() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 4 & 1) != 0;
}

// The matrix unit with products of int8 and bfloat16, tiles of the shape that all have so far, and
// a system that keeps them when it changes threads.
bool has_matrix_unit() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(1, 0, &a, &b, &c, &d) == 0 || (c >> 27 & 1) == 0) return false;
  unsigned kept = 0, above = 0;
  asm("xgetbv" : "=a"(kept), "=d"(above) : "c"(0));
  constexpr unsigned kTileState = 3u << 17, kUnit = 1u << 22 | 1u << 24 | 1u << 25;
  if ((kept & kTileState) != kTileState) return false;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (d & kUnit) != kUnit) return false;
  constexpr unsigned kBytes = 64, kTiles = 8, kRows = 16;
  return __get_cpuid_count(0x1d, 1, &a, &b, &c, &d) != 0 && (b & 0xffff) >= kBytes &&
         b >> 16 >= kTiles && (c & 0xffff) >= kRows;
}

// Whether the system lets this process use the tiles, which it must be asked for: what is kept of
// each thread grows by 8 KiB. It is the same for all threads, and for children.
bool may_use_tiles() {
#ifdef __linux__
  constexpr long kAskFor = 0x1023, kTiles = 18;  // ARCH_REQ_XCOMP_PERM, newer than many headers
  return syscall(SYS_arch_prctl, kAskFor, kTiles) == 0;
#else
  return false;
#endif
}

bool interpreted() {
#ifdef KARUSSELL_INTERPRETER
  static const bool is = interpret();
  return is;
#else
  return false;
#endif
}

bool has_amx() {
  static const bool has = has_matrix_unit() ? may_use_tiles() : interpreted();
  return has;
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
    if (has_avx_vnni() || interpreted()) add(avx2_vnni::kernels());
  }
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) {
    add(avx512::kernels());
    if (__builtin_cpu_supports("avx512vnni") || interpreted()) {
      add(avx512_vnni::kernels());
      if (__builtin_cpu_supports("avx512bf16") || interpreted()) {
        add(avx512_bf16::kernels());
        if (has_amx()) add(amx::kernels());
      }
    }
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
