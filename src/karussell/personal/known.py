"""What follows from a stream of words, made once whenever it changes."""

import math
from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.decoder import Origin, Source
from karussell.model import LanguageModel
from karussell.personal.habits import Mixed, always
from karussell.personal.ranking import Ranking
from karussell.personal.settings import Settings
from karussell.personal.stream import BEGIN, NEVER, Stream
from karussell.text import Vocabulary

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

# Vocabularies that are kept in mind: those of the models, and of what stands in a few texts.
_VOCABULARIES = 16
# Of a smaller vocabulary all words are looked up in the stream.
_SMALL = 2000
# So many new words are put among the others one by one.
_FEW = 100


class Usual(NamedTuple):
    """How often words stand in what everybody writes.

    Attributes:
        vocabulary: The words.
        shares: P(word), (n,).
        language: The tag of their language.
    """

    vocabulary: Vocabulary
    shares: NDArray[np.float64]
    language: str

    @classmethod
    def of(cls, model: LanguageModel) -> list["Usual"]:
        """How often the words of a model, and its rare ones, stood in its training text."""
        shares = model.counts / max(1.0, float(model.counts.sum()))
        rare = shares[-1] * np.exp(model.rare.log_shares.astype(np.float64))
        language = model.card.language
        return [
            cls(model.vocabulary, shares[:-1], language),
            cls(model.rare.vocabulary, rare, language),
        ]


class Home(NamedTuple):
    """Which of a writer's words are in a source.

    Attributes:
        numbers: Their numbers in the stream.
        places: Their ids in the source.
        tilt: By how much every word of the source is likelier, as a logarithm, None for none.
    """

    numbers: Numbers
    places: Numbers
    tilt: Floats | None


class Known:
    """What follows from a stream of words as it is now.

    Args:
        stream: The words.
        settings: How much they count.
        usual: How often words stand in what everybody writes.
        places: Where the words of the stream are in vocabularies.

    Attributes:
        stream: The words.
        tokens: Their numbers in order.
        written: What they tell, whatever stands before.
        ranking: How they rank beside others.
        ratios: By how much likelier they made the last word of some sentences begun.
        behind: Some words, and what was expected behind them: by the models, tilted, and written.
    """

    def __init__(
        self,
        stream: Stream,
        settings: Settings,
        usual: Sequence[Usual],
        places: "Places",
    ) -> None:
        self.stream = stream
        self.tokens = stream.tokens
        self._size = len(stream.words)
        self._settings, self._usual, self._places = settings, usual, places
        self._homes: dict[tuple[int, ...], tuple[list[Home], Numbers, bool]] = {}
        self._counts = np.array(stream.counts, np.float64)
        self._spoken = stream.spoken
        self.written = always(self.tokens, self._counts, settings)
        self.ranking = Ranking(self.tokens, self._counts, self.written.shares)
        self.ratios: dict[tuple[str, ...], float] = {}
        self.behind: tuple[tuple[str, ...], list[Source], list[Source], Mixed] | None = None

    @property
    def size(self) -> int:
        """How many words have a number, BEGIN among them."""
        return self._size

    def homes(self, sources: Sequence[Source]) -> tuple[list[Home], Numbers, bool]:
        """Where the writer's words are.

        Returns:
            For each source which words it has; the numbers of those in none, sorted by the word;
            whether a word is in two.
        """
        key = tuple(id(source.vocabulary) for source in sources)
        found = self._homes.get(key)
        if found is None:
            if len(self._homes) >= _VOCABULARIES:
                self._homes.clear()
            homes = [self._home(source.vocabulary) for source in sources]
            times = np.zeros(self._size, np.int64)
            times[BEGIN] = 1
            for home in homes:
                times[home.numbers] += 1
            listed = self._places.listed
            listed = listed[listed < self._size]
            several = bool((times > 1).any())
            found = self._homes[key] = (homes, listed[times[listed] == 0], several)
        return found

    def _home(self, vocabulary: Vocabulary) -> Home:
        ids = self._places.ids(vocabulary)[: self._size]
        numbers = np.flatnonzero(ids != NEVER)
        places = ids[numbers]
        usual = next((each for each in self._usual if each.vocabulary is vocabulary), None)
        if usual is None:
            return Home(numbers, places, None)
        doubt, total = self._settings.doubt, self._written_in(usual.language)
        uses = np.full(len(vocabulary), doubt)
        uses[places] += self._counts[numbers]
        tilt = self._settings.tilt * np.log(uses / (total * usual.shares + doubt))
        tilt = np.maximum(tilt, math.log(self._settings.floor))
        return Home(numbers, places, tilt.astype(np.float32))

    def _written_in(self, language: str) -> float:
        """How many words a writer of several languages wrote in one of them."""
        if len({usual.language for usual in self._usual}) == 1:
            return float(self._counts[1:].sum())
        primary = language.partition("-")[0]
        kin = np.array([tag.partition("-")[0] == primary for tag in self.stream.tags])
        return float(self._counts[1:][kin[self._spoken[1:]]].sum())

    def display(self, source: Source) -> Callable[[int], str]:
        """How the words of a source are written inside sentences: as the writer always did."""
        vocabulary = source.vocabulary
        language = next(
            (each.language for each in self._usual if each.vocabulary is vocabulary), ""
        )
        return self.stream.casing.shown(source.display, vocabulary, language)

    def own(self, numbers: Numbers) -> Source:
        """The writer's words that are in no source, without their scores."""
        forms, listed = self.stream.forms, numbers.tolist()
        return Source(
            origin=Origin.LEARNED,
            vocabulary=self._places.vocabulary(numbers),
            display=lambda place: forms[listed[place]],
            scores=np.full(len(numbers), -math.inf, np.float32),
            from_first=True,
            own=True,
        )


