"""What a writer taught the keyboard: learned and forgotten on request, never by asking."""

from collections import Counter
from collections.abc import Iterable
from threading import RLock
from typing import NamedTuple

from karussell.keyboard.own_words import KnownWords, OwnWords, Use

# Uses and undos that are remembered, the oldest forgotten first: several for each word that is
# offered.
_MOST = 2000
# Fields whose words are kept ready.
_FIELDS = 64

Lesson = tuple[int, ...]
"""What one call of ``learn`` or ``reject`` taught, to be taken back; empty for nothing new."""


class _Event(NamedTuple):
    """A use of a word, or an undo, and the field in which it was; None for no field."""

    taught: Use | tuple[str, str]
    field: int | None


class Memory:
    """What was learned since the program began, kept in its memory and nowhere else.

    What is offered follows from the uses that are remembered, so that taking one back leaves what
    the others taught. A word is offered in the field where it was used, and everywhere once it was
    used twice: what was written in one window once does not come up in another. Threads may share
    it.

    Args:
        known: What the model offers by itself.
    """

    def __init__(self, known: KnownWords) -> None:
        self._known = known
        self._lock = RLock()
        self._events: dict[int, _Event] = {}
        self._next = 0
        self._snapshots: dict[int | None, OwnWords] = {}

    @property
    def own(self) -> OwnWords:
        """What any field is offered, as it is now: another object whenever it changes."""
        return self.own_in(None)

    def own_in(self, field: int | None) -> OwnWords:
        """What a field is offered, as it is now: another object whenever it changes.

        Args:
            field: The field; None for what is offered in any.
        """
        if (found := self._snapshots.get(field)) is not None:
            return found
        with self._lock:
            events, fold = self._events.values(), self._known.fold
            uses = [(taught, where) for taught, where in events if isinstance(taught, Use)]
            times = Counter(fold(use.form) for use, _ in uses)
            offered = [
                use
                for use, where in uses
                if where is None or where == field or times[fold(use.form)] > 1
            ]
            kept = frozenset(taught[0] for taught, _ in events if not isinstance(taught, Use))
            found = self._known.used(offered, OwnWords(kept=kept))
            if len(self._snapshots) >= _FIELDS:
                self._snapshots.clear()
            self._snapshots[field] = found
            return found

    def learn(
        self, text: str, field: int | None = None, before: str | None = None, *, meant: bool = False
    ) -> Lesson:
        """Take notice of the words of a text that was finished, or of a word that was picked.

        Args:
            text: The text.
            field: The field it was written in; None for no field: it is offered in any.
            before: What stands before it in its sentence.
            meant: Whether its words are known to be no slips.
        """
        with self._lock:
            uses = self._known.beyond(text, before)
            return self._add([_Event(use._replace(meant=meant), field) for use in uses])

    def reject(self, typed: str, word: str, field: int | None = None) -> Lesson:
        """Take notice that a word was typed as it was meant, and another put in its place undone.

        Args:
            typed: What was typed.
            word: What was put in its place.
            field: The field it was in.
        """
        with self._lock:
            taught: list[Use | tuple[str, str]] = [
                (self._known.fold(typed), self._known.fold(word))
            ]
            taught += [use._replace(meant=True) for use in self._known.beyond(typed)]
            return self._add([_Event(each, field) for each in taught])

    def unlearn(self, lesson: Lesson) -> None:
        """Be as if this lesson had never been, whatever was learned since."""
        self._drop(lesson)

    def forget(self, word: str) -> bool:
        """Drop every use of a word, however written, and its undos; whether there was one."""
        with self._lock:
            fold = self._known.fold
            dropped = [
                number
                for number, (taught, _) in self._events.items()
                if (fold(taught.form) if isinstance(taught, Use) else taught[0]) == fold(word)
            ]
            return self._drop(dropped)

    def _add(self, events: list[_Event]) -> Lesson:
        if not events:
            return ()
        lesson = tuple(range(self._next, self._next + len(events)))
        self._next += len(events)
        self._events.update(zip(lesson, events, strict=True))
        for number in list(self._events)[:-_MOST]:
            del self._events[number]
        self._snapshots = {}
        return lesson

    def _drop(self, numbers: Iterable[int]) -> bool:
        with self._lock:
            dropped = [self._events.pop(number, None) for number in numbers]
            self._snapshots = {}
            return any(dropped)
