"""The words a model knows, sorted, so that the words with one prefix are one slice."""

from collections.abc import Iterable, Sequence

from karussell.kernels import WordList, WordSearch

UNKNOWN = "\N{REPLACEMENT CHARACTER}"


class Vocabulary:
    """An immutable sorted list of words; the id of a word is its position.

    Two ids lie beyond the words: ``unknown`` (any other word) and ``start`` (before the first word
    of a message; read, never predicted).

    The words lie in memory as UTF-8, and a string is made of one when it is asked for.

    Args:
        words: Different, non-empty words in lower case, sorted by code point.
        casing: For each word how it is usually written inside a sentence ("" for as it stands).

    Raises:
        ValueError: If the words are not sorted and different, or the casing has another length.
    """

    __slots__ = ("_casing", "_search", "_size", "_words")

    def __init__(self, words: Iterable[str], casing: Iterable[str] | None = None) -> None:
        listed = list(words)
        shown = list(casing) if casing is not None else [""] * len(listed)
        self._take(WordList(listed), WordList(shown))

    @classmethod
    def of_lines(cls, words: bytes, casing: bytes) -> "Vocabulary":
        """The vocabulary of words and casing in UTF-8, joined by newlines.

        Raises:
            ValueError: If the words are not sorted and different, or the casing has another length.
        """
        made = cls.__new__(cls)
        made._take(WordList.of_lines(words), WordList.of_lines(casing))
        return made

    def _take(self, words: WordList, casing: WordList) -> None:
        self._size = len(words)
        if len(casing) != self._size:
            raise ValueError(f"{len(casing)} casings for {self._size} words")
        wrong = words.first_unsorted()
        if wrong < self._size:
            previous = words.word(wrong - 1) if wrong else ""
            raise ValueError(
                f"vocabulary is not sorted: {words.word(wrong)!a} follows {previous!a}"
            )
        self._words, self._casing = words, casing
        self._search: WordSearch | None = None

    def __len__(self) -> int:
        return self._size

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self._words.find(word) < self._size

    @property
    def words(self) -> tuple[str, ...]:
        """All words, sorted; made anew each time."""
        return tuple(map(self._words.word, range(self._size)))

    @property
    def casing(self) -> tuple[str, ...]:
        """How each word is usually written inside a sentence; "" where as in ``words``."""
        return tuple(map(self._casing.word, range(self._size)))

    @property
    def unknown(self) -> int:
        """The id of every word that is not in the vocabulary."""
        return self._size

    @property
    def start(self) -> int:
        """The id read before the first word of a message."""
        return self._size + 1

    @property
    def search(self) -> WordSearch:
        """The search for words meant by what was typed, made when it is first asked for."""
        if self._search is None:
            self._search = WordSearch(self._words)
        return self._search

    def id(self, word: str) -> int:
        """The id of a folded word, ``unknown`` if it is none of ours."""
        return self._words.find(word)

    def ids(self, words: Sequence[str]) -> list[int]:
        """The ids of folded words, in order."""
        return list(map(self._words.find, words))

    def word(self, word_id: int) -> str:
        """The word with an id, ``UNKNOWN`` for ids beyond the words."""
        return self._words.word(word_id) if 0 <= word_id < self._size else UNKNOWN

    def display(self, word_id: int) -> str:
        """How the word with an id is usually written inside a sentence: "I'm", "Monday", "tea"."""
        return self._casing.word(word_id) or self._words.word(word_id)

    def prefix(self, prefix: str) -> tuple[int, int]:
        """The ids [first, last) of all words that start with a folded prefix.

        >>> Vocabulary(["tea", "ten", "to", "we"]).prefix("te")
        (0, 2)
        """
        return self._words.prefix(prefix)
