"""The gradient measured: of layers that nobody has trained, while they learn, and after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from karussell.lab.gradient.learning import Course, Learned, Learner, learn, learners
from karussell.lab.gradient.networks import Doubles, Layer, block_layer, plain_layer
from karussell.lab.gradient.reach import Reach, errors_back, kept_inside
from karussell.lab.kept import Watch, keep, opened
from karussell.lab.lags import TwoSequences
from karussell.lab.plain import check_torch, units_of
from karussell.lab.streams import Task

UNITS = 32
LONGEST = 1000
# Sequences on which one network is measured, and tested.
_MEASURED, _TESTED = 16, 256
_RIGHT = 0.2  # experiment 3 of 1997
# For a forget bias of 1: what it has at the start tells that it cannot learn so long a task.
_TOO_LONG = 500
_RATES = (0.01, 0.003, 0.001)

Draw = Callable[[np.random.Generator], Layer]


def _size() -> int:
    return block_layer(1, UNITS, 1, np.random.default_rng(0)).size


def _blocks(forget_bias: float) -> Draw:
    return lambda rng: block_layer(1, UNITS, 1, rng, forget_bias=forget_bias)


UNTRAINED: dict[str, Draw] = {
    "plain RNN, uniform": lambda rng: plain_layer(1, UNITS, 1, rng, orthogonal=False),
    "plain RNN": lambda rng: plain_layer(1, UNITS, 1, rng),
    "plain RNN, equal weights": lambda rng: plain_layer(1, units_of(1, 1, _size()), 1, rng),
    "LSTM, gates held shut": lambda rng: _blocks(1.0)(rng).holding(forget=True),
    "LSTM, forget bias 0": _blocks(0.0),
    "LSTM, forget bias 1": _blocks(1.0),
    "LSTM, forget bias 2": _blocks(2.0),
    "LSTM, forget bias 5": _blocks(5.0),
    "LSTM, gates held open": lambda rng: _blocks(1.0)(rng).holding(forget=False),
}
"""What is measured before anything is learned: the first weights of each network."""


class Untrained(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of an error in networks that have learned nothing.

    Attributes:
        weights: How many a network has.
        whole: Along all ways, from an error on the last output.
        inside: Inside a cell, along its carousel alone, from an error in the cell; None of plain
            layers, which have none.
    """

    weights: int
    whole: Reach
    inside: Reach | None


class Trained(msgspec.Struct, frozen=True, kw_only=True):
    """What is left of an error in networks that learned.

    Attributes:
        weights: How many a network has.
        rate: The learning rate, the best of those that were tried.
        sequences: How many it read.
        wrong: Which part of 256 new sequences each seed answers wrongly.
        error: The mean of each seed's errors on them.
        reach: What is left at the "start", "during" learning and "after" it.
    """

    weights: int
    rate: float
    sequences: int
    wrong: list[float]
    error: list[float]
    reach: dict[str, Reach]

    @property
    def solved(self) -> int:
        """How many seeds answer fewer than one in a hundred wrongly."""
        return sum(each < 0.01 for each in self.wrong)


class Gradients(msgspec.Struct, kw_only=True):
    """All that was measured.

    Attributes:
        untrained: By network.
        trained: By task and network: "T = 100: plain RNN".
        asked: By which settings, in words.
    """

    untrained: dict[str, Untrained] = {}
    trained: dict[str, Trained] = {}
    asked: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientsAsked:
    """What shall be measured.

    Attributes:
        steps: Lengths T of the tasks that are learned, none to learn nothing.
        seeds: How many of each network.
        sequences: How many are read, by the length of a task.
        rates: Learning rates that are tried.
        seed: The first of the seeds.
        folder: Where results are kept; None to keep none.
    """

    steps: Sequence[int] = (100, 1000)
    seeds: int = 10
    sequences: Sequence[int] = (20_000, 8_000)
    rates: Sequence[float] = _RATES
    seed: int = 1
    folder: Path | None = None

    @classmethod
    def of(
        cls, *, quick: bool, seed: int, folder: Path | None, train: bool = True
    ) -> "GradientsAsked":
        """All, or what takes a minute or two.

        Args:
            quick: Whether it shall.
            seed: The first of the seeds.
            folder: Where results are kept.
            train: Whether networks learn.
        """
        most = cls(seed=seed, folder=folder)
        if quick:
            most = replace(most, steps=(100,), seeds=2, sequences=(10_000,), rates=(0.003,))
        return most if train else replace(most, steps=())

    @property
    def settings(self) -> dict[str, str]:
        """What results depend on, in words."""
        return {
            "seed": str(self.seed),
            "seeds": str(self.seeds),
            "sequences": " and ".join(map(str, self.sequences)),
            "rates": " and ".join(map(str, self.rates)),
        }


