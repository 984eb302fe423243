"""From probabilities to the words that are shown."""

from typing import TYPE_CHECKING

from karussell.decoder.candidates import (
    ABSENT,
    Candidate,
    Ranked,
    candidates,
    listed,
    ranked,
    weighed,
)
from karussell.decoder.casing import cased
from karussell.decoder.shown import Shown
from karussell.decoder.sources import Origin, Source, model_sources, own_source
from karussell.doors import door

if TYPE_CHECKING:
    from karussell.decoder.blend import Blend

__all__ = [
    "ABSENT",
    "Blend",
    "Candidate",
    "Origin",
    "Ranked",
    "Shown",
    "Source",
    "candidates",
    "cased",
    "listed",
    "model_sources",
    "own_source",
    "ranked",
    "weighed",
]

# Only several languages are blended.
__getattr__ = door(__name__, {"blend": ("Blend",)})
