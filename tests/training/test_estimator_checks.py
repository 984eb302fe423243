"""What scikit-learn checks of any estimator, and what its users do with any."""

import copy
import pickle
import warnings
from pathlib import Path
from typing import Any

import joblib  # type: ignore[import-untyped]
import numpy as np
import pytest
from scipy import sparse, stats  # type: ignore[import-untyped]
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    RandomizedSearchCV,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import estimator_checks_generator

from karussell.training import NextToken, SeriesForecaster

SEQUENCES: list[list[Any]] = [["a", ("b", 1), "c"], ["c", ("b", 1), "a"], ["a", "c"]] * 8
SERIES = np.sin(np.arange(90.0))
TOKENS = NextToken(hidden_size=4, embedding_size=4, epochs=1, n_jobs=1, least_count=1)
FORECASTER = SeriesForecaster(horizon=2, hidden_size=4, updates=3, window=8, n_jobs=1)
BOTH = [(TOKENS, SEQUENCES), (FORECASTER, SERIES)]


def expected_failures(estimator: Any) -> dict[str, str]:
    """Which checks ask for what such data cannot have, and why."""
    if isinstance(estimator, NextToken):
        table = "asks for a table: sequences of anything hashable are none"
        return {
            "check_estimators_nan_inf": table,
            "check_n_features_in_after_fitting": table,
            "check_complex_data": "a complex number is a token like any other",
            "check_dtype_object": "asks for a TypeError that names strings and numbers",
            "check_estimators_empty_data_messages": table,
        }
    order = "rows of a series are steps in time: their order and what came before count"
    return {
        "check_methods_sample_order_invariance": order,
        "check_methods_subset_invariance": order,
        "check_fit1d": "a series of single numbers is (T,)",
        "check_n_features_in": "asks for predictions of the length of the input",
        "check_fit2d_predict1d": "a series of single numbers is (T,)",
        "check_fit2d_1sample": "asks for one message; too few steps are told in another",
    }


def checks() -> list[Any]:
    """Every check of each estimator; those that need a table are none of ``NextToken``'s."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = [each for one in (TOKENS, FORECASTER) for each in estimator_checks_generator(one)]
    named = []
    for estimator, check in found:
        name = check.func.__name__
        reason = expected_failures(estimator).get(name)
        marks = [] if reason is None else [pytest.mark.skip(reason=reason)]
        named.append(pytest.param(estimator, check, marks=marks, id=name))
    return named


@pytest.mark.filterwarnings("ignore:Can't test estimator NextToken")
@pytest.mark.parametrize(("estimator", "check"), checks())
def test_the_checks_of_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.parametrize(
    ("estimator", "data", "backend"),
    [
        (TOKENS, SEQUENCES, "threading"),
        (FORECASTER, SERIES, "threading"),
        (TOKENS, SEQUENCES, "loky"),
    ],
)
def test_it_is_searched_in_parallel(estimator: Any, data: Any, backend: str) -> None:
    grid = {"hidden_size": np.array([2, 3]), "dropout": [0.0, np.float64(0.1)]}
    cv = TimeSeriesSplit(2) if data is SERIES else KFold(2)
    with joblib.parallel_backend(backend, n_jobs=2):
        found = GridSearchCV(estimator, grid, cv=cv, error_score="raise").fit(data)
        scores = cross_val_score(estimator, data, cv=cv, error_score="raise")
    alone = GridSearchCV(estimator, grid, cv=cv).fit(data)
    np.testing.assert_array_equal(
        found.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"]
    )
    assert np.isfinite(scores).all()


@pytest.mark.parametrize(("estimator", "data"), BOTH)
def test_it_is_searched_at_random(estimator: Any, data: Any) -> None:
    drawn = {"hidden_size": stats.randint(2, 5), "learning_rate": stats.loguniform(1e-3, 1e-2)}
    search = RandomizedSearchCV(estimator, drawn, n_iter=2, cv=KFold(2), random_state=1)
    search.fit(data)
    assert search.best_params_["hidden_size"] in (2, 3, 4)


@pytest.mark.parametrize(("estimator", "data"), BOTH)
def test_it_is_kept_and_moved(estimator: Any, data: Any, tmp_path: Path) -> None:
    fitted = clone(estimator).fit(data)
    joblib.dump(fitted, tmp_path / "kept")
    (tmp_path / "kept").rename(tmp_path / "moved")
    copies = [
        joblib.load(tmp_path / "moved"), pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted),
        make_pipeline(FunctionTransformer(), fitted)[-1],
    ]  # fmt: skip
    for each in copies:
        assert each.score(data) == fitted.score(data)
        assert each.model_.fingerprint == fitted.model_.fingerprint
        assert repr(each) == repr(fitted)


@pytest.mark.parametrize(("estimator", "data"), BOTH)
def test_every_kind_of_random_state_is_one(estimator: Any, data: Any) -> None:
    def of(state: Any) -> bytes:
        fitted = clone(estimator).set_params(random_state=state).fit(data)
        found: bytes = fitted.model_.fingerprint
        return found

    assert of(3) == of(np.int64(3)) != of(4)
    assert of(np.random.RandomState(3)) == of(np.random.RandomState(3))
    assert of(np.random.default_rng(3)) == of(np.random.default_rng(3))
    assert of(None) != of(None)


@pytest.mark.parametrize(("estimator", "data"), BOTH)
def test_it_is_fitted_again_and_not_before(estimator: Any, data: Any) -> None:
    fresh = clone(estimator)
    with pytest.raises(NotFittedError):
        fresh.score(data)
    first = fresh.fit(data).model_.fingerprint
    assert fresh.fit(data[:40]).fit(data).model_.fingerprint == first
    assert fresh.set_params(n_jobs=-1).get_params()["n_jobs"] == -1
    fresh.fit(data)


def test_a_forecaster_may_be_fitted_on_another_number_of_variables() -> None:
    fresh = clone(FORECASTER).fit(np.stack([SERIES, SERIES], 1))
    assert fresh.n_features_in_ == 2
    with pytest.raises(ValueError, match="expecting 2 features"):
        fresh.predict(np.ones((9, 3)))
    fresh.fit(SERIES)
    assert not hasattr(fresh, "n_features_in_")
    assert fresh.predict(SERIES).shape == (2,)


@pytest.mark.parametrize(
    "wrong", [sparse.csr_array(np.ones((40, 1))), np.ma.masked_less(SERIES, 0), SERIES * 1e300]
)
def test_what_is_no_series_is_a_value_error(wrong: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        clone(FORECASTER).fit(wrong)


@pytest.mark.parametrize("wrong", ["text", 7, [1, 2], [["a"], 3], np.ones(3)])
def test_what_are_no_sequences_are_a_value_error(wrong: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        clone(TOKENS).fit(wrong)


def test_without_a_median_nothing_is_scored() -> None:
    fitted = clone(FORECASTER).set_params(quantiles=(0.1, 0.9)).fit(SERIES)
    assert fitted.predict_quantiles(SERIES).shape == (2, 2)
    for ask in (fitted.predict, fitted.score):
        with pytest.raises(ValueError, match=r"0\.5"):
            ask(SERIES)
