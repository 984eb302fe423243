"""When a task counts as solved, as the papers say it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from karussell.kernels import Floats
from karussell.lab.networks import Networks
from karussell.lab.streams import Task, largest

Flags = npt.NDArray[np.bool_]
Examiner = Callable[[Networks, Floats], Flags]
"""Which networks have solved the task, told the largest errors of their last sequences (M, K)."""


class Criterion(Protocol):
    """When a network has solved its task."""

    @property
    def window(self) -> int:
        """How many of the last sequences are asked for."""
        ...

    @property
    def asks(self) -> Task | None:
        """Where new sequences are drawn from, if not from what is learned."""
        ...

    @property
    def before(self) -> bool:
        """Whether only the sequences are counted that were read before these."""
        ...

    @property
    def mean(self) -> float:
        """What the mean of the largest errors is below."""
        ...

    @property
    def right(self) -> float:
        """An answer is right if no output is off by so much."""
        ...

    def examiner(self, task: Task, rng: np.random.Generator, networks: int) -> Examiner:
        """What examines K networks."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """The last sequences of training were answered rightly, with small errors on average.

    Attributes:
        right: An answer is right if no output is off by so much.
        mean: What the mean of the largest errors is below.
        wrong: How many answers may be wrong.
        window: How many sequences are looked at.
        before: Whether only those are counted that were read before these.
        asks: What is asked is what is learned.
    """

    right: float
    mean: float = np.inf
    wrong: int = 0
    window: int = 2000
    before: bool = False
    asks: None = None

    def examiner(self, task: Task, rng: np.random.Generator, networks: int) -> Examiner:
        """What examines K networks."""
        return lambda _, lately: enough(self, lately)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Sequences of a test set are answered rightly, with small errors on average.

    Attributes:
        right: An answer is right if no output is off by so much.
        mean: What the mean of the largest errors is below.
        wrong: How many answers may be wrong.
        tested: How many sequences the set has.
        asks: Where they are drawn from, if not from what is learned.
    """

    right: float
    mean: float = np.inf
    wrong: int = 0
    tested: int = 256
    asks: Task | None = None
    window: int = 0
    before: bool = False

    def examiner(self, task: Task, rng: np.random.Generator, networks: int) -> Examiner:
        """What examines K networks."""
        streams = (self.asks or task).draw(rng, self.tested, networks)

        def met(asked: Networks, _: Floats) -> Flags:
            return enough(self, largest(asked.answer(streams), self.tested))

        return met


def enough(asked: Lately | Tested, errors: Floats) -> Flags:
    """Which networks answer well enough, by their largest errors in sequences (M, K)."""
    wrong = (errors >= asked.right).sum(0)
    return np.asarray((wrong <= asked.wrong) & (errors.mean(0) < asked.mean))
