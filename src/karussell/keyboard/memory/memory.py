"""What a writer taught the keyboard: learned, shown and forgotten on request, never by asking."""

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from time import monotonic, time
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from karussell.errors import HistoryError, UsageError, counted
from karussell.history import Entry, Rejection, Repair, Saving, Sentence, selected
from karussell.keyboard.memory.drops import Drops
from karussell.keyboard.memory.lessons import tag, taught
from karussell.keyboard.memory.recall import Day, Recall, check_asked, days
from karussell.keyboard.memory.uses import Uses
from karussell.locks import SharedLock

if TYPE_CHECKING:
    from karussell.history import History, Standing

# Seconds between two looks for what other programs did to the history.
_LOOK = 0.5

Lesson = tuple[int, ...]
"""What one call of ``learn``, ``reject`` or ``repair`` taught, to be taken back; () for nothing."""


class Teach(Protocol):
    """Take notice of what was typed and the word that was put in its place."""

    def __call__(  # noqa: D102  # the class tells
        self, typed: str, word: str, *, language: str, app: str | None = None
    ) -> Lesson: ...


class Forgotten(Struct, frozen=True, kw_only=True):
    """What was forgotten, for whoever wants it back.

    Attributes:
        entries: How many sentences, undone corrections and other entries that was.
        copies: How many copies of them were found afterwards in the files of the history.
        files: How many files were searched.
        taught: What it was.
    """

    entries: int
    copies: int = 0
    files: int = 0
    taught: tuple[tuple[int, Entry], ...] = ()


