"""A predictive keyboard: text and keys in, suggestions and edits out."""

from karussell.keyboard.context import Context, Edit
from karussell.keyboard.predictor import Gates, Predictor
from karussell.keyboard.session import Session
from karussell.keyboard.suggestion import Kind, Suggestion

__all__ = ["Context", "Edit", "Gates", "Kind", "Predictor", "Session", "Suggestion"]
