"""Lessons: what each file teaches, once it is known who of its writers the person is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from karussell.cli.learn.asking import ask
from karussell.cli.progress import bar
from karussell.errors import HistoryError, UsageError
from karussell.history import Entry, Sentence, exported, parsed
from karussell.imports import (
    Export,
    Gathered,
    Writers,
    as_kept,
    chosen,
    gathered,
    same_name,
)
from karussell.keyboard import Languages
from karussell.measure import Gain, gain


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a file teaches.

    Attributes:
        export: The file.
        writers: Who wrote in it.
        gathered: What the person wrote.
        entries: What it holds if it is an export of a history.
    """

    export: Export
    writers: Writers
    gathered: Gathered
    entries: tuple[Entry, ...] = ()

    @property
    def sentences(self) -> Sequence[Sentence]:
        """The sentences in it."""
        kept = [entry for entry in self.entries if isinstance(entry, Sentence)]
        return kept or self.gathered.sentences

    def new(self, entries: Iterable[Entry]) -> int:
        """How much of it is not among what was learned before."""
        if self.entries:
            known = set(entries)
            return sum(entry not in known for entry in self.entries)
        return as_kept(self.gathered, entries)[1]

    def data(self, entries: Iterable[Entry]) -> bytes:
        """What a history takes in; what was learned before is among it as it is kept."""
        return exported(self.entries or as_kept(self.gathered, entries)[0])


def prepared(
    paths: Sequence[Path],
    languages: Languages,
    *,
    names: Collection[str],
    format: str | None,
    app: str | None,
) -> list[Lesson]:
    """What files teach, in the order in which it was written; nothing is learned by that.

    Args:
        paths: The files.
        languages: The models.
        names: What the person is called in them, in the form of ``same_name``.
        format: The name of their format, if it is known.
        app: What is said to have been written in; None for what they come from.

    Raises:
        TextError: If a file is broken.
        UsageError: If it cannot be known who the person is.
        HistoryError: If an export of a history is broken.
    """
    if sum(str(path) == "-" for path in paths) > 1:
        raise UsageError("-: standard input can be read but once")
    exports = [Export(path, format=format) for path in paths]
    writers = [_writers(export) for export in exports]
    strangers = [each for each in writers if each.counts and not each.own and not each.has(names)]
    if strangers and not names:
        names = frozenset(map(same_name, ask(strangers, writers, exports)))
    lessons = [
        _lesson(export, each, languages, names, app)
        for export, each in zip(exports, writers, strict=True)
    ]
    return sorted(lessons, key=lambda each: each.sentences[0].time if each.sentences else 0)


def savings(lessons: Sequence[Lesson], languages: Languages) -> Gain | None:
    """What learning them saves on the last of their words."""
    found = [sentence for lesson in lessons for sentence in lesson.sentences]
    found.sort(key=lambda sentence: sentence.time)
    with bar("measuring", min(_SAMPLE, sum(len(each.words) for each in found))) as advance:
        return gain(languages, found, limit=_SAMPLE, on_word=advance)


# Words that are measured: a few seconds.
_SAMPLE = 3000


def _writers(export: Export) -> Writers:
    if export.format == "karussell":
        return Writers()
    with bar(f"reading {export.source.name}") as advance:
        return Writers.of(export, advance)


def _lesson(
    export: Export,
    writers: Writers,
    languages: Languages,
    names: Collection[str],
    app: str | None,
) -> Lesson:
    if export.format == "karussell":
        with export.source.data() as data:
            try:
                entries = tuple(parsed(bytes(data)))
            except HistoryError as error:
                raise HistoryError(f"{export.source.name}: {error}") from None
        return Lesson(export=export, writers=writers, gathered=Gathered(), entries=entries)
    by = chosen(writers, names, export.source.name)
    with bar(export.source.name, writers.counts.total()) as advance:
        found = gathered(export, languages, names=by, app=app, on_message=advance)
    export.let_go()
    return Lesson(export=export, writers=writers, gathered=found)
