"""What the keyboard offers."""

from dataclasses import dataclass
from enum import StrEnum

from karussell.decoder import Origin
from karussell.keyboard.context import Edit


class Kind(StrEnum):
    """Why a word is offered."""

    PREDICTION = "prediction"
    """It may come next; nothing of it was typed."""
    COMPLETION = "completion"
    """It starts with the letters that were typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word the writer may want.

    Attributes:
        text: The word as it would be written here.
        kind: Why it is offered.
        probability: How sure we are, 0..1: before the first letter P(word), after it given the
            letters.
        source: Where the word came from.
        edit: What accepting it does to the text at the cursor.
    """

    text: str
    kind: Kind
    probability: float
    source: Origin
    edit: Edit
