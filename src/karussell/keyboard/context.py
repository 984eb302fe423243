"""A text field as a value: what stands left and right of the cursor, and how it is changed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple, TypedDict

import msgspec
from msgspec import Struct

from karussell.correction import Geometry, Tap
from karussell.text import graphemes

DAMAGE = 0.001
"""How many of the correct words may be changed by mistake, unless the writer wants otherwise."""

# Code points of a grapheme cluster; a family with skin tones has a dozen.
_MOST = 256
_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))

Layout = str | Mapping[str, Tap]
"""Where the keys are: the name of a layout, or the centre of the key of each letter."""


class Purpose(StrEnum):
    """What is written in a field."""

    TEXT = "text"
    NAME = "name"
    ADDRESS = "address"
    URL = "url"
    EMAIL = "email"
    NUMBER = "number"
    CODE = "code"
    CARD = "card"
    PASSWORD = "password"
    PIN = "pin"


_OF_WORDS = frozenset((Purpose.TEXT, Purpose.NAME, Purpose.ADDRESS))
_SECRET = frozenset((Purpose.NUMBER, Purpose.CODE, Purpose.CARD, Purpose.PASSWORD, Purpose.PIN))


class Terms(NamedTuple):
    """What becomes of what is written.

    Attributes:
        teaches: Whether it is learned.
        app: The application or site that it belongs to.
        language: The tag of the language that the writer fixed.
    """

    teaches: bool
    app: str | None = None
    language: str | None = None


class Field(Struct, frozen=True, kw_only=True):
    """What a predictor must know of a text field beside its text.

    Attributes:
        number: What tells it from others; None for no field in particular.
        layout: Where the keys are; None for the usual layout of the language.
        damage: How many of the correct words may be changed by mistake, 0.001 for one in a
            thousand; 0 or None to correct nothing unasked.
        purpose: What is written in it.
        app: The application or site it belongs to, None if nobody said.
        private: Whether nothing that is written in it is learned.
        language: The tag of the language that the writer fixed, None for what the words tell.
        meant: Folded words of its text that the writer picked or confirmed: no slips.
    """

    number: int | None = None
    layout: Layout | None = None
    damage: float | None = DAMAGE
    purpose: Purpose = Purpose.TEXT
    app: str | None = None
    private: bool = False
    language: str | None = None
    meant: frozenset[str] = frozenset()

    @property
    def is_secret(self) -> bool:
        """Whether nothing of it is read, kept, or offered."""
        return self.purpose in _SECRET

    @property
    def boldness(self) -> float:
        """How many of the correct words may be changed by mistake, 0 for none, as in addresses."""
        return (self.damage or 0.0) if self.recalls else 0.0

    @property
    def recalls(self) -> bool:
        """Whether what was learned elsewhere is offered in it."""
        return self.purpose in _OF_WORDS

    @property
    def teaches(self) -> bool:
        """Whether what is written in it is learned."""
        return self.recalls and not self.private

    @property
    def terms(self) -> Terms:
        """What becomes of what is written in it now."""
        return Terms(self.teaches, self.app, self.language)


class Description(TypedDict, total=False):
    """What a ``Field`` may come to be otherwise."""

    purpose: Purpose
    app: str | None
    private: bool
    language: str | None


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A change at the cursor.

    Attributes:
        delete_left: Grapheme clusters (what a person calls characters) to delete left of it.
        delete_right: Those to delete right of it.
        insert: Text to put in their place; the cursor ends behind it.
    """

    delete_left: int
    delete_right: int = 0
    insert: str


class Context(Struct, frozen=True, kw_only=True):
    """The text left and right of the cursor.

    Attributes:
        left: The text left of it.
        right: The text right of it.
        taps: Where the last characters (code points) of ``left`` were hit, the last tap that of
            the last; None where one was not. () for a text that was not tapped.
    """

    left: str = ""
    right: str = ""
    taps: tuple[Tap | None, ...] = ()

    @property
    def text(self) -> str:
        """The whole text."""
        return self.left + self.right

    def apply(self, edit: Edit) -> "Context":
        """The context after an edit; deleting stops at the ends of the text."""
        left = without_last(self.left, edit.delete_left) + edit.insert
        return Context(left=left, right=without_first(self.right, edit.delete_right))


def without_last(text: str, count: int) -> str:
    """A text without its last ``count`` grapheme clusters."""
    if count <= 0:
        return text
    # ASCII letters are clusters of their own if the character before them is ASCII, too; only a
    # carriage return joins the line feed behind it.
    tail = text[-count - 1 :]
    if tail.isascii() and "\r" not in tail:
        return text[:-count]
    cut = max(0, len(text) - _room(count))
    while cut and text[cut - 1] in _FLAGS:  # two of these are one character, from the first on
        cut -= 1
    return text[:cut] + "".join(graphemes(text[cut:])[:-count])


def without_first(text: str, count: int) -> str:
    """A text without its first ``count`` grapheme clusters."""
    if count <= 0:
        return text
    room = _room(count)
    return "".join(graphemes(text[:room])[count:]) + text[room:]


def _room(count: int) -> int:
    """How many code points so many clusters have at most, but for those that nobody can read."""
    return _MOST * (count + 1)


def geometry(layout: Layout | None, language: str) -> Geometry:
    """Where the keys of a layout are.

    Args:
        layout: The layout; None for the usual one of a language.
        language: Its tag.

    Raises:
        UsageError: If there is no layout of that name, or its keys are nowhere.
    """
    if layout is None:
        return Geometry.of_language(language)
    return Geometry.named(layout) if isinstance(layout, str) else Geometry.of_keys(layout)


def hits(context: Context, prefix: str) -> tuple[Tap | None, ...]:
    """A tap or None for each letter of the word being typed, () if none of them was tapped."""
    taps = context.taps[-len(prefix) :] if prefix else ()
    return (None,) * (len(prefix) - len(taps)) + taps if any(taps) else ()
