"""Rules of writing by language: what a sign does to the space before it, and the like."""

from karussell.writing.rules import Rules
from karussell.writing.style import Form, Shout, Style, forms, style_of
from karussell.writing.typed import Typed, typed

__all__ = ["Form", "Rules", "Shout", "Style", "Typed", "forms", "style_of", "typed"]
