"""The bits of a word that a model does not know: its letters, one after the other."""

import math
from collections import Counter
from functools import cached_property
from typing import NamedTuple

from karussell.text.vocabulary import Vocabulary
from karussell.text.words import is_spelled

# With three letters before each a new word takes fewest bits; fewer and more both cost some.
_ORDER = 4
# Neither can stand in a word: what is before it, and what is after it.
_START, _END = "\0", "\n"
# A letter that no known word has is chosen evenly among all code points and the end.
_EVENLY = 1 / (0x110000 + 1)


class LetterModel:
    r"""The probability of a word's spelling, each letter and the end after the three before.

    $-\log_2 P(w) = -\sum_i \log_2 P(c_i \mid c_{i-3} c_{i-2} c_{i-1})$ over the letters and the
    end, with Witten and Bell's interpolation (1991, method C), which sums to one over all strings:

    $$P(c \mid h) = \frac{n_{hc} + t_h P(c \mid h')}{n_h + t_h}$$

    $n_{hc}$ is how often the letter $c$ stood after $h$ in the words of a vocabulary, $t_h$ how
    many different letters did, and $h'$ is $h$ without its first letter; in the end all code
    points are alike. Each word counts once, however common: what is to be spelled is a new word,
    and those resemble the many rare words. (On 2,333 words unknown to the English model: 3.5 bits
    a letter; 5.1 if each word counts as often as it was read, 4.6 for single letters so counted.)

    Args:
        vocabulary: The V words.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def bits(self, word: str) -> float:
        """The bits of a word's letters and of its end."""
        history, bits = _START * (_ORDER - 1), 0.0
        for letter in word + _END:
            bits -= math.log2(self.probability(history, letter))
            history = history[1:] + letter
        return bits

    def probability(self, history: str, letter: str) -> float:
        """The probability of a letter, or of a word's end, after the three before it.

        Args:
            history: The three; NUL where the word has not yet begun.
            letter: One code point; a newline is the end.
        """
        probability = _EVENLY
        for length, table in enumerate(self._tables):
            before = history[_ORDER - 1 - length :]
            if followers := table.followers.get(before):
                seen = table.grams.get(before + letter, 0)
                total = table.totals[before] + followers
                probability = (seen + followers * probability) / total
        return probability

    @cached_property
    def _tables(self) -> "list[_Table]":
        """For each length of history, the shortest first; made when a word is first spelled."""
        grams: Counter[str] = Counter()
        for word in filter(is_spelled, self._vocabulary.words):
            spelled = _START * (_ORDER - 1) + word + _END
            grams.update(spelled[at : at + _ORDER] for at in range(len(word) + 1))
        tables = []
        for _ in range(_ORDER):
            tables.append(_Table.of(grams))
            shorter: Counter[str] = Counter()
            for gram, count in grams.items():
                shorter[gram[1:]] += count
            grams = shorter
        return tables[::-1]


class _Table(NamedTuple):
    """What followed the histories of one length.

    Attributes:
        grams: How often each history and letter stood.
        totals: How often each history did.
        followers: How many different letters followed it.
    """

    grams: Counter[str]
    totals: Counter[str]
    followers: Counter[str]

    @classmethod
    def of(cls, grams: Counter[str]) -> "_Table":
        totals: Counter[str] = Counter()
        for gram, count in grams.items():
            totals[gram[:-1]] += count
        return cls(grams, totals, Counter(gram[:-1] for gram in grams))
