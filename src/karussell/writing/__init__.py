"""Rules of writing by language: what a sign does to the space before it, and the like."""

from karussell.writing.edges import Edge, edge_of, goes_on, space_before
from karussell.writing.rules import RULED, Rules
from karussell.writing.style import Shout, Style, style_of, toned
from karussell.writing.typed import Typed, typed

__all__ = [
    "RULED",
    "Edge",
    "Rules",
    "Shout",
    "Style",
    "Typed",
    "edge_of",
    "goes_on",
    "space_before",
    "style_of",
    "toned",
    "typed",
]
