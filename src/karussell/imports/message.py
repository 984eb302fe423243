"""Messages: what somebody wrote at some time, as an export tells it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

# Marks that exports put around names and texts: of direction, of order, and a lost file's.
_MARKS = dict.fromkeys([*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_MARKS |= {0xFEFF: None, 0xFFFC: None}
MOST_LINES = 10_000
"""More lines are no message that somebody typed; what follows them is left out."""
# What a clock of this century can say, in seconds; larger figures are milliseconds.
_LATEST = 2**34


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody wrote.

    Attributes:
        author: Who wrote it, as the export names them; "" where it names nobody, as notes do.
        text: What they typed, as far as an export can tell: no quotes, no signatures.
        time: When, in UNIX seconds; None if nobody knows.
        own: Whether the export says that its owner wrote it.
        alias: Another name of the author, such as the name before an e-mail address.
    """

    author: str
    text: str
    time: int | None = None
    own: bool = False
    alias: str = ""

    def is_by(self, names: Iterable[str]) -> bool:
        """Whether one of some names, in the form of ``same_name``, is the author's."""
        known = {same_name(self.author), same_name(self.alias)} - {""}
        return not known.isdisjoint(names)


def same_name(name: str) -> str:
    """A name in the form in which two spellings of it are equal.

    >>> same_name("  Anna  MÜLLER "), same_name("\u202a+49 151 23\u202c")
    ('anna müller', '+49 151 23')
    """
    return " ".join(normalize("NFC", without_marks(name)).casefold().split())


def without_marks(text: str) -> str:
    """A text without the invisible marks of direction that exports put into it."""
    return text if text.isascii() else text.translate(_MARKS)


def seconds(time: object) -> int | None:
    """UNIX seconds of a time that a file gives as a number, of seconds or milliseconds.

    >>> seconds("1710238260"), seconds(1710238260123), seconds("soon")
    (1710238260, 1710238260, None)
    """
    if not isinstance(time, int | float | str) or isinstance(time, bool):
        return None
    try:
        found = int(float(time))
    except (ValueError, OverflowError):
        return None
    if found >= _LATEST:
        found //= 1000
    return found if 0 < found < _LATEST else None


def seconds_of(moment: datetime) -> int | None:
    """UNIX seconds of a moment, in this machine's zone if it names none; None if it cannot be."""
    try:
        found = int(moment.timestamp())
    except (ValueError, OverflowError, OSError):
        return None
    return found if 0 < found < _LATEST else None


def seconds_of_iso(text: str) -> int | None:
    """UNIX seconds of a date and time in ISO 8601, None if it is none."""
    try:
        return seconds_of(datetime.fromisoformat(text))
    except ValueError:
        return None
