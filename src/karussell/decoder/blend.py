"""Models of several languages as one: what each says of a word, weighed and added up."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from karussell.decoder.sources import Source, model_sources
from karussell.model import LanguageModel
from karussell.text import Vocabulary


class Blend:
    r"""The words of several models, each once.

    $P(w) = \sum_k P(k) \, P_k(w)$ over the languages $k$. A word of several lists stands in the one
    that gives it most, with the sum.

    Args:
        models: They, two or more.
    """

    def __init__(self, models: Sequence[LanguageModel]) -> None:
        # The sources of each model, whose scores change.
        self._lists = [
            model_sources(
                model.vocabulary,
                np.zeros(len(model.vocabulary) + 1, np.float32),
                model.rare,
                model.card.language,
            )
            for model in models
        ]
        lists = [source.vocabulary for sources in self._lists for source in sources]
        self._starts = np.cumsum([0, *map(len, lists)]).tolist()
        self._shared = _places_of_shared(lists, self._starts)

    def sources(
        self, log_probs: Sequence[memoryview | NDArray[np.float32] | None], weights: Sequence[float]
    ) -> list[Source]:
        """What candidates come from.

        Args:
            log_probs: Of each model the ln P of each word of its network and of UNKNOWN, (V+1,);
                None where its weight is 0.
            weights: P(language) of each.
        """
        row = np.full(self._starts[-1] + 1, -np.inf, np.float32)
        found: list[Source] = []
        each = zip(self._lists, log_probs, weights, strict=True)
        for number, ((network, rare), scores, weight) in enumerate(each):
            if scores is None:
                continue
            begin, middle, end = self._starts[2 * number : 2 * number + 3]
            known, beside = row[begin:middle], row[middle:end]
            log_weight = np.float32(math.log(weight))
            np.add(scores[:-1], log_weight, out=known)
            np.add(rare.scores, log_weight + scores[-1], out=beside)
            found += [network._replace(scores=known), rare._replace(scores=beside)]
        self._settle(row)
        return found

    def _settle(self, row: NDArray[np.float32]) -> None:
        """Leave each word in one list."""
        shares = row[self._shared]
        most = shares.argmax(axis=1, keepdims=True)
        best = np.take_along_axis(shares, most, axis=1)
        known = best > -np.inf
        total = best + np.log(
            np.exp(shares - np.where(known, best, 0)).sum(axis=1, keepdims=True),
            where=known,
            out=np.zeros_like(best),
        )
        row[self._shared] = -np.inf
        row[np.take_along_axis(self._shared, most, axis=1)] = total


def _places_of_shared(lists: Sequence[Vocabulary], starts: Sequence[int]) -> NDArray[np.int64]:
    """Where words of several lists stand in a row of all, (words, lists); beyond it for nowhere."""
    seen: set[str] = set()
    shared: set[str] = set()
    for each in lists:
        words = each.words
        shared.update(seen.intersection(words))
        seen.update(words)
    places = np.full((len(shared), len(lists)), starts[-1], np.int64)
    for row, word in zip(places, sorted(shared), strict=True):
        for number, each in enumerate(lists):
            if (word_id := each.id(word)) != each.unknown:
                row[number] = starts[number] + word_id
    return places
