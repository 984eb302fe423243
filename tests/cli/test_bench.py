"""`karussell bench`."""

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from karussell.bench import Report
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


def test_what_is_not_known_is_named(complain: Callable[..., str]) -> None:
    assert complain("bench", "steps").startswith("workload 'steps' is not known; expected one of:")
    assert "'tensorflow' is not known" in complain("bench", "--peer", "tensorflow")


def test_a_picture_without_matplotlib_is_refused_before_anything_is_measured(
    complain: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delitem(sys.modules, "karussell.cli.bench.picture", raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for name in [name for name in sys.modules if name.startswith("matplotlib.")]:
        monkeypatch.delitem(sys.modules, name)
    told = complain("bench", "--plot", tmp_path / "bench.png")
    assert told.endswith("run: pip install matplotlib")


def test_a_picture_that_cannot_be_written_is_named(run: Run, tmp_path: Path) -> None:
    absent = tmp_path / "nowhere" / "bench.png"
    outcome = run("bench", *_LITTLE, "--plot", absent)
    assert outcome.code == 2
    assert outcome.err == f"karussell: {absent}: cannot be written (No such file or directory)\n"
