"""Training on series of numbers: better than the season before, and refused when it cannot be."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from karussell.errors import TrainingError, UsageError
from karussell.sequences import SeriesModel
from karussell.training import Report, SeriesSettings, train, train_series
from karussell.training.series import SeriesNetwork

SEASON = 12
TINY = SeriesSettings(
    horizon=6, season=SEASON, hidden_size=16, window=48, updates=300, batch_windows=8,
    learning_rate=1e-2, dropout=0.0, threads=1,
)  # fmt: skip


def swinging(steps: int, seed: int = 0) -> NDArray[np.float64]:
    """Two variables with a season of 12 and a slower swing, which the season before misses."""
    time = np.arange(steps)[:, None]
    noise = np.random.default_rng(seed).normal(scale=0.05, size=(steps, 2))
    season = np.sin(2 * np.pi * time / SEASON) * [1, 10]
    swing = np.sin(2 * np.pi * time / 31 + [0, 1]) * [0.7, 7]
    found: NDArray[np.float64] = season + swing + noise * [1, 10] + [5, -50]
    return found


@pytest.fixture(scope="module")
def model() -> SeriesModel:
    return train_series(swinging(600)[:500], settings=TINY)


def test_it_forecasts_better_than_the_season_before(model: SeriesModel) -> None:
    scores = model.score(swinging(600), 500)
    assert scores["skill"] > 0.7
    assert 0.5 < scores["coverage"] < 0.97


def test_the_model_says_what_the_network_says() -> None:
    settings = msgspec.structs.replace(TINY, updates=1, layers=2, cells_per_block=2)
    model = train_series(swinging(100), settings=settings)
    network = SeriesNetwork(model.configuration, 0.0)
    assert [layer.cells_per_block for layer in network.recurrent] == [2, 2]
    assert {*network.arrays(), "mean", "deviation", "season_deviation"} == set(model.weights)


def test_the_same_seed_gives_the_same_model_and_another_another() -> None:
    few = msgspec.structs.replace(TINY, updates=5)
    first, second = (train(swinging(200), settings=few) for _ in range(2))
    other = train(swinging(200), settings=msgspec.structs.replace(few, seed=2))
    assert first.fingerprint == second.fingerprint != other.fingerprint


def test_several_series_of_different_lengths_are_read_together(tmp_path: Path) -> None:
    few = msgspec.structs.replace(TINY, updates=5)
    given = [swinging(90, 1)[:, 0], swinging(150, 2)[:, 0]]
    model = train(given, settings=few, out=tmp_path / "series.karussell")
    assert model.configuration.variables == 1
    assert SeriesModel.open(tmp_path / "series.karussell").fingerprint == model.fingerprint
    with pytest.raises(UsageError, match="exists already"):
        train(given, settings=few, out=tmp_path / "series.karussell")


def test_a_constant_series_is_forecast_as_constant() -> None:
    few = msgspec.structs.replace(TINY, updates=5)
    model = train(np.full(100, 7.0), settings=few)
    np.testing.assert_allclose(model.forecast(np.full(50, 7.0)).values, 7, atol=1e-3)


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints and reports after each update."""
    monkeypatch.setattr("karussell.training.loop._CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr("karussell.training.loop._TELL_SECONDS", 0.0)


@pytest.mark.usefixtures("often")
def test_a_stopped_run_goes_on_to_the_same_model(tmp_path: Path) -> None:
    few = msgspec.structs.replace(TINY, updates=30, dropout=0.2, learning_rate=0.1)
    given = [swinging(90, 1), swinging(150, 2)]
    out = tmp_path / "series.karussell"
    expected = train(given, settings=few)
    told: list[Report] = []

    def stop(report: Report) -> None:
        told.append(report)
        if len(told) in (13, 22):
            raise KeyboardInterrupt

    for resume in (False, True):
        with pytest.raises(KeyboardInterrupt):
            train(given, out=out, settings=few, resume=resume, tell=stop)
    assert not out.exists()
    with pytest.raises(TrainingError, match="a stopped training is here; go on with resume"):
        train(given, out=out, settings=few)
    with pytest.raises(TrainingError, match="is of other sequences or settings"):
        train(given[:1], out=out, settings=few, resume=True)
    resumed = train(given, out=out, settings=few, resume=True, tell=told.append)
    # Neither the last weights nor those that were best before a stop: the best of all.
    scores = [report.score for report in told if report.score is not None]
    assert scores == sorted(scores, reverse=True)
    assert resumed.scores == expected.scores
    assert resumed.fingerprint == expected.fingerprint
    assert not out.with_name(out.name + ".training").exists()


@pytest.mark.usefixtures("often")
def test_a_resumed_run_may_be_longer_but_of_no_other_kind(tmp_path: Path) -> None:
    few = msgspec.structs.replace(TINY, updates=9)
    out = tmp_path / "series.karussell"

    def stop(report: Report) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(swinging(90), out=out, settings=few, tell=stop)
    wider = msgspec.structs.replace(few, hidden_size=8)
    with pytest.raises(TrainingError, match="only updates and seconds may differ"):
        train(swinging(90), out=out, settings=wider, resume=True)
    with pytest.raises(TrainingError, match="is of other sequences or settings"):
        train([["a", "b"]] * 20, out=out, resume=True)
    longer = msgspec.structs.replace(few, updates=12)
    reports: list[Report] = []
    train(swinging(90), out=out, settings=longer, resume=True, tell=reports.append)
    assert reports[-1].part == 1


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ([], "no series given"),
        ([swinging(100), swinging(100)[:, :1]], "series 1 has 1 variables, expected 2"),
        ([swinging(25)], "series 0 has 25 steps; expected 26 or more"),
        ([np.array([1.0, np.nan])], "series 0 has a number that is not finite at step 1"),
    ],
)
def test_series_that_cannot_be_trained_on_are_refused(series: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        train_series(series, settings=TINY)


@pytest.mark.parametrize(
    "wrong",
    [
        {"horizon": 0}, {"season": 0}, {"quantiles": ()}, {"quantiles": (0.5, 0.5)},
        {"quantiles": (0.9, 0.1)}, {"quantiles": (0.0,)}, {"dropout": 1.0}, {"learning_rate": 0.0},
        {"weight_decay": -1.0}, {"updates": 0},
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        SeriesSettings(**wrong)
