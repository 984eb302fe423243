"""The scoreboard: what a model saves a writer, how sure it is, and how long it takes."""

from karussell.measure.evaluation import Evaluation, Latency, WordModel, evaluate, measure
from karussell.measure.tally import Tally
from karussell.measure.unigram import UnigramModel

__all__ = [
    "Evaluation",
    "Latency",
    "Tally",
    "UnigramModel",
    "WordModel",
    "evaluate",
    "measure",
]
