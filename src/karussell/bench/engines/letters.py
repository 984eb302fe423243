"""A letter typed inside a word: the scores are there, the best words that begin so are wanted."""

from bisect import bisect_left
from collections.abc import Callable
from itertools import cycle
from typing import Any

import numpy as np

from karussell.bench.engines.prepared import Answer, Prepared

CHOICES = 3
"""How many suggestions a keyboard shows."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"
_SCORE_SPREAD = 2.5


class LetterTask:
    """Sorted words with their scores, and letters typed in turn.

    Attributes:
        words: Made up, sorted, as many as asked for.
        scores: Log probabilities of all of them, float32.
    """

    def __init__(self, count: int, seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        made: set[str] = set()
        while len(made) < count:
            syllables = random.integers(1, 5)
            consonants = random.choice(list(_CONSONANTS), syllables)
            vowels = random.choice(list(_VOWELS), syllables)
            word = "".join(a + b for a, b in zip(consonants, vowels, strict=True))
            made.add(word if random.random() < 0.7 else word[1:] + word[0])
        self.words = sorted(made)
        scores = random.standard_normal(count, np.float32) * np.float32(_SCORE_SPREAD)
        self.scores = scores - np.log(np.exp(scores).sum())

    def slice_of(self, letter: str) -> tuple[int, int]:
        """The words that begin with a letter: from the first to one beyond the last."""
        return bisect_left(self.words, letter), bisect_left(self.words, chr(ord(letter) + 1))

    def prepared(self, suggest: Callable[[str], tuple[Any, Any]]) -> Prepared:
        """A task of what suggests ids and probabilities for a letter."""
        letters = cycle(_LETTERS)

        def call() -> object:
            return suggest(next(letters))

        def answer() -> Answer:
            found = [suggest(letter) for letter in _LETTERS]
            return Answer(
                ids=[np.asarray(ids).tolist() for ids, _ in found],
                values=[np.log(np.asarray(probabilities)).tolist() for _, probabilities in found],
            )

        return Prepared(call, answer)
