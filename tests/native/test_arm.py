"""The same program for ARM, on processors that qemu plays."""

import pytest

from tests.native.building import build_tests, need, run

# In the order of age: only NEON; with products of int8; with those of bfloat16, and of two rows at
# once, too. Only the first and the last run everything, for what runs at a level on one runs
# on all.
LEVELS = {
    "cortex-a53": "neon",
    "cortex-a76": "neon neon_dotprod",
    "max": "neon neon_dotprod neon_bf16 neon_i8mm",
}
SOME = ("--test-case=this machine*,*products*",)


@pytest.mark.parametrize("processor", LEVELS)
def test_kernels_agree_on_arm_at_the_levels_of_the_processor(processor: str) -> None:
    cxx = need("aarch64-linux-gnu-g++", "g++-aarch64-linux-gnu")
    qemu = need("qemu-aarch64", "qemu-user")
    program = build_tests(
        "aarch64", cxx, "-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64"
    )
    tests = SOME if processor == "cortex-a76" else ("--test-suite-exclude=large",)
    said = run([qemu, "-L", "/usr/aarch64-linux-gnu", "-cpu", processor, str(program), *tests])
    assert f"levels: {LEVELS[processor]}\n" in said
