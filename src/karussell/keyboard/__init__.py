"""A predictive keyboard: text and keys in, suggestions and edits out."""

from karussell.keyboard.context import Context, Edit
from karussell.keyboard.memory import Lesson
from karussell.keyboard.predictor import Gates, Predictor
from karussell.keyboard.session import Session
from karussell.keyboard.spacing import TAKES_SPACE, WANTS_SPACE
from karussell.keyboard.suggestion import Kind, Suggestion

__all__ = [
    "TAKES_SPACE",
    "WANTS_SPACE",
    "Context",
    "Edit",
    "Gates",
    "Kind",
    "Lesson",
    "Predictor",
    "Session",
    "Suggestion",
]
