"""What was measured at each word of a text, from which every figure follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Measured(NamedTuple):
    """What was measured at one word.

    Attributes:
        known: Whether it is in the vocabulary.
        letters: How many it has.
        keys: The keys it cost, the space after it included.
        rank: How many words were more probable before its first letter; -1 for an unknown word.
        nats: -ln P(word), an unknown word counted as UNKNOWN.
        bits: -log2 P(word), an unknown word's spelling included.
        seconds: How long its suggestions took.
    """

    known: bool
    letters: int
    keys: int
    rank: int
    nats: float
    bits: float
    seconds: float


_DTYPE = np.dtype(
    [
        ("known", "?"),
        ("letters", "i4"),
        ("keys", "i4"),
        ("rank", "i4"),
        ("nats", "f8"),
        ("bits", "f8"),
        ("seconds", "f8"),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What was measured on one text, or on several that were added.

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
        return cls(lines=lines, measured=np.fromiter(measured, dtype=_DTYPE))

    def __add__(self, other: "Tally") -> "Tally":
        """Both texts as one."""
        return Tally(
            lines=self.lines + other.lines,
            measured=np.concatenate([self.measured, other.measured]),
        )
