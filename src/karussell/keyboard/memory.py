"""What a writer taught the keyboard: learned and forgotten on request, never by asking."""

from collections.abc import Iterable
from threading import RLock
from typing import Protocol

from karussell.keyboard.own_words import KnownWords, OwnWords
from karussell.text import fold, written_words

# Uses that are remembered, the oldest forgotten first: several for each word that is offered.
_MOST = 2000

Lesson = tuple[int, ...]
"""What one call of ``learn`` taught, to be taken back; empty if it was nothing new."""


class Memory(Protocol):
    """What keeps what was learned; threads may share it."""

    @property
    def own(self) -> OwnWords:
        """What was learned, as it is now: another object whenever it changes."""
        ...

    def learn(self, text: str) -> Lesson:
        """Take notice of the words of a text that was finished, or of a word that was picked."""
        ...

    def unlearn(self, lesson: Lesson) -> None:
        """Be as if this lesson had never been, whatever was learned since."""
        ...

    def forget(self, word: str) -> bool:
        """Drop every use of a word, however written.

        Returns:
            Whether there was one.
        """
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...


class WorkingMemory:
    """What was learned since the program began, kept in its memory and nowhere else.

    What is offered follows from the uses that are remembered, so that taking one back leaves what
    the others taught.

    Args:
        known: What the model offers by itself.
    """

    def __init__(self, known: KnownWords) -> None:
        self._known = known
        self._lock = RLock()
        self._uses: dict[int, str] = {}
        self._next = 0
        self.own = known.used(())

    def learn(self, text: str) -> Lesson:
        """Take notice of the words of a text, as they are written."""
        with self._lock:
            new = [form for form in written_words(text) if self._known.used((form,)) != OwnWords()]
            if not new:
                return ()
            lesson = tuple(range(self._next, self._next + len(new)))
            self._next += len(new)
            self._uses.update(zip(lesson, new, strict=True))
            for use in list(self._uses)[:-_MOST]:
                del self._uses[use]
            self._follow()
            return lesson

    def unlearn(self, lesson: Lesson) -> None:
        """Be as if this lesson had never been."""
        self._drop(lesson)

    def forget(self, word: str) -> bool:
        """Drop every use of a word; whether there was one."""
        with self._lock:
            folded = fold(word)
            return self._drop([use for use, form in self._uses.items() if fold(form) == folded])

    def clear(self) -> None:
        """Forget everything."""
        self._drop(list(self._uses))

    def _drop(self, uses: Iterable[int]) -> bool:
        with self._lock:
            dropped = [self._uses.pop(use, None) for use in uses]
            self._follow()
            return any(dropped)

    def _follow(self) -> None:
        self.own = self._known.used(self._uses.values())
