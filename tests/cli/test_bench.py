"""`karussell bench`."""

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from karussell.bench import WORKLOADS, Formats, Report
from tests.cli.conftest import Run

_LITTLE = ("letter", "--peer", "numpy", "--rounds", "2", "--quick", "--threads", "1")
_PNG = b"\x89PNG\r\n\x1a\n"


def test_a_table_shows_both_sides_and_the_limits(run: Run) -> None:
    outcome = run("bench", *_LITTLE)
    assert (outcome.code, outcome.err) == (0, "")
    assert "limits of this machine" in outcome.out
    assert "multiply bfloat16" in outcome.out
    rows = {line.split("  ")[0] for line in outcome.out.splitlines()}
    assert {"karussell", "numpy slice"} <= rows


def test_json_is_the_whole_report_and_a_picture_is_drawn_beside_it(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "bench.png"
    outcome = run("bench", *_LITTLE, "--json", "--plot", path)
    assert outcome.code == 0
    report = msgspec.json.decode(outcome.out, type=Report, strict=True)
    assert [one.kind for one in report.boards[0].comparisons] == ["any format"]
    assert path.read_bytes().startswith(_PNG)


def test_levels_are_shown_with_what_auto_is_and_loses(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        Formats(
            level="new", work="training", rows=0, auto="float32", why="as new tells",
            milliseconds={"float32": 10.0, "bfloat16": 5.0},
        ),
        Formats(
            level="new", work="sessions", rows=4, auto="int8", why="measured: x",
            milliseconds={"float32": 4.0, "bfloat16": 3.0, "int8": 1.0},
        ),
    ]  # fmt: skip
    asked: list[int] = []

    def compare(*, rounds: int, tell: object) -> list[Formats]:
        asked.append(rounds)
        return found

    monkeypatch.setattr("karussell.bench.compare_levels", compare)
    lines = run("bench", "--levels", "--rounds", "3").out.splitlines()
    assert [line.split()[-2:] for line in lines[1:3]] == [["float32", "2.00x"], ["int8", "1.00x"]]
    assert "new, sessions of 4 measured: x" in lines[3]
    told = msgspec.json.decode(run("bench", "--levels", "--json").out, type=list[Formats])
    assert told == found
    assert asked == [3, 7]


def test_what_is_not_known_is_named(complain: Callable[..., str]) -> None:
    assert complain("bench", "steps").startswith("workload 'steps' is not known; expected one of:")
    assert "'tensorflow' is not known" in complain("bench", "--peer", "tensorflow")


def test_what_has_no_picture_is_refused_before_anything_is_measured(
    complain: Callable[..., str], tmp_path: Path
) -> None:
    told = complain("bench", "start", "--plot", tmp_path / "bench.png")
    assert told == "there is nothing to draw; choose a workload other than start"


def test_every_workload_is_in_the_help(run: Run) -> None:
    told = run("bench", "--help").out
    assert all(workload in told for workload in WORKLOADS)


def test_without_torch_the_extra_is_named(
    complain: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    told = "bench needs PyTorch, which is not installed; run: pip install 'karussell[bench]'"
    for arguments in ((), ("layer",), ("step", "softmax"), ("training", "--quick")):
        assert complain("bench", *arguments) == told
