"""What was found about learning from a writer's own text."""

import msgspec

from karussell.measure.board import Estimate

OWN_RULES = (
    "Each word is predicted before its line is learned; points of keys saved with three "
    "suggestions, and of words first before any letter, above the model that learns nothing.",
    "A pick is one key and brings its space; the list is shown before the first letter; an unknown "
    "word costs all its letters and the space; case is folded, punctuation not counted.",
    "A writer's words are counted from their first: a stage begins where so many were learned.",
    "The worst stretch is that of 2,000 words after each other, begun at every 500th.",
    "New are words of three letters or more that the model does not know; one is offered if it is "
    "among three after two letters.",
    "Intervals hold 95 % of 1,000 bootstrap draws of writers.",
)
"""What was declared before measuring, for people."""


class Stage(msgspec.Struct, frozen=True):
    """What is gained once so many words were learned, in points.

    Attributes:
        learned: How many, at least.
        words: How many words were measured.
        savings: Keys saved above the model that learns nothing.
        first: Words that were the first suggestion above it.
    """

    learned: int
    words: int
    savings: Estimate
    first: Estimate


class WriterRow(msgspec.Struct, frozen=True):
    """One writer; what is gained is in points.

    Attributes:
        name: Who.
        words: How many words were measured.
        frozen_savings: Keys that the model saves that learns nothing, 0..1.
        frozen_first: Words that were its first suggestion, 0..1.
        savings: Keys saved above it.
        first: Words that were the first suggestion above it.
        worst: Keys saved above it in the worst stretch of 2,000 words.
    """

    name: str
    words: int
    frozen_savings: float
    frozen_first: float
    savings: float
    first: float
    worst: float


class OwnBoard(msgspec.Struct, frozen=True):
    """All that was measured.

    Attributes:
        rules: What was declared before.
        savings: Keys saved above the model that learns nothing, in points, the mean over writers.
        first: Words that were the first suggestion above it.
        stages: The same by how much was learned.
        offered: Of the new words' second, third, fourth and fifth use the part in which they were
            offered; None where there was none.
        base_savings: What is gained on base text with the memory of each writer full; None if there
            was no such text.
        base_first: The same for words that are the first suggestion.
        base_learned_savings: The same as the base text is learned, line by line.
        base_learned_first: The same for words that are the first suggestion.
        writers: Each writer.
    """

    rules: tuple[str, ...]
    savings: Estimate
    first: Estimate
    stages: tuple[Stage, ...]
    offered: tuple[float | None, ...]
    base_savings: Estimate | None
    base_first: Estimate | None
    base_learned_savings: Estimate | None
    base_learned_first: Estimate | None
    writers: tuple[WriterRow, ...]
