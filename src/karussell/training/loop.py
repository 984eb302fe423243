"""The training loop: batches in, Adam, checkpoints, a held-out perplexity now and then."""

import contextlib
import math
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from karussell.training.batches import Batch, Encoded, Epochs, group, make_batch
from karussell.training.checkpoint import Progress, load_checkpoint, save_checkpoint
from karussell.training.network import TiedNetwork
from karussell.training.settings import Settings

# A stop loses at most this much work.
_CHECKPOINT_SECONDS = 45.0
# The step size grows to its peak over this part of the run, at most _WARM_UP_STEPS updates.
_WARM_UP = 0.02
_TELL_SECONDS = 0.2
# Held-out perplexity is measured this often (part of the run), on this many words.
_MEASURE = 0.1
_MEASURE_WORDS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run tells about itself after each update.

    Attributes:
        part: How much of the run is done, 0..1.
        words_per_second: Since the run was started or resumed.
        loss: Training loss, natural log, smoothed over about 100 updates.
        perplexity: Of the held-out text, at the last measurement; None before the first.
        seconds_left: Estimated.
    """

    part: float
    words_per_second: float
    loss: float
    perplexity: float | None
    seconds_left: float


def silent(*_: object) -> None:
    """Tell nobody."""


class Loop:
    """One training run.

    Args:
        settings: The choices of the run.
        network: What is trained, as it was initialised.
        encoded: The text.
        counts: How often each word stands in the text, (V+1,).
        checkpoint: Where progress is kept; read first if the file exists.
    """

    def __init__(
        self,
        settings: Settings,
        network: TiedNetwork,
        encoded: Encoded,
        counts: NDArray[np.uint32],
        checkpoint: Path,
    ) -> None:
        self.settings = settings
        self.network = network
        self._encoded = encoded
        self._checkpoint = checkpoint
        words = len(counts) - 1
        self._optimizer = torch.optim.Adam(
            self.network.parameters(), lr=settings.learning_rate, fused=True
        )
        self._epochs = Epochs(
            encoded,
            batch_words=settings.batch_words,
            start=words + 1,
            seed=settings.seed,
        )
        # Negatives are drawn by frequency; how often each is expected corrects its score.
        share = torch.from_numpy(counts / counts.sum(dtype=np.float64) + 1e-9)
        self._cumulative = share.cumsum(0) / share.sum()
        expected = 1 - (1 - share / share.sum()) ** max(1, settings.negatives)
        self._log_expected = expected.log().float()
        self.progress = Progress()
        self._perplexity: float | None = None
        if checkpoint.exists():
            weights, optimizer, self.progress = load_checkpoint(checkpoint)
            self.network.load_state_dict(weights)
            self._optimizer.load_state_dict(optimizer)

    def run(self, tell: Callable[[Report], None]) -> float:
        """Train to the end, and return the perplexity of the whole held-out text.

        Raises:
            KeyboardInterrupt: After Ctrl-C, once the update at hand is made and saved.
            OSError: If a checkpoint cannot be written; the last one is kept.
        """
        started = last_saved = last_told = time.monotonic()
        before = msgspec.structs.replace(self.progress)
        next_measure = self._part() + _MEASURE
        loss = math.nan
        with _patient_interrupt() as interrupted:
            for batch in self._batches():
                value = self._update(batch)
                loss = value if math.isnan(loss) else 0.99 * loss + 0.01 * value
                now = time.monotonic()
                self.progress.seconds = before.seconds + now - started
                if self._part() >= next_measure:
                    self._perplexity = self.measure(_MEASURE_WORDS)
                    next_measure = self._part() + _MEASURE
                if now - last_saved > _CHECKPOINT_SECONDS or interrupted.is_set():
                    self.save()
                    last_saved = time.monotonic()
                if interrupted.is_set():
                    raise KeyboardInterrupt
                if now - last_told > _TELL_SECONDS:
                    last_told = now
                    words = self.progress.words - before.words
                    tell(self._report(words / (now - started), loss))
        self.save()
        return self.measure()

    def save(self) -> None:
        """Write the checkpoint."""
        save_checkpoint(
            self._checkpoint,
            weights=self.network.state_dict(),
            optimizer=self._optimizer.state_dict(),
            progress=self.progress,
        )

    def measure(self, words: int | None = None) -> float:
        """Exact perplexity of the held-out text, or of its first ``words`` words, in float32."""
        numbers = self._encoded.held_out
        if words is not None:
            lengths = np.diff(self._encoded.offsets)[numbers]
            numbers = numbers[: max(1, int(np.searchsorted(lengths.cumsum(), words)))]
        self.network.eval()
        self.network.set_precision("float32")
        loss, seen = 0.0, 0
        with torch.no_grad():
            for part in group(self._encoded, numbers, 512):
                batch = make_batch(self._encoded, part, self.network.words + 1)
                loss += float(self.network.loss(*_tensors(batch), "sum"))
                seen += batch.words
        self.network.set_precision(self.settings.precision)
        self.network.train()
        return math.exp(loss / seen)

    def _batches(self) -> Iterator[Batch]:
        """The batches still to come."""
        progress = self.progress
        while True:
            for groups in self._epochs.pools(progress.epoch, progress.pool):
                for numbers in groups[progress.group :]:
                    if self._part() >= 1:
                        return
                    yield self._epochs.make(numbers)
                progress.pool, progress.group = progress.pool + 1, 0
            progress.epoch, progress.pool = progress.epoch + 1, 0

    def _update(self, batch: Batch) -> float:
        """One step of Adam; returns the loss per word."""
        settings, step = self.settings, self.progress.step
        # Random choices depend on the step alone, so that a resumed run repeats them.
        torch.manual_seed(settings.seed * 1_000_003 + step)
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = settings.learning_rate * self._rate()
        self._optimizer.zero_grad(set_to_none=True)
        inputs, targets = _tensors(batch)
        if settings.negatives:
            drawn = torch.rand(settings.negatives, dtype=torch.float64)
            negatives = torch.searchsorted(self._cumulative, drawn).clamp_(max=self.network.words)
            negatives = torch.unique(negatives)
            loss = self.network.sampled_loss(inputs, targets, negatives, self._log_expected)
        else:
            loss = self.network.loss(inputs, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        clip_gradients(self.network.parameters(), settings.clip)
        self._optimizer.step()
        self.progress.group += 1
        self.progress.step += 1
        self.progress.words += batch.words
        return float(loss.detach())

    def _part(self) -> float:
        if self.settings.seconds is not None:
            return self.progress.seconds / self.settings.seconds
        return self.progress.words / (self.settings.epochs * self._epochs.words)

    def _rate(self) -> float:
        part = min(1.0, self._part())
        return min(1.0, part / _WARM_UP + 0.01) * 0.5 * (1 + math.cos(math.pi * part))

    def _report(self, speed: float, loss: float) -> Report:
        part = min(1.0, self._part())
        if self.settings.seconds is not None:
            left = self.settings.seconds - self.progress.seconds
        else:
            left = self.settings.epochs * self._epochs.words * (1 - part) / speed
        return Report(
            part=part,
            words_per_second=speed,
            loss=loss,
            perplexity=self._perplexity,
            seconds_left=max(0.0, left),
        )


def _tensors(batch: Batch) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(batch.inputs), torch.from_numpy(batch.targets)


def clip_gradients(parameters: Iterable[torch.nn.Parameter], most: float) -> None:
    """Scale all gradients down so that their norm is at most this; touch none that need not be."""
    given = [each for each in parameters if each.grad is not None]
    norm = torch.nn.utils.get_total_norm([each.grad for each in given if each.grad is not None])
    if norm > most:
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
