"""Whether letters may have been meant otherwise: known about, without a search."""

import math
from collections.abc import Sequence

from karussell.decoder import Source, weighed

# A wrong first letter is looked for once a second one tells more.
_LEAST_LETTERS = 2
# Of all words that may be meant, the part that has an error in a letter, about, and of those that
# have one before it the part that goes on with the letter typed.
_ERROR = 0.03
_GOES_ON = 0.15
# What all words with errors must weigh beside those without to be looked for.
_DOUBT = 0.1

LEAST_LIKELY = 0.01
"""Words with errors are not shown that are less likely."""


class Doubts:
    """What words with errors weigh after each letter of a word, beside those without.

    A letter more costs three numbers, so that letters of likely words need no search.

    Args:
        sources: Where candidates come from.
    """

    __slots__ = ("_known", "_sources")

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._known: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}

    def about(self, folded: str, log_mass: float | None = None) -> bool:
        """Whether words with errors weigh enough to be looked for.

        Args:
            folded: What was typed, folded.
            log_mass: ln P of all words that begin so; None to ask the sources.
        """
        if len(folded) < _LEAST_LETTERS:
            return False
        before = len(folded) - 1
        while folded[:before] not in self._known:
            before -= 1
        mass, errors = self._known[folded[:before]]
        for end in range(before + 1, len(folded) + 1):
            errors = _GOES_ON * errors + _ERROR * mass
            told = log_mass if end == len(folded) else None
            mass = math.exp(weighed(self._sources, folded[:end], 1)[1] if told is None else told)
            self._known[folded[:end]] = mass, errors
        return errors > _DOUBT * mass
