"""What the keyboard offers."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from karussell.decoder import Origin
from karussell.errors import UsageError
from karussell.keyboard.context import Edit


class Kind(StrEnum):
    """Why a word is offered."""

    PREDICTION = "prediction"
    """It may come next; nothing of it was typed."""
    COMPLETION = "completion"
    """It starts with the letters that were typed."""
    CORRECTION = "correction"
    """It may be what was meant by letters that it does not start with."""
    EMOJI = "emoji"
    """It is an emoji whose name was typed: ":smi"."""
    LITERAL = "literal"
    """It is what was typed."""
    RESTORED = "restored"
    """It is what was typed before it was corrected, or before another word was picked for it."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A word the writer may want.

    Attributes:
        text: The word as it would be written here.
        kind: Why it is offered.
        probability: How sure we are, 0..1: before the first letter P(word), after it given the
            letters. 1 of what was typed.
        source: Where the word came from.
        edit: What accepting it does to the text at the cursor.
        language: The tag of its language, of several; None if there is one, or nobody knows.
    """

    text: str
    kind: Kind
    probability: float
    source: Origin
    edit: Edit
    language: str | None = None


Slots = tuple[Suggestion | None, ...]
"""The places of a strip, each with its suggestion or None."""

SLOTS = 3
"""How many there are."""

_OFFERS = 20


def no_correction() -> None:
    """Leave a typed word as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What is shown above the keys: three places that stay calm, and what was typed beside them.

    Attributes:
        literal: What was typed, or what was typed before it was corrected; None where there is no
            need for it.
        slots: The suggestions. One that is still offered after another letter stays in its place.
        best: The place of the best one, None if there is none.
        correct: How to find ``autocorrect``.
    """

    literal: Suggestion | None = None
    slots: Slots = (None,) * SLOTS
    best: int | None = None
    correct: Callable[[], Suggestion | None] = field(
        default=no_correction, repr=False, compare=False
    )

    @property
    def autocorrect(self) -> Suggestion | None:
        """What a space or punctuation puts in place of the typed word, None to leave it.

        Its edit brings no space. It is looked for when it is asked for, by what was known when the
        strip was made: a letter of a likely word needs no search.
        """
        return self.correct()

    def uncorrecting(self, literal: Suggestion | None) -> "Strip":
        """The same places that correct nothing, and this beside them."""
        return Strip(literal=literal, slots=self.slots, best=self.best)


class Offers:
    """What was offered for a text as it stands, of which a word can be picked; the oldest goes."""

    def __init__(self) -> None:
        self._kept: deque[tuple[object, ...]] = deque(maxlen=_OFFERS)

    def add(self, *offered: object) -> None:
        """Know a strip and its suggestions, or a list of some."""
        self._kept.append(offered)

    def __contains__(self, wanted: object) -> bool:
        return any(wanted is each for offered in self._kept for each in offered)

    def check(self, wanted: object) -> None:
        """Look that something was offered.

        Raises:
            UsageError: It was not.
        """
        if wanted not in self:
            raise UsageError(
                "the text has changed since this suggestion was made; ask for suggestions again"
            )


def arranged(before: Slots, best: list[Suggestion]) -> Slots:
    """Suggestions in their places: those that had one keep it, the others fill the rest.

    Args:
        before: The places after one letter less.
        best: The suggestions now, best first, as many as there are places at most.
    """
    slots: list[Suggestion | None] = [None] * len(before)
    # As it is written elsewhere in the word, or at the start of a sentence, it is the same word.
    places = {old.text.lower(): place for place, old in enumerate(before) if old is not None}
    rest = []
    for suggestion in best:
        place = places.get(suggestion.text.lower())
        if place is None or slots[place] is not None:
            rest.append(suggestion)
        else:
            slots[place] = suggestion
    free = (place for place, taken in enumerate(slots) if taken is None)
    for place, suggestion in zip(free, rest, strict=False):
        slots[place] = suggestion
    return tuple(slots)


def have_common(shown: list[Suggestion], other: list[Suggestion]) -> bool:
    """Whether a word stands in both, as far as places go."""
    words = {each.text.lower() for each in shown}
    return any(each.text.lower() in words for each in other)
