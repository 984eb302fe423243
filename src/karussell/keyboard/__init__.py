"""A predictive keyboard: text and keys in, suggestions and edits out."""

from karussell.correction import Tap
from karussell.keyboard.context import DAMAGE, Context, Edit, Field, Layout
from karussell.keyboard.doubts import LEAST_LIKELY, Doubts
from karussell.keyboard.memory import Lesson
from karussell.keyboard.place import SEPARATORS, from_word
from karussell.keyboard.predictor import Gates, Predictor
from karussell.keyboard.session import Session
from karussell.keyboard.suggestion import SLOTS, Kind, Strip, Suggestion

__all__ = [
    "DAMAGE",
    "LEAST_LIKELY",
    "SEPARATORS",
    "SLOTS",
    "Context",
    "Doubts",
    "Edit",
    "Field",
    "Gates",
    "Kind",
    "Layout",
    "Lesson",
    "Predictor",
    "Session",
    "Strip",
    "Suggestion",
    "Tap",
    "from_word",
]
