"""What is no series of known finite numbers is refused; what is one is read as it is."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from karussell.errors import UsageError
from karussell.sequences import Forecast, Scales, SeriesConfiguration, SeriesModel, series_of


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (np.ma.masked_array([1.0, 1e6, 2.0], [False, True, False]), "has masked numbers"),
        ([np.ma.masked_array([1.0, 2.0], [False, True])], "has masked numbers"),
        ([1.0, np.ma.masked, 2.0], "has masked numbers"),
        (np.ma.masked_array(np.ones((3, 2)), mask=True), "has masked numbers"),
        ([1.0, 1e300], r"has a number larger than 1e\+100 at step 1"),
        ([[1.0, 0.0], [0.0, -1e101]], r"has a number larger than 1e\+100 at step 1"),
        ([1.0, np.inf], "not finite at step 1"),
        ([np.nan, 1.0], "not finite at step 0"),
        ([np.longdouble("1e4000")], "not finite at step 0"),
        ([1.0, None], "no array of numbers"),
        ([1.0, 2j], "no array of numbers"),
        (["1", "2"], "no array of numbers"),
        ([b"1"], "no array of numbers"),
        (np.array(["1", 2], object), "no array of numbers"),
        ([date(2026, 1, 1)], "no array of numbers"),
        (np.array(["2026-01-01"], "datetime64[D]"), "no array of numbers"),
        (np.array([3], "timedelta64[s]"), "no array of numbers"),
        (np.zeros(3, [("a", float)]), "no array of numbers"),
        ([[1.0], [1.0, 2.0]], "no array of numbers"),
        ([Decimal("NaN")], "not finite at step 0"),
        ([2**53 + 1, 0], "a whole number at step 0 that float64 cannot hold"),
        (np.array([0, 2**63 + 1], np.uint64), "a whole number at step 1"),
        (np.array([np.iinfo(np.int64).min + 1]), "a whole number at step 0"),
        ([10**400], "no array of numbers"),
        ([], r"has the shape \(0,\)"),
        (np.zeros((3, 0)), r"has the shape \(3, 0\)"),
        (np.zeros((2, 2, 2)), r"has the shape \(2, 2, 2\)"),
        (5.0, r"has the shape \(\)"),
    ],
)
def test_what_cannot_be_learned_is_refused(given: Any, message: str) -> None:
    with pytest.raises(UsageError, match=f"the series.*{message}"):
        series_of(given, "the series")


@pytest.mark.parametrize(
    "given",
    [
        np.ma.masked_array([1.0, 2.0], [False, False]),
        [Fraction(1), Decimal(2)],
        [True, 2],
        np.array([1, 2], np.float16),
        np.array([1, 2], object),
        np.array([1, 2], ">i4"),
        np.array([1.0, 2.0]).data,
    ],
)
def test_numbers_of_any_kind_are_read(given: Any) -> None:
    values, single = series_of(given, "the series")
    assert single
    np.testing.assert_array_equal(values, [[1.0], [2.0]])


def test_large_whole_numbers_that_are_held_are_read() -> None:
    values, _ = series_of([2**53, -(2**60), 2**63], "the series")
    assert values[:, 0].tolist() == [2.0**53, -(2.0**60), 2.0**63]


def test_a_table_is_read_by_what_it_makes_of_itself() -> None:
    class Table:
        def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[np.float64]:
            return np.array([[1.0, 2.0]], dtype)

    assert series_of(Table(), "the series")[0].tolist() == [[1.0, 2.0]]


@pytest.mark.parametrize("unit", [1e-300, 1e-200, 1e-30, 1.0, 1e30, 1e99])
def test_scales_follow_the_units_of_the_numbers(unit: float) -> None:
    numbers = np.random.default_rng(1).normal(size=(50, 2)) + 1
    expected, found = (Scales.of([each], 3) for each in (numbers, numbers * unit))
    if unit >= 1e-290:
        for name in ("mean", "deviation"):
            np.testing.assert_allclose(getattr(found, name), getattr(expected, name) * unit)
        np.testing.assert_allclose(found.season_deviation, expected.season_deviation)
        np.testing.assert_allclose(found.inputs(numbers * unit), expected.inputs(numbers), 1e-4)
    assert np.isfinite(found.inputs(numbers * unit)).all()
    assert (found.unit() > 0).all()


@pytest.mark.parametrize("constant", [0.0, 1e-320, 1e-30, 7.0, -1e100])
def test_a_constant_series_has_scales(constant: float) -> None:
    numbers = np.full((20, 1), constant)
    scales = Scales.of([numbers], 2)
    assert np.isfinite(scales.inputs(numbers)).all()
    assert scales.unit()[0] > 0


def test_a_forecast_after_something_unheard_of_is_finite(series_model: SeriesModel) -> None:
    history = np.ones((20, 2))
    history[10, 0], history[15, 1] = 1e100, -1e38
    assert np.isfinite(series_model.forecast(history).values).all()
    stream = series_model.stream()
    for step in history:
        stream.push(step)
    assert np.isfinite(stream.forecast().values).all()


def test_a_stream_refuses_what_a_series_refuses(series_model: SeriesModel) -> None:
    stream = series_model.stream()
    for wrong in (np.ma.masked_array([1.0, 2.0], [False, True]), [1e300, 0.0], ["1", "2"], [1j, 0]):
        with pytest.raises(UsageError):
            stream.push(wrong)
    with pytest.raises(UsageError, match="so far"):
        stream.forecast()


@pytest.mark.parametrize("quantiles", [(0.1, 0.9), (0.9,), (0.1, 0.2, 0.9), (0.49, 0.51)])
def test_without_a_median_there_is_none(quantiles: tuple[float, ...]) -> None:
    forecast = Forecast(quantiles=quantiles, values=np.zeros((2, len(quantiles))))
    with pytest.raises(UsageError, match=r"0\.5 was not forecast"):
        _ = forecast.median
    model = _model(quantiles)
    assert {"skill", "mean_absolute_error"}.isdisjoint(model.score(np.arange(20.0)))


@pytest.mark.parametrize("quantiles", [(0.5,), (0.25, 0.5, 0.75, 0.9), (0.1, 0.2, 0.5)])
def test_the_median_is_the_quantile_of_a_half_wherever_it_stands(
    quantiles: tuple[float, ...],
) -> None:
    model = _model(quantiles)
    series = np.random.default_rng(1).normal(size=20)
    forecast = model.forecast(series)
    np.testing.assert_array_equal(forecast.median, forecast.at(0.5))
    found, naive, truth = model.checked(series)
    error = np.abs(found[..., quantiles.index(0.5)] - truth).mean()
    assert model.score(series)["skill"] == pytest.approx(1 - error / np.abs(naive - truth).mean())


def _model(quantiles: tuple[float, ...]) -> SeriesModel:
    configuration = SeriesConfiguration(
        variables=1, horizon=2, season=1, quantiles=quantiles, hidden_size=3, layers=1
    )
    random = np.random.default_rng(2)
    arrays = {
        name: random.uniform(0.1, 1, tensor.shape).astype(tensor.dtype)
        for name, tensor in configuration.tensors().items()
    }
    return SeriesModel(configuration, arrays)
