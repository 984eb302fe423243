"""All words that a writer wrote, in order, as numbers."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from karussell.personal.taught import Taught
from karussell.text import fold

Tokens = NDArray[np.int32]

BEGIN = 0
"""Stands before each sentence."""

NEVER = -1
"""A word that was never written."""

_ROOM = 1024


class Stream:
    """The words of all sentences, one after another.

    Words are numbered by when they first came, from 1. Nothing else is kept of them than what
    follows from the sentences in order, so that a stream made of some of them is as if the others
    had never been.

    Attributes:
        words: The word of each number, folded; "" for BEGIN.
        forms: How each was last written.
        times: When each was last written.
        languages: In which language.
    """

    def __init__(self) -> None:
        self.words: list[str] = [""]
        self.forms: list[str] = [""]
        self.times: list[int] = [0]
        self.languages: list[str] = [""]
        self._numbers: dict[str, int] = {}
        self._tokens: Tokens = np.empty(_ROOM, np.int32)
        self._size = 0

    def add(self, taught: Taught) -> None:
        """Append a sentence."""
        if not taught.words:
            return
        need = self._size + 1 + len(taught.words)
        if need > len(self._tokens):
            self._tokens = np.resize(self._tokens, 2 * need)
        self._tokens[self._size] = BEGIN
        for place, form in enumerate(taught.words, self._size + 1):
            self._tokens[place] = self._number(form, taught)
        self._size = need

    def _number(self, form: str, taught: Taught) -> int:
        word = fold(form, taught.language)
        if (number := self._numbers.get(word)) is None:
            number = self._numbers[word] = len(self.words)
            self.words.append(word)
            self.forms.append(form)
            self.times.append(taught.time)
            self.languages.append(taught.language)
        self.forms[number] = form
        self.times[number] = taught.time
        self.languages[number] = taught.language
        return number

    @property
    def tokens(self) -> Tokens:
        """The words' numbers in order, a BEGIN before each sentence."""
        return self._tokens[: self._size]

    def number(self, word: str) -> int:
        """The number of a folded word, NEVER if there is none."""
        return self._numbers.get(word, NEVER)

    def numbers(self, words: Sequence[str]) -> list[int]:
        """The numbers of the words of a sentence so far, after BEGIN."""
        return [BEGIN, *(self._numbers.get(word, NEVER) for word in words)]


def following(tokens: Tokens, context: Sequence[int], order: int) -> list[NDArray[np.int64]]:
    """The places of words that stand behind the same words.

    Args:
        tokens: The words in order.
        context: The numbers of the words before a place, the nearest last.
        order: How many are compared at most.

    Returns:
        For each number of words that agree, from one on, the places where so many do, in order.
    """
    found: list[NDArray[np.int64]] = []
    if not len(tokens) or context[-1] == NEVER:
        return found
    places = np.flatnonzero(tokens[:-1] == context[-1]) + 1
    places = places[tokens[places] != BEGIN]
    for back in range(2, order + 2):
        if not len(places):
            break
        found.append(places)
        if back > len(context) or back > order:
            break
        # The first sentence begins at 0: where fewer words stand before, BEGIN does not agree.
        places = places[tokens[np.maximum(places - back, 0)] == context[-back]]
    return found
