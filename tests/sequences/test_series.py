"""A model of series: corrections of the naive forecast, the same however the series comes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from karussell.errors import ModelFileError, UsageError
from karussell.sequences import Scales, SeriesConfiguration, SeriesModel

Doubles = NDArray[np.float64]


def naive(series: Doubles, at: int, ahead: int, season: int) -> Doubles:
    """The value of the last season at the same place: the definition, a step at a time."""
    place = at + ahead
    while place > at:
        place -= season
    found: Doubles = series[place]
    return found


@given(st.integers(1, 7), st.integers(1, 20))
def test_the_naive_forecast_is_the_same_place_of_the_last_season(season: int, horizon: int) -> None:
    series = np.random.default_rng(season).normal(size=(12, 2))
    scales = Scales.of([series], season)
    found = scales.naive(series, horizon)
    assert found.shape == (12 - season, horizon, 2)
    for row, at in enumerate(range(season, 12)):
        for ahead in range(1, horizon + 1):
            np.testing.assert_array_equal(found[row, ahead - 1], naive(series, at, ahead, season))


def test_a_forecast_is_the_naive_one_corrected_and_sorted(
    series_model: SeriesModel, arrays: dict[str, Any], series: Doubles
) -> None:
    found = series_model.forecast(series)
    hidden = series_model.run(series_model.scales.inputs(series), series_model.start())[0][-1]
    corrections = (arrays["head.weight"] @ hidden + arrays["head.bias"]).reshape(5, 2, 3)
    unit = arrays["deviation"] * arrays["season_deviation"]
    for ahead in range(1, 6):
        expected = naive(series, 19, ahead, 3)[:, None] + np.sort(
            corrections[ahead - 1] * unit[:, None], axis=-1
        )
        np.testing.assert_allclose(found.values[ahead - 1], expected, rtol=1e-5)
    np.testing.assert_array_equal(found.median, found.at(0.5))
    assert (np.diff(found.values, axis=-1) >= 0).all()
    with pytest.raises(UsageError, match=r"the quantile 0\.3 was not forecast"):
        found.at(0.3)


def test_a_series_step_by_step_is_the_series_at_once(
    series_model: SeriesModel, series: Doubles
) -> None:
    stream = series_model.stream()
    every = series_model.forecasts(series)
    for number, step in enumerate(series):
        stream.push(step)
        if number >= 3:
            found = stream.forecast().values
            np.testing.assert_allclose(found, every[number - 3], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("steps", [0, 2, 3, 11])
def test_a_saved_stream_goes_on_as_if_never_stopped(
    series_model: SeriesModel, series: Doubles, steps: int
) -> None:
    stream = series_model.stream()
    if steps:
        stream.read(series[:steps])
    again = series_model.stream(stream.saved())
    expected = stream.read(series[steps:]).forecast().values
    np.testing.assert_array_equal(again.read(series[steps:]).forecast().values, expected)
    nan = stream.saved()[:16] + np.full(len(stream.saved()) // 8 - 2, np.nan).tobytes()
    for wrong in (stream.saved()[:-8], stream.saved()[:-1], stream.saved()[::-1], nan, b""):
        with pytest.raises(UsageError, match="of another model, or damaged"):
            series_model.stream(wrong)


def test_scores_are_counted_over_the_steps_asked_for(
    series_model: SeriesModel, series: Doubles
) -> None:
    found = series_model.forecasts(series)
    # The first step forecast is 12, the last 19.
    places = range(11, 15)
    expected = [np.abs(found[at - 3, ..., 1] - series[at + 1 : at + 6]) for at in places]
    scores = series_model.score(series, 12)
    error = (np.stack(expected) / series_model.scales.deviation).mean()
    assert scores["mean_absolute_error"] == pytest.approx(error)
    assert scores["skill"] == pytest.approx(1 - error / scores["naive_error"])
    assert 0 <= scores["coverage"] <= 1


def test_single_numbers_are_forecast_as_single_numbers(
    series_configuration: SeriesConfiguration,
) -> None:
    configuration = SeriesConfiguration(
        variables=1, horizon=4, season=1, quantiles=(0.2, 0.8), hidden_size=2, layers=1
    )
    arrays = {
        name: np.full(tensor.shape, 0.1, tensor.dtype)
        for name, tensor in configuration.tensors().items()
    }
    found = SeriesModel(configuration, arrays).forecast([1.0, 2.0, 4.0])
    assert (found.values.shape, found.at(0.2).shape) == ((4, 2), (4,))


def test_a_saved_model_is_the_same_model(
    series_model: SeriesModel, series: Doubles, tmp_path: Path
) -> None:
    series_model.save(tmp_path / "series.karussell")
    again = SeriesModel.open(tmp_path / "series.karussell")
    np.testing.assert_array_equal(again.forecasts(series), series_model.forecasts(series))
    assert (again.configuration, again.scores) == (series_model.configuration, {"loss": 0.5})


@pytest.mark.parametrize(
    ("given_series", "message"),
    [
        (np.zeros((9, 3)), "the series has 3 variables, expected 2"),
        (np.zeros((3, 2)), "has 3 steps so far, expected more than a season of 3"),
        (np.full((9, 2), np.inf), "not finite at step 0; fill the gap"),
        (np.zeros((9, 2, 1)), r"has the shape \(9, 2, 1\)"),
        (np.zeros((0, 2)), r"has the shape \(0, 2\)"),
        ([["a", "b"]], "is no array of numbers"),
    ],
)
def test_series_that_cannot_be_forecast_are_refused(
    series_model: SeriesModel, given_series: Any, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        series_model.forecast(given_series)
    with pytest.raises(UsageError, match=message):
        series_model.forecasts(given_series)


def test_a_part_without_room_for_a_forecast_is_refused(
    series_model: SeriesModel, series: Doubles
) -> None:
    with pytest.raises(UsageError, match="has 20 steps; expected more than 20"):
        series_model.score(series, 16)


@pytest.mark.parametrize("name", ["mean", "head.bias"])
def test_arrays_of_another_configuration_are_refused(
    series_configuration: SeriesConfiguration, arrays: dict[str, Any], name: str
) -> None:
    missing = {key: each for key, each in arrays.items() if key != name}
    with pytest.raises(ModelFileError, match=f"'{name}' is missing"):
        SeriesModel(series_configuration, missing)
    with pytest.raises(ModelFileError, match=f"'{name}' ranges from nan to nan, expected finite"):
        SeriesModel(series_configuration, {**arrays, name: arrays[name] * np.nan})
    with pytest.raises(ModelFileError, match=f"'{name}' has shape"):
        SeriesModel(series_configuration, {**arrays, name: arrays[name][1:]})
