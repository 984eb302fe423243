"""Which of a model's words are shown, and how probable they are at some places."""

import math
from array import array
from functools import cached_property
from heapq import nsmallest

from karussell.model import LanguageModel
from karussell.text import abbreviations

# So many of the most common words that are written small are no names; among the others are "Brown"
# and "Hill", but for these languages.
_COMMON = 1000
_ALL = ("de", "es")
# Of what stands behind titles in English texts 1 to 2 % is written small.
_SELDOM = math.log(0.02)


class Shown:
    """Which of a model's words are shown.

    Args:
        model: The model.
        offensive: Whether words that it withholds are shown, too.

    Attributes:
        hidden: The ids of words that are shown only once the writer used them.
    """

    def __init__(self, model: LanguageModel, *, offensive: bool = False) -> None:
        self._model = model
        self.hidden = frozenset(() if offensive else model.views["withheld"].tolist())

    def of(
        self, log_probs: memoryview, used: frozenset[str] = frozenset(), *, named: bool = False
    ) -> memoryview:
        """Log probabilities (V+1,) in which no hidden word can be found.

        Args:
            log_probs: What the model says, (V+1,).
            used: Folded words that are shown though they are hidden.
            named: Whether a title stands before the word, as in "Mr. ": a name follows.
        """
        hidden = self.hidden
        if not hidden and not named:
            return log_probs
        if used:
            hidden = hidden.difference(self._model.vocabulary.ids(list(used)))
        shown = array("f")
        shown.frombytes(log_probs.cast("B"))
        for place in self._no_names if named else ():
            shown[place] += _SELDOM
        for place in hidden:
            shown[place] = -math.inf
        return memoryview(shown).toreadonly()

    @cached_property
    def _no_names(self) -> tuple[int, ...]:
        """The ids of common words that are no names, nor stand before one: "de"."""
        vocabulary, counts = self._model.vocabulary, self._model.views["counts"]
        tag = self._model.card.language
        known = abbreviations(tag)

        def is_none(place: int) -> bool:
            form = vocabulary.display(place)
            small = form[0].islower() or form.partition("'")[0] in known.single  # "I'm"
            return small and vocabulary.word(place) not in known.particles

        found = filter(is_none, range(len(vocabulary)))
        if tag[:2] in _ALL:
            return tuple(found)
        return tuple(nsmallest(_COMMON, found, key=lambda place: -counts[place]))
