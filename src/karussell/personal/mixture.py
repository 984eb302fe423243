"""The mixture of what models say with what a writer wrote before."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.decoder import Source
from karussell.kernels import log_sum_exp
from karussell.model import LanguageModel
from karussell.personal.habits import Mixed, mix
from karussell.personal.known import Floats, Home, Known, Places, Usual
from karussell.personal.ranking import LEAST, Place
from karussell.personal.reason import Part, Reason
from karussell.personal.settings import Settings
from karussell.personal.stream import BEGIN, Stream
from karussell.personal.taught import Taught

Base = Callable[[Sequence[str]], list[Source]]
"""What models say comes after the words of a sentence so far, folded."""

# A single word, written before or not, says no more than so much about the rest of a sentence.
_MOST_TOLD = 3.0
_RAREST = 1e-12
# Sentences begun that are kept in mind until something is learned.
_RATIOS = 512


class Personal:
    """What a writer wrote before, mixed with what models say.

    All that it says follows from the models and from the sentences that remain, in order: one that
    is made without a sentence is bit for bit as if it had never been.

    Args:
        base: What models say comes after some words.
        sentences: What was learned, in order.
        models: The models, for how often words stand in what everybody writes.
        settings: How much it counts.
    """

    def __init__(
        self,
        base: Base,
        sentences: Iterable[Taught] = (),
        *,
        models: Sequence[LanguageModel] = (),
        settings: Settings | None = None,
    ) -> None:
        self._base = base
        self._settings = settings or Settings()
        self._usual = [usual for model in models for usual in Usual.of(model)]
        self.rebuild(sentences)

    def rebuild(self, sentences: Iterable[Taught]) -> None:
        """Be as if these sentences had been learned and no others."""
        self._stream = Stream(sentences)
        self._places = Places(self._stream)
        self._changed()

    def add(self, taught: Taught) -> None:
        """Learn a sentence."""
        self._stream.add(taught)
        self._changed()

    def drop(self, gone: Sequence[int], instead: Mapping[int, Taught]) -> None:
        """Be as if some sentences had never been learned.

        Args:
            gone: Their places among ``sentences``.
            instead: What is to stand in the place of others: the same words in other forms.
        """
        self._places.drop(self._stream.drop(gone, instead))
        self._changed()

    @property
    def sentences(self) -> Sequence[Taught]:
        """What was learned, in order."""
        return self._stream.sentences

    def holding(self, words: Iterable[str]) -> list[int]:
        """The places of the sentences in which one of some folded words stands, in order."""
        return self._stream.holding(words)

    def _changed(self) -> None:
        self._made: Known | None = None

    @property
    def _known(self) -> Known:
        if self._made is None:
            self._made = Known(self._stream, self._settings, self._usual, self._places)
        return self._made

    def knows(self, word: str) -> int:
        """How often a folded word was written."""
        number = self._stream.number(word)
        return self._stream.counts[number] if number > BEGIN else 0

    def mixed(self, sources: list[Source], words: Sequence[str]) -> list[Source]:
        """The same words with what the writer wrote before, and the writer's own.

        Args:
            sources: What the models say.
            words: The words of the sentence so far, folded.

        Returns:
            All sources with other probabilities, and one more of the words that are in none.
        """
        known = self._known
        if not len(known.tokens):
            return sources
        sources = _in_arrays(sources)
        homes, rest, several = known.homes(sources)
        tilted = _tilted(sources, homes)
        mixed = self._mix(known, tilted, words)
        told = self._told(known, words)
        trust, place = _sure(told), _place(tilted, mixed, told)
        gains = known.written.shares * mixed.always
        gains[mixed.numbers] += mixed.habits.sum(axis=0)
        gains = (gains * trust).astype(np.float32)
        own = _best_homes(tilted, homes, known.size) if several else None
        there = list(_where(homes, own))
        said = np.full((2, known.size), LEAST, np.float32)
        for row, each in zip(said, (sources, tilted), strict=True):
            for source, (numbers, places) in zip(each, there, strict=True):
                row[numbers] = source.scores[places] + np.float32(source.offset)
        ranked = known.ranking.factors(said[0], said[1], place)
        result, total, gained = list[Source](), 0.0, 0.0
        for source, after, home, (numbers, places) in zip(
            sources, tilted, homes, there, strict=True
        ):
            shift = np.float32(after.offset - source.offset)
            likelier = np.exp(shift if home.tilt is None else home.tilt + shift)
            scores = source.scores + _log(likelier * (trust * mixed.kept) + (1 - trust))
            raised = np.exp(scores[places]) + gains[numbers] * math.exp(-source.offset)
            scores[places] = _log(raised)
            total += math.exp(log_sum_exp(scores) + source.offset)
            raised *= ranked[numbers]
            gained += float((raised - np.exp(scores[places])).sum()) * math.exp(source.offset)
            scores[places] = _log(raised)
            # A rare word that the writer used may come before its first letter: a name in "Dear".
            first = source.from_first or len(numbers) > 0
            display = known.display(source)
            result.append(source._replace(scores=scores, from_first=first, display=display))
        if len(rest):
            total += float(gains[rest].sum())
            gained += float((gains[rest] * (ranked[rest] - 1)).sum())
            result.append(known.own(rest)._replace(scores=_log(gains[rest] * ranked[rest])))
        # All words together are as probable as before.
        offset = math.log(total / (total + gained))
        return [source._replace(offset=source.offset + offset) for source in result]

    def _mix(self, known: Known, sources: Sequence[Source], words: Sequence[str]) -> Mixed:
        context = known.stream.numbers(words)
        return mix(known.tokens, context, known.written, _log_most(sources), self._settings)

    def _told(self, known: Known, words: Sequence[str]) -> float:
        """By how much likelier the writer's own text made a sentence so far, ln.

        Both are equally probable at its start; each word tells by how much likelier it was.
        """
        told = 0.0
        for place in range(len(words)):
            before = tuple(words[: place + 1])
            ratio = known.ratios.get(before)
            if ratio is None:
                if len(known.ratios) >= _RATIOS:
                    known.ratios.clear()
                ratio = known.ratios[before] = self._ratio(known, before[:-1], before[-1])
            told += ratio
        return told

    def _ratio(self, known: Known, words: tuple[str, ...], word: str) -> float:
        """By how much likelier the writer's own text made a word than the models, ln."""
        if known.behind is None or known.behind[0] != words:  # of many words that may stand there
            sources = _in_arrays(self._base(words))
            tilted = _tilted(sources, known.homes(sources)[0])
            known.behind = words, sources, tilted, self._mix(known, tilted, words)
        _, sources, tilted, mixed = known.behind
        without, kept = _prob(sources, word), mixed.kept * _prob(tilted, word)
        number = known.stream.number(word)
        own = 0.0
        if BEGIN < number < known.size:
            own = mixed.always * float(known.written.shares[number])
            own += float(mixed.habits[:, mixed.numbers == number].sum())
        if not kept + own:
            return 0.0
        ratio = math.log(kept + own) - math.log(max(without, _RAREST))
        return min(max(ratio, -_MOST_TOLD), _MOST_TOLD)

    def why(self, word: str, sources: list[Source], words: Sequence[str]) -> Reason:
        """Why a word is suggested.

        Args:
            word: The word, folded.
            sources: What the models say.
            words: The words of the sentence so far, folded.
        """
        known, parts, sources = self._known, list[Part](), _in_arrays(sources)
        homes, _, _ = known.homes(sources)
        tilted = _tilted(sources, homes)
        number, trust, kept = known.stream.number(word), 0.0, 1.0
        if number > BEGIN:
            mixed = self._mix(known, tilted, words)
            trust, kept = _sure(self._told(known, words)), mixed.kept
            parts = self._own_parts(number, mixed, words, sources)
            parts = [part._replace(share=part.share * trust) for part in parts]
        for source, after in zip(sources, tilted, strict=True):
            if (found := source.vocabulary.id(word)) != source.vocabulary.unknown:
                share = (1 - trust) * math.exp(source.log_prob(found))
                share += trust * kept * math.exp(after.log_prob(found))
                parts.append(Part(source.origin.value, None, share))
        total = sum(part.share for part in parts)
        if total:
            parts = [part._replace(share=part.share / total) for part in parts]
        return Reason(word, tuple(sorted(parts, key=lambda part: -part.share)))

    def _own_parts(
        self, number: int, mixed: Mixed, words: Sequence[str], sources: Sequence[Source]
    ) -> list[Part]:
        """What a word gains by having been written before."""
        stream, tokens = self._stream, self._known.tokens
        language, last = stream.language(number) or None, stream.times[number]
        new = all(stream.words[number] not in source.vocabulary for source in sources)
        share = mixed.always * float(self._known.written.shares[number])
        uses = stream.counts[number]
        parts = [Part("word" if new else "cache", language, share, (), uses, last)]
        context = ("", *words)
        at = np.flatnonzero(mixed.numbers == number)
        for level, (gains, places) in enumerate(zip(mixed.habits, mixed.places, strict=True), 1):
            uses = int(np.count_nonzero(tokens[places] == number))
            if uses:
                after = tuple(filter(None, context[-level:]))
                parts.append(Part("habit", language, float(gains[at[0]]), after, uses, last))
        return parts


