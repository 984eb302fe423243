"""What was done in a text that is not finished yet, and may still come to nothing."""

from karussell.keyboard.changes import Change, Changes
from karussell.text import fold, written_words

# Words that were typed again over their correction.
_KEPT = 500


class Unfinished:
    """Words that were picked, corrected, or mended by hand, in a text so far.

    Args:
        language: The tag of its language.

    Attributes:
        meant: Folded words that the writer picked or confirmed: no slips.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self.meant: frozenset[str] = frozenset()
        self._kept: dict[str, None] = {}
        self._repairs: dict[tuple[str, str], None] = {}

    def clear(self) -> None:
        """Begin another text."""
        self._kept.clear()
        self.begin_line()

    def begin_line(self) -> None:
        """Know no more what was picked and corrected; what was mended by hand is left alone."""
        self.meant = frozenset()
        self._repairs.clear()

    def confirm(self, text: str) -> None:
        """Take words for meant."""
        self.meant |= self._words(text)

    def corrected(self, change: Change) -> None:
        """A word was put unasked in place of what was typed."""
        self._repairs[change.typed, change.word] = None
        self._kept.pop(fold(change.typed), None)

    def undone(self, change: Change) -> None:
        """It was taken back."""
        self._repairs.pop((change.typed, change.word), None)

    def broke(self, changes: Changes) -> None:
        """The writer mended corrections by hand: what was typed there is left alone."""
        for change in changes:
            self.undone(change)
            self.leave(change.typed)

    def leave(self, typed: str) -> None:
        """Correct this no more."""
        self._kept[fold(typed)] = None
        for word in list(self._kept)[:-_KEPT]:
            del self._kept[word]

    def leaves(self, typed: str) -> bool:
        """Whether what was typed is corrected no more."""
        return bool(self._kept) and fold(typed) in self._kept

    def repairs_in(self, text: str) -> list[tuple[str, str]]:
        """What was typed, and the word that stands in its place unasked, in a finished text."""
        words = self._words(text)
        return [pair for pair in self._repairs if self._words(pair[1]) <= words]

    def _words(self, text: str) -> frozenset[str]:
        return frozenset(fold(word, self._language) for word in written_words(text))
