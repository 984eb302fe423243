"""The vocabulary of a text: which words, how often, and how each is usually written."""

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from karussell.errors import TextError
from karussell.model import RareWords
from karussell.text import Vocabulary, clean, fold, read_lines, sentences, written_words
from karussell.training.text.sources import TextSource

Tick = Callable[[int], None]
# Longer than any word one types: keys held down, and text without spaces.
_LONGEST = 40


def count_words(sources: Iterable[TextSource], tick: Tick) -> tuple[Counter[str], Counter[str]]:
    """How often each written word stands in the text: at the start of a sentence, and inside.

    Counts are weighted by the passes over each source. ``tick`` is told the characters read.

    Raises:
        TextError: If a source cannot be read or has no words.
    """
    starts: Counter[str] = Counter()
    insides: Counter[str] = Counter()
    for source in sources:
        first: Counter[str] = Counter()
        rest: Counter[str] = Counter()
        for line in read_lines(source.path):
            for sentence in sentences(clean(line)):
                found = written_words(sentence)
                first.update(found[:1])
                rest.update(found[1:])
            tick(len(line) + 1)
        if not first:
            raise TextError(f"{source.path}: holds no words; expected text, a message a line")
        for total, part in ((starts, first), (insides, rest)):
            for word, count in part.items():
                total[word] += round(count * source.passes) or 1
    return starts, insides


def build_vocabulary(
    starts: Counter[str],
    insides: Counter[str],
    *,
    size: int,
    least_count: int,
    rare_words: int = 0,
) -> tuple[Vocabulary, NDArray[np.uint32], RareWords]:
    """The most frequent words, sorted, with their usual casing, counts (V+1,), and the next ones.

    Rare words consist of letters alone: of numbers no one waits for a completion.
    A word's casing is how it is most often written inside a sentence, where a capital says
    something; a word only ever seen at the start of one stays in lower case.

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
        item for item in counts.items() if item[1] >= least_count and len(item[0]) <= _LONGEST
    ]
    frequent.sort(key=lambda item: (-item[1], item[0]))
    chosen = sorted(frequent[:size])
    rest = (item for item in frequent[size:] if item[0].isalpha())
    rare = sorted(islice(rest, rare_words))
    if not chosen:
        raise TextError(f"no word stands {least_count} times in the text; train on more text")
    known = [word for word, _ in chosen]
    shown = [casings.get(word, (0, word))[1] for word in known]
    casing = [
        "" if display == word else display for word, display in zip(known, shown, strict=True)
    ]
    numbers = [count for _, count in chosen]
    unknown = total - sum(numbers)
    rare_counts = [count for _, count in rare]
    return (
        Vocabulary(known, casing),
        np.array([*numbers, unknown], dtype=np.uint32),
        RareWords.of_counts(
            [word for word, _ in rare],
            [casings.get(word, (0, word))[1] for word, _ in rare],
            rare_counts,
            unknown - sum(rare_counts),
        ),
    )
