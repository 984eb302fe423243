"""The same program for ARM, on processors that qemu plays."""

import pytest

from tests.native.building import build_tests, need, run

# In the order of age: only NEON; with products of int8; with those of bfloat16, too.
LEVELS = {
    "cortex-a53": "neon",
    "cortex-a76": "neon neon_dotprod",
    "max": "neon neon_dotprod neon_bf16",
}


@pytest.mark.parametrize("processor", LEVELS)
def test_kernels_agree_on_arm_at_the_levels_of_the_processor(processor: str) -> None:
    cxx = need("aarch64-linux-gnu-g++", "g++-aarch64-linux-gnu")
    qemu = need("qemu-aarch64", "qemu-user")
    program = build_tests(
        "aarch64", cxx, "-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64"
    )
    # Large layers go through the same code at every level: once is enough.
    large = () if processor == "max" else ("--test-suite-exclude=large",)
    said = run([qemu, "-L", "/usr/aarch64-linux-gnu", "-cpu", processor, str(program), *large])
    assert f"levels: {LEVELS[processor]}\n" in said
