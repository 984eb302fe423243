"""How large an n-gram model is as a file, and the pruning that makes it fit."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from karussell.errors import UsageError
from karussell.measure.baselines.ngram_counts import NgramCounts
from karussell.text import Vocabulary

# KenLM's unigrams are not quantised: two floats and a 64-bit pointer; and a 64-bit hash a word.
_UNIGRAM_BYTES = 16 + 8
_QUANTISED_BITS = 8
# The most bits of a pointer that KenLM takes into an array if not told otherwise.
_MOST_CHOPPED_BITS = 22
# Thresholds above this are of no use: only n-grams of the most frequent words would be left.
_HEAVIEST = 2**15


def trie_bytes(sizes: Sequence[int], vocabulary: Vocabulary) -> int:
    r"""The bytes of a model as KenLM's smallest file, ``build_binary -q 8 -b 8 -a 22 trie``.

    24 bytes a unigram; for each longer n-gram its last word and its probability in 8 bits, and
    below the highest order a backoff in 8 bits and a pointer to its successors, whose first bits
    are kept in one array for all (Heafield 2011, "KenLM: faster and smaller language model
    queries"); and each word as UTF-8 with an end. The tables of quantised values, 1 or 2 KiB an
    order, are in it, too.

    $\sum_{1<n<N} G_n (\lceil\log_2 V\rceil + 16 + p_n) + G_N (\lceil\log_2 V\rceil + 8)$ bits
    for $G_n$ n-grams, with the $p_n$ bits that are left of a pointer.

    Args:
        sizes: The n-grams of order 1, 2, ...
        vocabulary: The V words.
    """
    return _ngram_bytes(sizes) + _word_bytes(vocabulary)


def lightest_pruning(counts: NgramCounts, order: int, budget: int) -> tuple[int, ...]:
    """The pruning that leaves most of a model that fits into some bytes.

    The first rung of ``pruning_ladder`` that fits; then, for what is left of the budget, each
    threshold as low as it still may be, the highest order first. The n-grams are not touched for
    it, only how many have each count.

    Args:
        counts: The n-grams of the training text, of this order or a higher one.
        order: The order of the model.
        budget: Bytes, as ``trie_bytes`` counts them.

    Raises:
        UsageError: If not even the heaviest pruning fits.
    """
    above = [_sizes_above(level.raw) for level in counts.levels[1:order]]
    unigrams = len(counts.vocabulary) + 2
    words = _word_bytes(counts.vocabulary)

    def size(pruning: tuple[int, ...]) -> int:
        longer = [int(sizes[least]) for sizes, least in zip(above, pruning[1:], strict=True)]
        return _ngram_bytes([unigrams, *longer]) + words

    ladder = list(pruning_ladder(order))
    rung = bisect_left(ladder, True, key=lambda pruning: size(pruning) <= budget)
    if rung == len(ladder):
        raise UsageError(
            f"an n-gram model of {len(counts.vocabulary):,} words takes {size(ladder[-1]):,} bytes "
            f"at least, which is more than {budget:,}; take fewer words"
        )
    lowered = list(ladder[rung])
    for n in range(order - 1, 0, -1):
        for threshold in range(lowered[n] - 1, lowered[n - 1] - 1, -1):
            lower = (*lowered[:n], threshold, *lowered[n + 1 :])
            if size(lower) > budget:
                break
            lowered[n] = threshold
    return tuple(lowered)


def pruning_ladder(order: int) -> Iterator[tuple[int, ...]]:
    """Prunings from none to the heaviest, each dropping at least what the one before it did.

    The thresholds rise one by one, the highest order first, towards 0, 3r/5, r, r, 2r with a
    growing r: so the common settings 0 0 1 1 2 and 0 3 5 are among them.

    >>> list(pruning_ladder(3))[:4]
    [(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 1, 2)]
    """
    thresholds = [0] * order
    yield tuple(thresholds)
    r = 0
    while r < _HEAVIEST:
        r += _rise(r)
        goals = [0, r * 3 // 5, r, r, 2 * r]
        for n in range(order - 1, 0, -1):
            while thresholds[n] < goals[n]:
                thresholds[n] = min(thresholds[n] + _rise(thresholds[n]), goals[n])
                yield tuple(thresholds)


def _rise(threshold: int) -> int:
    """A step up: of a sixteenth, since from 1000 to 1001 next to nothing changes."""
    return 1 + threshold // 16


def _word_bytes(vocabulary: Vocabulary) -> int:
    """Each word as UTF-8, and an end."""
    return sum(len(word.encode()) + 1 for word in vocabulary.words)


def _ngram_bytes(sizes: Sequence[int]) -> int:
    """All but the words."""
    word_bits = sizes[0].bit_length()
    # The float32 that each 8-bit number of a probability stands for, and of a backoff.
    table = 2**_QUANTISED_BITS * 32
    bits = 0
    for n, size in enumerate(sizes[1:], start=2):
        bits += size * (word_bits + _QUANTISED_BITS) + table
        if n < len(sizes):
            bits += size * _QUANTISED_BITS + table + _pointer_bits(size, sizes[n])
    return sizes[0] * _UNIGRAM_BYTES + bits // 8


def _sizes_above(raw: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many n-grams have a count above each threshold."""
    # The highest order is pruned by twice r, which ends less than a step above the heaviest.
    most = 4 * _HEAVIEST
    having = np.bincount(np.minimum(raw, most), minlength=most + 1)
    return len(raw) - np.cumsum(having)


def _pointer_bits(size: int, successors: int) -> int:
    """The bits of all pointers from one order to the next, as many chopped off as is best."""
    bits = successors.bit_length()
    return min(
        size * (bits - chopped) + ((successors >> (bits - chopped)) + 1) * 64
        for chopped in range(min(bits, _MOST_CHOPPED_BITS) + 1)
    )
