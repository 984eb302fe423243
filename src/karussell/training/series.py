"""From series of numbers to a model that forecasts them."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, ClassVar

import msgspec
import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from karussell.errors import UsageError, counted
from karussell.files import AnyPath, path_of
from karussell.layers import LSTM
from karussell.sequences import Scales, SeriesConfiguration, SeriesModel, series_of
from karussell.training.engine import Device, Engine, engine_for
from karussell.training.folder import run_folder
from karussell.training.loop import Loop
from karussell.training.memory import check_memory
from karussell.training.network import copied, recurrent_arrays
from karussell.training.settings import SeriesSettings
from karussell.training.surroundings import Dropout, apart, drawn
from karussell.training.task import Report, Task, silent
from karussell.training.world import World, together

Doubles = NDArray[np.float64]

# The end of each series is held out: it decides which weights are kept.
_HELD_OUT = 0.1
# Cells by windows that one thread computes as soon as several, which would wait for each other.
_SMALL = 64 * 16
# A state that begins with zeros is no state to judge: the first part of each window only reads.
_WARM_UP = 0.25


class SeriesNetwork(nn.Module):
    """Reads what ``Scales.inputs`` gives; after each step, corrections of the naive forecast.

    Args:
        configuration: Its sizes.
        dropout: Part of the layers' outputs set to zero while training.
        engine: What computes it; the kernels if None.

    Attributes:
        random: What is random while training is drawn from it.
    """

    def __init__(
        self, configuration: SeriesConfiguration, dropout: float, engine: Engine | None = None
    ) -> None:
        super().__init__()
        self._shape = (
            configuration.horizon,
            configuration.variables,
            len(configuration.quantiles),
        )
        engine = engine or Engine()
        self.random = engine.draws()
        hidden = configuration.hidden_size
        # One by one, so that what is dropped between them is drawn from our own generator.
        self.recurrent = [
            LSTM(
                hidden if number else 2 * configuration.variables,
                hidden,
                cells_per_block=configuration.cells_per_block,
                dtype=torch.float32,
            )
            for number in range(configuration.layers)
        ]
        self.layers = nn.ModuleList(self.recurrent)
        self.dropout = Dropout(dropout, self.random.device)
        self.head = nn.Linear(hidden, math.prod(self._shape), dtype=torch.float32)
        for layer in self.recurrent:
            layer.by = engine.by
        self.to(engine.device)

    def forward(self, inputs: Tensor) -> Tensor:
        """Corrections (T, N, F, D, Q) of inputs (T, N, 2D)."""
        hidden = inputs
        for layer in self.recurrent:
            hidden = self.dropout(layer(hidden)[0])
        corrections: Tensor = self.head(hidden)
        return corrections.reshape(*corrections.shape[:-1], *self._shape)

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The weights under the names of a model's file."""
        head = {"head.weight": self.head.weight, "head.bias": self.head.bias}
        layers = [recurrent_arrays(each, number) for number, each in enumerate(self.recurrent)]
        return {name: each for part in (copied(head), *layers) for name, each in part.items()}


def train_series(
    series: ArrayLike | Sequence[ArrayLike],
    *,
    out: AnyPath | None = None,
    settings: SeriesSettings | None = None,
    resume: bool = False,
    overwrite: bool = False,
    device: Device = "auto",
    tell: Callable[[Report], None] = silent,
) -> SeriesModel:
    """Train a model that forecasts series of numbers.

    The last tenth of each series is held out; the weights that forecast it best are kept.
    While it runs, ``OUT.training`` beside the model holds a checkpoint; a stopped run goes on from
    there with ``resume`` and the same series. It is deleted once the model is written.

    Args:
        series: One array (T, D) of D variables a step, or (T,) of one; or a list of such arrays,
            which all count alike.
        out: Where to write the model; nowhere if None.
        settings: The choices of the run; the defaults if None. ``horizon`` and ``season`` are yours
            to know.
        resume: Go on with a stopped run.
        overwrite: Replace a model that already is at ``out``, once the new one is trained.
        device: "cpu", "cuda", or "auto", a GPU where there is one; a run may go on on another.
        tell: Told about progress.

    Raises:
        UsageError: If the series or arguments cannot work.
        TrainingError: If there is nothing to resume, or the disk is full.
        ModelFileError: If the model cannot be written.
    """
    out = None if out is None else path_of(out, "out")
    engine = engine_for(device)
    settings = settings or SeriesSettings()
    if settings.hidden_size * settings.batch_windows <= _SMALL and not settings.threads:
        settings = msgspec.structs.replace(settings, threads=1)
    given: list[Any] = list(series) if isinstance(series, list | tuple) else [series]
    values = [series_of(each, f"series {number}")[0] for number, each in enumerate(given)]
    _check(values, settings)
    check_memory(settings, read=max(map(len, values)), width=values[0].shape[1])
    world, resumes = together(out, engine, resume=resume)
    settings = world.told(partial(settings.for_this_machine, engine))
    place = out if world.leads else None
    with (
        run_folder(place, resume=resumes, overwrite=overwrite) as folder,
        apart(settings.threads, engine),
    ):
        world.check_equal("series and settings", folder.claim(settings, *values))
        task = SeriesTask(values, settings, engine)
        score = Loop(task, folder.checkpoint, world).run(tell)
        model = task.model()
        model.scores["held_out_pinball_loss"] = round(score, 5)
        if out is not None and world.leads:
            model.save(folder.result)
            folder.deliver()
    return model


