"""Typing as people do it: slips of the thumb, mistakes, and texts that must not be changed."""

from karussell.measure.typing.board import (
    Calm,
    Entry,
    Harmless,
    MistakeStanding,
    TapStanding,
    TypingBoard,
)
from karussell.measure.typing.calm import measure_calm
from karussell.measure.typing.contest import Contest, Course
from karussell.measure.typing.corrector import Answer, Corrector, Rival, is_plain
from karussell.measure.typing.entrants import (
    Doubtful,
    dictionaries_among,
    installed_rivals,
    slips_among,
)
from karussell.measure.typing.figures import Figures, Point, curve, figures
from karussell.measure.typing.harmless import sets as harmless_sets
from karussell.measure.typing.mistakes import (
    Item,
    Mistake,
    held_out,
    like,
    put_into,
    read_misspellings,
    read_mistakes,
    word_places,
)
from karussell.measure.typing.ours import our_keyboard
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
from karussell.measure.typing.typist import Outcome, Part, type_segments, type_string

__all__ = [
    "CARELESS",
    "NO_NOISE",
    "Answer",
    "Calm",
    "Contest",
    "Corrector",
    "Course",
    "Doubtful",
    "Entry",
    "Figures",
    "Harmless",
    "Item",
    "Key",
    "Mistake",
    "MistakeStanding",
    "Noise",
    "Outcome",
    "Part",
    "Point",
    "Rival",
    "Segment",
    "TapStanding",
    "TypingBoard",
    "curve",
    "dictionaries_among",
    "figures",
    "harmless_sets",
    "held_out",
    "in_words",
    "installed_rivals",
    "is_plain",
    "like",
    "measure_calm",
    "our_keyboard",
    "put_into",
    "read_misspellings",
    "read_mistakes",
    "segments",
    "slips_among",
    "type_segments",
    "type_string",
    "type_text",
    "word_places",
]
