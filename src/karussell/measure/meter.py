"""Reading a text word by word, and what each word would have cost.

The declared choices: one, three or five suggestions, shown before the first letter; picking one is
one key and brings its space; case folded, punctuation not counted; emoji and emoticons read, but
not counted, since they have no letters to save; each line a message of its own, read sentence by
sentence as the keyboard reads it; an unknown word costs all its letters and the space.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from time import perf_counter
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from karussell.correction import Channel, Geometry, corrections
from karussell.decoder import Ranked, Source, candidates, model_sources, ranked
from karussell.kernels import LONGEST_TYPED
from karussell.keyboard import LEAST_LIKELY, Doubts
from karussell.measure.keystrokes import LISTS, SLOTS, keys
from karussell.measure.tally import Measured, Tally
from karussell.model import LanguageModel, RareWords
from karussell.text import LetterModel, Vocabulary, is_spelled, sentences, words

_State = TypeVar("_State")
_LONGEST = max(LISTS)


class WordModel(Protocol[_State]):
    """What can be evaluated: a ``LanguageModel``, or a baseline."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The V words."""
        ...

    def start(self) -> _State:
        """The state before the first word of a sentence."""
        ...

    def step(self, state: _State, word_id: int) -> _State:
        """The state after one more word."""
        ...

    def log_probs(self, state: _State) -> NDArray[np.float32]:
        """The natural log of P(word) for every word and for UNKNOWN, (V+1,)."""
        ...


class Suggester(Protocol):
    """What gives lists of words alone, as another keyboard does."""

    def suggestions(self, before: str, prefix: str, limit: int) -> list[str]:
        """The words that are shown, best first, folded.

        Args:
            before: The words of the sentence so far, each with its space.
            prefix: The letters typed of the next.
            limit: How many words at most.
        """
        ...


class Meter(ABC):
    """What measures a text."""

    def measure(self, lines: Iterable[str], *, on_line: Callable[[], None] | None = None) -> Tally:
        """What each word of a text would have cost; tallies of several texts can be joined.

        Args:
            lines: The text, one message a line.
            on_line: Called after each line, for a progress bar.
        """
        found: list[Measured] = []
        number = 0
        for line in lines:
            for sentence in sentences(line):
                found.extend(self._sentence(number, words(sentence)))
            number += 1
            if on_line is not None:
                on_line()
        return Tally.of(number, found)

    @abstractmethod
    def _sentence(self, line: int, sentence: list[str]) -> Iterator[Measured]:
        """What was measured at each word of a sentence of the line with this number."""


class ModelMeter(Meter, Generic[_State]):
    """Measures texts with a model.

    Args:
        model: A ``LanguageModel`` or a baseline.
        rare: Words that the model suggests beside its vocabulary.
        letters: What spells the words that the model does not know; made of its words if None.
        channel: How people type: words with errors are shown among those that go on, as the
            keyboard does. None for a list without.
    """

    def __init__(
        self,
        model: WordModel[_State],
        rare: RareWords | None = None,
        letters: LetterModel | None = None,
        channel: Channel | None = None,
    ) -> None:
        self._model = model
        self._channel = channel
        self._rare = rare or RareWords.none()
        self._letters = letters or LetterModel(model.vocabulary)

    def _sentence(self, line: int, sentence: list[str]) -> Iterator[Measured]:
        model, vocabulary = self._model, self._model.vocabulary
        state = model.start()
        previous: int | None = None
        for word in sentence:
            begin = perf_counter()
            if previous is not None:
                state = model.step(state, previous)
            previous = vocabulary.id(word)
            if not is_spelled(word):
                continue
            log_probs = model.log_probs(state)
            sources = model_sources(vocabulary, log_probs, self._rare)
            candidates(sources, "", SLOTS)
            seconds = perf_counter() - begin
            log_new = float(log_probs[vocabulary.unknown]) + self._rare.log_new
            expected = sources, log_new
            yield measured(line, word, expected, seconds, self._letters, self._channel)


def measured(
    line: int,
    word: str,
    expected: tuple[list[Source], float],
    seconds: float,
    letters: LetterModel,
    channel: Channel | None,
) -> Measured:
    """One word against what was expected.

    Args:
        line: The number of its line.
        word: The word, folded.
        expected: Where candidates come from, and ln P of a word that is in none.
        seconds: What that took.
        letters: What spells a word that is in none.
        channel: How people type; None for a list without words with errors.
    """
    sources, log_new = expected
    found = ranked(sources, word)
    if found is not None and channel is not None:
        found = _among_errors(found, sources, word, channel, log_new)
    nats = -(log_new if found is None else found.log_prob)
    return Measured(
        line=line,
        known=found is not None,
        letters=len(word),
        keys=(len(word) + 1,) * len(LISTS) if found is None else keys(found.ranks),
        rank=-1 if found is None else int(found.ranks[0]),
        nats=nats,
        bits=nats / math.log(2) + (letters.bits(word) if found is None else 0.0),
        seconds=seconds,
    )


def _among_errors(
    found: Ranked, sources: list[Source], word: str, channel: Channel, log_new: float
) -> Ranked:
    """Where a word stands among words with errors, too, and without what was typed to its end."""
    ranks, doubts = found.ranks, Doubts(sources)
    for letters in range(1, len(word)):
        if ranks[letters - 1] == 0:
            break  # it would be picked
        typed = word[:letters]
        for source in sources:
            word_id = source.vocabulary.id(typed)
            if word_id != source.vocabulary.unknown and source.display(word_id) == typed:
                ranks[letters] -= source.log_prob(word_id) >= found.log_prob
        if letters <= LONGEST_TYPED and doubts.about(typed):
            lattice = channel.lattice(typed)
            meant = corrections(sources, typed, lattice, _LONGEST, whole=False, log_new=log_new)
            ranks[letters] += sum(
                not each.exact and each.posterior >= LEAST_LIKELY and each.value > found.log_prob
                for each in meant
            )
    return found


def keyboard_channel(model: object) -> Channel | None:
    """How people type on the usual keyboard of a model's language; None of a baseline."""
    if not isinstance(model, LanguageModel):
        return None
    language = model.card.language
    return Channel(Geometry.of_language(language), language)


class ListMeter(Meter):
    """Measures texts with what gives lists alone: keys and recall, no probabilities.

    Args:
        suggester: What gives them.
    """

    def __init__(self, suggester: Suggester) -> None:
        self._suggester = suggester

    def _sentence(self, line: int, sentence: list[str]) -> Iterator[Measured]:
        before = ""
        for word in sentence:
            if is_spelled(word):
                begin = perf_counter()
                self._suggester.suggestions(before, "", SLOTS)
                seconds = perf_counter() - begin
                ranks = self._ranks(before, word)
                yield Measured(
                    line=line,
                    known=True,
                    letters=len(word),
                    keys=keys(ranks),
                    rank=int(ranks[0]) if ranks[0] < _LONGEST else -1,
                    nats=math.nan,
                    bits=math.nan,
                    seconds=seconds,
                )
            before += f"{word} "

    def _ranks(self, before: str, word: str) -> NDArray[np.int64]:
        """The word's place in the list after each of its letters; past its end if it is missing."""
        ranks = np.full(len(word), _LONGEST, np.int64)
        for letters in range(len(word)):
            shown = self._suggester.suggestions(before, word[:letters], _LONGEST)
            if word in shown:
                ranks[letters] = shown.index(word)
                # Even the shortest list shows it now: no later letter can change a figure.
                if ranks[letters] < min(LISTS):
                    break
        return ranks
