"""The estimators are what scikit-learn expects of its own."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from karussell.sequences import END, SequenceModel
from karussell.training import NextToken, SeriesForecaster

SEQUENCES: list[list[Hashable]] = [["a", ("b", 1), "c"], ["c", ("b", 1), "a"]] * 30
SMALL: dict[str, Any] = {
    "hidden_size": 16,
    "embedding_size": 8,
    "epochs": 40,
    "dropout": 0.0,
    "learning_rate": 1e-2,
    "n_jobs": 1,
}
QUICK: dict[str, Any] = {"horizon": 4, "season": 6, "hidden_size": 8, "updates": 40, "n_jobs": 1}
SERIES = np.sin(2 * np.pi * np.arange(200) / 6) + np.sin(np.arange(200) / 9)


@pytest.fixture(scope="module")
def fitted() -> NextToken:
    return NextToken(**SMALL).fit(SEQUENCES)


def test_the_next_tokens_are_predicted(fitted: NextToken) -> None:
    found = fitted.predict([["a"], ["c", ("b", 1)], ["a", ("b", 1), "c"]])
    assert found.tolist() == [("b", 1), "a", END]
    assert fitted.score([["a"], ["c"]], [("b", 1), "a"]) == 0.5
    shares = fitted.predict_proba([["a"], []])
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert fitted.classes_[shares[0].argmax()] == ("b", 1)


def test_scores_without_targets_are_log_probabilities(fitted: NextToken) -> None:
    found = fitted.model_.score(SEQUENCES[0]) / 4
    assert fitted.score(SEQUENCES[:1]) == pytest.approx(found)
    assert all(each in SEQUENCES for each in fitted.sample(3))


@pytest.mark.parametrize("estimator", [NextToken(**SMALL), SeriesForecaster(**QUICK)])
def test_clones_have_the_same_parameters_and_know_nothing(estimator: Any) -> None:
    copy = clone(estimator.set_params(hidden_size=12))
    assert copy.get_params() == estimator.get_params()
    with pytest.raises(NotFittedError):
        copy.predict([["a"]])


def test_a_pipeline_splits_names_into_letters() -> None:
    letters = FunctionTransformer(lambda names: [list(name) for name in names])
    pipeline = make_pipeline(letters, NextToken(**SMALL)).fit(["anna", "hanna", "ann"] * 20)
    assert isinstance(pipeline[-1].model_, SequenceModel)
    assert pipeline.predict(["h"]).tolist() == ["a"]


def test_a_grid_search_chooses_the_larger_network() -> None:
    search = GridSearchCV(
        NextToken(embedding_size=8, epochs=25, learning_rate=1e-2, n_jobs=1),
        {"hidden_size": [1, 16]},
        cv=2,
    )
    assert search.fit(SEQUENCES).best_params_ == {"hidden_size": 16}


def test_series_are_forecast_in_a_search_over_time_and_after_a_scaler() -> None:
    forecaster = SeriesForecaster(**QUICK).fit(SERIES[:150])
    assert forecaster.predict(SERIES[:150]).shape == (4,)
    assert forecaster.predict_quantiles(SERIES[:150]).shape == (4, 3)
    assert forecaster.score(SERIES[150:]) == forecaster.model_.score(SERIES[150:])["skill"]
    search = GridSearchCV(forecaster, {"hidden_size": [4, 8]}, cv=TimeSeriesSplit(2))
    assert search.fit(SERIES).best_score_ < 1
    scaled = make_pipeline(StandardScaler(), SeriesForecaster(**QUICK))
    assert scaled.fit(SERIES[:, None]).predict(SERIES[:, None]).shape == (4, 1)