class Memory:
    """What a writer taught, in order: finished sentences, corrections undone or left standing.

    It lives as long as the program, or, with a history, on this machine's disk. All that is offered
    follows from the entries that remain, so that what is taken back has never been. Threads may
    share it; what other programs do to the history appears within a second.

    Args:
        history: Where it is kept; None to keep it in this program's memory alone.
        after_uses: From how many uses on a word that no model knows is offered.
        private: Whether nothing is learned.

    Attributes:
        after_uses: From how many uses on a word that no model knows is offered.
        private: Whether nothing is learned; what was learned before is offered.
    """

    def __init__(
        self, history: "History | None" = None, *, after_uses: int = 1, private: bool = False
    ) -> None:
        if after_uses < 1:
            raise UsageError(
                f"words offered after {counted(after_uses, 'use')}, expected 1 or more"
            )
        self.after_uses = after_uses
        self.private = private
        self._history = history
        self._counts = True
        self._lock = SharedLock()
        self._entries: dict[int, Entry] = {}
        self._uses = Uses()
        self._next = 0
        self._rewrites = 0
        self._drops = Drops()
        # Where words stand, once one was to be forgotten: it is found sooner, and takes its room.
        self._standing: Standing | None = None
        self._version, self._looked = -1, 0.0
        self._look()

    @property
    def keeps(self) -> bool:
        """Whether what is learned outlives the program."""
        return self._history is not None and self._history.keeps

    @property
    def notice(self) -> str | None:
        """What the writer must know of the history, such as that a damaged one was set aside."""
        return self._history.notice if self._history else None

    @property
    def counts(self) -> bool:
        """Whether it is counted what was saved; with a history that is remembered."""
        mark = self._uncounted
        return self._counts and not (mark is not None and mark.exists())

    @counts.setter
    def counts(self, on: bool) -> None:
        self._counts = on
        if (mark := self._uncounted) is not None:
            with suppress(OSError):  # then it holds as long as the program
                mark.unlink(missing_ok=True) if on else mark.touch(mode=0o600)

    @property
    def _uncounted(self) -> Path | None:
        path = self._history.path if self._history else None
        return path and path.with_name("uncounted")

    @property
    def bytes(self) -> int:
        """What the history takes on disk."""
        path = self._history.path if self._history else None
        return sum(part.stat().st_size for part in path.parent.glob(f"{path.name}*")) if path else 0

    @property
    def languages(self) -> frozenset[str]:
        """The languages of the sentences that are known."""
        with self._lock:
            listed = self._entries.values()
            return frozenset(each.language for each in listed if isinstance(each, Sentence))

    def since(self, rewrites: int, number: int) -> tuple[int, bool, list[Entry]]:
        """What came in since somebody looked.

        Args:
            rewrites: How often entries had been dropped or read anew by then.
            number: How many there were.

        Returns:
            How often that was by now; whether it was more often, and all are told; the entries.
        """
        if monotonic() - self._looked > _LOOK:
            self._look()
        if rewrites == self._rewrites and number == len(self._entries):
            return rewrites, False, []
        with self._lock:
            anew = rewrites != self._rewrites
            entries = list(self._entries.values())
            return self._rewrites, anew, entries if anew else entries[number:]

    def dropped(self, rewrites: int, now: int) -> list["array[int]"] | None:
        """The places of entries that were dropped between two times; see ``Drops.between``."""
        with self._lock:
            return self._drops.between(rewrites, now)

    def learn(
        self,
        text: str,
        *,
        language: str,
        before: str | None = None,
        meant: bool | Collection[str] = False,
        app: str | None = None,
    ) -> Lesson:
        """Take notice of a text that was finished.

        Args:
            text: The text.
            language: The tag of its language.
            before: What stands before it in its sentence; None if nobody knows.
            meant: The folded words that are known to be no slips; True for all.
            app: The application it was written in.
        """
        if self.private:
            return ()
        now = int(time())
        kept = tag(language)
        return self.add(taught(text, language=kept, time=now, before=before, meant=meant, app=app))

    def reject(self, typed: str, word: str, *, language: str, app: str | None = None) -> Lesson:
        """Take notice that what was typed was meant, and another word put in its place undone."""
        return self._pair(Rejection, typed, word, language, app)

    def repair(self, typed: str, word: str, *, language: str, app: str | None = None) -> Lesson:
        """Take notice that a word was put in place of what was typed, and left standing."""
        return self._pair(Repair, typed, word, language, app)

    def _pair(
        self,
        kind: type[Rejection | Repair],
        typed: str,
        word: str,
        language: str,
        app: str | None,
    ) -> Lesson:
        if self.private:
            return ()
        now = int(time())
        return self.add([kind(typed=typed, word=word, language=tag(language), time=now, app=app)])

    def add(self, entries: Iterable[Entry]) -> Lesson:
        """Take in entries as they are, whoever wrote them down."""
        with self._lock:
            lesson = []
            for entry in entries:
                number = self._next if self._history is None else self._history.add(entry)
                self._next = number + 1
                self._entries[number] = entry
                lesson.append(number)
            if self._standing is not None:
                self._standing.add((number, self._entries[number]) for number in lesson)
            return tuple(lesson)

    def unlearn(self, lesson: Lesson) -> None:
        """Be as if this lesson had never been, whatever was learned since."""
        with self._lock:
            if known := [number for number in lesson if number in self._entries]:
                if self._history is not None:
                    self._history.remove(known)
                self._drop(known)

    def forget(
        self,
        word: str | None = None,
        *,
        since: int | None = None,
        until: int | None = None,
        app: str | None = None,
        everything: bool = False,
    ) -> Forgotten:
        """Be as if all for which this holds had never been written.

        Args:
            word: What has this word in it, however it is written.
            since: What is not older, in UNIX seconds.
            until: What is older than this.
            app: What was written there.
            everything: Whatever is known.

        Returns:
            What was forgotten, for ``recover``.

        Raises:
            UsageError: If nothing is said, or everything and something else; if the word is empty
                or several that were never one, or the span has no second that is over.
            HistoryError: If the history fails.
        """
        with self._lock:
            return self._forget(
                self.found(word, since=since, until=until, app=app, everything=everything)
            )

    def forget_again(self, recovered: Forgotten) -> Forgotten:
        """Forget once more what ``recover`` brought back, as far as it is still known."""
        with self._lock:
            self._look()
            return self._forget([each for each, _ in recovered.taught if each in self._entries])

    def _forget(self, numbers: list[int]) -> Forgotten:
        gone = tuple((number, self._entries[number]) for number in numbers)
        proof = self._history.forget(numbers) if self._history is not None else None
        self._drop(numbers)
        return Forgotten(
            entries=len(gone),
            copies=proof.copies if proof else 0,
            files=proof.files if proof else 0,
            taught=gone,
        )

    def found(
        self,
        word: str | None = None,
        *,
        since: int | None = None,
        until: int | None = None,
        app: str | None = None,
        everything: bool = False,
    ) -> list[int]:
        """The numbers of what ``forget`` would forget; its arguments."""
        narrowed = (word, since, until, app) != (None,) * 4
        if narrowed == everything:
            raise UsageError(
                "expected a word, a time or an application to forget, or everything, and not both"
            )
        check_asked(word, since=since, until=until)
        with self._lock:
            self._look()
            found = self._found(word, since=since, until=until, app=app)
        if not found and word is not None and len(word.split()) > 1:
            raise UsageError(
                f"word {word!r}: is several, expected one; a sentence is forgotten by any of its "
                "words"
            )
        return found

    def _found(
        self, word: str | None, *, since: int | None, until: int | None, app: str | None
    ) -> list[int]:
        """The numbers of entries to which all applies."""
        among: Iterable[tuple[int, Entry]] = self._entries.items()
        if word is not None:
            if self._standing is None:
                from karussell.history import Standing

                self._standing = Standing(among)
            among = [(number, self._entries[number]) for number in self._standing.of(word)]
        return selected(among, since=since, until=until, app=app)

    def recover(self, forgotten: Forgotten) -> None:
        """Know again what was forgotten, each thing in its place."""
        with self._lock:
            if self._history is not None:
                self._history.put_back(forgotten.taught)
            self._take({**self._entries, **dict(forgotten.taught)})

    def recall(
        self,
        word: str | None = None,
        *,
        since: int | None = None,
        app: str | None = None,
        known: Callable[[str], bool] = lambda _: False,
    ) -> Recall:
        """What is known; what is still to be written to the disk is written before.

        Args:
            word: How the words begin; None for all.
            since: What is not older, in UNIX seconds.
            app: What was written there.
            known: Whether a model knows a folded word: such words come last.

        Raises:
            UsageError: If the word is empty.
        """
        check_asked(word)
        with self._lock:
            if self._history is not None:
                with suppress(HistoryError):  # the notice tells; else what is shown is on the disk
                    self._history.flush()
            self._look()
            entries, uses = self._entries, self._uses
            if since is not None or app is not None:
                numbers = selected(entries.items(), since=since, app=app)
                if len(numbers) < len(entries):
                    entries, uses = {number: entries[number] for number in numbers}, Uses()
            uses.follow(entries)
            return uses.recall(word, known)

    def tally(self, *, app: str | None = None, **counted: int) -> None:
        """Add what was counted to the sums of today, unless counting is off or in private."""
        if self.counts and not self.private and any(counted.values()):
            self.add([Saving(day=date.today().isoformat(), app=app, **counted)])

    def days(self) -> tuple[Day, ...]:
        """What was counted, day by day."""
        with self._lock:
            self._look()
            return days(self._entries.values())

    def _look(self) -> None:
        """Read the history anew if another program changed it; nobody waits for one that fails."""
        self._looked = monotonic()
        if self._history is None or self._history.version == self._version:
            return
        with self._lock, suppress(HistoryError):
            version = self._history.version
            self._take(dict(self._history.entries()))
            self._version = version

    def _drop(self, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        self._rewrites += 1
        self._drops.add(self._rewrites, numbers, self._entries)
        gone = [(number, self._entries.pop(number)) for number in numbers]
        if self._standing is not None:
            self._standing.drop(gone)

    def _take(self, entries: dict[int, Entry]) -> None:
        """Know these entries and no others."""
        entries = dict(sorted(entries.items()))
        if list(entries)[: len(self._entries)] != list(self._entries):
            self._rewrites += 1  # else only some came in at the end
        self._entries = entries
        self._standing = None
