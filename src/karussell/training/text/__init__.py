"""Training models of words on text files."""

from karussell.training.text.casing import CAPITAL_NOUNS, titled_words
from karussell.training.text.counting import add_counts, count_source
from karussell.training.text.encoding import LONGEST
from karussell.training.text.prepared import Plan, PreparedText, Stage
from karussell.training.text.run import train_text
from karussell.training.text.sources import TextSource

__all__ = [
    "CAPITAL_NOUNS",
    "LONGEST",
    "Plan",
    "PreparedText",
    "Stage",
    "TextSource",
    "add_counts",
    "count_source",
    "titled_words",
    "train_text",
]
