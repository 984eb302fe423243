"""The baseline every language model is held against: interpolated modified Kneser-Ney n-grams."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.measure.baselines.ngram_counts import Level, NgramCounts
from karussell.measure.baselines.trie_size import trie_bytes
from karussell.text import Vocabulary

Discounts = tuple[float, float, float]
"""What is taken from an n-gram that is counted once, twice, and more often."""

# What KenLM takes (--discount_fallback) where a text is too small to tell.
_FALLBACK: Discounts = (0.5, 1.0, 1.5)


class Followers(NamedTuple):
    """What followed a context.

    Attributes:
        words: The ids of the words w that followed and were kept, sorted, int32, (F,).
        discounted: u(w | context) of each, float32, (F,).
        backoff: The weight b(context) of the context without its first word.
    """

    words: NDArray[np.int32]
    discounted: NDArray[np.float32]
    backoff: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Probabilities:
    """The n-grams of one order that were kept, numbered as in ``ngram_counts.Level``."""

    first: NDArray[np.int32]
    words: NDArray[np.int32]
    discounted: NDArray[np.float32]
    backoff: NDArray[np.float32]


class KneserNeyModel:
    r"""Predicts by the last words, as often as they were followed so in the training text.

    With the counts $a$ of ``NgramCounts``, an n-gram $hw$ of a context $h$, and $h'$ for $h$
    without its first word (modified Kneser-Ney smoothing, Chen and Goodman 1999, in the form of
    Heafield et al. 2013, "Scalable modified Kneser-Ney language model estimation", sections 3.3 and
    3.4; what pruned n-grams leave goes to the backoff, as in KenLM):

    $P(w \mid h) = u(w \mid h) + b(h)\,P(w \mid h')$

    $u(w \mid h) = \frac{a(hw) - D_n(a(hw))}{\sum_x a(hx)}$ if $hw$ is kept, otherwise 0

    $b(h) = 1 - \sum_x u(x \mid h)$, and 1 for a context that was never seen

    Below the unigrams, whose context has no word to drop, an even choice takes the place of
    $P(w \mid h')$: $1 / (V+1)$. The V words and UNKNOWN are predicted, and their probabilities sum
    to one: the end of a sentence is not among them.

    Attributes:
        vocabulary: The V words.
        counts: How often each, and UNKNOWN, stood in the training text, uint32, (V+1,).
        sizes: The n-grams of order 1, 2, ...
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        counts: NDArray[np.uint32],
        unigrams: NDArray[np.float64],
        longer: Sequence[_Probabilities],
    ) -> None:
        self.vocabulary = vocabulary
        self.counts = counts
        self.sizes = (len(vocabulary) + 2, *(len(level.words) for level in longer))
        self._unigrams = unigrams.astype(np.float32)
        self._longer = longer

    @property
    def order(self) -> int:
        """The words of the longest n-grams."""
        return len(self.sizes)

    @property
    def bytes(self) -> int:
        """The size of this model as a file, see ``trie_bytes``."""
        return trie_bytes(self.sizes, self.vocabulary)

    def start(self) -> tuple[int, ...]:
        """The state before the first word of a sentence: the ids of the last order-1 words."""
        return (self.vocabulary.start,) if self.order > 1 else ()

    def step(self, state: tuple[int, ...], word_id: int) -> tuple[int, ...]:
        """The state after one more word."""
        return (*state, word_id)[1 - self.order :] if self.order > 1 else ()

    def log_probs(self, state: tuple[int, ...]) -> NDArray[np.float32]:
        """The natural log of P(word) for every word and for UNKNOWN, (V+1,)."""
        weight = 1.0
        parts = []
        # From the longest context, whose words weigh most.
        for length in range(len(state), 0, -1):
            found = self.followers(state[len(state) - length :])
            if found is not None:
                parts.append((found.words, found.discounted * np.float32(weight)))
                weight *= found.backoff
        probabilities: NDArray[np.float32] = self._unigrams * np.float32(weight)
        for words, probability in parts:
            probabilities[words] += probability
        with np.errstate(divide="ignore"):
            np.log(probabilities, out=probabilities)
        return probabilities

    def followers(self, context: tuple[int, ...]) -> Followers | None:
        """What followed one to order-1 words, None if this context itself was not kept."""
        number = context[0]
        for level, word in zip(self._longer, context[1:], strict=False):
            begin, end = int(level.first[number]), int(level.first[number + 1])
            number = begin + int(level.words[begin:end].searchsorted(word))
            if number == end or level.words[number] != word:
                return None
        level = self._longer[len(context) - 1]
        kept = slice(int(level.first[number]), int(level.first[number + 1]))
        backoff = float(level.backoff[number])
        return Followers(
            words=level.words[kept], discounted=level.discounted[kept], backoff=backoff
        )


def estimate(
    counts: NgramCounts,
    pruning: Sequence[int],
    discounts: Sequence[Discounts] | None = None,
) -> KneserNeyModel:
    """Estimate a model from counts, which can be of a higher order.

    Args:
        counts: The n-grams of the training text.
        pruning: For each order of the model the raw count up to which its n-grams are dropped, as
            for KenLM's ``--prune``: 0 keeps all. The first is 0, and none is below the one before,
            so that what an n-gram begins and ends with is kept with it.
        discounts: What is taken from the n-grams of each order, ``closed_form_discounts`` if none.

    Raises:
        ValueError: If the pruning is none, or longer than the order of the counts.
    """
    order = len(pruning)
    if not 0 < order <= counts.order or pruning[0] or sorted(pruning) != list(pruning):
        raise ValueError(
            f"pruning {tuple(pruning)}, expected 0 and then rising counts, {counts.order} at most"
        )
    chosen = discounts or [closed_form_discounts(counts, n, order) for n in range(1, order + 1)]
    unigrams = _unigrams(counts, order, chosen[0])
    longer = []
    kept = np.arange(counts.vocabulary.start + 1)
    for n in range(2, order + 1):
        level, kept = _kept(counts.levels[n - 1], n == order, pruning[n - 1], chosen[n - 1], kept)
        longer.append(level)
    frequency = counts.levels[0].raw[:-1].astype(np.uint32)
    return KneserNeyModel(counts.vocabulary, frequency, unigrams, longer)


def closed_form_discounts(counts: NgramCounts, n: int, order: int) -> Discounts:
    r"""The three discounts of the n-grams of one order, in a model of another.

    $D_j = j - (j + 1) \frac{n_1}{n_1 + 2 n_2} \frac{n_{j+1}}{n_j}$, where $n_j$ n-grams have the
    count j (Chen and Goodman 1999, equation 26). Where a text is too small for it, (0.5, 1, 1.5).
    """
    a = _adjusted(counts, n, order)
    _, n1, n2, n3, n4 = np.bincount(np.minimum(a, 5), minlength=6)[:5].tolist()
    if not n1 * n2 * n3:
        return _FALLBACK
    y = n1 / (n1 + 2 * n2)
    found = (1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3)
    return found if all(0 <= found[j] <= j + 1 for j in range(3)) else _FALLBACK


def _adjusted(counts: NgramCounts, n: int, order: int) -> NDArray[np.int32]:
    """The counts that a model of some order makes estimates of."""
    level = counts.levels[n - 1]
    a = level.raw if n == order else level.adjusted
    return a[:-1] if n == 1 else a


def _unigrams(counts: NgramCounts, order: int, discounts: Discounts) -> NDArray[np.float64]:
    """P(w) after no word, interpolated with an even choice, (V+1,)."""
    a = _adjusted(counts, 1, order)
    u = (a - _discount(a, discounts)) / max(int(a.sum()), 1)
    return u + max(1 - float(u.sum()), 0.0) / len(a)


def _kept(
    level: Level,
    is_highest: bool,
    threshold: int,
    discounts: Discounts,
    kept_contexts: NDArray[np.int64],
) -> tuple[_Probabilities, NDArray[np.int64]]:
    """The n-grams of a level above a threshold, and their numbers before they were pruned."""
    contexts = len(level.first) - 1
    a = level.raw if is_highest else level.adjusted
    running = np.zeros(len(a) + 1, np.int64)
    np.cumsum(a, out=running[1:])
    totals = running[level.first[1:]] - running[level.first[:-1]]
    del running
    kept = np.flatnonzero(level.raw > threshold)
    context = np.repeat(np.arange(contexts, dtype=np.int32), np.diff(level.first))[kept]
    u = (a[kept] - _discount(a[kept], discounts)) / totals[context]
    number = np.zeros(contexts, np.int32)
    number[kept_contexts] = np.arange(len(kept_contexts))
    context = number[context]
    first = np.zeros(len(kept_contexts) + 1, np.int32)
    np.cumsum(np.bincount(context, minlength=len(kept_contexts)), out=first[1:])
    backoff = 1 - np.bincount(context, weights=u, minlength=len(kept_contexts))
    made = _Probabilities(
        first=first,
        words=level.words[kept],
        discounted=u.astype(np.float32),
        backoff=np.maximum(backoff, 0).astype(np.float32),
    )
    return made, kept


def _discount(a: NDArray[np.int32], discounts: Discounts) -> NDArray[np.float64]:
    """What is taken from each count."""
    return np.array([0.0, *discounts])[np.minimum(a, 3)]
