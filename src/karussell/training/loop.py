"""The training loop: batches in, Adam, checkpoints, a held-out score now and then."""

import contextlib
import itertools
import math
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from karussell.errors import ModelFileError, TrainingError
from karussell.training.checkpoint import (
    Progress,
    check_weights,
    damage_named,
    load_states,
    on_cpu,
    resume_optimizer,
    save_states,
)
from karussell.training.sharded import shard
from karussell.training.task import Report, Task
from karussell.training.world import World

# A stop loses at most this much work.
_CHECKPOINT_SECONDS = 45.0
# The step size grows to its peak over this part of the run.
_WARM_UP = 0.02
_TELL_SECONDS = 0.2
# The held-out part is measured this often in a run.
_MEASUREMENTS = 10
# Of a time that was given, measuring takes this part at most, and the end of a run that at least.
_MEASURED, _ENDING = 0.1, 0.03


class SmoothedLoss:
    """The training loss, smoothed over about 100 updates; it stays where it was computed.

    Args:
        every: After how many updates it is looked at.
    """

    def __init__(self, every: int) -> None:
        self._every, self._count = every, 0
        self._last = self._smooth = torch.tensor(math.nan, dtype=torch.float64)

    def add(self, loss: Tensor) -> None:
        """Take in the loss of an update."""
        self._last = loss.double()
        self._smooth = self._smooth.lerp(self._last, 0.01) if self._count else self._last
        self._count += 1

    @property
    def is_due(self) -> bool:
        """Whether it is time to look at it."""
        return self._count % self._every == 0

    @property
    def is_finite(self) -> bool:
        """Whether no update was lost so far; this waits for the last one."""
        return not self._count or math.isfinite(float(self._last))

    @property
    def value(self) -> float:
        """What it is, smoothed."""
        return float(self._smooth)


class TimeGiven:
    """What the seconds that a run was given are spent on: training, measuring, and its end.

    The last checkpoint and the last measurement are part of them, so it counts what those took.

    Args:
        seconds: How many were given; None for as many as it takes.
        sample: Which part of what was held out is measured while the run lasts.
    """

    def __init__(self, seconds: float | None, sample: float) -> None:
        self._seconds, self._sample = seconds, sample
        # What a checkpoint and a measurement took last, and all measurements.
        self._saving = self._measuring = self._all_measuring = 0.0

    def saved(self, seconds: float) -> None:
        """Take notice of what a checkpoint took."""
        self._saving = seconds

    def measured(self, seconds: float) -> None:
        """Take notice of what a measurement took."""
        self._measuring = seconds
        self._all_measuring += seconds

    @property
    def lets_measure(self) -> bool:
        """Whether measuring takes a small part of it, with one more."""
        return self._is_small(self._all_measuring + self._measuring)

    @property
    def lets_measure_all(self) -> bool:
        """Whether the whole held-out part is measured in the end, or a part of it."""
        return self._is_small(self._measuring / self._sample)

    @property
    def for_training(self) -> float | None:
        """What is left beside the end of the run; None for as many seconds as it takes."""
        if self._seconds is None:
            return None
        last = self._measuring / (self._sample if self.lets_measure_all else 1.0)
        end = max(_ENDING * self._seconds, last + 3 * self._saving)
        return self._seconds - min(self._seconds / 2, end)

    def _is_small(self, seconds: float) -> bool:
        return self._seconds is None or seconds <= _MEASURED * self._seconds


