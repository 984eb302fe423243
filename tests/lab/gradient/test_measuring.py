"""The gradient measured before, while and after learning; all of it small."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from karussell.errors import UsageError
from karussell.lab import TwoSequences
from karussell.lab.gradient import (
    Course,
    Gradients,
    GradientsAsked,
    Learner,
    learn,
    learners,
    measure_gradients,
)
from karussell.lab.gradient import measuring as module

_ASKED = GradientsAsked(steps=(12,), seeds=2, sequences=(96,), rates=(0.01,))


@contextmanager
def _watch(name: str, total: int) -> Iterator[Callable[[int, str], None]]:
    yield lambda done, detail: None


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST", 12)


def test_all_is_measured_for_each_network_and_seed() -> None:
    found = measure_gradients(_ASKED, _watch)
    assert list(found.untrained) == list(module.UNTRAINED)
    assert len(found.trained) == 4
    for one in found.trained.values():
        assert (len(one.wrong), one.sequences, list(one.reach)) == (
            *(2, 96),
            ["start", "during", "after"],
        )
        assert one.reach["after"].lags[-1] == 12
    open_, shut = (found.untrained[f"LSTM, gates held {how}"].inside for how in ("open", "shut"))
    assert open_ is not None
    assert shut is not None
    assert open_.middle == [1.0] * len(open_.lags)
    assert shut.middle[1:] == [0.0] * (len(shut.lags) - 1)


def test_what_was_measured_is_kept_and_not_measured_again(tmp_path: Path) -> None:
    few = GradientsAsked(steps=(), seeds=2, folder=tmp_path / "kept")
    first = measure_gradients(few, _watch)

    def never(name: str, total: int) -> Iterator[Callable[[int, str], None]]:
        raise AssertionError(name)

    again: Gradients = measure_gradients(few, never)  # type: ignore[arg-type]
    assert again == first
    with pytest.raises(UsageError, match="has results of seed 1, asked for 5"):
        measure_gradients(replace(few, seed=5), _watch)
    (tmp_path / "kept" / "results.json").write_text("{")
    with pytest.raises(UsageError, match="is damaged"):
        measure_gradients(few, _watch)


def test_those_compared_have_equal_units_or_equal_weights() -> None:
    task, rng = TwoSequences(steps=12, telling=3), np.random.default_rng(0)
    plain, equal, blocks, for_steps = (one.begin(task, rng) for one in learners(task, 32, 12))
    assert plain.units == blocks.units == for_steps.units == 32
    assert 0 <= equal.size / blocks.size - 1 < 0.02


def test_learning_begins_with_the_weights_that_are_measured_and_changes_them() -> None:
    task = TwoSequences(steps=5, telling=3)
    for learner in (
        Learner(name="plain RNN", units=4),
        Learner(name="LSTM", units=4, forget_bias=3.0, input_bias=-1.0),
    ):
        course = Course(task=task, sequences=1600, seeds=(3,), rates=(0.03, 0.01))
        told: list[int] = []
        _, (one,) = learn(learner, course, told.append)
        assert told[-1] == course.readings
        first = learner.begin(task, np.random.default_rng(3))
        start, after = one.moments["start"], one.moments["after"]
        for mine, theirs in zip(start.weights.parts, first.weights.parts, strict=True):
            np.testing.assert_array_equal(mine, theirs)
        assert after.block == start.block
        assert after.weights.weight_hh.dtype == np.float64
        assert np.abs(after.weights.weight_hh - start.weights.weight_hh).max() > 0.01
        assert one.error < 0.45
