"""Whether a word that no list has is rather a slip of one that is known."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from karussell.text import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Longer words are never near another by chance; looking for one would only take time.
_MOST_LETTERS = 24
# Each so many words are looked at for the letters of a language.
_STRIDE = 16
# So many words are worth a table of all that are near.
_MANY = 500


class Slips:
    """Words that are one wrong, missing, extra or swapped letter away from a known one.

    Args:
        vocabulary: The words that are known.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._found: dict[str, bool] = {}

    def clear(self) -> None:
        """Forget the words that were looked at."""
        self._found.clear()

    def looks_like_one(self, form: str, word: str) -> bool:
        """Whether a word looks like a slip; one with a capital or a digit inside is a name.

        Args:
            form: The word as it would be written inside a sentence.
            word: The word, folded.
        """
        if not may_be_slip(form, word):
            return False
        if (found := self._found.get(word)) is None:
            if len(self._found) > 5000:
                self._found.clear()
            found = self._found[word] = self._is_near(word)
        return found

    def among(self, words: Iterable[tuple[str, str]]) -> set[str]:
        """The folded words among many, each with its form, that look like slips."""
        plain = [word for form, word in words if may_be_slip(form, word)]
        if len(plain) < _MANY:
            return {word for word in plain if self.looks_like_one(word, word)}
        import numpy as np

        shorter = [(word, hash(each)) for word in plain for each in _shorter(word)]
        near = np.isin(np.array([each for _, each in shorter], np.int64), self._beside())
        doubtful = {word for (word, _), found in zip(shorter, near.tolist(), strict=True) if found}
        return {word for word in doubtful if self.looks_like_one(word, word)}

    def _beside(self) -> NDArray[np.int64]:
        """Hashes of all known words, whole and without one letter: a slip has one of them, too.

        They are a megabyte, asked for when a whole memory is read, and not kept.
        """
        import numpy as np

        known = map(self._vocabulary.word, range(len(self._vocabulary)))
        return np.unique(np.array([hash(each) for word in known for each in _shorter(word)]))

    def _is_near(self, word: str) -> bool:
        known = self._vocabulary
        for at in range(len(word) + 1):
            head, tail = word[:at], word[at:]
            # The words that begin so are one slice: most beginnings have none, and end the search.
            first, last = known.prefix(head)
            if first == last:
                return False
            if head + tail[1:] in known or head + tail[1:2] + tail[:1] + tail[2:] in known:
                return True
            near = [head + letter + tail for letter in self._letters]
            if tail:
                near += [head + letter + tail[1:] for letter in self._letters]
            if near and min(known.ids(near)) < known.unknown:
                return True
        return False

    @cached_property
    def _letters(self) -> str:
        """The letters of the known words, all of them where there are few."""
        size = len(self._vocabulary)
        some = map(self._vocabulary.word, range(0, size, _STRIDE if size > 1000 else 1))
        return "".join(sorted({letter for word in some for letter in word}))[:100]


def may_be_slip(form: str, word: str) -> bool:
    """Whether a word may be one by its letters alone.

    Args:
        form: The word as it would be written inside a sentence.
        word: The word, folded.
    """
    return form == word and word.isalpha() and len(word) <= _MOST_LETTERS


def _shorter(word: str) -> set[str]:
    """A word, whole and without each of its letters."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
