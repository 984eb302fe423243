"""What a forecast of a series is made of: sizes, scales, and the forecast itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from numbers import Integral, Real
from typing import Annotated, Any

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import ArrayLike, NDArray

from karussell.errors import UsageError
from karussell.kernels import Block
from karussell.store import WEIGHTS, Range, Tensor

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
_Count = Annotated[int, Meta(ge=1, le=2**20)]
# No measurement comes near this; below it, no sum of squares overflows float64.
LARGEST_NUMBER = 1e100
# Of numbers below this the squares vanish, whatever they are divided by.
_SMALLEST = 1e-290
# What is read is held to this many deviations: beyond, sums of products overflow float32.
FARTHEST = 1e9
MEDIAN = 0.5
# In so many deviations differences are taken, which overflow float64 otherwise.
_FARTHEST_SCALED = 1e150
# What `Scales.of` can give.
_SCALES = {
    "mean": Range(-LARGEST_NUMBER, LARGEST_NUMBER, f"finite numbers within {LARGEST_NUMBER:g}"),
    "deviation": Range(
        1e-9 * _SMALLEST, LARGEST_NUMBER, f"positive numbers up to {LARGEST_NUMBER:g}"
    ),
    "season_deviation": Range(1e-6, 1e10, "positive numbers from 1e-06 to 1e+10"),
}


class SeriesConfiguration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sizes of a model of series.

    Attributes:
        variables: Numbers at each step, D.
        horizon: Steps forecast at once, F.
        season: Steps after which the series is like itself, p: what was measured so long ago is
            the naive forecast, which the model corrects. 1 for no season: the last value.
        quantiles: Which quantiles are forecast, Q of them, ascending.
        hidden_size: Memory cells a layer, H.
        layers: Layers, L.
        cells_per_block: Memory cells that share one set of gates, S.
    """

    variables: _Count
    horizon: _Count
    season: _Count
    quantiles: tuple[Annotated[float, Meta(gt=0, lt=1)], ...]
    hidden_size: _Count
    layers: Annotated[int, Meta(ge=1, le=64)]
    cells_per_block: _Count = 1

    def __post_init__(self) -> None:
        """Refuse quantiles that do not rise, and sizes that do not go together.

        Raises:
            ValueError: Naming what was expected.
        """
        if not self.quantiles or list(self.quantiles) != sorted(set(self.quantiles)):
            raise ValueError(f"quantiles are {self.quantiles}, expected ascending ones")
        self.block.blocks(self.hidden_size)

    @property
    def block(self) -> Block:
        """What the memory blocks are made of."""
        return Block(cells=self.cells_per_block)

    def tensors(self) -> dict[str, Tensor]:
        """Every array of a model: scales in float64, weights in float32."""
        rows, hidden = self.block.gate_rows(self.hidden_size), self.hidden_size
        outputs = self.horizon * self.variables * len(self.quantiles)
        found = {
            name: Tensor(dtype="float64", shape=(self.variables,), range=allowed)
            for name, allowed in _SCALES.items()
        }
        for layer in range(self.layers):
            found[f"lstm.{layer}.weight_ih"] = _weight(
                rows, hidden if layer else 2 * self.variables
            )
            found[f"lstm.{layer}.weight_hh"] = _weight(rows, hidden)
            found[f"lstm.{layer}.bias"] = _weight(rows)
        return {**found, "head.weight": _weight(outputs, hidden), "head.bias": _weight(outputs)}


