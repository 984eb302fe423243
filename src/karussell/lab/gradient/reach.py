"""How much of an error at the end of a sequence reaches the steps before it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import msgspec
import numpy as np

from karussell.blocks import State
from karussell.lab.gradient.networks import Doubles, Layer

# Of which it is told when no more is left.
SHARES = (1e-2, 1e-6)
# What float64 can hold; below, an error is 0 because of its format and not of the network.
SMALLEST = float(np.finfo(np.float64).smallest_subnormal)


def errors_back(layer: Layer, x: Doubles, error: Doubles, *, truncated: bool = False) -> Doubles:
    """What arrives of an error on the last output, at each step before it, exactly.

    The whole gradient of the last output in the direction of the error, with respect to the state
    that the layer carries from a step to the next: of a plain layer its outputs, of memory blocks
    their outputs, cells and, if they are fed back, gates.

    Args:
        layer: What is measured.
        x: Sequences (T, N, I).
        error: On the last output (N, H).
        truncated: Whether it goes along the carousel only, as in 1997.

    Returns:
        The norm of what arrives at the state after each step (T, N), by lag: at 0 that of the
        error itself. It is 0 where it is smaller than any number of float64.
    """
    states = [*layer.run(x)]
    on = replace(_zeros(states[0]), hidden=error)
    return np.stack(
        [_norm(each) for each in carried_back(layer, x, states, on, truncated=truncated)]
    )


def kept_inside(layer: Layer, x: Doubles) -> Doubles:
    """What arrives inside each cell of an error inside it at the end, by lag (T, N, H).

    Along the carousel alone: 1 at every lag if its forget gates are held open.
    """
    states = [*layer.run(x)]
    on = replace(_zeros(states[0]), cell=np.ones_like(states[0].cell))
    return np.stack([each.cell for each in carried_back(layer, x, states, on, truncated=True)])


def carried_back(
    layer: Layer, x: Doubles, states: Sequence[State], error: State, *, truncated: bool
) -> Iterator[State]:
    """An error on the last state, then what arrives of it at each state before."""
    yield error
    for t in range(len(x) - 1, 0, -1):
        error = layer.back(x[t], states[t - 1], states[t], error, truncated=truncated)
        yield error


def _zeros(like: State) -> State:
    gates = None if like.gates is None else np.zeros_like(like.gates)
    return State(hidden=np.zeros_like(like.hidden), cell=np.zeros_like(like.cell), gates=gates)


def _norm(error: State) -> Doubles:
    """The norm for each sequence (N,), without squares that vanish sooner than the error does."""
    parts = [error.hidden, error.cell, *([] if error.gates is None else [error.gates])]
    whole = np.concatenate(parts, axis=1)
    largest = np.abs(whole).max(axis=1)
    scale = np.where(largest > 0, largest, 1)
    return np.asarray(largest * np.sqrt(np.square(whole / scale[:, None]).sum(axis=1)))


def lags_to(longest: int) -> list[int]:
    """0, and lags that grow by about a tenth of a tenfold, to the longest."""
    grown = {round(10 ** (tenth / 10)) for tenth in range(math.ceil(10 * math.log10(longest)))}
    return [0, *sorted(lag for lag in grown if lag < longest), longest]


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How much of an error of size 1 is left, for networks of several seeds.

    Attributes:
        lags: How many steps back.
        left: What arrives there, a list for each seed: the median over its sequences. 0 if it is
            smaller than any number of float64 (5e-324).
        below: For each share in ``SHARES``, written as "0.01", after how many steps less than it
            was left with each seed; None if more arrived at the last lag.
        rate: By which factor it changes a step, with each seed: fitted to all that is not 0.
    """

    lags: list[int]
    left: list[list[float]]
    below: dict[str, list[int | None]]
    rate: list[float]

    @classmethod
    def of(cls, arrived: Sequence[Doubles]) -> "Reach":
        """That of what arrived with each seed (T, N)."""
        middle = [np.median(each, axis=1) for each in arrived]
        lags = lags_to(len(middle[0]) - 1)
        return cls(
            lags=lags,
            # Four digits tell more than seeds do.
            left=[[float(f"{each[lag]:.4g}") for lag in lags] for each in middle],
            below={f"{share:g}": [_first(each < share) for each in middle] for share in SHARES},
            rate=[_rate(each) for each in middle],
        )

    @property
    def middle(self) -> list[float]:
        """The median over seeds, at each lag."""
        return [median(left) for left in zip(*self.left, strict=True)]

    def within(self, low: float, high: float) -> tuple[Doubles, Doubles]:
        """Quantiles over seeds, at each lag."""
        found = np.quantile(np.array(self.left), [low, high], axis=0)
        return found[0], found[1]

    def at(self, lag: int) -> float:
        """What is left at a lag that is told, the median over seeds."""
        return self.middle[self.lags.index(lag)]


def _first(where: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int | None:
    return int(where.argmax()) if where.any() else None


def _rate(left: Doubles) -> float:
    """The factor per step of an exponential fitted to what is left, 0 if nothing is."""
    lags = np.flatnonzero(left > 0)
    if len(lags) < 2:
        return 0.0
    return float(np.exp(np.polyfit(lags, np.log(left[lags]), 1)[0]))
