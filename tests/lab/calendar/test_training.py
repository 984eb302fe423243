from pathlib import Path

import pytest

from karussell.errors import UsageError
from karussell.lab import calendar

_DAYS = 320


@pytest.mark.parametrize("name", ["rnn", "relu", "lstm"])
def test_a_network_is_trained_at_each_rate_and_not_again(name: str, tmp_path: Path) -> None:
    told: list[int] = []
    kept = tmp_path / "calendar.json"

    def tell(days: int, detail: str) -> None:
        told.append(days)

    first = calendar.train(name, seed=1, days=_DAYS, tell=tell, kept=kept)
    assert told[-1] == _DAYS * len(calendar.RATES)
    told.clear()
    assert calendar.train(name, seed=1, days=_DAYS, tell=tell, kept=kept) == first
    assert told == []
    assert calendar.Network(first.weights).size in (2789, 2712)


def test_a_damaged_file_of_results_is_named(tmp_path: Path) -> None:
    kept = tmp_path / "calendar.json"
    kept.write_text("{")
    with pytest.raises(UsageError, match=r"calendar\.json: is damaged"):
        calendar.train("rnn", seed=1, days=_DAYS, tell=lambda days, detail: None, kept=kept)
