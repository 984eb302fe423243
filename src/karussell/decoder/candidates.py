"""The most probable words that go on with what was typed."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import log_sum_exp, top_k
from karussell.model import RareWords
from karussell.text import Vocabulary

# From this many letters on a word of the writer's own has a place among those shown.
_OWN_AFTER = 2


class Candidate(NamedTuple):
    """A word that may be meant.

    Attributes:
        text: The word as it is usually written inside a sentence.
        probability: How sure we are, given the words before and the letters typed, 0..1.
    """

    text: str
    probability: float


class OwnWord(NamedTuple):
    """A word in no list of the model's, which the writer used before.

    Attributes:
        text: As it was written.
        log_share: ln P(word | UNKNOWN).
    """

    text: str
    log_share: float


def candidates(
    log_probs: NDArray[np.float32],
    vocabulary: Vocabulary,
    prefix: str,
    limit: int,
    *,
    rare: RareWords | None = None,
    own: Sequence[OwnWord] = (),
) -> list[Candidate]:
    r"""The most probable words with a prefix, best first, ties in the order of the vocabulary.

    Before the first letter the probability is the model's own $P(w)$; after it
    $P(w) / \sum_v P(v)$ over all words $v$ with the prefix, since the letters rule out all others.
    A rare word, or one of the writer's own, has $P(\mathrm{UNKNOWN})$ times its share; before the
    first letter there are none of these. After two letters the last place of several is kept for a
    word of the writer's own: who used a new word will likely use it again.

    Args:
        log_probs: Natural log of P(word), float32, (V+1,).
        vocabulary: The V words.
        prefix: What was typed of the word, folded; "" for none.
        limit: How many words at most, 1 or more.
        rare: Words beside the vocabulary.
        own: Words of the writer's with the prefix, in neither list, the last used first.
    """
    span = vocabulary.prefix(prefix)
    found = _best(log_probs, span, vocabulary.display, limit)
    total = log_sum_exp(log_probs[slice(*span)]) if prefix else 0.0
    if prefix and (rare is not None or own):
        log_unknown = float(log_probs[len(vocabulary)])
        more, used = [], [(log_unknown + word.log_share, word.text) for word in own]
        if rare is not None:
            span = rare.vocabulary.prefix(prefix)
            shares = _best(rare.log_shares, span, rare.display, limit)
            more = [(log_unknown + share, text) for share, text in shares]
            total = _added(total, log_unknown + log_sum_exp(rare.log_shares[slice(*span)]))
        for log_prob, _ in used:
            total = _added(total, log_prob)
        # Python sorts stably: of equals the network's words come first.
        found = sorted([*found, *more, *used], key=lambda pair: -pair[0])[:limit]
        if used and len(prefix) >= _OWN_AFTER and limit > 1 and not set(used) & set(found):
            found[limit - 1 :] = used[:1]
    return [Candidate(text, min(1.0, math.exp(log_prob - total))) for log_prob, text in found]


def _best(
    scores: NDArray[np.float32],
    span: tuple[int, int],
    display: Callable[[int], str],
    limit: int,
) -> list[tuple[float, str]]:
    """The best of a span of words, each with its score."""
    first, last = span
    if first == last:
        return []
    positions, best = top_k(scores[first:last], limit)
    # Lists, since a number of NumPy's costs ten of Python's.
    pairs = zip(best.tolist(), positions.tolist(), strict=True)
    return [(score, display(first + position)) for score, position in pairs if score > -math.inf]


def _added(first: float, second: float) -> float:
    """Return log(exp(first) + exp(second))."""
    return float(np.logaddexp(first, second))
