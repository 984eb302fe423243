"""Builds the programs of this folder with CMake, outside of Python's own build."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# In `build`, which git ignores and `make clean` removes: a second build does only what has changed.
_BUILDS = ROOT / "build" / "native"

# What is missing, and what Debian calls it.
_PACKAGES = {"valgrind/callgrind.h": "valgrind", "doctest/doctest.h": "doctest-dev"}


def need(program: str, package: str) -> str:
    """Where a program is; without it the test is skipped by its name."""
    if (path := shutil.which(program)) is None:
        pytest.skip(f"{program} is missing (on Debian: {package})")
    return path


def compiler() -> str:
    return need(os.environ.get("CXX", "c++"), "g++")


def compiles(cxx: str, code: str, *options: str) -> bool:
    arguments = (cxx, "-std=c++20", "-x", "c++", "-", "-o", os.devnull, *options)
    return (
        subprocess.run(arguments, input=code.encode(), capture_output=True, timeout=600).returncode
        == 0
    )


def need_header(cxx: str, header: str) -> None:
    if not compiles(cxx, f"#include <{header}>", "-fsyntax-only"):
        pytest.skip(f"{header} is missing (on Debian: {_PACKAGES[header]})")


def build(name: str, program: str, cxx: str, *options: str) -> Path:
    """A program of tests/native, built with these options of CMake in the folder `name`."""
    cmake = need("cmake", "cmake")
    need_header(cxx, "doctest/doctest.h")
    folder = _BUILDS / name
    generator = ("-G", "Ninja") if shutil.which("ninja") else ()
    ours = ("-DKARUSSELL_NATIVE_TESTS=ON", "-DKARUSSELL_WARNINGS_AS_ERRORS=ON")
    settings = (*ours, "-DCMAKE_BUILD_TYPE=Release", *options)
    compiler_option = f"-DCMAKE_CXX_COMPILER={cxx}"
    run((cmake, *generator, "-S", str(ROOT), "-B", str(folder), compiler_option, *settings))
    jobs = str(os.cpu_count() or 1)
    run((cmake, "--build", str(folder), "--target", program, "--parallel", jobs))
    return folder / "tests" / "native" / program


def build_tests(name: str, cxx: str, *options: str) -> Path:
    return build(name, "karussell_test", cxx, *options)


def run(command: Sequence[str], **environment: str) -> str:
    """What a program said; the test fails with all of it if the program does."""
    outcome = subprocess.run(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    if outcome.returncode != 0:
        pytest.fail(f"{' '.join(command)}: {outcome.returncode}\n{outcome.stdout}", pytrace=False)
    return outcome.stdout