def _in_arrays(sources: Sequence[Source]) -> list[Source]:
    """Sources whose scores are NumPy's."""
    return [source._replace(scores=np.asarray(source.scores)) for source in sources]


def _tilted(sources: Sequence[Source], homes: Sequence[Home]) -> list[Source]:
    """Sources whose words are likelier as the writer uses them more often than others do."""
    if all(home.tilt is None for home in homes):
        return list(sources)
    before = _total(sources)
    tilted = [
        source if home.tilt is None else source._replace(scores=source.scores + home.tilt)
        for source, home in zip(sources, homes, strict=True)
    ]
    # What no source has stays as it is beside them.
    rest = max(0.0, 1.0 - before)
    offset = -math.log(_total(tilted) + rest)
    return [source._replace(offset=source.offset + offset) for source in tilted]


def _log_most(sources: Sequence[Source]) -> float:
    """The ln P of the most probable word."""
    found = (float(each.scores.max()) + each.offset for each in sources if len(each.scores))
    return max(math.log(1e-6), max(found, default=0.0))


def _sure(told: float) -> float:
    """P(a sentence goes on as the writer's own text would, and not as the models say)."""
    return 1.0 / (1.0 + math.exp(min(-told, 700.0)))  # beyond, it would overflow


def _place(sources: Sequence[Source], mixed: Mixed, told: float) -> Place:
    behind = [len(places) for places in mixed.places]
    return Place(told, _log_most(sources), behind, mixed.numbers, mixed.shares)


