"""The long-time-lag tasks of Hochreiter and Schmidhuber 1997 whose answer is asked at the end.

Each draws M sequences for each of K networks.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from karussell.kernels import Floats
from karussell.lab.streams import Integers, Streams, one_hot, padded


def lengths_of(rng: np.random.Generator, least: int, shape: tuple[int, int]) -> Integers:
    """T to T + T/10 steps."""
    return rng.integers(least, least + least // 10, shape, endpoint=True)


def mark(x: Floats, column: int, places: Integers, value: float) -> None:
    """Set one input at a place of each sequence: x is (M, L, I, K), places (M, K)."""
    np.put_along_axis(x[:, :, column], places[:, None, :], value, axis=1)


def _gaussian(rng: np.random.Generator, shape: tuple[int, ...], variance: float) -> Floats:
    return rng.standard_normal(shape, np.float32) * np.float32(variance**0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSequences:
    """Which of two classes began the sequence? Experiment 3 of 1997.

    The first N values tell, all others are noise.

    Attributes:
        steps: T, the least length.
        telling: N.
        noisy: Whether the telling values are noisy too (3b).
        answers: What the classes are answered as (3c: 0.2 and 0.8).
        answer_noise: The variance of noise on the answers (3c: 0.1).
    """

    steps: int
    telling: int
    noisy: bool = False
    answers: tuple[float, float] = (0.0, 1.0)
    answer_noise: float = 0.0
    inputs: int = 1
    outputs: int = 1

    @property
    def longest(self) -> int:
        """T and a tenth more."""
        return self.steps + self.steps // 10

    def draw(self, rng: np.random.Generator, count: int, networks: int) -> Streams:
        """M sequences for each of K networks."""
        lengths = lengths_of(rng, self.steps, (count, networks))
        first = rng.integers(0, 2, (count, networks)).astype(np.float32)
        x = _gaussian(rng, (count, int(lengths.max()), 1, networks), 0.2)
        told = 2 * first - 1
        x[:, : self.telling, 0] = told[:, None] + (
            x[:, : self.telling, 0] if self.noisy else np.float32(0)
        )
        low, high = self.answers
        targets = low + (high - low) * first + _gaussian(rng, first.shape, self.answer_noise)
        return padded(x, targets[:, None].astype(np.float32), lengths)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedNumbers:
    """The sum or product of two marked numbers, experiments 4 and 5 of 1997.

    A pair of a number and a mark comes at each step; two marks are 1, the first and the last -1.

    Attributes:
        steps: T, the least length.
        sought: "sum", of numbers from -1 to 1, answered as 0.5 + (X1 + X2) / 4; or "product", of
            numbers from 0 to 1.
    """

    steps: int
    sought: Literal["sum", "product"]
    inputs: int = 2
    outputs: int = 1

    @property
    def longest(self) -> int:
        """T and a tenth more."""
        return self.steps + self.steps // 10

    def draw(self, rng: np.random.Generator, count: int, networks: int) -> Streams:
        """M sequences for each of K networks."""
        shape = count, networks
        lengths = lengths_of(rng, self.steps, shape)
        x = np.zeros((count, int(lengths.max()), 2, networks), np.float32)
        x[:, :, 0] = rng.random(x[:, :, 0].shape, np.float32)
        if self.sought == "sum":
            x[:, :, 0] = 2 * x[:, :, 0] - 1
        x[:, 0, 1] = -1
        mark(x, 1, lengths - 1, -1)
        first = rng.integers(0, 10, shape)
        # Of the steps that are left up to T/2 - 1.
        second = rng.integers(0, self.steps // 2 - 2, shape)
        second += second >= first
        # The first number is 0 where it is marked, as in the paper.
        x[:, 0, 0] *= (first > 0) & (second > 0)
        found = []
        for places in first, second:
            mark(x, 1, places, 1)
            found.append(np.take_along_axis(x[:, :, 0], places[:, None], axis=1)[:, 0])
        one, other = found
        targets = 0.5 + (one + other) / 4 if self.sought == "sum" else one * other
        return padded(x, targets[:, None].astype(np.float32), lengths)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalOrder:
    """In which order came the symbols that matter? Experiment 6 of 1997.

    E begins, B ends, and two or three of X and Y stand among noise of a, b, c and d.

    Attributes:
        symbols: How many that matter: 2 (6a), 3 (6b).
    """

    symbols: Literal[2, 3]
    inputs: int = 8
    longest: int = 110

    @property
    def outputs(self) -> int:
        """A class for each order."""
        return 2**self.symbols

    def draw(self, rng: np.random.Generator, count: int, networks: int) -> Streams:
        """M sequences for each of K networks."""
        shape = count, networks
        lengths = rng.integers(100, 110, shape, endpoint=True)
        longest = int(lengths.max())
        kinds = rng.integers(0, 4, (count, longest, networks))  # a, b, c, d
        kinds[:, 0] = 6  # E
        np.put_along_axis(kinds, (lengths - 1)[:, None], 7, axis=1)  # B
        spans = [(10, 20), (50, 60)] if self.symbols == 2 else [(10, 20), (33, 43), (66, 76)]
        classes = np.zeros(shape, np.intp)
        for first, last in spans:
            bit = rng.integers(0, 2, shape)
            places = rng.integers(first, last, shape, endpoint=True)
            np.put_along_axis(kinds, places[:, None], (4 + bit)[:, None], axis=1)
            classes = 2 * classes + bit
        targets = one_hot(classes[:, None], self.outputs)[:, 0]
        return padded(one_hot(kinds, 8), targets, lengths)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoisyRecall:
    """Which of two symbols came second? Experiment 2c of 1997.

    A beginning, x or y, distractors drawn from p symbols, an end. After q + 2 steps each may be the
    last with a chance of 1 in 10. At the end is asked which of x and y there was.

    Attributes:
        least: q.
        distractors: p.
    """

    least: int
    distractors: int
    outputs: int = 2

    @property
    def inputs(self) -> int:
        """P + 4 symbols."""
        return self.distractors + 4

    @property
    def longest(self) -> int:
        """As one sequence in a thousand is."""
        return self.least + 70

    def draw(self, rng: np.random.Generator, count: int, networks: int) -> Streams:
        """M sequences for each of K networks."""
        shape = count, networks
        between = self.least + rng.geometric(0.1, shape) - 1
        lengths = between + 3
        kinds = rng.integers(0, self.distractors, (count, int(lengths.max()), networks))
        asked = rng.integers(0, 2, shape)
        kinds[:, 0] = self.distractors
        kinds[:, 1] = self.distractors + 2 + asked
        np.put_along_axis(kinds, (lengths - 1)[:, None], self.distractors + 1, axis=1)
        targets = one_hot(asked[:, None], 2)[:, 0]
        return padded(one_hot(kinds, self.inputs), targets, lengths)