class SeriesTask(Task):
    """A network that forecasts series.

    Args:
        values: The series, each (T, D).
        settings: The choices of the run.
        engine: What computes it; the kernels if None.
    """

    unit = "steps"
    score_name: ClassVar[str] = "pinball loss"
    keeps_best: ClassVar[bool] = True

    def __init__(
        self, values: list[Doubles], settings: SeriesSettings, engine: Engine | None = None
    ) -> None:
        self.settings: SeriesSettings = settings
        self.engine = engine or Engine()
        variables = values[0].shape[1]
        self._configuration = settings.sizes(SeriesConfiguration, variables=variables)
        with drawn(settings.seed):
            self.network: SeriesNetwork = SeriesNetwork(
                self._configuration, settings.dropout, self.engine
            )
        self.random = self.network.random
        self._values = values
        self._ends = [_end(len(each), settings) for each in values]
        kept = [each[:end] for each, end in zip(values, self._ends, strict=True)]
        self._scales = Scales.of(kept, settings.season)
        self._inputs = [self._kept(self._scales.inputs(each)) for each in kept]
        self._targets = [
            self._kept(_targets(each, self._scales, settings.horizon)) for each in kept
        ]
        self._levels = self._kept(np.array(settings.quantiles, np.float32))
        lengths = np.array([len(each) for each in self._targets])
        self._steps = int(min(settings.window, lengths.min()))
        self._places = lengths - self._steps + 1
        self.amount = settings.updates * settings.batch_windows * self._steps

    def batches(self) -> Iterator[NDArray[np.int64]]:
        """Windows drawn at random: the series and first step of each, (N, 2)."""
        places, windows = self._places, self.settings.batch_windows
        for update in itertools.count():
            random = np.random.default_rng([self.settings.seed, update])
            chosen = random.choice(len(places), windows, p=places / places.sum())
            yield np.stack([chosen, random.integers(places[chosen])], 1)

    def size(self, batch: NDArray[np.int64]) -> int:
        """How many steps there are in all windows of a batch."""
        return len(batch) * self._steps

    def loss(self, batch: NDArray[np.int64]) -> Tensor:
        """The pinball loss of windows (Koenker and Bassett 1978), in corrections' units."""
        inputs, targets = (
            torch.stack([series[n][first : first + self._steps] for n, first in batch.tolist()], 1)
            for series in (self._inputs, self._targets)
        )
        warm = int(_WARM_UP * self._steps)
        corrections = self.network(inputs)[warm:]
        off = targets[warm:, ..., None] - corrections
        levels = self._levels
        return torch.maximum(levels * off, (levels - 1) * off).mean()

    def _kept(self, values: NDArray[np.float32]) -> Tensor:
        """Numbers where the network is, sent once."""
        return torch.from_numpy(values).to(self.engine.device)

    def measure(self, world: World, *, whole: bool) -> float:
        """The pinball loss of the end of each series."""
        model = self.model()
        scores = [
            model.score(self._values[number], self._ends[number])["pinball_loss"]
            for number in world.share(np.arange(len(self._values)))
        ]
        return world.summed(math.fsum(scores)) / len(self._values)

    def model(self) -> SeriesModel:
        """What was trained so far."""
        scales = self._scales
        arrays: dict[str, NDArray[np.floating]] = {
            "mean": scales.mean,
            "deviation": scales.deviation,
            "season_deviation": scales.season_deviation,
            **self.network.arrays(),
        }
        return SeriesModel(self._configuration, arrays)


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
                f"series {number} has {counted(len(each), 'step')}; expected "
                f"{least + settings.horizon} or more for forecasts of {settings.horizon} and "
                f"a season of {settings.season}"
            )
