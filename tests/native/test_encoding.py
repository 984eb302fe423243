"""What instructions a level is made of: those that its processors have, and no others."""

import importlib.util
import platform
import re
from pathlib import Path

import pytest

from tests.native.building import build, compiler, need, run

# Registers and masks that only AVX-512's encoding knows.
_AVX512 = re.compile(r"zmm|%k[0-7]|[xy]mm(1[6-9]|2\d|3[01])|\{evex\}")
_PRODUCT = re.compile(r"^.*\bvpdpbusd\b.*$", re.M)


@pytest.fixture(scope="module")
def objdump() -> str:
    if platform.machine() != "x86_64":
        pytest.skip(f"these are instructions of x86_64, this is {platform.machine()}")
    return need("objdump", "binutils")


def _instructions(objdump: str, path: Path) -> str:
    return run([objdump, "-d", "--no-show-raw-insn", str(path)])


def _level(level: str) -> Path:
    tests = build("plain", "kernels", compiler())
    (found,) = tests.parents[2].glob(f"CMakeFiles/level_{level}.dir/**/level_kernels.cpp.o")
    return found


def test_laptops_get_products_of_int8_in_the_encoding_that_they_have(objdump: str) -> None:
    said = _instructions(objdump, _level("avx2_vnni"))
    products = _PRODUCT.findall(said)
    assert products
    assert all("{vex}" in product and "%ymm" in product for product in products)
    assert _AVX512.search(said) is None


def test_processors_with_products_of_int8_alone_get_none_of_bfloat16(objdump: str) -> None:
    said = _instructions(objdump, _level("avx512_vnni"))
    assert any("%zmm" in product for product in _PRODUCT.findall(said))
    assert "bf16" not in said
    assert "vpdpbusd" not in _instructions(objdump, _level("avx512"))


@pytest.mark.parametrize("level", ["baseline", "avx2"])
def test_older_processors_get_no_instruction_that_they_lack(objdump: str, level: str) -> None:
    said = _instructions(objdump, _level(level))
    assert "vpdpbusd" not in said
    assert _AVX512.search(said) is None


def test_what_is_installed_has_both_encodings_and_no_level_of_the_tests(objdump: str) -> None:
    module = importlib.util.find_spec("karussell.kernels._native")
    assert module is not None
    assert module.origin is not None
    products = _PRODUCT.findall(_instructions(objdump, Path(module.origin)))
    assert {"%ymm" in product for product in products} == {True, False}
    assert all("{vex}" in product or "%zmm" in product for product in products)
