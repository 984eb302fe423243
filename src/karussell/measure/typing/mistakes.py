"""Mistakes that people made, in sentences: a list of pairs, put in place of their words."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple
from zlib import crc32

import numpy as np

from karussell.errors import TextError
from karussell.files import AnyPath
from karussell.text import fold, normalise, read_lines

_APOSTROPHES = "'\u2018\u2019\u02bc"
_RUN = re.compile(rf"(?:[^\W_]|[{_APOSTROPHES}])+")

Weights = Literal["words", "pairs"]
"""Whether a mistake is met as often as its word is, or each pair once."""


class Mistake(NamedTuple):
    """A mistake and what was meant by it, in lower case."""

    typed: str
    meant: str


class Item(NamedTuple):
    """A word in its sentence.

    Attributes:
        left: What stands before it.
        typed: The word as it is typed.
        meant: The word as it should be; the same where nothing is wrong.
    """

    left: str
    typed: str
    meant: str


def read_mistakes(path: AnyPath) -> list[Mistake]:
    """The pairs of a list that have one correction, of one word for one word.

    A line is what was typed, a tab, and what was meant; corrections that compete are parted by
    ``|``, and their pair is left out, as are words with anything but letters and apostrophes.

    Raises:
        TextError: If it cannot be read, or has none.
    """
    found = []
    for line in read_lines(path):
        typed, tab, meant = fold(line.strip()).partition("\t")
        if tab and typed != meant and _is_word(typed) and _is_word(meant):
            found.append(Mistake(typed, meant))
    if not found:
        raise TextError(f"{path}: has no pairs, expected lines of a mistake, a tab and its word")
    return found


def read_misspellings(path: AnyPath) -> set[str]:
    """All that is called a mistake in a list, whatever it may have been meant for.

    Raises:
        TextError: If it cannot be read.
    """
    parted = (fold(line).partition("\t") for line in read_lines(path))
    return {typed for typed, tab, _ in parted if tab and _is_word(typed)}


def held_out(mistake: Mistake) -> bool:
    """Whether a pair is of the half that no model of mistakes may learn from."""
    return crc32(mistake.typed.encode()) % 2 == 1


def put_into(
    lines: Sequence[str],
    mistakes: Sequence[Mistake],
    *,
    seed: int,
    limit: int | None = None,
    weights: Weights = "words",
) -> list[Item]:
    """Sentences with one mistake each, in the order of the lines, their case kept.

    With ``words`` every line that has a word with a mistake gives one item: any of these words,
    any of its mistakes. With ``pairs`` each pair is put into one line that has its word, if there
    is one left; each line is used once.

    Args:
        lines: The sentences, as they were written.
        mistakes: What may stand in place of their words.
        seed: Of every choice.
        limit: How many items at most, chosen from all.
        weights: How often a mistake is met.
    """
    random = np.random.default_rng(seed)
    of_word: dict[str, list[str]] = {}
    for mistake in mistakes:
        of_word.setdefault(mistake.meant, []).append(mistake.typed)
    places = [
        [place for place in word_places(line) if fold(line[place]) in of_word] for line in lines
    ]
    if weights == "words":
        chosen = _each_line(lines, places, of_word, random)
    else:
        chosen = _each_pair(lines, places, mistakes, random)
    if limit is not None and limit < len(chosen):
        kept = random.choice(len(chosen), limit, replace=False)
        chosen = [chosen[at] for at in np.sort(kept).tolist()]
    return [_item(lines[line], place, typed) for line, place, typed in chosen]


def word_places(line: str) -> Iterator[slice]:
    """Where the words of a line stand that have nothing but letters and apostrophes in them."""
    for run in _RUN.finditer(line):
        word = run[0].strip(_APOSTROPHES)
        if word and _is_word(word):
            begin = run.start() + run[0].index(word)
            yield slice(begin, begin + len(word))


def like(word: str, example: str) -> str:
    """A word in lower case, written as an example is: in capitals, with one, or without."""
    if len(example) > 1 and example.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if example[:1].isupper() else word


_Chosen = tuple[int, slice, str]


def _each_line(
    lines: Sequence[str],
    places: Sequence[Sequence[slice]],
    of_word: dict[str, list[str]],
    random: np.random.Generator,
) -> list[_Chosen]:
    chosen = []
    for line, found in enumerate(places):
        if found:
            place = found[int(random.integers(len(found)))]
            typed = of_word[fold(lines[line][place])]
            chosen.append((line, place, typed[int(random.integers(len(typed)))]))
    return chosen


def _each_pair(
    lines: Sequence[str],
    places: Sequence[Sequence[slice]],
    mistakes: Sequence[Mistake],
    random: np.random.Generator,
) -> list[_Chosen]:
    lines_of: dict[str, list[tuple[int, slice]]] = {}
    for line, found in enumerate(places):
        for place in found:
            lines_of.setdefault(fold(lines[line][place]), []).append((line, place))
    for found_in in lines_of.values():
        found_in[:] = [found_in[at] for at in random.permutation(len(found_in)).tolist()]
    used: set[int] = set()
    chosen = []
    # Pairs of rare words first: what a common one finds in their lines it finds in others, too.
    order = random.permutation(len(mistakes)).tolist()
    order.sort(key=lambda at: len(lines_of.get(mistakes[at].meant, ())))
    for at in order:
        free = lines_of.get(mistakes[at].meant, [])
        while free:
            line, place = free.pop()
            if line not in used:
                used.add(line)
                chosen.append((line, place, mistakes[at].typed))
                break
    return sorted(chosen, key=lambda each: each[0])


def _item(line: str, place: slice, typed: str) -> Item:
    meant = line[place]
    return Item(line[: place.start], like(typed, meant), meant)


def _is_word(text: str) -> bool:
    return normalise(text).replace("'", "").isalpha()
