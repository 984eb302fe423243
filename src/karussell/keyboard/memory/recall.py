"""What is known of a writer, as it is shown to them."""

from collections import Counter
from collections.abc import Iterable
from time import time

from msgspec import Struct

from karussell.errors import UsageError
from karussell.history import COUNTS, Entry, Saving


class LearnedWord(Struct, frozen=True, kw_only=True):
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


class Pair(Struct, frozen=True, kw_only=True):
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


class Recall(Struct, frozen=True, kw_only=True):
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


class Part(Struct, frozen=True, kw_only=True):
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


class Reason(Struct, frozen=True, kw_only=True):
    """Why a word is offered.

    Attributes:
        word: The word.
        parts: Where its probability comes from, the largest share first.
    """

    word: str
    parts: tuple[Part, ...] = ()


class Day(Struct, frozen=True, kw_only=True):
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


def days(entries: Iterable[Entry]) -> tuple[Day, ...]:
    """What was counted day by day, whatever the application, in order."""
    found: dict[str, Counter[str]] = {}
    for entry in entries:
        if isinstance(entry, Saving):
            counts = found.setdefault(entry.day, Counter())
            counts.update({name: getattr(entry, name) for name in COUNTS})
    return tuple(Day(day=day, **found[day]) for day in sorted(found))