def measure_gradients(asked: GradientsAsked, watch: Watch) -> Gradients:
    """Measure what was not measured yet, and keep it as soon as it is there.

    Raises:
        UsageError: If kept results cannot be read, or were found by other settings.
        MissingError: If something shall learn and torch is not installed.
    """
    path, found = opened(asked.folder, Gradients, asked.settings)
    if asked.steps and not found.trained:
        check_torch("layers that learn need")
    seeds = range(asked.seed, asked.seed + asked.seeds)
    for name, draw in UNTRAINED.items():
        if name not in found.untrained:
            with watch(f"untrained: {name}", len(seeds)) as tell:
                found.untrained[name] = _untrained(draw, seeds, tell)
            _save(path, found)
    for steps, sequences in zip(asked.steps, asked.sequences, strict=False):
        task = TwoSequences(steps=steps, telling=3)
        course = Course(task=task, sequences=sequences, seeds=seeds, rates=asked.rates)
        for learner in learners(task, UNITS, steps):
            if steps > _TOO_LONG and learner.forget_bias == 1:
                continue
            key = f"T = {steps}: {learner.name}"
            if key not in found.trained:
                with watch(key, course.readings) as tell:
                    found.trained[key] = _trained(learner, course, steps, tell)
                _save(path, found)
    return found


def _save(path: Path | None, found: Gradients) -> None:
    if path is not None:
        keep(path, found)


def _untrained(draw: Draw, seeds: Sequence[int], tell: Callable[[int, str], None]) -> Untrained:
    whole, inside, weights = [], [], 0
    task = TwoSequences(steps=LONGEST, telling=3)
    for number, seed in enumerate(seeds, 1):
        rng = np.random.default_rng(seed)
        layer = draw(rng)
        x = _sequences(task, rng, LONGEST)
        weights = layer.size
        whole.append(errors_back(layer, x, _error(layer, rng)))
        if layer.block is not None:
            kept = kept_inside(layer, x)
            inside.append(kept.reshape(len(kept), -1))
        tell(number, "")
    return Untrained(
        weights=weights, whole=Reach.of(whole), inside=Reach.of(inside) if inside else None
    )


def _trained(
    learner: Learner, course: Course, steps: int, tell: Callable[[int, str], None]
) -> Trained:
    rate, learned = learn(learner, course, lambda read: tell(read, ""))
    tested = [
        _test(one.moments["after"], course.task, seed) for one, seed in _with(learned, course)
    ]
    return Trained(
        weights=learned[0].moments["after"].size,
        rate=rate,
        sequences=course.sequences,
        wrong=[float((errors >= _RIGHT).mean()) for errors in tested],
        error=[float(errors.mean()) for errors in tested],
        reach={
            moment: Reach.of(
                [
                    _reach(one.moments[moment], course.task, steps, seed)
                    for one, seed in _with(learned, course)
                ]
            )
            for moment in learned[0].moments
        },
    )


def _with(learned: Sequence[Learned], course: Course) -> list[tuple[Learned, int]]:
    return [*zip(learned, course.seeds, strict=True)]


def _reach(layer: Layer, task: Task, steps: int, seed: int) -> Doubles:
    """On sequences that it has not learned from."""
    rng = np.random.default_rng([seed, 1])
    return errors_back(layer, _sequences(task, rng, steps), _error(layer, rng))


def _sequences(task: Task, rng: np.random.Generator, lag: int) -> Doubles:
    """Sequences of a task, their first steps so far from the last ones (T, N, I)."""
    x = task.draw(rng, 1, _MEASURED).x[: lag + 1]
    return np.ascontiguousarray(x.transpose(0, 2, 1), np.float64)


def _error(layer: Layer, rng: np.random.Generator) -> Doubles:
    """Errors of size 1 on the last hidden state, as errors of the outputs make them (N, H)."""
    error = rng.standard_normal((_MEASURED, len(layer.answer))) @ layer.answer
    return np.asarray(error / np.linalg.norm(error, axis=1, keepdims=True))


def _test(layer: Layer, task: Task, seed: int) -> Doubles:
    """The largest error on each of 256 new sequences."""
    streams = task.draw(np.random.default_rng([seed, 2]), 1, _TESTED)
    largest = np.zeros(_TESTED)
    x = streams.x.transpose(0, 2, 1).astype(np.float64)
    for state, targets, asked in zip(layer.run(x), streams.targets, streams.matters, strict=True):
        if asked.any():
            off = np.abs(layer.answers(state) - targets.T).max(axis=1)
            largest = np.where(asked > 0, off, largest)
    return largest
