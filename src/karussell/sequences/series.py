"""Forecasts of series of numbers, with quantiles, at run time."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from karussell.blocks import State
from karussell.errors import UsageError, counted
from karussell.files import AnyPath
from karussell.kernels import lstm_forward
from karussell.sequences.scales import (
    FARTHEST,
    LARGEST_NUMBER,
    MEDIAN,
    Doubles,
    Floats,
    Forecast,
    Scales,
    SeriesConfiguration,
    series_of,
)
from karussell.store import ModelCard, Stored, Tensor, checked, fingerprint, load, save

_FINGERPRINT = 16


class SeriesCard(ModelCard, frozen=True, kw_only=True, tag="series"):
    """What the file of a model of series says about itself.

    Attributes:
        configuration: Its sizes.
    """

    configuration: SeriesConfiguration

    def layout(self) -> dict[str, Tensor]:
        """Its scales and weights."""
        return self.configuration.tensors()


class SeriesModel:
    r"""Forecasts the next F steps of a series of D numbers a step, with Q quantiles of each.

    An LSTM reads the series; from its hidden state after each step a linear map gives all quantiles
    of all F steps at once, as corrections of the naive forecast, the values a season before (direct
    quantile forecasts: Wen et al., "A multi-horizon quantile recurrent forecaster", 2017). Sorted
    quantiles never cross. It never changes once made.

    Args:
        configuration: Its sizes.
        weights: Every array named by ``configuration.tensors()``.
        scores: What was measured, by name.

    Raises:
        ModelFileError: If the weights are not those of the configuration.
    """

    def __init__(
        self,
        configuration: SeriesConfiguration,
        weights: Mapping[str, NDArray[Any]],
        *,
        scores: Mapping[str, float] | None = None,
    ) -> None:
        self.configuration = configuration
        self.scores = dict(scores or {})
        self.weights = checked(weights, configuration.tensors())
        self.scales = Scales(
            mean=self.weights["mean"],
            deviation=self.weights["deviation"],
            season_deviation=self.weights["season_deviation"],
            season=configuration.season,
        )

    def forecast(self, history: ArrayLike) -> Forecast:
        """What may follow a series.

        Args:
            history: The series so far, (T, D), or (T,) of single numbers; T > p.

        Raises:
            UsageError: If it is too short, not finite, or has another number of variables.
        """
        found = self.stream().read(history).forecast()
        if np.ndim(history) > 1:
            return found
        return Forecast(quantiles=found.quantiles, values=found.values[:, 0])

    def forecasts(self, series: ArrayLike) -> Doubles:
        """The forecasts after each step from the p-th on, each of what came before it.

        Returns:
            (T - p, F, D, Q).

        Raises:
            UsageError: As ``forecast``.
        """
        values = self._series(series)
        hidden, _ = self.run(self.scales.inputs(values), self.start())
        return self.quantiles(hidden, self.scales.naive(values, self.configuration.horizon))

    def score(self, series: ArrayLike, first: int = 0) -> dict[str, float]:
        """How well the steps of a series are forecast from all places where the truth is known.

        Args:
            series: The series, (T, D) or (T,).
            first: Where the part begins that counts; what stands before is only read.

        Returns:
            ``mean_absolute_error`` of the median; ``naive_error``, that of the values a season
            before; ``skill``, 1 minus their ratio; ``pinball_loss`` (Koenker and Bassett 1978),
            the mean over all quantiles; and ``coverage``, how often the truth lay between the
            lowest and the highest quantile. The first and the third only if 0.5 is among the
            quantiles.

        Raises:
            UsageError: As ``forecast``, or if no forecast of the part can be checked.
        """
        found, naive, truth = self.checked(series, first)
        configuration = self.configuration
        # Of variables with other units none counts for more.
        unit = self.scales.deviation
        naive_error = float((np.abs(naive - truth) / unit).mean())
        off = (truth[..., None] - found) / unit[:, None]
        levels = np.array(configuration.quantiles)
        within = (found[..., 0] <= truth) & (truth <= found[..., -1])
        scores = {
            "naive_error": naive_error,
            "pinball_loss": float(np.maximum(levels * off, (levels - 1) * off).mean()),
            "coverage": float(within.mean()),
        }
        if MEDIAN in configuration.quantiles:
            median = found[..., configuration.quantiles.index(MEDIAN)]
            error = float((np.abs(median - truth) / unit).mean())
            scores["mean_absolute_error"] = error
            scores["skill"] = 1 - error / naive_error if naive_error else float("nan")
        return scores

    def checked(self, series: ArrayLike, first: int = 0) -> tuple[Doubles, Doubles, Doubles]:
        """Forecasts from all places of a series where the truth is known, and the truth.

        Args:
            series: The series, (T, D) or (T,).
            first: Where the part begins that is forecast; what stands before is only read.

        Returns:
            Of M places, the quantiles (M, F, D, Q), the naive forecasts (M, F, D) and the truth
            (M, F, D).

        Raises:
            UsageError: As ``score``.
        """
        values = self._series(series)
        season, horizon = self.configuration.season, self.configuration.horizon
        # The first step forecast is the one after the last that was read.
        begin, end = max(0, first - 1 - season), len(values) - season - horizon
        if begin >= end:
            raise UsageError(
                f"the series has {counted(len(values), 'step')}; expected more than "
                f"{max(first - 1, season) + horizon} to check forecasts of {horizon} steps"
            )
        return (
            self.forecasts(values)[begin:end],
            self.scales.naive(values, horizon)[begin:end],
            self.scales.truth(values, horizon)[begin:end],
        )

    def stream(self, saved: bytes | None = None) -> "SeriesStream":
        """A series that comes step by step, from its beginning or from where one was saved.

        Args:
            saved: What ``SeriesStream.saved`` gave.

        Raises:
            UsageError: If it is of another model, or damaged.
        """
        stream = SeriesStream(self)
        if saved is not None:
            stream._restore(saved)
        return stream

    def save(self, path: AnyPath) -> None:
        """Write the model to a file, whole or not at all; usually ``NAME.karussell``.

        Raises:
            ModelFileError: If the file cannot be written.
        """
        save(path, self.card, self.weights, self._of_stored)

    @classmethod
    def open(cls, path: AnyPath) -> "SeriesModel":
        """The model that ``save`` wrote.

        Raises:
            ModelFileError: If the file is missing, damaged, foreign, of another kind or version, or
                lies about what it holds.
        """
        return load(path, SeriesCard, cls._of_stored, mapped=True)

    @classmethod
    def _of_stored(cls, stored: Stored[SeriesCard]) -> "SeriesModel":
        return cls(stored.card.configuration, stored.tensors, scores=stored.card.scores)

    def _series(self, given: ArrayLike) -> Doubles:
        """A series to read, (T, D), long enough for a forecast."""
        values, _ = series_of(given, "the series")
        self.check_variables(values)
        if len(values) <= self.configuration.season:
            raise _too_short(len(values), self.configuration.season)
        return values

    def check_variables(self, values: Doubles) -> None:
        """Refuse steps of another number of variables.

        Raises:
            UsageError: If there are others than the model was trained on.
        """
        if values.shape[1] != self.configuration.variables:
            raise UsageError(
                f"the series has {values.shape[1]} variables, expected "
                f"{self.configuration.variables}"
            )

    def start(self) -> list[State]:
        """The states of all layers before anything was read, (1, H) each."""
        zeros = np.zeros((1, self.configuration.hidden_size), np.float32)
        return [State(hidden=zeros, cell=zeros)] * self.configuration.layers

    def run(self, inputs: Floats, states: list[State]) -> tuple[Floats, list[State]]:
        """The top layer's hidden state after each step, (T, H), and the states after the last.

        Args:
            inputs: What ``Scales.inputs`` gave, (T, 2D).
            states: The states of all layers before.
        """
        x, after = np.ascontiguousarray(inputs[:, None]), []
        for layer, state in enumerate(states):
            names = ("weight_ih", "weight_hh", "bias")
            ih, hh, bias = (self.weights[f"lstm.{layer}.{name}"] for name in names)
            trace = lstm_forward(
                x, ih, hh, bias, state.hidden, state.cell, block=self.configuration.block
            )
            x = trace.hidden
            after.append(State(hidden=x[-1].copy(), cell=trace.cell[-1].copy()))
        return x[:, 0], after

    def quantiles(self, hidden: Floats, naive: Doubles) -> Doubles:
        """Forecasts (T, F, D, Q) of hidden states (T, H) and naive forecasts (T, F, D)."""
        corrections = hidden @ self.weights["head.weight"].T + self.weights["head.bias"]
        ordered = np.sort(corrections.reshape(*naive.shape, -1), axis=-1).astype(np.float64)
        return naive[..., None] + ordered * self.scales.unit()[:, None]

    @property
    def card(self) -> SeriesCard:
        """What its file says about itself."""
        return SeriesCard(configuration=self.configuration, scores=self.scores)

    @cached_property
    def fingerprint(self) -> bytes:
        """A digest of its weights, which tells models apart."""
        return fingerprint(self.weights.values())


class SeriesStream:
    """A series as it comes, step by step. Made by ``SeriesModel.stream``."""

    __slots__ = ("_last", "_model", "_states", "_steps")

    def __init__(self, model: SeriesModel) -> None:
        self._model = model
        self._states = model.start()
        self._last = np.empty((0, model.configuration.variables))
        self._steps = 0

    def push(self, step: ArrayLike) -> None:
        """Read one step: a number, or (D,) of them.

        Raises:
            UsageError: As ``read``.
        """
        self.read(np.reshape(step, (1, -1)))

    def read(self, series: ArrayLike) -> "SeriesStream":
        """Read more steps, (T, D) or (T,), and return this stream.

        Raises:
            UsageError: If they are not finite, or have another number of variables.
        """
        model, season = self._model, self._model.configuration.season
        values, _ = series_of(series, "the series")
        model.check_variables(values)
        known = np.concatenate([self._last, values])
        if len(known) > season:
            _, self._states = model.run(model.scales.inputs(known), self._states)
        self._steps += len(values)
        self._last = known[-season:]
        return self

    def forecast(self) -> Forecast:
        """What may follow, (F, D, Q).

        Raises:
            UsageError: If no more than a season was read.
        """
        model, configuration = self._model, self._model.configuration
        if self._steps <= configuration.season:
            raise _too_short(self._steps, configuration.season)
        naive = self._last[len(self._last) - 1 + model.scales.back(configuration.horizon)]
        return Forecast(
            quantiles=configuration.quantiles,
            values=model.quantiles(self._states[-1].hidden, naive[None])[0],
        )

    def saved(self) -> bytes:
        """What was read, to go on later with ``SeriesModel.stream``."""
        states = [part for state in self._states for part in (state.hidden, state.cell)]
        numbers = np.concatenate([[[self._steps]], *states, self._last.reshape(1, -1)], axis=1)
        return self._model.fingerprint + numbers.tobytes()

    def _restore(self, saved: bytes) -> None:
        configuration = self._model.configuration
        size = 2 * configuration.layers * configuration.hidden_size
        whole = len(saved) % 8 == 0 and saved[:_FINGERPRINT] == self._model.fingerprint
        numbers = np.frombuffer(saved[_FINGERPRINT:]) if whole else np.empty(0)
        sane = numbers.size and (np.abs(numbers) <= LARGEST_NUMBER).all()
        steps = int(numbers[0]) if sane else -1
        last = min(steps, configuration.season)
        states, values = np.split(numbers[1:], [size])
        fits = steps >= 0 and len(numbers) == 1 + size + last * configuration.variables
        if not fits or not (np.abs(states) <= FARTHEST).all():
            raise UsageError("the saved state is of another model, or damaged; start a new stream")
        pairs = states.astype(np.float32).reshape(configuration.layers, 2, 1, -1)
        self._states = [State(hidden=hidden, cell=cell) for hidden, cell in pairs]
        self._last, self._steps = values.reshape(last, configuration.variables).copy(), steps


def _too_short(steps: int, season: int) -> UsageError:
    return UsageError(
        f"the series has {counted(steps, 'step')} so far, expected more than a season of {season} "
        "before a forecast"
    )
