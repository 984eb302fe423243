"""Training models of words on text files."""

from karussell.training.text.encoding import LONGEST
from karussell.training.text.plan import Folder, Plan, Stage
from karussell.training.text.run import train_text
from karussell.training.text.sources import TextSource

__all__ = ["LONGEST", "Folder", "Plan", "Stage", "TextSource", "train_text"]
