"""Every compiler that is installed builds the kernels, and none of them warns."""

import os
import re
from pathlib import Path

import pytest

from tests.native.building import build, compiler, need, run

_OLDEST = {"g++": 11, "clang++": 14}
_NAME = re.compile(r"(g|clang)\+\+(-\d+)?")


def _installed() -> list[str]:
    """The compilers on the path, each under one of its names."""
    found: dict[Path, str] = {}
    for folder in os.get_exec_path():
        for path in sorted(Path(folder).glob("*++*")):
            if _NAME.fullmatch(path.name):
                found.setdefault(path.resolve(), path.name)
    return sorted(found.values())


@pytest.mark.parametrize("cxx", _installed())
def test_a_compiler_builds_every_kernel_without_a_warning(cxx: str) -> None:
    version, oldest = run([cxx, "-dumpversion"]).strip(), _OLDEST[cxx.partition("-")[0]]
    if int(version.partition(".")[0]) < oldest:
        pytest.skip(f"{cxx} is {version}, the oldest that will do is {oldest}")
    daily = compiler()  # has a folder already, for the tests of what is right
    same = os.path.samefile(daily, need(cxx, cxx))
    build("plain" if same else cxx, "kernels", daily if same else cxx)
