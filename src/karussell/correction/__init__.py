"""What was typed, and what was meant: keys, errors, and the words behind them."""

from karussell.correction.channel import Channel, Odds, Space
from karussell.correction.corrections import Correction, corrections
from karussell.correction.geometry import Geometry, Tap
from karussell.correction.known_words import (
    KNOWN_WORDS,
    LANGUAGES,
    OTHERS,
    KnownWords,
    known_as,
    packaged_words,
)
from karussell.correction.protection import Protection, Token

__all__ = [
    "KNOWN_WORDS",
    "LANGUAGES",
    "OTHERS",
    "Channel",
    "Correction",
    "Geometry",
    "KnownWords",
    "Odds",
    "Protection",
    "Space",
    "Tap",
    "Token",
    "corrections",
    "known_as",
    "packaged_words",
]
