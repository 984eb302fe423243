"""What a writer taught the keyboard: learned and forgotten on request, never by asking."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from threading import RLock
from time import time
from typing import NamedTuple

from karussell.errors import UsageError
from karussell.keyboard.own_words import KnownWords, OwnWords, Use
from karussell.keyboard.recall import Day, LearnedWord, Pair, Recall

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
    time: int
    app: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was forgotten, for whoever wants it back.

    Attributes:
        entries: How many things that was.
        copies: How many copies of it were found in files afterwards.
        files: How many files were searched.
        taught: What it was.
    """

    entries: int
    copies: int = 0
    files: int = 0
    taught: tuple[_Event, ...] = ()


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
        self._days: dict[str, Day] = {}
        self.counts = True

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
            uses = [(taught, where) for taught, where, *_ in events if isinstance(taught, Use)]
            times = Counter(fold(use.form) for use, _ in uses)
            offered = [
                use
                for use, where in uses
                if where is None or where == field or times[fold(use.form)] > 1
            ]
            kept = frozenset(taught[0] for taught, *_ in events if not isinstance(taught, Use))
            found = self._known.used(offered, OwnWords(kept=kept))
            if len(self._snapshots) >= _FIELDS:
                self._snapshots.clear()
            self._snapshots[field] = found
            return found

    def learn(
        self,
        text: str,
        field: int | None = None,
        before: str | None = None,
        *,
        meant: bool = False,
        app: str | None = None,
    ) -> Lesson:
        """Take notice of the words of a text that was finished, or of a word that was picked.

        Args:
            text: The text.
            field: The field it was written in; None for no field: it is offered in any.
            before: What stands before it in its sentence.
            meant: Whether its words are known to be no slips.
            app: The application it was written in.
        """
        with self._lock:
            uses, now = self._known.beyond(text, before), int(time())
            return self._add([_Event(use._replace(meant=meant), field, now, app) for use in uses])

    def reject(
        self, typed: str, word: str, field: int | None = None, *, app: str | None = None
    ) -> Lesson:
        """Take notice that a word was typed as it was meant, and another put in its place undone.

        Args:
            typed: What was typed.
            word: What was put in its place.
            field: The field it was in.
            app: The application it was in.
        """
        with self._lock:
            taught: list[Use | tuple[str, str]] = [
                (self._known.fold(typed), self._known.fold(word))
            ]
            taught += [use._replace(meant=True) for use in self._known.beyond(typed)]
            now = int(time())
            return self._add([_Event(each, field, now, app) for each in taught])

    def unlearn(self, lesson: Lesson) -> None:
        """Be as if this lesson had never been, whatever was learned since."""
        self._drop(lesson)

    def forget(
        self,
        word: str | None = None,
        *,
        since: int | None = None,
        until: int | None = None,
        app: str | None = None,
        everything: bool = False,
    ) -> Forgotten:
        """Be as if what all of these hold for had never been written.

        Args:
            word: What has this word in it, however it is written.
            since: What is not older, in UNIX seconds.
            until: What is not younger, in UNIX seconds.
            app: What was written there.
            everything: Whatever is known.

        Returns:
            What was forgotten, for ``recover``.

        Raises:
            UsageError: If nothing is said, or everything and something else.
        """
        narrowed = (word, since, until, app) != (None,) * 4
        if narrowed == everything:
            raise UsageError(
                "expected a word, a time or an application to forget, or everything, and not both"
            )
        with self._lock:
            if everything:
                self._days.clear()
            numbers = list(self._selected(word, since, until, app))
            taught = tuple(self._events[number] for number in numbers)
            self._drop(numbers)
            return Forgotten(entries=len(numbers), taught=taught)

    def recover(self, forgotten: Forgotten) -> None:
        """Know again what was forgotten."""
        with self._lock:
            self._add(list(forgotten.taught))

    def recall(
        self, word: str | None = None, *, since: int | None = None, app: str | None = None
    ) -> Recall:
        """What is known, by last use.

        Args:
            word: How the words begin; None for all.
            since: What is not older, in UNIX seconds.
            app: What was written there.
        """
        words: dict[str, LearnedWord] = {}
        undone: dict[tuple[str, str], Pair] = {}
        fold = self._known.fold
        with self._lock:
            events = [self._events[n] for n in self._selected(None, since, None, app)]
            apps = sorted({each.app for each in self._events.values() if each.app})
            number = len(self._events)
        for taught, _, last, where in events:
            if isinstance(taught, Use):
                key = fold(taught.form)
                if not key.startswith(fold(word or "")):
                    continue
                old = words.pop(key, None)
                words[key] = LearnedWord(
                    word=taught.form,
                    uses=(old.uses if old else 0) + 1,
                    last=last,
                    language=self._known.language,
                    apps=tuple(sorted({*(old.apps if old else ()), *([where] if where else ())})),
                )
            else:
                pair = undone.pop(taught, None)
                uses = (pair.uses if pair else 0) + 1
                undone[taught] = Pair(typed=taught[0], word=taught[1], uses=uses, last=last)
        return Recall(
            words=tuple(reversed(words.values())),
            rejections=tuple(reversed(undone.values())),
            sentences=number,
            apps=tuple(apps),
        )

    def tally(self, **counted: int) -> None:
        """Add what was counted to the sums of today, if it is to be counted."""
        if self.counts:
            today = date.today().isoformat()
            with self._lock:
                old = self._days.get(today, Day(day=today))
                sums = {name: getattr(old, name) + more for name, more in counted.items()}
                self._days[today] = replace(old, **sums)

    def days(self) -> tuple[Day, ...]:
        """What was counted day by day."""
        return tuple(self._days.values())

    def _selected(
        self, word: str | None, since: int | None, until: int | None, app: str | None
    ) -> Iterator[int]:
        fold = self._known.fold
        wanted = None if word is None else fold(word)
        for number, (taught, _, when, where) in self._events.items():
            texts = (taught.form,) if isinstance(taught, Use) else taught
            if (
                (wanted is None or wanted in map(fold, texts))
                and (since is None or when >= since)
                and (until is None or when <= until)
                and (app is None or where == app)
            ):
                yield number

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
