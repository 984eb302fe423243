"""How well what was read can be read back out of a state, by a linear probe."""

from dataclasses import dataclass

import msgspec
import numpy as np

from karussell.kernels import Floats
from karussell.lab.gradient.networks import Doubles, Layer
from karussell.lab.lags import lengths_of, mark
from karussell.lab.streams import Streams, padded

# Strengths of the ridge that are tried, of states that vary by 1.
_RIDGES = (1e-8, 1e-6, 1e-4, 1e-2, 1.0)
# A part for fitting, one for choosing the ridge, the rest is measured.
_PARTS = (0.5, 0.75)
_HALF = 0.5


def read_back(states: Doubles, sought: Doubles) -> float:
    """R² of what a linear probe reads out of states it has not seen: 1 all, 0 nothing.

    Ridge regression in closed form on the first half of the sequences, the ridge chosen on the
    next quarter, measured on the last.

    Args:
        states: A row for each sequence (M, H).
        sought: What is looked for in them (M,).
    """
    fit, choose = (int(part * len(states)) for part in _PARTS)
    mean, spread = states[:fit].mean(axis=0), states[:fit].std(axis=0)
    moving = spread > 0
    x = (states[:, moving] - mean[moving]) / spread[moving]
    centre = sought[:fit].mean()
    if not moving.any():
        return _r_squared(np.full(len(sought) - choose, centre), sought[choose:])
    u, s, vt = np.linalg.svd(x[:fit], full_matrices=False)
    along = u.T @ (sought[:fit] - centre)
    probes = [vt.T @ (s / (s**2 + ridge * fit) * along) for ridge in _RIDGES]
    best = max(probes, key=lambda w: _r_squared(x[fit:choose] @ w + centre, sought[fit:choose]))
    return _r_squared(x[choose:] @ best + centre, sought[choose:])


def _r_squared(read: Doubles, sought: Doubles) -> float:
    return float(1 - np.square(read - sought).mean() / np.square(sought - sought.mean()).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNumber:
    """Say at the end a number that was marked at the beginning.

    Numbers from -1 to 1 come, one of the first ten with a mark beside it.

    Attributes:
        steps: T, the least length.
        marked: At which step the mark stands; anywhere among the first ten, if None.
    """

    steps: int
    marked: int | None = None
    inputs: int = 2
    outputs: int = 1

    @property
    def longest(self) -> int:
        """T and a tenth more."""
        return self.steps + self.steps // 10

    def draw(self, rng: np.random.Generator, count: int, networks: int) -> Streams:
        """M sequences for each of K networks; the answer is 0.5 and 0.4 of the number."""
        shape = count, networks
        lengths = lengths_of(rng, self.steps, shape)
        x = np.zeros((count, int(lengths.max()), 2, networks), np.float32)
        x[:, :, 0] = 2 * rng.random(x[:, :, 0].shape, np.float32) - 1
        drawn = rng.integers(0, min(10, self.steps), shape)
        places = drawn if self.marked is None else np.full(shape, self.marked)
        mark(x, 1, places, 1)
        number: Floats = np.take_along_axis(x[:, :, 0], places[:, None], axis=1)
        return padded(x, (0.5 + 0.4 * number).astype(np.float32), lengths)


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """How well a number can be read back out of the state, for networks of several seeds.

    Attributes:
        lags: How many steps before it was read.
        read: R² on sequences that the probe has not seen, a list for each seed; as much below 0 as
            chance brings where nothing is left.
        span: After how many steps less than half of it is left (R² < 0.5), with each seed; None if
            more is left at the last lag.
    """

    lags: list[int]
    read: list[list[float]]
    span: list[int | None]

    @classmethod
    def of(cls, lags: list[int], read: list[list[float]]) -> "Memory":
        """That of what was read at each lag."""
        spans = [
            next((lag for lag, one in zip(lags, each, strict=True) if one < _HALF), None)
            for each in read
        ]
        return cls(lags=lags, read=read, span=spans)

    @property
    def middle(self) -> list[float]:
        """The median over seeds, at each lag."""
        return [float(each) for each in np.median(np.array(self.read), axis=0)]

    def within(self, low: float, high: float) -> tuple[Doubles, Doubles]:
        """Quantiles over seeds, at each lag."""
        found = np.quantile(np.array(self.read), [low, high], axis=0)
        return found[0], found[1]


def probed(layer: Layer, x: Doubles, places: list[int], lags: list[int]) -> list[list[float]]:
    """R² of the first input at each of some steps, read back out of the state at each lag.

    Args:
        layer: Whose states are probed: outputs, and cells if it has any.
        x: Sequences (T, N, I), longer than the last place and the longest lag.
        places: Steps whose inputs are looked for.
        lags: After how many steps.

    Returns:
        A list of lags for each place.
    """
    wanted: dict[int, list[tuple[int, int]]] = {}
    for row, place in enumerate(places):
        for column, lag in enumerate(lags):
            wanted.setdefault(place + lag, []).append((row, column))
    found = np.zeros((len(places), len(lags)))
    for t, state in enumerate(layer.run(x)):
        for row, column in wanted.get(t, ()):
            parts = [state.hidden] if layer.block is None else [state.hidden, state.cell]
            found[row, column] = read_back(np.concatenate(parts, axis=1), x[places[row], :, 0])
    return [[round(float(one), 4) for one in each] for each in found]
