"""Where the keys of a keyboard lie, in key widths to the right and key heights down."""

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import ClassVar, NamedTuple
from unicodedata import normalize

from msgspec import Struct

from karussell.errors import UsageError

Tap = tuple[float, float]
"""Where a key was hit: x in key widths from the left edge of the first key, y in key heights."""

ASPECT = 1.4
"""How much higher a key is than it is wide."""

# Keys whose centres are no farther apart than this touch, in key widths.
_TOUCHING = 1.8
_MOST_KEYS = 200


class Bar(NamedTuple):
    """The edges of the space bar."""

    left: float
    right: float
    top: float
    bottom: float


class _Rows(NamedTuple):
    """Rows of keys: the letters of each, where its first key begins, and the first row's number."""

    rows: tuple[str, ...]
    offsets: tuple[float, ...]
    first: int = 0


_NAMED = {
    "qwerty": _Rows(("qwertyuiop", "asdfghjkl", "zxcvbnm"), (0, 0.5, 1.5)),
    "qwertz": _Rows(("qwertzuiopü", "asdfghjklöä", "yxcvbnmß"), (0, 0, 1.5)),
    "azerty": _Rows(
        ("éèêàâçîôûù", "azertyuiop", "qsdfghjklm", "wxcvbn'"), (0, 0, 0, 1.5), first=-1
    ),
    "dvorak": _Rows(("',.pyfgcrl", "aoeuidhtns", "qjkxbmwvz"), (0, 0, 0.5)),
    "qwerty-es": _Rows(
        ("áéíóúü¿¡", "qwertyuiop", "asdfghjklñ", "zxcvbnm"), (1, 0, 0, 1.5), first=-1
    ),
}
_OF_LANGUAGE = {"de": "qwertz", "fr": "azerty", "es": "qwerty-es"}
# Letters that no decomposition takes apart, under a long press of these.
_BASES = {"ß": "s", "œ": "o", "æ": "a", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i"}


class Geometry(Struct, frozen=True, eq=False, dict=True):
    """The keys of one keyboard.

    Attributes:
        keys: The centre of each key by the letter it writes.
        space: The space bar.
    """

    keys: Mapping[str, Tap]
    space: Bar

    NAMES: ClassVar = tuple(_NAMED)
    """The layouts that ``named`` knows."""

    @classmethod
    def named(cls, name: str) -> "Geometry":
        """The keys of a usual layout.

        Raises:
            UsageError: If there is none of this name.
        """
        if (found := _NAMED.get(name)) is None:
            raise UsageError(f"layout {name[:40]!a}, expected one of {', '.join(_NAMED)}")
        return cls.of_rows(found.rows, found.offsets, first=found.first)

    @classmethod
    def of_language(cls, language: str) -> "Geometry":
        """The usual layout where a language is written; QWERTY if we know of no other."""
        return cls.named(_OF_LANGUAGE.get(language.partition("-")[0], "qwerty"))

    @classmethod
    def of_rows(
        cls, rows: Sequence[str], offsets: Sequence[float] | None = None, *, first: int = 0
    ) -> "Geometry":
        """Rows of keys, one key a letter.

        Args:
            rows: The letters of each row, the top row first.
            offsets: Where the first key of each begins; rows are centred if None.
            first: The number of the top row.

        Raises:
            UsageError: If there are no keys, or not one offset a row.
        """
        widest = max(map(len, rows), default=0)
        begins = [(widest - len(row)) / 2 for row in rows] if offsets is None else list(offsets)
        if len(begins) != len(rows):
            raise UsageError(f"{len(begins)} offsets for {len(rows)} rows, expected one for each")
        return cls.of_keys(
            {
                letter: (begin + column + 0.5, row + 0.5)
                for row, letters, begin in zip(count(first), rows, begins, strict=False)
                for column, letter in enumerate(letters)
            }
        )

    @classmethod
    def of_keys(cls, keys: Mapping[str, Tap]) -> "Geometry":
        """Keys anywhere, each 1 wide and 1 high; the space bar lies below the middle of them.

        Raises:
            UsageError: If there are none or too many, or one writes more than a character or lies
                nowhere.
        """
        if not 0 < len(keys) <= _MOST_KEYS:
            raise UsageError(f"a layout of {len(keys)} keys, expected 1 to {_MOST_KEYS}")
        for letter, centre in keys.items():
            if len(letter) != 1 or len(centre) != 2 or not all(map(math.isfinite, centre)):
                raise UsageError(
                    f"key {letter[:40]!a} at {centre!r:.40}, expected one character and two numbers"
                )
        across = [x for x, _ in keys.values()]
        middle = (min(across) + max(across)) / 2
        wide = max(1.0, min(3.5, max(across) - min(across)))
        top = max(y for _, y in keys.values()) + 0.5
        return cls(dict(keys), Bar(middle - wide / 2, middle + wide / 2, top, top + 1))

    def nearest(self, tap: Tap) -> str:
        """The letter that a tap writes; a space where the bar or what is beside it was hit."""
        if tap[1] >= self.space.top:
            return " "
        return min(self.keys, key=lambda letter: _distance(self.keys[letter], tap))

    def key_of(self, letter: str) -> str | None:
        """The key under which a letter lies, perhaps by a long press; None if there is none."""
        if letter in self.keys:
            return letter
        base = plain(letter)
        return base if base in self.keys else None

    def centre(self, letter: str) -> Tap | None:
        """The middle of a letter's key; None if there is none."""
        key = self.key_of(letter)
        return None if key is None else self.keys[key]

    def distance(self, one: str, other: str) -> float:
        """How far apart the keys of two letters lie, in key widths; infinite without keys."""
        begin, end = self.centre(one), self.centre(other)
        return math.inf if begin is None or end is None else _distance(begin, end)

    def neighbours(self, letter: str) -> tuple[str, ...]:
        """The letters whose keys touch that of a letter, the nearest first."""
        return self._touching.get(self.key_of(letter) or "", ())

    def above_space(self, letter: str) -> bool:
        """Whether the key of a letter touches the space bar, as those of b, v and n do."""
        centre = self.centre(letter)
        bar = self.space
        return (
            centre is not None
            and bar.top - centre[1] < 1
            and bar.left - 0.5 < centre[0] < bar.right + 0.5
        )

    @cached_property
    def _touching(self) -> dict[str, tuple[str, ...]]:
        found = {}
        for letter, centre in self.keys.items():
            near = sorted(
                (_distance(centre, at), other) for other, at in self.keys.items() if other != letter
            )
            found[letter] = tuple(other for away, other in near if away <= _TOUCHING)
        return found


def plain(letter: str) -> str:
    """A letter without its accents: ``e`` for ``é``; itself where it has none."""
    return _BASES.get(letter) or normalize("NFD", letter)[:1]


def _distance(one: Tap, other: Tap) -> float:
    return math.hypot(one[0] - other[0], (one[1] - other[1]) * ASPECT)
