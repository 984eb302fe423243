"""Presage among the correctors: it completes words, and has no corrections."""

from collections.abc import Sequence

from karussell.correction import Tap
from karussell.measure.baselines import Presage
from karussell.measure.typing.corrector import Answer
from karussell.text import fold, last_sentence, words

_SHOWN = 3


class PresageCompletions:
    """The words that Presage shows when a word has been typed to its end; it changes none."""

    def __init__(self, presage: Presage) -> None:
        self._presage = presage

    def answer(self, left: str, typed: str, taps: Sequence[Tap | None], after: str) -> Answer:
        """Presage reads the sentence before, and the letters."""
        before = "".join(f"{word} " for word in words(last_sentence(left)))
        return Answer(words=tuple(self._presage.suggestions(before, fold(typed), _SHOWN)))
