"""From probabilities to the words that are shown."""

from karussell.decoder.candidates import Candidate, OwnWord, candidates
from karussell.decoder.casing import cased

__all__ = ["Candidate", "OwnWord", "candidates", "cased"]
