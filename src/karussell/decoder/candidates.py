"""The most probable words that go on with what was typed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from karussell.decoder.sources import Origin, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ABSENT = 2**31 - 1
"""The rank of a word where it is not offered: beyond every list."""

# From this many letters on a word of the writer's own has a place among those shown.
_OWN_AFTER = 2


Weighed = tuple[float, int, Source]
"""A word's ln P, its place in a source, and that source."""


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A word that may be meant.

    Attributes:
        text: The word as it is usually written inside a sentence.
        probability: How sure we are, given the words before and the letters typed, 0..1.
        source: Where it came from.
        language: The tag of its language, "" if nobody says.
    """

    text: str
    probability: float
    source: Origin
    language: str = ""


class Ranked(NamedTuple):
    """Where a word stands.

    Attributes:
        log_prob: ln P(word).
        ranks: How many candidates come before it once its first j letters are typed, for j = 0 to
            all but one, in a list of any length; ``ABSENT`` where it is none. Where a list keeps a
            place for a word of the writer's own, this is not counted. (letters,)
    """

    log_prob: float
    ranks: NDArray[np.int64]


def candidates(sources: Sequence[Source], prefix: str, limit: int) -> list[Candidate]:
    r"""The most probable words with a prefix, best first, ties in the order of the sources.

    Before the first letter the probability is a source's own $P(w)$; after it
    $P(w) / \sum_v P(v)$ over all words $v$ with the prefix, since the letters rule out all others.
    After two letters the last place of several is kept for a word of the writer's own: who used a
    new word will likely use it again.

    Args:
        sources: Where they come from.
        prefix: What was typed of the word, folded; "" for none.
        limit: How many words at most, 1 or more.
    """
    return listed(*weighed(sources, prefix, limit))


def weighed(sources: Sequence[Source], prefix: str, limit: int) -> tuple[list[Weighed], float]:
    """What ``candidates`` are made of, and ln P of all words with the prefix together.

    Args:
        sources: Where they come from.
        prefix: What was typed of the word, folded; "" for none, where the sum counts as 1.
        limit: How many words at most, 1 or more.
    """
    found: list[Weighed] = []
    totals: list[float] = []
    kept: list[Weighed] = []
    for source in sources:
        best, log_total = source.search(prefix, limit)
        if not best:
            continue
        ours = [(log_prob, place, source) for log_prob, place in best]
        found += ours
        totals.append(log_total)
        if source.own and not kept:
            kept = ours[:1]
    if len(totals) > 1:
        # Python sorts stably: of equals the first source's words come first.
        found = sorted(found, key=itemgetter(0), reverse=True)[:limit]
    keeps = kept and limit > 1 and len(prefix) >= _OWN_AFTER
    if keeps and not any(source.own for _, _, source in found):
        found[limit - 1 :] = kept
    return found, _log_sum(totals) if prefix else 0.0


def listed(found: Sequence[Weighed], total: float) -> list[Candidate]:
    """The candidates of what ``weighed`` gave."""
    return [
        Candidate(
            source.display(place),
            min(1.0, math.exp(log_prob - total)),
            source.origin,
            source.language,
        )
        for log_prob, place, source in found
    ]


def ranked(sources: Sequence[Source], word: str) -> Ranked | None:
    """Where a word stands among ``candidates``, None if no source has it.

    It takes one look over the scores and no list: a text is measured as it would be typed.

    Args:
        sources: Where candidates come from.
        word: A folded word.
    """
    import numpy as np

    withheld = None
    for number, home in enumerate(sources):
        if (word_id := home.vocabulary.id(word)) == home.vocabulary.unknown:
            continue
        log_prob = home.log_prob(word_id)
        if log_prob == -math.inf:
            withheld = Ranked(log_prob, np.full(len(word), ABSENT, np.int64))
            continue
        ranks = np.zeros(len(word), np.int64)
        for other, source in enumerate(sources):
            # Of equals those of an earlier source come first.
            ties = word_id if other == number else ABSENT * (other < number)
            ranks += source.ahead(word, log_prob, ties)
        ranks[: 0 if home.from_first else 1] = ABSENT
        return Ranked(log_prob, ranks)
    return withheld


def _log_sum(logs: list[float]) -> float:
    """The logarithm of the sum of exp(log)."""
    if len(logs) < 2:
        return logs[0] if logs else -math.inf
    most = max(logs)
    return most + math.log(sum([math.exp(log - most) for log in logs]))
