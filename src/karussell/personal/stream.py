"""All words that a writer wrote, in order, as numbers."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from karussell.personal.casing import Casing, is_meant
from karussell.personal.taught import Taught
from karussell.text import fold

Tokens = NDArray[np.int32]
Numbers = NDArray[np.int64]

BEGIN = 0
"""Stands before each sentence."""

NEVER = -1
"""A word that was never written."""

_ROOM = 1024


class Stream:
    """The words of all sentences, one after another.

    Words are numbered by when they first came, from 1. Nothing is kept of them but what follows
    from the sentences in order, so that a stream made of some of them is as if the others had never
    been.

    Args:
        sentences: They, in order.

    Attributes:
        sentences: Those that have words.
        words: The word of each number, folded; "" for BEGIN.
        forms: How each was last written.
        times: When each was last written.
        tags: The languages that were met.
        counts: How often each was written; BEGIN as often as there are sentences.
        casing: How they were written inside sentences.
    """

    def __init__(self, sentences: Iterable[Taught] = ()) -> None:
        self.sentences: list[Taught] = []
        self.words: list[str] = [""]
        self.forms: list[str] = [""]
        self.times = array("q", [0])
        self.tags: list[str] = [""]
        self.counts = array("q", [0])
        # The place of each word's language among the tags.
        self._spoken = array("H", [0])
        self.casing = Casing()
        self._numbers: dict[str, int] = {}
        self._tokens: Tokens = np.empty(_ROOM, np.int32)
        self._size = 0
        for taught in sentences:
            self.add(taught)

    def add(self, taught: Taught) -> None:
        """Append a sentence."""
        if not taught.words:
            return
        self.sentences.append(taught)
        added = [BEGIN, *(self._number(form, taught) for form in taught.words)]
        self._count_forms(taught, added[1:])
        size = self._size + len(added)
        if size > len(self._tokens):
            # Another array: who looks at the old one still sees what it was.
            larger = np.empty(2 * size, np.int32)
            larger[: self._size] = self._tokens[: self._size]
            self._tokens = larger
        self._tokens[self._size : size] = added
        self._size = size
        for number in added:
            self.counts[number] += 1

    def _number(self, form: str, taught: Taught) -> int:
        word = fold(form, taught.language)
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
            self.forms.append("")
            for row in self.times, self.counts, self._spoken:
                row.append(0)
        self._write_last(number, form, taught)
        return number

    def _write_last(self, number: int, form: str, taught: Taught) -> None:
        """Take notice of when, how and in which language a word was last written."""
        if taught.language not in self.tags:
            self.tags.append(taught.language)
        self.forms[number] = form
        self.times[number] = taught.time
        self._spoken[number] = self.tags.index(taught.language)

    @property
    def spoken(self) -> NDArray[np.uint16]:
        """The place among the tags of the language in which each word was last written."""
        return np.array(self._spoken)

    def language(self, number: int) -> str:
        """In which language a word was last written."""
        return self.tags[self._spoken[number]]

    def _count_forms(self, taught: Taught, numbers: Sequence[int], times: int = 1) -> None:
        for place, (form, number) in enumerate(zip(taught.words, numbers, strict=True)):
            if place or is_meant(form):  # at its start a capital is not the word's own
                self.casing.count(self.words[number], form, taught.language, times)

    def drop(self, gone: Sequence[int], instead: Mapping[int, Taught]) -> Numbers:
        """Be as if some sentences had never been added.

        Args:
            gone: Their places among ``sentences``.
            instead: What is to stand in the place of others: the same words in other forms.

        Returns:
            The number that each word had before; all that is kept by number changes so.
        """
        before, size = self.tokens, len(self.words)
        begins = np.flatnonzero(before == BEGIN)
        stays = np.ones(len(begins), bool)
        stays[list(gone)] = False
        tokens = before[np.repeat(stays, np.diff(begins, append=len(before)))]
        counts = np.bincount(tokens, minlength=size)
        changed = counts != np.array(self.counts)
        self.casing = self.casing.copy()
        for place in gone:
            taught = self.sentences[place]
            self._count_forms(taught, _numbers_of(taught, before, begins[place]), -1)
        for place, taught in instead.items():
            span = _numbers_of(taught, before, begins[place])
            self._count_forms(self.sentences[place], span, -1)
            self._count_forms(taught, span)
            self.sentences[place] = taught
            changed[span] = True
        # Of places that are put in for one number the last one stays.
        first, last = np.zeros(size, np.int64), np.zeros(size, np.int64)
        first[tokens[::-1]] = np.arange(len(tokens))[::-1]
        last[tokens] = np.arange(len(tokens))
        first[BEGIN] = -1
        numbers = np.flatnonzero((counts > 0) | (first < 0))
        numbers = numbers[np.argsort(first[numbers])]
        order = numbers.tolist()
        self.sentences = list(compress(self.sentences, stays))
        # Other lists: who looks at the old ones still sees what they were.
        self.words = list(map(self.words.__getitem__, order))
        self.forms = list(map(self.forms.__getitem__, order))
        self.times, self.counts, self._spoken = (
            array(row.typecode, np.array(row)[numbers].tobytes())
            for row in (self.times, array("q", counts.tobytes()), self._spoken)
        )
        self._numbers = dict(zip(self.words[1:], range(1, len(order)), strict=True))
        renumbered = np.zeros(size, np.int32)
        renumbered[numbers] = np.arange(len(order))
        self._tokens, self._size = renumbered[tokens], len(tokens)
        changed[BEGIN] = False
        self._read_last(np.flatnonzero(changed[numbers]), last[numbers])
        return numbers

    def _read_last(self, numbers: Numbers, last: Numbers) -> None:
        """Look anew when, how and in which language some words were last written."""
        begins = np.flatnonzero(self.tokens == BEGIN)
        places = np.searchsorted(begins, last[numbers], "right") - 1
        inside = last[numbers] - begins[places] - 1
        for number, place, at in zip(
            numbers.tolist(), places.tolist(), inside.tolist(), strict=True
        ):
            taught = self.sentences[place]
            self._write_last(number, taught.words[at], taught)

    def holding(self, words: Iterable[str]) -> list[int]:
        """The places of the sentences in which one of some folded words stands, in order."""
        wanted = np.zeros(len(self.words), bool)
        wanted[[self._numbers[word] for word in words if word in self._numbers]] = True
        begins = np.flatnonzero(self.tokens == BEGIN)
        found = np.searchsorted(begins, np.flatnonzero(wanted[self.tokens]), "right") - 1
        return list(map(int, np.unique(found)))

    @property
    def tokens(self) -> Tokens:
        """The words' numbers in order, a BEGIN before each sentence."""
        return self._tokens[: self._size]

    def number(self, word: str) -> int:
        """The number of a folded word, NEVER if there is none."""
        return self._numbers.get(word, NEVER)

    def numbers(self, words: Sequence[str]) -> list[int]:
        """The numbers of the words of a sentence so far, behind BEGIN."""
        return [BEGIN, *(self._numbers.get(word, NEVER) for word in words)]


def _numbers_of(taught: Taught, tokens: Tokens, begin: int) -> list[int]:
    """The numbers of the words of a sentence that begins at a place."""
    return list(map(int, tokens[begin + 1 : begin + 1 + len(taught.words)]))


def following(tokens: Tokens, context: Sequence[int], order: int) -> list[NDArray[np.int64]]:
    """The places of words that stand behind the same words.

    Args:
        tokens: The words in order.
        context: The numbers of the words before a place, the nearest last.
        order: How many are compared at most.

    Returns:
        For each number of words that agree, from one on, the places where so many do, in order,
        as long as there are any.
    """
    found: list[NDArray[np.int64]] = []
    if context[-1] == NEVER:
        return found
    places = np.flatnonzero(tokens[:-1] == context[-1]) + 1
    places = places[tokens[places] != BEGIN]
    for back in range(1, min(order, len(context)) + 1):
        if back > 1:
            # Where fewer words stand before, the place counted from the end is another sentence's
            # or BEGIN was compared already: a sentence's words do not reach over it.
            places = places[tokens[places - back] == context[-back]]
        if not len(places):
            break
        found.append(places)
    return found
