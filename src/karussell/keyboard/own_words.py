"""What a writer used that no model offers by itself, kept in memory and nowhere else."""

import math
from collections import OrderedDict
from collections.abc import Iterable
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from karussell.decoder import OwnWord
from karussell.model import LanguageModel
from karussell.text import fold

# Of the words a model does not know, the part that a writer has used shortly before: names and
# words of one's own come again and again (Church 2000: a second use is likelier than a first).
_LOG_AGAIN = math.log(0.5)
# More new words than a day's typing brings; all are looked at for each letter.
_MOST = 500
# Shorter words are slips more often than words, and save nothing; numbers seldom come again.
_LEAST_LETTERS = 3


class OwnWords:
    """Words a writer used: new ones to complete, and withheld ones that may be offered from now on.

    Threads may share it.

    Args:
        model: The model that does not know them.
        offensive: Whether words that the model withholds are offered from the beginning.
    """

    def __init__(self, model: LanguageModel, *, offensive: bool = False) -> None:
        self._model = model
        self._lock = RLock()
        self._offensive = offensive
        self._written: OrderedDict[str, str] = OrderedDict()
        self._withheld: set[int] = set()
        self.clear()

    @property
    def withheld(self) -> int:
        """How many of the model's words are withheld."""
        return len(self._withheld)

    def use(self, written: Iterable[str]) -> None:
        """Take notice of words as they were written."""
        model = self._model
        for form in written:
            word = fold(form)
            word_id = model.vocabulary.id(word)
            if word_id == model.vocabulary.unknown:
                if len(word) >= _LEAST_LETTERS and word[0].isalpha():
                    self._add(word, form)
            elif word_id in self._withheld:
                with self._lock:
                    self._withheld.discard(word_id)

    def forget(self, word: str) -> bool:
        """Offer a word no longer.

        Returns:
            Whether it was one of the writer's own.
        """
        with self._lock:
            return self._written.pop(fold(word), None) is not None

    def clear(self) -> None:
        """Forget all of them; what the model withholds is withheld again."""
        with self._lock:
            self._written.clear()
            self._withheld = set() if self._offensive else set(self._model.withheld.tolist())

    def starting(self, prefix: str) -> list[OwnWord]:
        """The words that go on from the letters typed, folded, the one used last first."""
        with self._lock:
            if not self._written or not prefix:
                return []
            log_share = self._model.rare.log_new + _LOG_AGAIN - math.log(len(self._written))
            return [
                OwnWord(written, log_share)
                for word, written in reversed(self._written.items())
                if word.startswith(prefix) and word != prefix
            ]

    def without_withheld(self, log_probs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Log probabilities (V+1,) in which no word that is withheld can be found."""
        with self._lock:
            if not self._withheld:
                return log_probs
            allowed = log_probs.copy()
            allowed[list(self._withheld)] = -np.inf
            return allowed

    def _add(self, word: str, written: str) -> None:
        rare = self._model.rare
        if word in rare.vocabulary:
            return
        with self._lock:
            self._written[word] = written
            self._written.move_to_end(word)
            if len(self._written) > _MOST:
                self._written.popitem(last=False)
