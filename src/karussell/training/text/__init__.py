"""Training models of words on text files."""

from karussell.training.text.encoding import LONGEST
from karussell.training.text.prepared import Plan, PreparedText, Stage
from karussell.training.text.run import train_text
from karussell.training.text.sources import TextSource

__all__ = ["LONGEST", "Plan", "PreparedText", "Stage", "TextSource", "train_text"]
