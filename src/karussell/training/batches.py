"""Sentences as ids, and batches of those of like length, in an order that only the seed decides."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from karussell.errors import TextError, TrainingError
from karussell.kernels import MappedFile
from karussell.layers import IGNORED
from karussell.training.engine import Engine

# Sentences drawn at random, then sorted by length: enough that hardly a place is padding.
_POOL = 2**16


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """Sentences as word ids.

    Attributes:
        ids: All words, one sentence after the other, uint32, mapped from disk.
        offsets: Where each sentence starts in ``ids``, and the end: int64, (sentences + 1,).
        spans: The sentences [first, last) of each part of the text.
        passes: How often each part is read in an epoch; half a pass reads half of it.
        held_out: The numbers of the sentences held out.
        before: The id read before each sentence, int64, (sentences,); START if None.
        path: The file that the ids are mapped from; None if they are in memory.
        mapped: Its mapping.
    """

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    spans: tuple[tuple[int, int], ...]
    passes: tuple[float, ...]
    held_out: NDArray[np.int64]
    before: NDArray[np.int64] | None = None
    path: Path | None = None
    mapped: MappedFile | None = None

    def in_memory(self) -> "Encoded":
        """The same without the file, for other processes."""
        return replace(self, ids=self.ids.copy(), path=None, mapped=None)

    def check_uncut(self) -> None:
        """Refuse what was read of the ids if their file was cut or overwritten since.

        Raises:
            TrainingError: If it was.
        """
        if self.mapped is not None and self.mapped.damaged:
            raise TrainingError(
                f"{self.path}: was cut or overwritten while training; start again, and leave the "
                "folder alone until the run has ended"
            )

    def words(self, numbers: NDArray[np.int64]) -> int:
        """How many words there are in the sentences with these numbers."""
        return int((self.offsets[numbers + 1] - self.offsets[numbers]).sum())


class Batch(NamedTuple):
    """Sentences side by side.

    Attributes:
        inputs: The words read, int64, (T, N).
        targets: The words to predict, int64, (T, N); ``IGNORED`` where a sentence has ended.
    """

    inputs: Tensor
    targets: Tensor


def make_batch(encoded: Encoded, numbers: NDArray[np.int64], start: int) -> Batch:
    """The sentences with the given numbers as one batch; ``start`` is the id of START."""
    lengths = encoded.offsets[numbers + 1] - encoded.offsets[numbers]
    steps = int(lengths.max())
    inputs = np.full((steps, len(numbers)), start, dtype=np.int64)
    if encoded.before is not None:
        inputs[0] = encoded.before[numbers]
    targets = np.full((steps, len(numbers)), IGNORED, dtype=np.int64)
    for column, (number, length) in enumerate(zip(numbers, lengths, strict=True)):
        offset = encoded.offsets[number]
        ids = encoded.ids[offset : offset + length]
        inputs[1:length, column] = ids[:-1]
        targets[:length, column] = ids
    encoded.check_uncut()
    return Batch(torch.from_numpy(inputs), torch.from_numpy(targets))


class ResidentText:
    """The sentences where the training is: they are sent once, and batches are made there.

    Args:
        encoded: The sentences.
        engine: What computes the training.
        start: The id of START.
    """

    def __init__(self, encoded: Encoded, engine: Engine, start: int) -> None:
        self._encoded, self._engine, self._start = encoded, engine, start
        # Signed, since torch hardly knows the others; there are fewer than 2^31 words.
        self._ids = torch.from_numpy(encoded.ids.astype(np.int32)).to(engine.device)
        encoded.check_uncut()
        self._offsets = torch.from_numpy(encoded.offsets.copy()).to(engine.device)
        before = None if encoded.before is None else torch.from_numpy(encoded.before.copy())
        self._before = None if before is None else before.to(engine.device)

    def batch(self, numbers: NDArray[np.int64]) -> Batch:
        """The sentences with the given numbers, as `make_batch` makes them."""
        offsets = self._encoded.offsets
        steps = int((offsets[numbers + 1] - offsets[numbers]).max())
        chosen = self._engine.sent(torch.from_numpy(numbers))
        first, end = self._offsets[chosen], self._offsets[chosen + 1]
        places = first + torch.arange(steps, device=first.device)[:, None]
        read = self._ids[places.clamp(max=len(self._ids) - 1)].long()
        targets = torch.where(places < end, read, IGNORED)
        inputs = torch.where(places < end, read.roll(1, 0), self._start)
        inputs[0] = self._start if self._before is None else self._before[chosen]
        return Batch(inputs, targets)


def group(
    encoded: Encoded, numbers: NDArray[np.int64], batch_words: int
) -> list[NDArray[np.int64]]:
    """Sentences sorted by length and cut into groups of about ``batch_words`` words."""
    lengths = encoded.offsets[numbers + 1] - encoded.offsets[numbers]
    order = np.argsort(lengths, kind="stable")
    groups = []
    begin = 0
    while begin < len(order):
        # The longest sentence of a group decides its steps; look it up where the group would end.
        width = max(1, batch_words // int(lengths[order[begin]]))
        longest = int(lengths[order[min(begin + width, len(order)) - 1]])
        end = begin + max(1, batch_words // longest)
        groups.append(numbers[order[begin:end]])
        begin = end
    return groups


class Epochs:
    """Endless batches of the sentences not held out, the same for the same seed.

    Args:
        encoded: The sentences.
        batch_words: Words per batch.
        seed: Decides every order.

    Attributes:
        words: How many are read in an epoch.
    """

    def __init__(self, encoded: Encoded, *, batch_words: int, seed: int) -> None:
        self._encoded = encoded
        self._batch_words = batch_words
        self._seed = seed
        kept = np.ones(len(encoded.offsets) - 1, dtype=bool)
        kept[encoded.held_out] = False
        self._parts = [
            (passes, np.flatnonzero(kept[first:last]) + first)
            for passes, (first, last) in zip(encoded.passes, encoded.spans, strict=True)
        ]
        self.words = sum(passes * encoded.words(numbers) for passes, numbers in self._parts)

    def batches(self, epoch: int) -> Iterator[NDArray[np.int64]]:
        """The numbers of the sentences of each batch of an epoch.

        Raises:
            TextError: If there is none.
        """
        rng = np.random.default_rng([self._seed, 2, epoch])
        parts = []
        for passes, numbers in self._parts:
            parts += [numbers] * int(passes)
            if rest := passes % 1:
                parts.append(rng.permutation(numbers)[: round(rest * len(numbers))])
        order = np.concatenate(parts)
        if not len(order):
            raise TextError("the text is too short to train on a part of it; give more of it")
        rng.shuffle(order)
        for pool, begin in enumerate(range(0, len(order), _POOL)):
            groups = group(self._encoded, order[begin : begin + _POOL], self._batch_words)
            np.random.default_rng([self._seed, 3, epoch, pool]).shuffle(groups)
            yield from groups
