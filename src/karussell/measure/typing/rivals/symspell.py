"""SymSpell, the fast spelling corrector by deletions, if it is installed (PyPI: symspellpy).

It runs with the English words and pairs of words that it brings, up to an edit distance of two.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

from karussell.correction import Tap
from karussell.measure.typing.corrector import Answer, is_plain
from karussell.text import fold

_WORDS = "frequency_dictionary_en_82_765.txt"
_PAIRS = "frequency_bigramdictionary_en_243_342.txt"
_DISTANCE = 2
_SHOWN = 3
# More than any log10 of a count: a word nearer by one edit is always the surer one.
_NEARER = 20.0


class SymSpell:
    """SymSpell: an unknown word is changed to the nearest, of these to the most frequent.

    Its score is the distance, and with the same distance the logarithm of the count.

    Args:
        engine: With its dictionary.
        nearest: What says that only the nearest words are wanted.
    """

    def __init__(self, engine: Any, nearest: Any) -> None:
        self._engine = engine
        self._nearest = nearest
        self._looked_up = lru_cache(1 << 16)(self._look_up)

    def knows(self, word: str) -> bool:
        """Whether the list has a word, whatever its case."""
        return fold(word) in self._engine.words

    def answer(self, left: str, typed: str, taps: Sequence[Tap | None], after: str) -> Answer:
        """SymSpell looks at the word alone."""
        if not is_plain(left, typed, after):
            return Answer()
        return self._looked_up(fold(typed))

    def _look_up(self, word: str) -> Answer:
        found = self._engine.lookup(word, self._nearest, _DISTANCE)
        if not found:  # perhaps it is two
            found = self._engine.lookup_compound(word, _DISTANCE)
        words = tuple(each.term for each in found[:_SHOWN])
        if not found or words[0] == word:
            return Answer(words=words)
        score = _NEARER * (_DISTANCE - found[0].distance) + math.log10(max(found[0].count, 1))
        return Answer(words=words, change=words[0], score=score)


def open_symspell(language: str) -> SymSpell | None:
    """SymSpell, or None if it is not installed, or has no words of the language."""
    if language.partition("-")[0] not in ("en", "und"):
        return None
    try:
        import symspellpy
    except ImportError:
        return None
    engine = symspellpy.SymSpell(_DISTANCE)
    packaged = files("symspellpy")
    with as_file(packaged / _WORDS) as words, as_file(packaged / _PAIRS) as pairs:
        engine.load_dictionary(words, 0, 1)
        engine.load_bigram_dictionary(pairs, 0, 2)
    return SymSpell(engine, symspellpy.Verbosity.CLOSEST)
