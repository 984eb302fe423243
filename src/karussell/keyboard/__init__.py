"""A predictive keyboard: text and keys in, suggestions and edits out."""

from typing import TYPE_CHECKING

from karussell.correction import Tap
from karussell.doors import door
from karussell.keyboard.context import DAMAGE, Context, Edit, Field, Layout, Purpose
from karussell.keyboard.doubts import LEAST_LIKELY, Doubts
from karussell.keyboard.emoji import named_emoji
from karussell.keyboard.languages import Languages
from karussell.keyboard.memory import (
    Day,
    Forgotten,
    LearnedWord,
    Lesson,
    Memory,
    Pair,
    Part,
    Reason,
    Recall,
    taught,
)
from karussell.keyboard.place import SEPARATORS, from_word
from karussell.keyboard.predictor import Predictor
from karussell.keyboard.session import Session
from karussell.keyboard.suggestion import SLOTS, Kind, Strip, Suggestion
from karussell.keyboard.unfinished import Deed

if TYPE_CHECKING:
    from karussell.keyboard.inside import Gates, Inside, Weight, Weights

__all__ = [
    "DAMAGE",
    "LEAST_LIKELY",
    "SEPARATORS",
    "SLOTS",
    "Context",
    "Day",
    "Deed",
    "Doubts",
    "Edit",
    "Field",
    "Forgotten",
    "Gates",
    "Inside",
    "Kind",
    "Languages",
    "Layout",
    "LearnedWord",
    "Lesson",
    "Memory",
    "Pair",
    "Part",
    "Predictor",
    "Purpose",
    "Reason",
    "Recall",
    "Session",
    "Strip",
    "Suggestion",
    "Tap",
    "Weight",
    "Weights",
    "from_word",
    "named_emoji",
    "taught",
]

# A look inside is for who asks.
__getattr__ = door(__name__, {"inside": ("Gates", "Inside", "Weight", "Weights")})
