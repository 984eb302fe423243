"""A predictive keyboard: text and keys in, suggestions and edits out."""

from karussell.keyboard.context import Context, Edit, Layout, Tap
from karussell.keyboard.memory import Lesson
from karussell.keyboard.predictor import Gates, Predictor
from karussell.keyboard.session import Session
from karussell.keyboard.suggestion import SLOTS, Kind, Strip, Suggestion

__all__ = [
    "SLOTS",
    "Context",
    "Edit",
    "Gates",
    "Kind",
    "Layout",
    "Lesson",
    "Predictor",
    "Session",
    "Strip",
    "Suggestion",
    "Tap",
]