class Places:
    """Where a stream's words are in vocabularies and among each other, looked up once.

    Args:
        stream: The words.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._held: dict[int, tuple[Vocabulary, Numbers]] = {}
        self._listed = np.empty(0, np.int64)
        # The words that were asked for last, in their order.
        self._own: tuple[Numbers, list[str]] = np.empty(0, np.int64), []
        self._vocabulary: Vocabulary | None = None

    def ids(self, vocabulary: Vocabulary) -> Numbers:
        """The id of each word in a vocabulary, NEVER for none, (T,)."""
        words = self._stream.words
        if len(vocabulary) < _SMALL:
            found = np.full(len(words), NEVER, np.int64)
            for place, word in enumerate(vocabulary.words):
                if (number := self._stream.number(word)) > BEGIN:
                    found[number] = place
            return found
        held = self._held.get(id(vocabulary))
        ids = np.full(1, NEVER, np.int64) if held is None else held[1]
        if held is None and len(self._held) >= _VOCABULARIES:
            self._held.clear()
        if len(ids) < len(words):
            new = np.array(vocabulary.ids(words[len(ids) :]), np.int64)
            ids = np.concatenate([ids, np.where(new == vocabulary.unknown, NEVER, new)])
        self._held[id(vocabulary)] = vocabulary, ids
        return ids

    @property
    def listed(self) -> Numbers:
        """The numbers of all words, sorted by the word."""
        words, listed = self._stream.words, self._listed
        new = sorted(range(len(listed) + 1, len(words)), key=words.__getitem__)
        if len(new) > _FEW:
            every = [*listed.tolist(), *new]
            every.sort(key=words.__getitem__)  # quick where most of them are sorted
            self._listed = np.array(every, np.int64)
        elif new:
            at = [bisect(listed, words[each], key=words.__getitem__) for each in new]
            self._listed = np.insert(listed, at, new)
        return self._listed

    def vocabulary(self, numbers: Numbers) -> Vocabulary:
        """The vocabulary of words with some numbers, which are sorted by the word."""
        if self._vocabulary is None or not np.array_equal(self._own[0], numbers):
            self._own = numbers, self._with_new(numbers)
            self._vocabulary = _vocabulary(self._own[1])
        return self._vocabulary

    def _with_new(self, numbers: Numbers) -> list[str]:
        """The words with some numbers, most of which were asked for last."""
        words, (known, listed) = self._stream.words, self._own
        had = np.zeros(len(words), bool)
        had[known] = True
        new = np.flatnonzero(~had[numbers]).tolist()
        if len(new) > _FEW or len(known) + len(new) != len(numbers):
            return list(map(words.__getitem__, numbers.tolist()))
        # To look up each of many words takes longer than all the rest.
        for place in new:
            listed.insert(place, words[numbers[place]])
        return listed

    def drop(self, numbers: Numbers) -> None:
        """Go on with the words that had these numbers, in this order."""
        size = int(numbers.max()) + 1
        # What was not asked for since words came in is looked up anew.
        self._held = {
            key: (vocabulary, ids[numbers])
            for key, (vocabulary, ids) in self._held.items()
            if len(ids) >= size
        }
        if len(self._listed) + 1 >= size:
            renumbered = np.zeros(len(self._listed) + 1, np.int64)
            renumbered[numbers] = np.arange(len(numbers))
            listed = renumbered[self._listed]
            self._listed = listed[listed > BEGIN]
        else:
            self._listed = np.empty(0, np.int64)
        own, words = self._own
        renumbered = np.zeros(max(size, int(own.max(initial=BEGIN)) + 1), np.int64)
        renumbered[numbers] = np.arange(len(numbers))
        own = renumbered[own]
        self._own = own[own > BEGIN], list(compress(words, own > BEGIN))
        self._vocabulary = None


def _vocabulary(words: list[str]) -> Vocabulary:
    lines = "\n".join(words)
    if words[0] and lines.count("\n") == len(words) - 1:
        # One string of all is read several times as fast as one after another.
        return Vocabulary.of_lines(lines.encode(), b"\n" * (len(words) - 1))
    return Vocabulary(words)
