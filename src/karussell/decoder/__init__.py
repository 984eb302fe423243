"""From probabilities to the words that are shown."""

from karussell.decoder.blend import Blend
from karussell.decoder.candidates import ABSENT, Candidate, Ranked, candidates, ranked, weighed
from karussell.decoder.casing import cased
from karussell.decoder.sources import Origin, Source, model_sources, own_source

__all__ = [
    "ABSENT",
    "Blend",
    "Candidate",
    "Origin",
    "Ranked",
    "Source",
    "candidates",
    "cased",
    "model_sources",
    "own_source",
    "ranked",
    "weighed",
]
