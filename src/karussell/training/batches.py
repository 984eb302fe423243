"""Sentences as ids, and batches of those of like length, in an order that only the seed decides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Sentences drawn at random, then sorted by length: enough that hardly a place is padding.
_POOL = 2**16
# The target of a padded place: no word, no loss.
PADDING = -1


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
    """

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    spans: tuple[tuple[int, int], ...]
    passes: tuple[float, ...]
    held_out: NDArray[np.int64]
    before: NDArray[np.int64] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Sentences side by side, each read from START.

    Attributes:
        inputs: The words read, int64, (T, N).
        targets: The words to predict, int64, (T, N); ``PADDING`` where a sentence has ended.
        words: How many targets are words.
    """

    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    words: int


def make_batch(encoded: Encoded, numbers: Sequence[int] | NDArray[np.int64], start: int) -> Batch:
    """The sentences with the given numbers as one batch; ``start`` is the id of START."""
    lengths = encoded.offsets[np.asarray(numbers) + 1] - encoded.offsets[numbers]
    steps = int(lengths.max())
    inputs = np.full((steps, len(numbers)), start, dtype=np.int64)
    if encoded.before is not None:
        inputs[0] = encoded.before[numbers]
    targets = np.full((steps, len(numbers)), PADDING, dtype=np.int64)
    for column, (number, length) in enumerate(zip(numbers, lengths, strict=True)):
        offset = encoded.offsets[number]
        ids = encoded.ids[offset : offset + length]
        inputs[1:length, column] = ids[:-1]
        targets[:length, column] = ids
    return Batch(inputs=inputs, targets=targets, words=int(lengths.sum()))


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
    """Endless batches over the text, the same for the same seed.

    Args:
        encoded: The sentences.
        batch_words: Words per batch.
        start: The id read before each sentence.
        seed: Decides every order.
    """

    def __init__(
        self,
        encoded: Encoded,
        *,
        batch_words: int,
        start: int,
        seed: int,
    ) -> None:
        self._encoded = encoded
        self._batch_words = batch_words
        self._start = start
        self._seed = seed
        lengths = np.diff(encoded.offsets)
        kept = np.ones(len(lengths), dtype=bool)
        kept[encoded.held_out] = False
        self._kept = kept
        self.words = sum(
            passes * int(lengths[first:last][kept[first:last]].sum())
            for passes, (first, last) in zip(encoded.passes, encoded.spans, strict=True)
        )

    def pools(self, epoch: int, first: int = 0) -> Iterator[list[NDArray[np.int64]]]:
        """The pools of one epoch from the ``first`` on; each a list of groups of sentences."""
        order = self._order(epoch)
        for pool in range(first, -(-len(order) // _POOL)):
            numbers = order[pool * _POOL : (pool + 1) * _POOL]
            groups = group(self._encoded, numbers, self._batch_words)
            np.random.default_rng([self._seed, 3, epoch, pool]).shuffle(groups)
            yield groups

    def make(self, numbers: NDArray[np.int64]) -> Batch:
        """One group of sentences as a batch."""
        return make_batch(self._encoded, numbers, self._start)

    def _order(self, epoch: int) -> NDArray[np.int64]:
        """All sentences of one epoch in random order, each part as often as its passes say."""
        rng = np.random.default_rng([self._seed, 2, epoch])
        parts = []
        for passes, (first, last) in zip(self._encoded.passes, self._encoded.spans, strict=True):
            numbers = np.flatnonzero(self._kept[first:last]) + first
            parts += [numbers] * int(passes)
            if rest := passes % 1:
                parts.append(rng.permutation(numbers)[: round(rest * len(numbers))])
        order = np.concatenate(parts)
        rng.shuffle(order)
        return order
