"""What a writer teaches, in entries that can be taken back one by one."""

import re
from datetime import date
from itertools import pairwise

from msgspec import Struct

from karussell.errors import HistoryError

# Seconds: beyond the year 6,000.
_LATEST = 1 << 37
_MOST_COUNT = 1 << 50
_LANGUAGE = re.compile(r"(?:[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)?")
# Words are told apart by a space, and stand in one line.
_APART = re.compile(r"[\x00-\x20\x7f]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST = 1000


class Sentence(Struct, frozen=True, kw_only=True):
    """A sentence that was finished.

    Attributes:
        words: Its words as they would stand inside a sentence: without the capital of its start,
            not shouted.
        language: The BCP 47 tag of its language; "" if nobody knows.
        time: When, in seconds since 1970.
        app: The application it was written in; None if it was not named.
        meant: The places of those words that are surely no slips: picked, or confirmed.
    """

    words: tuple[str, ...]
    language: str
    time: int
    app: str | None = None
    meant: tuple[int, ...] = ()


class Rejection(Struct, frozen=True, kw_only=True):
    """A correction that was undone, and is not made again.

    Attributes:
        typed: What was typed, and meant.
        word: What was put in its place.
        language: The BCP 47 tag of the language.
        time: When, in seconds since 1970.
        app: The application; None if it was not named.
    """

    typed: str
    word: str
    language: str
    time: int
    app: str | None = None


class Repair(Struct, frozen=True, kw_only=True):
    """A correction that was picked, or left standing.

    Attributes:
        typed: What was typed.
        word: What was meant.
        language: The BCP 47 tag of the language.
        time: When, in seconds since 1970.
        app: The application; None if it was not named.
    """

    typed: str
    word: str
    language: str
    time: int
    app: str | None = None


class Saving(Struct, frozen=True, kw_only=True):
    """Sums of a day, without text. Those of one day and application are added up when stored.

    Attributes:
        day: The day where it was counted, as in "2026-11-27".
        keys: Keys that were pressed.
        letters: Letters that were written by them.
        picks: Suggestions that were picked.
        corrected: Words that were corrected.
        undone: Corrections that were undone.
        app: The application; None if it was not named.
    """

    day: str
    keys: int = 0
    letters: int = 0
    picks: int = 0
    corrected: int = 0
    undone: int = 0
    app: str | None = None


Entry = Sentence | Rejection | Repair | Saving
"""Anything that is kept."""

COUNTS = ("keys", "letters", "picks", "corrected", "undone")
"""What a saving counts."""


def is_language(tag: str) -> bool:
    """Whether an entry can hold this for its language: a BCP 47 tag, or ""."""
    return bool(_LANGUAGE.fullmatch(tag))


def check(entry: Entry) -> None:
    """Refuse an entry that could not be kept and read back as it is.

    Raises:
        HistoryError: Which names the field, what it holds and what was expected.
    """
    if isinstance(entry, Saving):
        _check_day(entry.day)
        for name in COUNTS:
            _check_number(name, getattr(entry, name), _MOST_COUNT)
    else:
        if not (isinstance(entry.language, str) and is_language(entry.language)):
            raise _wrong("language", entry.language, 'a BCP 47 tag, as in "de", or ""')
        _check_number("time", entry.time, _LATEST)
        if isinstance(entry, Sentence):
            _check_words(entry)
        else:
            _check_phrase("typed", entry.typed)
            _check_phrase("word", entry.word)
    if entry.app is not None and (not _is_text(entry.app) or _CONTROL.search(entry.app)):
        raise _wrong("app", entry.app, f"a name in one line of 1 to {_LONGEST} characters, or none")


def _check_words(sentence: Sentence) -> None:
    if not (isinstance(sentence.words, tuple) and sentence.words):
        raise _wrong("words", sentence.words, "at least one word")
    for word in sentence.words:
        _check_word("words", word)
    places, count = sentence.meant, len(sentence.words)
    if not (
        isinstance(places, tuple)
        and all(type(place) is int and 0 <= place < count for place in places)
        and all(one < after for one, after in pairwise(places))
    ):
        raise _wrong("meant", places, f"places below {count}, each once, in order")


def _check_word(name: str, word: str) -> None:
    if not _is_text(word) or _APART.search(word):
        raise _wrong(name, word, f"words of 1 to {_LONGEST} characters without spaces")


def _check_phrase(name: str, phrase: str) -> None:
    """Refuse what is neither a word nor several: a space that was left out, or one too many."""
    if not _is_text(phrase) or not all(map(_is_word, phrase.split(" "))):
        raise _wrong(name, phrase, f"words, 1 to {_LONGEST} characters with single spaces")


def _is_word(text: str) -> bool:
    return bool(text) and not _APART.search(text)


def _is_text(text: object) -> bool:
    """Whether something is text that UTF-8 can hold, neither empty nor endless."""
    if not (isinstance(text, str) and 0 < len(text) <= _LONGEST):
        return False
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _check_number(name: str, number: int, most: int) -> None:
    if type(number) is not int or not 0 <= number < most:
        raise _wrong(name, number, f"a whole number from 0 to {most - 1}")


def _check_day(day: str) -> None:
    try:
        right = date.fromisoformat(day).isoformat() == day
    except (TypeError, ValueError):
        right = False
    if not right:
        raise _wrong("day", day, 'a day, as in "2026-11-27"')


def _wrong(name: str, value: object, expected: str) -> HistoryError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return HistoryError(f"{name}: {shown} is not {expected}")
