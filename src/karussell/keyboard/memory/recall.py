"""What is known of a writer, as it is shown to them."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import time

from karussell.errors import UsageError
from karussell.history import COUNTS, Entry, Rejection, Repair, Saving, Sentence
from karussell.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedWord:
    """A word that a writer used.

    Attributes:
        word: As they write it inside a sentence.
        uses: How often they used it.
        last: When they did so last, in UNIX seconds.
        language: The tag of the language it was used in last.
        apps: The applications it was used in, sorted.
    """

    word: str
    uses: int
    last: int
    language: str
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What was typed, and the word that was put in its place.

    Attributes:
        typed: What was typed.
        word: The word.
        uses: How often that was.
        last: When it was last, in UNIX seconds.
    """

    typed: str
    word: str
    uses: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What is known of a writer.

    Attributes:
        words: The words they used.
        repairs: Corrections that they left standing.
        rejections: Corrections that they undid.
        sentences: How many sentences that is from.
        apps: The applications they were written in, sorted.
    """

    words: tuple[LearnedWord, ...] = ()
    repairs: tuple[Pair, ...] = ()
    rejections: tuple[Pair, ...] = ()
    sentences: int = 0
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One source of a word's probability.

    Attributes:
        source: Which one it is.
        language: The tag of its language, None if it has none.
        share: What part of the probability comes from it, 0..1.
        after: The writer's own words that it follows there.
        uses: How often the writer used it so.
        last: When they did so last, in UNIX seconds; None for never.
    """

    source: str
    language: str | None = None
    share: float = 1.0
    after: tuple[str, ...] = ()
    uses: int = 0
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a word is offered.

    Attributes:
        word: The word.
        parts: Where its probability comes from, the largest share first.
    """

    word: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was counted on one day.

    Attributes:
        day: The day, such as "2026-11-27".
        keys: Keys that were pressed, picks among them.
        letters: Characters that were written with them.
        picks: Words that were picked.
        corrected: Words that were corrected unasked.
        undone: Corrections that were undone.
    """

    day: str
    keys: int = 0
    letters: int = 0
    picks: int = 0
    corrected: int = 0
    undone: int = 0


def check_asked(word: str | None, *, since: int | None = None, until: int | None = None) -> None:
    """Refuse to look for what cannot be there.

    Args:
        word: A word, or how words begin; None for all.
        since: The first second of a span; None for all before.
        until: The second behind its last; None for all since.

    Raises:
        UsageError: If the word has no letters, or the span no second that is over.
    """
    if word is not None and not word.strip():
        raise UsageError(f"word {word!r}: is empty, expected a word, or none for all")
    if since is not None and until is not None and since >= until:
        raise UsageError(f"since {since}, until {until}: no time is between, expected until later")
    if since is not None and since > time():
        raise UsageError(f"since {since}: is still to come, expected a time that is over")


def recalled(entries: Iterable[Entry], word: str | None, known: Callable[[str], bool]) -> Recall:
    """What entries tell.

    Args:
        entries: They, in order.
        word: How the words begin; None for all.
        known: Whether a model knows a folded word: such words come last.
    """
    words: dict[str, _Used] = {}
    pairs: dict[type, dict[tuple[str, str], Pair]] = {Repair: {}, Rejection: {}}
    sentences = 0
    apps = set()
    for entry in entries:
        if isinstance(entry, Saving):
            continue
        if entry.app:
            apps.add(entry.app)
        if isinstance(entry, Sentence):
            sentences += 1
            for place, form in enumerate(entry.words):
                used = words.setdefault(fold(form, entry.language), _Used())
                used.add(form, entry, at_start=not place)
        elif word is None or _begins(entry.typed, word) or _begins(entry.word, word):
            listed = pairs[type(entry)]
            key = entry.typed, entry.word
            old = listed.get(key)
            uses = old.uses + 1 if old else 1
            listed[key] = Pair(typed=entry.typed, word=entry.word, uses=uses, last=entry.time)
    shown = [used.word for each, used in words.items() if word is None or _begins(each, word)]
    shown.sort(key=lambda each: (known(fold(each.word)), -each.uses, -each.last, each.word))
    repairs, rejections = (
        tuple(sorted(listed.values(), key=lambda each: (-each.last, each.typed)))
        for listed in pairs.values()
    )
    return Recall(
        words=tuple(shown),
        repairs=repairs,
        rejections=rejections,
        sentences=sentences,
        apps=tuple(sorted(apps)),
    )


def days(entries: Iterable[Entry]) -> tuple[Day, ...]:
    """What was counted day by day, whatever the application, in order."""
    found: dict[str, Counter[str]] = {}
    for entry in entries:
        if isinstance(entry, Saving):
            counts = found.setdefault(entry.day, Counter())
            counts.update({name: getattr(entry, name) for name in COUNTS})
    return tuple(Day(day=day, **found[day]) for day in sorted(found))


class _Used:
    """The uses of one word."""

    __slots__ = ("apps", "form", "language", "last", "uses")

    def __init__(self) -> None:
        self.uses = self.last = 0
        self.form = self.language = ""
        self.apps: set[str] = set()

    def add(self, form: str, sentence: Sentence, *, at_start: bool) -> None:
        """One more use."""
        self.uses += 1
        self.last = sentence.time
        self.language = sentence.language
        # Small at the start of a sentence, it may have lost a capital of its own.
        if not (at_start and self.form and form == fold(form, sentence.language)):
            self.form = form
        if sentence.app:
            self.apps.add(sentence.app)

    @property
    def word(self) -> LearnedWord:
        return LearnedWord(
            word=self.form,
            uses=self.uses,
            last=self.last,
            language=self.language,
            apps=tuple(sorted(self.apps)),
        )


def _begins(text: str, word: str) -> bool:
    return fold(text).startswith(fold(word))
