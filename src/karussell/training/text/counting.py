"""The vocabulary of a text: which words, how often, and how each is usually written."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.errors import TextError, counted
from karussell.model import RareWords
from karussell.text import Vocabulary, clean, fold, is_private, read_lines, sentences, written_words
from karussell.training.text.casing import running_words, titled_words
from karussell.training.text.sources import TextSource

Tick = Callable[[int], None]
# Longer than any word one types: keys held down, and text without spaces.
_LONGEST = 40


class Counted(NamedTuple):
    """The written words of a text.

    Attributes:
        starts: How often each stands at the start of a sentence.
        insides: How often inside one.
        titled: The folded words that have a capital only as parts of names and titles.
    """

    starts: Counter[str]
    insides: Counter[str]
    titled: frozenset[str] = frozenset()


class SourceCounts(NamedTuple):
    """The written words of one source.

    Attributes:
        starts: How often each stands at the start of a sentence.
        insides: How often inside one.
        running: How often among ``running_words``.
    """

    starts: Counter[str]
    insides: Counter[str]
    running: Counter[str]

    @classmethod
    def none(cls) -> "SourceCounts":
        """No words yet."""
        return cls(Counter(), Counter(), Counter())

    def add(self, sentence: list[str], *, nouns: bool) -> None:
        """Count the words of a sentence."""
        self.starts.update(sentence[:1])
        self.insides.update(sentence[1:])
        self.running.update(running_words(sentence, nouns=nouns))


def read_words(source: TextSource, tick: Tick) -> Iterator[list[list[str]]]:
    """The written words of each sentence of each line of a source.

    Raises:
        TextError: If the source cannot be read or has no words.
    """
    empty = True
    for line in read_lines(source.path):
        found = [words for words in map(written_words, sentences(clean(line))) if words]
        empty = empty and not found
        yield found
        tick(len(line) + 1)
    if empty:
        raise TextError(f"{source.name}: holds no words; expected text, a message a line")


def count_source(source: TextSource, tick: Tick, *, nouns: bool = False) -> SourceCounts:
    """How often each written word stands at the start, inside, and among ``running_words``.

    Args:
        source: The text.
        tick: Told the characters read.
        nouns: Whether nouns are written with a capital.

    Raises:
        TextError: If the source cannot be read or has no words.
    """
    counts = SourceCounts.none()
    for line in read_words(source, tick):
        for sentence in line:
            counts.add(sentence, nouns=nouns)
    return counts


def join_counts(counted: Sequence[tuple[float, SourceCounts]]) -> Counted:
    """The words of all sources, each weighted by the passes over it."""
    total = Counted(Counter(), Counter())
    for passes, each in counted:
        add_counts(total.starts, each.starts, passes)
        add_counts(total.insides, each.insides, passes)
    titled = titled_words(
        [each.insides for _, each in counted], [each.running for _, each in counted]
    )
    return total._replace(titled=titled)


def add_counts(total: Counter[str], part: Counter[str], passes: float) -> None:
    """Add the counts of a source that is read so many times, each at least once."""
    for word, count in part.items():
        total[word] += round(count * passes) or 1


def build_vocabulary(
    starts: Counter[str],
    insides: Counter[str],
    titled: frozenset[str] = frozenset(),
    *,
    size: int,
    least_count: int,
    rare_words: int = 0,
) -> tuple[Vocabulary, NDArray[np.uint32], RareWords]:
    """The most frequent words, sorted, with their usual casing, counts (V+1,), and the next ones.

    Rare words consist of letters alone: of numbers no one waits for a completion. Words that may
    tell of one person, as numbers of four digits do, are none of these: a model never knew them.
    A word's casing is how it is most often written inside a sentence, where a capital says
    something; a word only ever seen at the start of one, or whose capital is that of titles, stays
    in lower case.

    Raises:
        TextError: If no word is frequent enough.
    """
    counts: Counter[str] = Counter()
    casings: dict[str, tuple[int, str]] = {}
    for word, count in starts.items():
        counts[fold(word)] += count
    for word, count in insides.items():
        folded = fold(word)
        counts[folded] += count
        # Of two casings equally frequent the one in lower case stands: it claims less.
        casings[folded] = max(casings.get(folded, (0, "")), (count, word))
    total = sum(counts.values())
    frequent = [
        (word, count)
        for word, count in counts.items()
        if count >= least_count and len(word) <= _LONGEST and not is_private(word)
    ]
    frequent.sort(key=lambda item: (-item[1], item[0]))
    chosen = sorted(frequent[:size])
    rest = (item for item in frequent[size:] if item[0].isalpha())
    rare = sorted(islice(rest, rare_words))
    if not chosen:
        raise TextError(
            f"no word stands {counted(least_count, 'time')} in the text; train on more text"
        )
    known = [word for word, _ in chosen]
    shown = {
        word: "" if word in titled or form == word else form for word, (_, form) in casings.items()
    }
    numbers = [count for _, count in chosen]
    unknown = total - sum(numbers)
    rare_counts = [count for _, count in rare]
    return (
        Vocabulary(known, [shown.get(word, "") for word in known]),
        np.array([*numbers, unknown], dtype=np.uint32),
        RareWords.of_counts(
            [word for word, _ in rare],
            [shown.get(word, "") for word, _ in rare],
            rare_counts,
            unknown - sum(rare_counts),
        ),
    )
