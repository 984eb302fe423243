"""`karussell lab calendar`."""

import json
from pathlib import Path

from karussell.cli.lab import LAB
from tests.cli.conftest import Run


def test_it_tells_how_many_of_100_days_each_network_got_right(run: Run) -> None:
    outcome = run("lab", "calendar")
    assert (outcome.code, outcome.err) == (0, "")
    rows = {line.split("  ")[0]: line.split()[-7:] for line in outcome.out.splitlines()}
    *kept, latest = rows["LSTM"]
    assert min(map(int, kept)) >= 98
    assert latest == "100%"
    assert int(rows["plain RNN, begun orthogonal"][-2]) <= 25


def test_as_json_for_programs_and_by_another_seed(run: Run) -> None:
    found = json.loads(run("lab", "calendar", "--seed", 5, "--json").out)
    assert found["seed"] == 5
    assert found["networks"]["lstm"]["weights"] == 2712
    assert [*found["networks"]["rnn"]["right"]] == ["5", "10", "20", "30", "60", "100"]


def test_it_draws_one_day(run: Run, tmp_path: Path) -> None:
    picture = tmp_path / "day.svg"
    assert run("lab", "calendar", "--plot", picture).code == 0
    assert picture.read_text().startswith("<?xml")


def test_it_gives_its_finding_to_the_summary_of_all() -> None:
    finding = LAB["Rooms"]["calendar"](as_json=True)
    assert finding is not None
    assert finding.startswith("of 100 days of 100 entries, LSTM ")
