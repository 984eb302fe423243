"""Typing as people do it: slips of the thumb, mistakes, and texts that must not be changed."""

from karussell.measure.typing.mistakes import (
    Item,
    Mistake,
    held_out,
    like,
    put_into,
    read_mistakes,
    word_places,
)
from karussell.measure.typing.taps import (
    CARELESS,
    NO_NOISE,
    Key,
    Noise,
    Segment,
    in_words,
    segments,
    type_text,
)

__all__ = [
    "CARELESS",
    "NO_NOISE",
    "Item",
    "Key",
    "Mistake",
    "Noise",
    "Segment",
    "held_out",
    "in_words",
    "like",
    "put_into",
    "read_mistakes",
    "segments",
    "type_text",
    "word_places",
]
