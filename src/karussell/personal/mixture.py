"""The mixture of what models say with what a writer wrote before."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.decoder import Origin, Source
from karussell.kernels import log_sum_exp
from karussell.personal.reason import Part, Reason
from karussell.personal.settings import Settings
from karussell.personal.stream import BEGIN, Stream, following
from karussell.personal.taught import Taught
from karussell.text import Vocabulary

Base = Callable[[Sequence[str]], list[Source]]
"""What models say comes after the words of a sentence so far, folded."""

_Floats = NDArray[np.float64]
_Ids = NDArray[np.int64]
_NOWHERE = -1


class _Mixed(NamedTuple):
    """What is added to a model's probabilities.

    Attributes:
        kept: By what those of the models are multiplied.
        numbers: The numbers of words that gain, different.
        cache: What each gains by having been written lately.
        habits: What each gains at each number of words that agree.
    """

    kept: float
    numbers: _Ids
    cache: _Floats
    habits: list[_Floats]

    @property
    def gains(self) -> _Floats:
        return sum(self.habits, self.cache)


class Personal:
    """What a writer wrote before, mixed with what models say.

    All that it says follows from the models and from the sentences that remain, in order: one that
    is made without a sentence is bit for bit as if it had never been.

    Args:
        base: What models say comes after some words.
        sentences: What was learned, in order.
        settings: How much it counts.
    """

    def __init__(
        self, base: Base, sentences: Iterable[Taught] = (), *, settings: Settings | None = None
    ) -> None:
        self._base = base
        self._settings = settings or Settings()
        self._homes: dict[int, tuple[Vocabulary, list[int]]] = {}
        self.rebuild(sentences)

    def rebuild(self, sentences: Iterable[Taught]) -> None:
        """Be as if these sentences had been learned and no others."""
        self._stream = Stream()
        self._homes.clear()
        for taught in sentences:
            self._stream.add(taught)
        self._changed()

    def add(self, taught: Taught) -> None:
        """Learn a sentence."""
        self._stream.add(taught)
        self._changed()

    def _changed(self) -> None:
        self._own: tuple[object, Source, _Ids] | None = None
        tokens = self._stream.tokens
        half, _ = self._settings.cache
        ages = np.arange(len(tokens), 0, -1) / half
        weights = np.where(tokens == BEGIN, 0.0, np.exp2(-ages))
        recent = np.bincount(tokens, weights, len(self._stream.words))
        self._recent: _Floats = recent.astype(np.float64)
        self._counts = np.bincount(tokens, minlength=len(self._stream.words))

    def knows(self, word: str) -> int:
        """How often a folded word was written."""
        number = self._stream.number(word)
        return int(self._counts[number]) if number > BEGIN else 0

    def mixed(
        self,
        sources: list[Source],
        words: Sequence[str],
        *,
        text: tuple[tuple[str, ...], ...] = (),
    ) -> list[Source]:
        """The same words with what the writer wrote before, and the writer's own.

        Args:
            sources: What the models say.
            words: The words of the sentence so far, folded.
            text: The sentences before it in the same text, folded.

        Returns:
            All sources with other probabilities, and one more of the words that are in none.
        """
        if not len(self._stream.tokens):
            return sources
        mixed = self._mixed(words)
        gains = np.zeros(len(self._stream.words))
        gains[mixed.numbers] = mixed.gains
        result: list[Source] = []
        homeless = np.ones(len(gains), bool)
        homeless[BEGIN] = False
        offset = math.log(mixed.kept)
        for source in sources:
            ids = self._ids(source.vocabulary)
            numbers = np.flatnonzero(ids != _NOWHERE)
            homeless[numbers] = False
            numbers = numbers[gains[numbers] > 0]
            places = ids[numbers]
            scores = source.scores.copy()
            before = np.exp(scores[places].astype(np.float64) + source.offset)
            after = np.log(mixed.kept * before + gains[numbers])
            scores[places] = after - (source.offset + offset)
            result.append(source._replace(scores=scores, offset=source.offset + offset))
        own = self._own_source(sources, np.flatnonzero(homeless))
        if own is not None:
            source, numbers = own
            with np.errstate(divide="ignore"):
                scores = np.log(gains[numbers]).astype(np.float32)
            result.append(source._replace(scores=scores))
        return result

    def _mixed(self, words: Sequence[str]) -> _Mixed:
        stream, settings = self._stream, self._settings
        tokens = stream.tokens
        _, prior = settings.cache
        total = self._recent.sum()
        cache = self._recent / (total + prior)
        kept = float(prior / (total + prior))
        numbers = np.arange(len(stream.words))
        habits: list[_Floats] = []
        found = following(tokens, stream.numbers(words), settings.order)
        for places, weight, discount in zip(found, settings.prior, settings.discount, strict=False):
            next_words, uses = np.unique(tokens[places], return_counts=True)
            gain = np.zeros(len(numbers))
            all_uses = uses.sum() + weight
            gain[next_words] = (uses - discount) / all_uses
            left = (weight + discount * len(next_words)) / all_uses
            cache = cache * left
            habits = [each * left for each in habits] + [gain]
            kept *= float(left)
        return _Mixed(kept, numbers, cache, habits)

    def _ids(self, vocabulary: Vocabulary) -> _Ids:
        """The id of each word in a vocabulary."""
        held = self._homes.get(id(vocabulary))
        if held is None or held[0] is not vocabulary:
            if len(self._homes) > 8:
                self._homes.clear()
            held = self._homes[id(vocabulary)] = (vocabulary, [_NOWHERE])
        ids = held[1]
        for word in self._stream.words[len(ids) :]:
            found = vocabulary.id(word)
            ids.append(_NOWHERE if found == vocabulary.unknown else found)
        return np.array(ids, np.int64)

    def _own_source(self, sources: list[Source], numbers: _Ids) -> tuple[Source, _Ids] | None:
        if not len(numbers):
            return None
        key = numbers.tobytes()
        if self._own is None or self._own[0] != key:
            words, forms = self._stream.words, self._stream.forms
            ordered = sorted(numbers.tolist(), key=words.__getitem__)
            vocabulary = Vocabulary(
                (words[each] for each in ordered), (forms[each] for each in ordered)
            )
            source = Source(
                origin=Origin.LEARNED,
                vocabulary=vocabulary,
                display=vocabulary.display,
                scores=np.zeros(len(ordered), np.float32),
                from_first=True,
                own=True,
            )
            self._own = (key, source, np.array(ordered, np.int64))
        return self._own[1], self._own[2]

    def why(self, word: str, sources: list[Source], words: Sequence[str]) -> Reason:
        """Why a word is suggested.

        Args:
            word: The word, folded.
            sources: What the models say.
            words: The words of the sentence so far, folded.
        """
        parts: list[Part] = []
        number = self._stream.number(word)
        kept = 1.0
        if number > BEGIN:
            mixed = self._mixed(words)
            kept = mixed.kept
            language = self._stream.languages[number] or None
            last = self._stream.times[number]
            context = ("", *words)
            homeless = all(word not in source.vocabulary for source in sources)
            parts.append(
                Part(
                    source="word" if homeless else "cache",
                    language=language,
                    share=float(mixed.cache[number]),
                    uses=self.knows(word),
                    last=last,
                )
            )
            tokens = self._stream.tokens
            places = following(tokens, self._stream.numbers(words), self._settings.order)
            for depth, (gain, at) in enumerate(zip(mixed.habits, places, strict=False), 1):
                uses = int(np.count_nonzero(tokens[at] == number))
                after = tuple(each for each in context[-depth:] if each)
                if uses:
                    share = float(gain[number])
                    parts.append(Part("habit", language, share, after, uses, last))
        for source in sources:
            if (found := source.vocabulary.id(word)) != source.vocabulary.unknown:
                share = kept * math.exp(source.log_prob(found))
                parts.append(Part(source.origin.value, None, share))
        total = sum(part.share for part in parts)
        if total:
            parts = [part._replace(share=part.share / total) for part in parts]
        return Reason(word, tuple(sorted(parts, key=lambda part: -part.share)))


def left_over(sources: Sequence[Source]) -> float:
    """The probability of a word that is in no source."""
    known = sum(math.exp(log_sum_exp(source.scores) + source.offset) for source in sources)
    return max(0.0, 1.0 - known)
