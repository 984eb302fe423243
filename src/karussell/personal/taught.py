"""What is learned at once: one finished sentence."""

from typing import NamedTuple

from karussell.text import fold


class Taught(NamedTuple):
    """A sentence that a writer finished.

    Attributes:
        words: Its words as they stand inside a sentence.
        language: The tag of its language.
        time: When it was finished, in seconds since 1970.
        sure: The places of words that are known to be no slips.
    """

    words: tuple[str, ...]
    language: str = ""
    time: int = 0
    sure: frozenset[int] = frozenset()

    @property
    def folded(self) -> tuple[str, ...]:
        """Its words as a model reads them."""
        return tuple(fold(word, self.language) for word in self.words)