def _weight(*shape: int) -> Tensor:
    return Tensor(dtype="float32", shape=shape, range=WEIGHTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the next F steps may be.

    Attributes:
        quantiles: The levels, Q of them, ascending.
        values: The quantiles of each step and variable, (F, D, Q); (F, Q) if the series was
            one of single numbers.
    """

    quantiles: tuple[float, ...]
    values: Doubles

    def at(self, quantile: float) -> Doubles:
        """One quantile of each step, (F, D) or (F,).

        Raises:
            UsageError: If it was not forecast.
        """
        if quantile not in self.quantiles:
            raise UsageError(f"the quantile {quantile} was not forecast; have {self.quantiles}")
        found: Doubles = self.values[..., self.quantiles.index(quantile)]
        return found

    @property
    def median(self) -> Doubles:
        """The quantile 0.5 of each step, (F, D) or (F,).

        Raises:
            UsageError: If it was not forecast.
        """
        return self.at(MEDIAN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    r"""What the numbers of a series are divided by, so that all variables count alike.

    Attributes:
        mean: Of each variable, (D,).
        deviation: From it, (D,).
        season_deviation: Of the change over a season, in units of ``deviation``, (D,).
        season: Steps of a season, p.
    """

    mean: Doubles
    deviation: Doubles
    season_deviation: Doubles
    season: int

    @classmethod
    def of(cls, series: list[Doubles], season: int) -> "Scales":
        """The scales of some series, each (T, D) with T > p."""
        # In units of the largest number, whose square is neither too large nor too small for a
        # float; a variable that is always zero, or all but zero, has the unit one.
        largest = np.max([np.abs(each).max(0) for each in series], axis=0)
        unit = np.where(largest > _SMALLEST, largest, 1.0)
        together = np.concatenate(series) / unit
        changes = np.concatenate([each[season:] - each[:-season] for each in series]) / unit
        deviation = np.maximum(together.std(0), np.where(largest > _SMALLEST, 1e-9, 1.0))
        change = np.sqrt((changes**2).mean(0)) / deviation
        return cls(
            mean=together.mean(0) * unit,
            deviation=deviation * unit,
            season_deviation=np.maximum(change, 1e-6),
            season=season,
        )

    def inputs(self, values: Doubles) -> Floats:
        """What the network reads: each number and its change over a season, (T - p, 2D)."""
        with np.errstate(over="ignore"):
            scaled = ((values - self.mean) / self.deviation).clip(
                -_FARTHEST_SCALED, _FARTHEST_SCALED
            )
        change = (scaled[self.season :] - scaled[: -self.season]) / self.season_deviation
        both = np.concatenate([scaled[self.season :], change], 1)
        return both.clip(-FARTHEST, FARTHEST).astype(np.float32)

    def naive(self, values: Doubles, horizon: int) -> Doubles:
        """The forecast after each step from the p-th on: the season before, (T - p, F, D)."""
        steps = np.arange(self.season, len(values))
        found: Doubles = values[steps[:, None] + self.back(horizon)]
        return found

    def truth(self, values: Doubles, horizon: int) -> Doubles:
        """What came after each step from the p-th on, where all F steps did: (T - p - F, F, D)."""
        windows = np.lib.stride_tricks.sliding_window_view(values, horizon, 0)
        found: Doubles = windows[self.season + 1 :].swapaxes(1, 2)
        return found

    def back(self, horizon: int) -> NDArray[np.int64]:
        """Where each step ahead finds its naive forecast, from the step at hand, (F,)."""
        ahead = np.arange(1, horizon + 1)
        found: NDArray[np.int64] = ahead - -(-ahead // self.season) * self.season
        return found

    def unit(self) -> Doubles:
        """What a correction of the naive forecast by one is, (D,)."""
        return self.season_deviation * self.deviation


def series_of(given: ArrayLike, what: str) -> tuple[Doubles, bool]:
    """A series as (T, D), and whether it was given as (T,), one number a step.

    Raises:
        UsageError: If it is not an array of finite numbers of one or two dimensions, all of them
            known and such that float64 can hold them.
    """
    _refuse_masks(given, what)
    try:
        array = np.asarray(given)
        if array.dtype.kind == "O" and all(isinstance(each, Real | Decimal) for each in array.flat):
            array = _exact(array)
        with np.errstate(over="ignore"):  # of wider floats; what is too large is told below
            values = np.asarray(array, np.float64) if array.dtype.kind in "biuf" else None
    except (TypeError, ValueError, RuntimeError, OverflowError):
        values = None
    if values is None:
        raise UsageError(f"{what} is no array of numbers, expected real ones, (T, D) or (T,)")
    if values.ndim not in (1, 2) or not values.size:
        raise UsageError(f"{what} has the shape {values.shape}, expected (T, D) or (T,)")
    if (gap := _first(~np.isfinite(values))) is not None:
        raise UsageError(
            f"{what} has a number that is not finite at step {gap}; fill the gap, by the value "
            "before it or the season before"
        )
    if (place := _first(np.abs(values) > LARGEST_NUMBER)) is not None:
        raise UsageError(
            f"{what} has a number larger than {LARGEST_NUMBER:g} at step {place}; give it in "
            "larger units, or mend it"
        )
    if array.dtype.kind in "iu" and (place := _first(_rounded(array, values))) is not None:
        raise UsageError(
            f"{what} has a whole number at step {place} that float64 cannot hold; take the first "
            "from all of them, or give them in larger units"
        )
    return values.reshape(len(values), -1), values.ndim == 1


def _refuse_masks(given: object, what: str) -> None:
    """Refuse what hides numbers: what lies behind a mask is not to be learned.

    Raises:
        UsageError: If a number is masked.
    """
    parts: Iterable[object] = given if isinstance(given, list | tuple) else [given]
    if any(isinstance(part, np.ma.MaskedArray) and np.ma.is_masked(part) for part in parts):
        raise UsageError(
            f"{what} has masked numbers; fill the gaps, by the value before or the season before"
        )


def _exact(array: NDArray[np.object_]) -> NDArray[Any]:
    """Python's numbers as whole ones if they are, so that none is rounded unseen."""
    if all(isinstance(each, Integral) for each in array.flat):
        whole = [int(each) for each in array.flat]
        if min(whole, default=0) >= -(2**63) and max(whole, default=0) < 2**64:
            kind = np.uint64 if max(whole, default=0) >= 2**63 else np.int64
            return np.array(whole, kind).reshape(array.shape)
    return array.astype(np.float64)


def _rounded(whole: NDArray[Any], values: Doubles) -> NDArray[np.bool_]:
    """Which whole numbers are others in float64."""
    # Those near the ends are compared as Python's, since they fit no integer once they are rounded.
    doubtful = np.abs(values) >= 2.0**53
    found = np.zeros(whole.shape, bool)
    found[doubtful] = [
        int(a) != int(b) for a, b in zip(whole[doubtful], values[doubtful], strict=True)
    ]
    return found


def _first(wrong: NDArray[np.bool_]) -> int | None:
    """The first step at which something is wrong."""
    if not wrong.any():
        return None
    return int(np.flatnonzero(wrong.reshape(len(wrong), -1).any(1))[0])
