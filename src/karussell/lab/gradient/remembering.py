"""Memory measured: what layers still hold of a number that they read, untrained and trained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np

from karussell.lab.gradient.learning import Course, Learner, learn, learners
from karussell.lab.gradient.measuring import LONGEST, UNITS
from karussell.lab.gradient.networks import Layer
from karussell.lab.gradient.probing import KeptNumber, Memory, probed
from karussell.lab.gradient.reach import lags_to
from karussell.lab.kept import Watch, keep, opened

# Sequences on which a state is probed.
_PROBED = 768
# Where the mark stands, and where a number without one is looked for.
_MARKED, _OTHER = 10, 20
_RATES = (0.01, 0.003, 0.001)
KINDS = ("marked", "other")


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What networks of one kind hold.

    Attributes:
        weights: How many a network has.
        state: How many numbers it carries from step to step.
        rate: The learning rate, the best of those that were tried; 0 if nothing was learned.
        sequences: How many it read to learn.
        error: The mean of each seed's errors on the last of them.
        memory: Of a number that was "marked", and of any "other": "untrained: marked" and so on.
    """

    weights: int
    state: int
    rate: float
    sequences: int
    error: list[float]
    memory: dict[str, Memory]


class Memories(msgspec.Struct, kw_only=True):
    """All that was measured.

    Attributes:
        networks: By network.
        asked: By which settings, in words.
    """

    networks: dict[str, Remembered] = {}
    asked: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoriesAsked:
    """What shall be measured.

    Attributes:
        steps: T of the task that is learned.
        longest: The longest lag.
        seeds: How many of each network.
        sequences: How many are read; none to learn nothing.
        rates: Learning rates that are tried.
        seed: The first of the seeds.
        folder: Where results are kept; None to keep none.
    """

    steps: int = 100
    longest: int = LONGEST
    seeds: int = 10
    sequences: int = 10_000
    rates: Sequence[float] = _RATES
    seed: int = 1
    folder: Path | None = None

    @classmethod
    def of(
        cls, *, quick: bool, seed: int, folder: Path | None, train: bool = True
    ) -> "MemoriesAsked":
        """All, or what takes a minute or two.

        Args:
            quick: Whether it shall.
            seed: The first of the seeds.
            folder: Where results are kept.
            train: Whether networks learn.
        """
        most = cls(seed=seed, folder=folder)
        if quick:
            most = replace(most, seeds=2, rates=(0.003,))
        return most if train else replace(most, sequences=0)

    @property
    def settings(self) -> dict[str, str]:
        """What results depend on, in words."""
        return {
            "seed": str(self.seed),
            "seeds": str(self.seeds),
            "steps": str(self.steps),
            "longest": str(self.longest),
            "sequences": str(self.sequences),
            "rates": " and ".join(map(str, self.rates)),
        }


def measure_memories(asked: MemoriesAsked, watch: Watch) -> Memories:
    """Measure what was not measured yet, and keep it as soon as it is there.

    Raises:
        UsageError: If kept results cannot be read, or were found by other settings.
        MissingError: If something shall learn and torch is not installed.
    """
    path, found = opened(asked.folder, Memories, asked.settings)
    task = KeptNumber(steps=asked.steps)
    seeds = range(asked.seed, asked.seed + asked.seeds)
    course = Course(task=task, sequences=asked.sequences, seeds=seeds, rates=asked.rates)
    for learner in learners(task, UNITS, asked.steps):
        if learner.name in found.networks:
            continue
        probes = 2 * asked.seeds if asked.sequences else asked.seeds
        with watch(learner.name, course.readings + probes * _PROBED) as tell:
            found.networks[learner.name] = _remembered(learner, course, asked.longest, tell)
        if path is not None:
            keep(path, found)
    return found


def _remembered(
    learner: Learner, course: Course, longest: int, tell: Callable[[int, str], None]
) -> Remembered:
    moments: dict[str, list[Layer]] = {}
    rate, error = 0.0, []
    if course.sequences:
        rate, learned = learn(learner, course, lambda read: tell(read, "learns"))
        error = [one.error for one in learned]
        moments["untrained"] = [one.moments["start"] for one in learned]
        moments["trained"] = [one.moments["after"] for one in learned]
    else:
        rngs = map(np.random.default_rng, course.seeds)
        moments["untrained"] = [learner.begin(course.task, rng) for rng in rngs]
    memory, done, lags = {}, course.readings, lags_to(longest)
    for moment, layers in moments.items():
        read: list[list[list[float]]] = []
        for layer, seed in zip(layers, course.seeds, strict=True):
            read.append(_probe(layer, seed, lags))
            done += _PROBED
            tell(done, "is probed")
        for kind, values in zip(KINDS, zip(*read, strict=True), strict=True):
            memory[f"{moment}: {kind}"] = Memory.of(lags, [*values])
    layer = moments["untrained"][0]
    return Remembered(
        weights=layer.size,
        state=layer.units if layer.block is None else 2 * layer.units,
        rate=rate,
        sequences=course.sequences,
        error=error,
        memory=memory,
    )


def _probe(layer: Layer, seed: int, lags: list[int]) -> list[list[float]]:
    """R² at each lag of the number that was marked, and of one that was not."""
    steps = _OTHER + lags[-1] + 1
    streams = KeptNumber(steps=steps, marked=_MARKED).draw(
        np.random.default_rng([seed, 3]), 1, _PROBED
    )
    x = np.ascontiguousarray(streams.x[:steps].transpose(0, 2, 1), np.float64)
    return probed(layer, x, [_MARKED, _OTHER], lags)
