"""What a training shows of itself, and how long one takes if nobody says."""

from typing import Any

import numpy as np
import pytest

from karussell.training import SeriesSettings, Settings, engine_for, train
from karussell.training.any_run import Shown
from karussell.training.tokens import sequence_settings

TINY = Settings(
    hidden_size=4, embedding_size=4, epochs=3, negatives=0, rare_words=0, threads=1, least_count=1
)
SERIES = SeriesSettings(horizon=1, hidden_size=4, updates=5, window=8, threads=1)
RUNS: list[tuple[Any, Any]] = [([["a", "b"]] * 9, TINY), (np.arange(40.0), SERIES)]


@pytest.mark.parametrize(("data", "settings"), RUNS)
def test_a_training_shows_how_it_goes_if_it_is_asked_to(
    data: Any, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[Any] = []
    train(data, settings=settings, progress=True, tell=told.append)
    out, err = capsys.readouterr()
    assert (out, "training 100%" in err, bool(told)) == ("", True, True)
    for silent in ({}, {"progress": False}, {"progress": None, "tell": told.append}):
        train(data, settings=settings, **silent)
        assert capsys.readouterr() == ("", "")


def test_in_a_terminal_a_training_shows_itself_unasked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    train([["a", "b"]] * 9, settings=TINY)
    first, _, err = capsys.readouterr().err.partition("\n")
    assert first == engine_for("auto").line
    assert err.startswith("\rtraining")
    assert err.endswith("\n")
    train([["a", "b"]] * 9, settings=TINY, tell=lambda _: None)
    assert capsys.readouterr().err == ""


def test_whoever_is_told_is_told_first() -> None:
    def fail(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Shown(fail)(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("tokens", "hidden"), [(0, 64), (1000, 64), (14_999, 64), (15_000, 256)])
def test_of_little_a_small_network_learns(tokens: int, hidden: int) -> None:
    assert sequence_settings(tokens).hidden_size == hidden
