"""`karussell lab`."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

_FEW = ("--sequences", 200, "--no-plain", "--quick")


def test_without_a_table_it_says_which_there_are(run: Run) -> None:
    outcome = run("lab")
    assert (outcome.code, outcome.err) == (0, "")
    names = {line.split()[0] for line in outcome.out.splitlines() if line[:1].strip()}
    assert {"recall", "two-sequence", "adding", "order", "reber", "continual"} <= names


def test_a_table_says_what_the_paper_found_and_what_was_found_here(run: Run) -> None:
    outcome = run("lab", "adding", *_FEW)
    assert outcome.code == 0
    assert outcome.err.startswith("adding: T = 100, 0 of 16 solved")
    (row,) = [line for line in outcome.out.splitlines() if line.startswith("T = 100")]
    for part in ("93", "74,000", "0 of 16", "not solved"):
        assert part in row


def test_results_are_kept_and_not_found_again(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "results"
    first = run("lab", "adding", *_FEW, "--folder", folder, "--json")
    again = run("lab", "adding", *_FEW, "--folder", folder, "--json")
    assert again.out == first.out
    assert again.err == ""
    assert json.loads(first.out)["blocks"]["adding: T = 100"]["read"] == 200
    assert [path.name for path in folder.iterdir()] == ["results.json"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("lab", "subtracting"), "no table 'subtracting', expected one of recall"),
        (("lab", "adding", "--networks", 17), "--networks is 17, expected a multiple of 16"),
    ],
)
def test_what_there_is_not_is_named(run: Run, given: tuple[str, ...], message: str) -> None:
    outcome = run(*given)
    assert outcome.code != 0
    assert message in outcome.err


def test_results_that_are_damaged_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text("{")
    outcome = run("lab", "adding", *_FEW, "--folder", tmp_path)
    assert outcome.code != 0
    assert "results.json: is damaged" in outcome.err
    assert "delete it to begin anew" in outcome.err