def _prob(sources: Sequence[Source], word: str) -> float:
    """P(word), 0 if no source has it."""
    prob = 0.0
    for source in sources:
        if (found := source.vocabulary.id(word)) != source.vocabulary.unknown:
            prob += math.exp(source.log_prob(found))
    return prob


def _total(sources: Sequence[Source]) -> float:
    return sum(math.exp(log_sum_exp(source.scores) + source.offset) for source in sources)


def _where(
    homes: Sequence[Home], own: NDArray[np.int64] | None
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """The writer's words of each source, and their places there; of several sources the best."""
    for number, home in enumerate(homes):
        if own is None:
            yield home.numbers, home.places
        else:
            here = own[home.numbers] == number
            yield home.numbers[here], home.places[here]


def _best_homes(sources: Sequence[Source], homes: Sequence[Home], size: int) -> NDArray[np.int64]:
    """Of each word the number of the source that gives it most."""
    best = np.full(size, -math.inf)
    found = np.zeros(size, np.int64)
    first = np.ones(size, bool)
    for place, (source, home) in enumerate(zip(sources, homes, strict=True)):
        scores = source.scores[home.places] + source.offset
        numbers = home.numbers[first[home.numbers] | (scores > best[home.numbers])]
        found[numbers] = place
        best[home.numbers] = np.maximum(best[home.numbers], scores)
        first[home.numbers] = False
    return found


def _log(values: NDArray[Any]) -> Floats:
    with np.errstate(divide="ignore"):
        logs: Floats = np.log(values, dtype=np.float32, casting="same_kind")
    return logs
