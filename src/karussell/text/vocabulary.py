"""The words a model knows, sorted, so that the words with one prefix are one slice."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

UNKNOWN = "\N{REPLACEMENT CHARACTER}"


class Vocabulary:
    """An immutable sorted list of words; the id of a word is its position.

    Two ids lie beyond the words: ``unknown`` (any other word) and ``start`` (before the first word
    of a message; read, never predicted).

    Args:
        words: Different, non-empty words in lower case, sorted by code point.
        casing: For each word how it is usually written inside a sentence ("" for as it stands).

    Raises:
        ValueError: If the words are not sorted and different, or the casing has another length.
    """

    __slots__ = ("_casing", "_ids", "_words")

    def __init__(self, words: Iterable[str], casing: Iterable[str] | None = None) -> None:
        self._words = tuple(words)
        self._casing = tuple(casing) if casing is not None else ("",) * len(self._words)
        if len(self._casing) != len(self._words):
            raise ValueError(f"{len(self._casing)} casings for {len(self._words)} words")
        previous = ""
        for word in self._words:
            if word <= previous:
                raise ValueError(f"vocabulary is not sorted: {word!r} follows {previous!r}")
            previous = word
        self._ids = {word: position for position, word in enumerate(self._words)}

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: object) -> bool:
        return word in self._ids

    @property
    def words(self) -> tuple[str, ...]:
        """All words, sorted."""
        return self._words

    @property
    def casing(self) -> tuple[str, ...]:
        """How each word is usually written inside a sentence; "" where as in ``words``."""
        return self._casing

    @property
    def unknown(self) -> int:
        """The id of every word that is not in the vocabulary."""
        return len(self._words)

    @property
    def start(self) -> int:
        """The id read before the first word of a message."""
        return len(self._words) + 1

    def id(self, word: str) -> int:
        """The id of a folded word, ``unknown`` if it is none of ours."""
        return self._ids.get(word, len(self._words))

    def ids(self, words: Sequence[str]) -> list[int]:
        """The ids of folded words, in order."""
        unknown = len(self._words)
        return [self._ids.get(word, unknown) for word in words]

    def word(self, word_id: int) -> str:
        """The word with an id, ``UNKNOWN`` for ids beyond the words."""
        return self._words[word_id] if 0 <= word_id < len(self._words) else UNKNOWN

    def display(self, word_id: int) -> str:
        """How the word with an id is usually written inside a sentence: "I'm", "Monday", "tea"."""
        return self._casing[word_id] or self._words[word_id]

    def prefix(self, prefix: str) -> tuple[int, int]:
        """The ids [first, last) of all words that start with a folded prefix.

        >>> Vocabulary(["tea", "ten", "to", "we"]).prefix("te")
        (0, 2)
        """
        first = bisect_left(self._words, prefix)
        if not prefix:
            return 0, len(self._words)
        last_letter = ord(prefix[-1])
        if last_letter == 0x10FFFF:
            return first, len(self._words)
        return first, bisect_left(self._words, prefix[:-1] + chr(last_letter + 1), lo=first)
