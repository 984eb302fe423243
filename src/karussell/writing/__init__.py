"""Rules of writing by language: what a sign does to the space before it, and the like."""

from karussell.writing.rules import Rules
from karussell.writing.typed import Typed, typed

__all__ = ["Rules", "Typed", "typed"]
