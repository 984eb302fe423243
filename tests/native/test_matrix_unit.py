"""The level amx as the compiler makes it: its instructions, on any x86-64 machine."""

import platform
import re

import pytest

from tests.native.building import build_tests, compiler, need, run

_FUNCTION = re.compile(r"^[0-9a-f]+ <(.*sum_tiles<.*)>:$")
_JUMP_BACK = re.compile(r"^\s*([0-9a-f]+):\s+j\w+\s+([0-9a-f]+) ")


@pytest.fixture(scope="module")
def functions() -> dict[str, list[str]]:
    """The instructions of each function that sums products in tiles."""
    if platform.machine() != "x86_64":
        pytest.skip(f"the level amx is for x86_64, this is {platform.machine()}")
    objdump = need("objdump", "binutils")
    build = build_tests("plain", compiler()).parents[2]
    level = build / "CMakeFiles" / "level_amx.dir" / "kernels" / "level_kernels.cpp.o"
    found: dict[str, list[str]] = {}
    inside: list[str] = []
    for line in run([objdump, "-dC", "--no-show-raw-insn", str(level)]).splitlines():
        if line.endswith(">:"):
            named = _FUNCTION.match(line)
            inside = found.setdefault(named[1], []) if named else []
        elif line:
            inside.append(line)
    return found


def inner_loop(instructions: list[str]) -> list[str]:
    """From the target of the last jump back to that jump."""
    places = {line.split(":")[0].strip(): at for at, line in enumerate(instructions)}
    loops = [
        (places[jump[2]], at)
        for at, line in enumerate(instructions)
        if (jump := _JUMP_BACK.match(line)) and places.get(jump[2], at) < at
    ]
    first, last = min(loops, key=lambda loop: loop[1] - loop[0])
    return instructions[first : last + 1]


@pytest.mark.parametrize(("form", "product"), [("BFloat16", "tdpbf16ps"), ("Int8", "tdpbusd")])
def test_four_tiles_of_sums_stay_in_their_registers(
    functions: dict[str, list[str]], form: str, product: str
) -> None:
    (squares,) = (
        code for name, code in functions.items() if re.search(rf"{form}, 2ul?, 2ul?>", name)
    )
    loop = inner_loop(squares)
    assert sum(product in line for line in loop) == 4
    assert sum("tileloadd" in line for line in loop) == 4
    assert not any("tilestored" in line or "%rsp" in line for line in loop)


def test_one_tile_of_rows_goes_against_four_lines(functions: dict[str, list[str]]) -> None:
    for form in ("BFloat16", "Int8"):
        (row,) = (
            code for name, code in functions.items() if re.search(rf"{form}, 1ul?, 4ul?>", name)
        )
        loop = inner_loop(row)
        assert sum("tileloadd" in line for line in loop) == 5
        assert sum("tdp" in line for line in loop) == 4