class Loop:
    """One training run. Every random choice comes from its seed and the number of the update.

    Args:
        task: What is trained on what.
        checkpoint: Where progress is kept; read first if the file exists.
        world: The machines that share each batch.
        spent: Seconds that the run took before, to read its text for instance.
    """

    def __init__(
        self,
        task: Task,
        checkpoint: Path,
        world: World | None = None,
        *,
        spent: float = 0.0,
    ) -> None:
        self.task = task
        self.progress = Progress()
        self._checkpoint = checkpoint
        self._world = world or World()
        self._best: dict[str, Any] | None = None
        self._optimizer = torch.optim.AdamW(
            task.network.parameters(),
            weight_decay=task.settings.weight_decay,
            fused=task.engine.device.type in ("cpu", "cuda"),
        )
        if self._world.leads and checkpoint.exists():
            what = f"{checkpoint}: is damaged, or not of a network of this kind and these sizes"
            with damage_named(what, "delete its folder, or choose another name for the model"):
                self.progress, states = load_states(checkpoint, Progress)
                task.network.load_state_dict(states["weights"])
                resume_optimizer(self._optimizer, states["optimizer"]["state"])
                self._best = states["best"]
                check_weights(states["weights"], self._best)
        self._follow()
        self._sharded = shard(task.network, self._optimizer, self._world)
        self.progress.seconds += spent
        self._time = TimeGiven(task.settings.seconds, task.sample)

    def _follow(self) -> None:
        """Take over from the leader how far the run has come."""
        if self._world.size == 1:
            return
        network, own = self.task.network, self._optimizer.state_dict()["state"]
        self.progress, weights, known = self._world.told(
            lambda: (self.progress, *on_cpu([network.state_dict(), own]))
        )
        if not self._world.leads:
            network.load_state_dict(weights)
            resume_optimizer(self._optimizer, known)

    def run(self, tell: Callable[[Report], None]) -> float:
        """Train to the end.

        Returns:
            The score of the whole held-out part.

        Raises:
            TrainingError: If weights grow beyond all numbers.
            KeyboardInterrupt: After Ctrl-C, once the update at hand is made and saved.
            OSError: If a checkpoint cannot be written; the last one is kept.
        """
        progress = self.progress
        started = last_saved = last_told = time.monotonic()
        before = msgspec.structs.replace(progress)
        loss = SmoothedLoss(self.task.engine.reads_every)
        with _patient_interrupt() as interrupted:
            part, stops = self._world.agreed(self._part(), interrupted.is_set())
            for batch in itertools.islice(self.task.batches(), progress.step, None):
                if stops:
                    if self._world.leads and loss.is_finite:
                        self._save()
                    raise KeyboardInterrupt
                if part >= 1:
                    break
                loss.add(self._update(batch, part))
                if loss.is_due and not loss.is_finite:
                    raise self._lost()
                now = time.monotonic()
                progress.seconds = before.seconds + now - started
                due = int(_MEASUREMENTS * self._part()) > int(_MEASUREMENTS * part)
                part, stops, measures = self._world.agreed(
                    self._part(), interrupted.is_set(), due and self._time.lets_measure
                )
                if measures:
                    self._measure()
                if not self._world.leads:
                    continue
                if now - last_saved > _CHECKPOINT_SECONDS:
                    if not loss.is_finite:
                        raise self._lost()
                    self._save()
                    last_saved = time.monotonic()
                if now - last_told > _TELL_SECONDS:
                    last_told = now
                    tell(self._report(before, loss.value))
        if not loss.is_finite:
            raise self._lost()
        network, world = self.task.network, self._world
        world.check_same(network)
        score = world.told(lambda: self._end(before, loss.value, tell))
        if world.size > 1:
            network.load_state_dict(world.told(lambda: on_cpu(network.state_dict())))
        return score

    def _end(self, before: Progress, loss: float, tell: Callable[[Report], None]) -> float:
        """Keep the last weights, or take the best, and measure them."""
        progress = self.progress
        self._save()
        if not progress.step:
            raise TrainingError(
                f"seconds are {self.task.settings.seconds:g}, and {progress.seconds:.1f} were over "
                "before training began; go on with resume=True and more of them"
            )
        if self._best is not None:
            self.task.network.load_state_dict(self._best)
        else:
            progress.score = self._score(World(), whole=self._time.lets_measure_all)
        tell(self._report(before, loss))
        assert progress.score is not None
        return progress.score

    def _update(self, batch: NDArray[np.int64], part: float) -> Tensor:
        """One step of Adam; returns the loss, which on a GPU is not known yet."""
        settings, network = self.task.settings, self.task.network
        # The same in all processes: each compares its words with the words that one would alone.
        self.task.random.manual_seed(settings.seed * 1_000_003 + self.progress.step)
        rate = min(1.0, part / _WARM_UP + 0.01) * 0.5 * (1 + math.cos(math.pi * part))
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = settings.learning_rate * rate
        self._optimizer.zero_grad(set_to_none=True)
        world = self._world
        own, read = world.share(batch), self.task.size(batch)
        loss = torch.zeros((), device=self.task.engine.device)
        if len(own):
            loss = self.task.loss(own) * (self.task.size(own) / read)
            loss.backward()  # type: ignore[no-untyped-call]
        if self._sharded is not None:
            total = self._sharded.step(loss, settings.clip)
        else:
            total = world.add_gradients(network, loss)
            waits = self.task.engine.by == "kernels"
            clip_gradients(network.parameters(), settings.clip, waits=waits)
            self._optimizer.step()
        self.progress.step += 1
        self.progress.read += read
        return total

    def _measure(self) -> None:
        """Measure the held-out part, and keep the weights if they are to be kept."""
        begun = time.monotonic()
        score, best = self._score(self._world, whole=False), self.progress.score
        self._time.measured(time.monotonic() - begun)
        if not self.task.keeps_best:
            self.progress.score = score
        elif best is None or score < best:
            self.progress.score = score
            weights = self.task.network.state_dict()
            self._best = {name: each.clone() for name, each in weights.items()}

    def _score(self, world: World, *, whole: bool) -> float:
        try:
            score = self.task.measure(world, whole=whole)
        except (ModelFileError, OverflowError):  # weights or losses beyond all numbers
            raise self._lost() from None
        if not math.isfinite(score):
            raise self._lost()
        return score

    def _lost(self) -> TrainingError:
        return TrainingError(
            f"the weights are lost after {self.progress.step} updates: the steps are too large; "
            f"lower learning_rate, which is {self.task.settings.learning_rate:g}"
        )

    def _save(self) -> None:
        begun = time.monotonic()
        save_states(
            self._checkpoint,
            self.progress,
            weights=self.task.network.state_dict(),
            optimizer=self._optimizer.state_dict(),
            best=self._best,
        )
        self._time.saved(time.monotonic() - begun)

    def _part(self) -> float:
        """How much of the run is done; a little more than 1 at its end."""
        if (given := self._time.for_training) is not None:
            return self.progress.seconds / given
        # Where there is nothing to read, the first batch says so.
        return self.progress.read / (self.task.amount or 1.0)

    def _report(self, before: Progress, loss: float) -> Report:
        progress, limit = self.progress, self.task.settings.seconds
        part = min(1.0, self._part())
        # A run that was resumed when all was read has read nothing since.
        rate = (progress.read - before.read) / max(progress.seconds - before.seconds, 1e-9)
        left = self.task.amount * (1 - part) / max(rate, 1e-9)
        return Report(
            part=part,
            rate=rate,
            unit=self.task.unit,
            loss=loss,
            score=progress.score,
            score_name=self.task.score_name,
            seconds_left=left if limit is None else max(0.0, limit - progress.seconds),
        )


def clip_gradients(
    parameters: Iterable[torch.nn.Parameter], most: float, *, waits: bool = True
) -> None:
    """Scale all gradients down so that their norm is at most this.

    Args:
        parameters: Whose gradients.
        most: The largest norm.
        waits: Whether to wait for the norm, and touch no gradient that need not be.
    """
    given = [each for each in parameters if each.grad is not None]
    norm = torch.nn.utils.get_total_norm([each.grad for each in given if each.grad is not None])
    if not waits or norm > most:
        torch.nn.utils.clip_grads_with_norm_(given, most, norm)


@contextlib.contextmanager
def _patient_interrupt() -> Iterator[threading.Event]:
    """An event that Ctrl-C sets; a second Ctrl-C interrupts at once."""
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return

    def interrupt(*_: object) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()

    previous = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, previous)
