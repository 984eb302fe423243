import os
import subprocess
import sys
from pathlib import Path

import pytest

from karussell import kernels
from karussell.errors import UsageError


def level_with(value: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from karussell import kernels; print(kernels.level())"],
        env={**os.environ, "KARUSSELL_LEVEL": value},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_best_level_of_this_machine_is_used_unless_told_otherwise() -> None:
    assert level_with("").stdout.strip() == kernels.levels()[-1]


@pytest.mark.parametrize("name", kernels.levels())
def test_the_environment_variable_picks_a_level(name: str) -> None:
    assert level_with(name).stdout.strip() == name


def test_a_processor_with_a_matrix_unit_has_a_level_for_it() -> None:
    flags = Path("/proc/cpuinfo")
    known = set(flags.read_text().split()) if flags.exists() else set()
    if missing := {"amx_tile", "amx_int8", "amx_bf16"} - known:
        pytest.skip(f"this processor has no matrix unit: {', '.join(sorted(missing))} is missing")
    assert kernels.levels()[-1] == "amx"


def test_an_impossible_level_is_an_error_that_names_the_possible_ones() -> None:
    result = level_with("mmx")
    assert result.returncode != 0
    last_line = result.stderr.strip().splitlines()[-1]
    assert "KARUSSELL_LEVEL: level 'mmx' cannot run on this machine" in last_line
    assert ", ".join(kernels.levels()) in last_line


def test_an_unknown_level_leaves_the_one_in_use() -> None:
    before = kernels.level()
    with pytest.raises(UsageError, match="'quantum'"):
        kernels.use_level("quantum")
    assert kernels.level() == before
