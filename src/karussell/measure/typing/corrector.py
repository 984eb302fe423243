"""What corrects words: ours, and its rivals, by one contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

from karussell.correction import Tap


class Answer(NamedTuple):
    """What is said about a word that was typed to its end.

    Attributes:
        words: The words that were most probably meant, best first, three at most.
        change: What may be put in its place; None to leave it as it is.
        score: How sure that is; it is put there where this reaches the threshold.
    """

    words: tuple[str, ...] = ()
    change: str | None = None
    score: float = 0.0


class Corrector(Protocol):
    """What is asked when a separator is typed behind a word."""

    def answer(self, left: str, typed: str, taps: Sequence[Tap | None], after: str) -> Answer:
        """What to do about a word.

        Args:
            left: The text before it.
            typed: The word as it was typed.
            taps: Where each of its letters was tapped, or () if they come from real keys.
            after: The separator behind it; "" at the end of a text.
        """
        ...


@runtime_checkable
class Typing(Protocol):
    """A corrector that can be typed into, and says itself what its rules make of it."""

    def type(self, left: str, string: str) -> str:
        """What stands behind a text when a string was typed there, and a space behind it."""
        ...


@runtime_checkable
class Knowing(Protocol):
    """A corrector with a list of words."""

    def knows(self, word: str) -> bool:
        """Whether a word, as it is written, is in the list."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Who takes part.

    Attributes:
        name: What people call it.
        corrector: What is asked.
        threshold: The least score with which it changes a word by itself.
        note: What is to be known about it.
    """

    name: str
    corrector: Corrector
    threshold: float
    note: str = ""


_OPENS = "\"'([{\u201c\u2018\u00ab\u00bf\u00a1"
_GOES_ON = "-/\\@_#~=+*&%$<>|^:"


def is_plain(left: str, typed: str, after: str) -> bool:
    """Whether a spelling checker that is used with care would look at a word at all.

    Not if it has digits, or capitals anywhere but at its start, or touches what stands in
    addresses, paths, tags and hyphenated words. Rivals that know no such rule are given this one.
    """
    if not typed.replace("'", "").isalpha() or typed[1:] != typed[1:].lower():
        return False
    before = left[-1:]
    if before and not before.isspace() and before not in _OPENS:
        return False
    return not after or after not in _GOES_ON
