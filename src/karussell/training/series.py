"""From series of numbers to a model that forecasts them."""

import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from karussell.errors import UsageError
from karussell.layers import LSTM
from karussell.sequences import Scales, SeriesConfiguration, SeriesModel, series_of
from karussell.training.export import recurrent_weights
from karussell.training.loop import Report, clip_gradients, silent
from karussell.training.settings import SeriesSettings

Doubles = NDArray[np.float64]

# The end of each series is held out: it decides which weights are kept.
_HELD_OUT = 0.1
# The held-out part is forecast this often in a run.
_MEASUREMENTS = 20
# A state that begins with zeros is no state to judge: the first part of each window only reads.
_WARM_UP = 0.25
_CLIP = 1.0


class SeriesNetwork(nn.Module):
    """Reads what ``Scales.inputs`` gives; after each step, corrections of the naive forecast.

    Args:
        configuration: Its sizes.
        dropout: Part of the layers' outputs set to zero while training.
    """

    def __init__(self, configuration: SeriesConfiguration, dropout: float) -> None:
        super().__init__()
        self._shape = (
            configuration.horizon,
            configuration.variables,
            len(configuration.quantiles),
        )
        self.recurrent = LSTM(
            2 * configuration.variables,
            configuration.hidden_size,
            configuration.layers,
            cells_per_block=configuration.cells_per_block,
            dropout=dropout if configuration.layers > 1 else 0.0,
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(configuration.hidden_size, math.prod(self._shape))

    def forward(self, inputs: Tensor) -> Tensor:
        """Corrections (T, N, F, D, Q) of inputs (T, N, 2D)."""
        hidden, _ = self.recurrent(inputs)
        corrections: Tensor = self.head(self.dropout(hidden))
        return corrections.reshape(*corrections.shape[:-1], *self._shape)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The weights under the names of a model's file."""
        head = {"head.weight": self.head.weight, "head.bias": self.head.bias}
        arrays = {name: each.detach().numpy().copy() for name, each in head.items()}
        return arrays | recurrent_weights(self.recurrent)


def train_series(
    series: ArrayLike | Sequence[ArrayLike],
    *,
    out: Path | None = None,
    settings: SeriesSettings | None = None,
    overwrite: bool = False,
    tell: Callable[[Report], None] = silent,
) -> SeriesModel:
    """Train a model that forecasts series of numbers.

    The last tenth of each series is held out; the weights that forecast it best are kept.

    Args:
        series: One array (T, D) of D variables a step, or (T,) of one; or a list of such arrays,
            which all count alike.
        out: Where to write the model; nowhere if None.
        settings: The choices of the run; the defaults if None. ``horizon`` and ``season`` are yours
            to know.
        overwrite: Replace a model that already is at ``out``, once the new one is trained.
        tell: Told about progress; its perplexity is the held-out pinball loss.

    Raises:
        UsageError: If the series or arguments cannot work.
        ModelFileError: If the model cannot be written.
    """
    if out is not None and out.exists() and not overwrite:
        raise UsageError(f"{out}: exists already; choose another name or allow overwriting it")
    settings = settings or SeriesSettings()
    given: list[Any] = list(series) if isinstance(series, list | tuple) else [series]
    values = [series_of(each, f"series {number}")[0] for number, each in enumerate(given)]
    _check(values, settings)
    torch.set_num_threads(settings.threads or os.cpu_count() or 1)
    model = _Run(values, settings).train(tell)
    if out is not None:
        model.save(out)
    return model


class _Run:
    """One training run."""

    def __init__(self, values: list[Doubles], settings: SeriesSettings) -> None:
        self.settings = settings
        self.configuration = SeriesConfiguration(
            variables=values[0].shape[1],
            horizon=settings.horizon,
            season=settings.season,
            quantiles=settings.quantiles,
            hidden_size=settings.hidden_size,
            layers=settings.layers,
            cells_per_block=settings.cells_per_block,
        )
        torch.manual_seed(settings.seed)
        self.network = SeriesNetwork(self.configuration, settings.dropout)
        self.values = values
        self.ends = [_end(len(each), settings) for each in values]
        kept = [each[:end] for each, end in zip(values, self.ends, strict=True)]
        self.scales = Scales.of(kept, settings.season)
        self.inputs = [self.scales.inputs(each) for each in kept]
        self.targets = [_targets(each, self.scales, settings.horizon) for each in kept]
        self.random = np.random.default_rng(settings.seed)

    def train(self, tell: Callable[[Report], None]) -> SeriesModel:
        """Train to the end; returns the model of the best weights."""
        settings = self.settings
        optimizer = torch.optim.AdamW(
            self.network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.updates)
        best, best_loss, smooth = self._model(), math.inf, math.nan
        started = time.monotonic()
        every = max(1, settings.updates // _MEASUREMENTS)
        for update in range(1, settings.updates + 1):
            optimizer.zero_grad(set_to_none=True)
            loss = self._loss()
            loss.backward()  # type: ignore[no-untyped-call]
            clip_gradients(self.network.parameters(), _CLIP)
            optimizer.step()
            schedule.step()
            value = float(loss.detach())
            smooth = value if math.isnan(smooth) else 0.95 * smooth + 0.05 * value
            if update % every == 0 or update == settings.updates:
                model = self._model()
                measured = self._held_out(model)
                if measured < best_loss:
                    best, best_loss = model, measured
            seconds = time.monotonic() - started
            tell(self._report(update, seconds, smooth, best_loss))
        best.scores["held_out_pinball_loss"] = round(best_loss, 5)
        return best

    def _loss(self) -> Tensor:
        """The pinball loss of some windows (Koenker and Bassett 1978), in corrections' units."""
        inputs, targets = self._windows()
        warm = int(_WARM_UP * len(inputs))
        corrections = self.network(inputs)[warm:]
        off = targets[warm:, ..., None] - corrections
        levels = torch.tensor(self.settings.quantiles)
        return torch.maximum(levels * off, (levels - 1) * off).mean()

    def _windows(self) -> tuple[Tensor, Tensor]:
        """Windows drawn at random: inputs (T, N, 2D) and the true corrections (T, N, F, D)."""
        lengths = np.array([len(each) for each in self.targets])
        steps = int(min(self.settings.window, lengths.min()))
        places = lengths - steps + 1
        chosen = self.random.choice(
            len(lengths), self.settings.batch_windows, p=places / places.sum()
        )
        inputs, targets = [], []
        for number in chosen:
            first = self.random.integers(places[number])
            inputs.append(self.inputs[number][first : first + steps])
            targets.append(self.targets[number][first : first + steps])
        return torch.from_numpy(np.stack(inputs, 1)), torch.from_numpy(np.stack(targets, 1))

    def _model(self) -> SeriesModel:
        scales = self.scales
        arrays: dict[str, NDArray[np.floating]] = {
            "mean": scales.mean,
            "deviation": scales.deviation,
            "season_deviation": scales.season_deviation,
            **self.network.arrays(),
        }
        return SeriesModel(self.configuration, arrays)

    def _held_out(self, model: SeriesModel) -> float:
        scores = [
            model.score(each, end)["pinball_loss"]
            for each, end in zip(self.values, self.ends, strict=True)
        ]
        return float(np.mean(scores))

    def _report(self, update: int, seconds: float, loss: float, best: float) -> Report:
        updates, batch = self.settings.updates, self.settings.batch_windows
        return Report(
            part=update / updates,
            words_per_second=update * batch * self.settings.window / seconds,
            loss=loss,
            perplexity=None if math.isinf(best) else best,
            seconds_left=seconds * (updates - update) / update,
        )


def _targets(values: Doubles, scales: Scales, horizon: int) -> NDArray[np.float32]:
    """By how much the naive forecasts are off wherever the truth is known, (T, F, D)."""
    naive = scales.naive(values, horizon)
    truth = scales.truth(values, horizon)
    off: Doubles = (truth - naive[: len(truth)]) / scales.unit()
    return off.astype(np.float32)


def _end(steps: int, settings: SeriesSettings) -> int:
    """Where the held-out part of so many steps begins: it holds one forecast at least."""
    return steps - max(settings.horizon, round(_HELD_OUT * steps))


def _check(values: list[Doubles], settings: SeriesSettings) -> None:
    if not values:
        raise UsageError("no series given; name at least one to train on")
    least = settings.season + settings.horizon + 2
    for number, each in enumerate(values):
        if each.shape[1] != values[0].shape[1]:
            raise UsageError(
                f"series {number} has {each.shape[1]} variables, expected {values[0].shape[1]} as "
                "series 0 has"
            )
        if _end(len(each), settings) < least:
            raise UsageError(
                f"series {number} has {len(each)} steps; expected {least + settings.horizon} or "
                f"more for forecasts of {settings.horizon} and a season of {settings.season}"
            )
