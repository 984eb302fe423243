"""What was typed, and what was meant: keys, errors, and the words behind them."""

from karussell.correction.carried import carried_files
from karussell.correction.channel import Channel, Odds, Space
from karussell.correction.corrections import (
    NEW_LETTER,
    After,
    Correction,
    corrections,
    followed_by,
)
from karussell.correction.geometry import ASPECT, Geometry, Tap, plain
from karussell.correction.judges import Judges
from karussell.correction.known_words import (
    KNOWN_WORDS,
    LANGUAGES,
    OTHERS,
    KnownWords,
    known_as,
    packaged_words,
)
from karussell.correction.learned import (
    ANY_LANGUAGE,
    FEATURES,
    VERDICTS,
    Kind,
    Network,
    Parameters,
    Side,
)
from karussell.correction.protection import Protection, Token
from karussell.correction.verdict import Judge, Verdict

__all__ = [
    "ANY_LANGUAGE",
    "ASPECT",
    "FEATURES",
    "KNOWN_WORDS",
    "LANGUAGES",
    "NEW_LETTER",
    "OTHERS",
    "VERDICTS",
    "After",
    "Channel",
    "Correction",
    "Geometry",
    "Judge",
    "Judges",
    "Kind",
    "KnownWords",
    "Network",
    "Odds",
    "Parameters",
    "Protection",
    "Side",
    "Space",
    "Tap",
    "Token",
    "Verdict",
    "carried_files",
    "corrections",
    "followed_by",
    "known_as",
    "packaged_words",
    "plain",
]
