"""What a writer taught the keyboard: learned and forgotten on request, never by asking."""

from collections.abc import Iterable
from threading import RLock

from karussell.keyboard.own_words import KnownWords
from karussell.text import fold, written_words

# Uses that are remembered, the oldest forgotten first: several for each word that is offered.
_MOST = 2000

Lesson = tuple[int, ...]
"""What one call of ``learn`` taught, to be taken back; empty if it was nothing new."""


class Memory:
    """What was learned since the program began, kept in its memory and nowhere else.

    What is offered follows from the uses that are remembered, so that taking one back leaves what
    the others taught. Threads may share it.

    Args:
        known: What the model offers by itself.

    Attributes:
        own: What was learned, as it is now: another object whenever it changes.
    """

    def __init__(self, known: KnownWords) -> None:
        self._known = known
        self._lock = RLock()
        self._uses: dict[int, str] = {}
        self._next = 0
        self.own = known.used(())

    def learn(self, text: str) -> Lesson:
        """Take notice of the words of a text that was finished, or of a word that was picked."""
        with self._lock:
            if not (new := self._known.beyond(written_words(text))):
                return ()
            lesson = tuple(range(self._next, self._next + len(new)))
            self._next += len(new)
            self._uses.update(zip(lesson, new, strict=True))
            for use in list(self._uses)[:-_MOST]:
                del self._uses[use]
            self._follow()
            return lesson

    def unlearn(self, lesson: Lesson) -> None:
        """Be as if this lesson had never been, whatever was learned since."""
        self._drop(lesson)

    def forget(self, word: str) -> bool:
        """Drop every use of a word, however written; whether there was one."""
        with self._lock:
            folded = fold(word)
            return self._drop([use for use, form in self._uses.items() if fold(form) == folded])

    def _drop(self, uses: Iterable[int]) -> bool:
        with self._lock:
            dropped = [self._uses.pop(use, None) for use in uses]
            self._follow()
            return any(dropped)

    def _follow(self) -> None:
        self.own = self._known.used(self._uses.values())
