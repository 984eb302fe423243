"""From probabilities to the words that are shown."""

from karussell.decoder.candidates import ABSENT, Candidate, Ranked, candidates, ranked
from karussell.decoder.casing import cased
from karussell.decoder.sources import (
    Found,
    ListedWords,
    Origin,
    Source,
    WrittenWords,
    model_sources,
)

__all__ = [
    "ABSENT",
    "Candidate",
    "Found",
    "ListedWords",
    "Origin",
    "Ranked",
    "Source",
    "WrittenWords",
    "candidates",
    "cased",
    "model_sources",
    "ranked",
]
