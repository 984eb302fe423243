"""What was measured at each word of a text, from which every figure follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.measure.keystrokes import LISTS


class Measured(NamedTuple):
    """What was measured at one word.

    Attributes:
        line: The number of its line, from 0.
        known: Whether it is in the vocabulary.
        letters: How many it has.
        keys: The keys it cost with each of ``LISTS``, the space after it included.
        rank: How many words were offered before it before its first letter; -1 for a word that is
            unknown or, where only lists are given, not among the five; beyond every list for a
            rare one, which waits for a letter.
        nats: -ln P(word), an unknown word counted as UNKNOWN; NaN where only lists are given.
        bits: -log2 P(word), an unknown word's spelling included; NaN where only lists are given.
        seconds: How long its suggestions took.
    """

    line: int
    known: bool
    letters: int
    keys: tuple[int, ...]
    rank: int
    nats: float
    bits: float
    seconds: float


_DTYPE = np.dtype(
    [
        ("line", "i4"),
        ("known", "?"),
        ("letters", "i4"),
        ("keys", "i4", (len(LISTS),)),
        ("rank", "i4"),
        ("nats", "f8"),
        ("bits", "f8"),
        ("seconds", "f8"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was measured on one text, or on several that were joined.

    Two models' tallies of the same text are paired word by word.

    Attributes:
        lines: Messages.
        measured: One row per word, structured as ``Measured``, (W,).
    """

    lines: int
    measured: NDArray[Any]

    @classmethod
    def of(cls, lines: int, measured: Iterable[Measured]) -> "Tally":
        """The tally of a text."""
        return cls(lines=lines, measured=np.array(list(measured), dtype=_DTYPE))

    @classmethod
    def joined(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Several texts as one, in their order."""
        lines = 0
        parts = [np.empty(0, _DTYPE)]
        for tally in tallies:
            part = tally.measured.copy()
            part["line"] += lines
            parts.append(part)
            lines += tally.lines
        return cls(lines=lines, measured=np.concatenate(parts))
