"""The scoreboard: what a model saves a writer, how sure it is, and how long it takes."""

from karussell.measure.board import Board, Estimate, Row, Standing
from karussell.measure.contest import Entrant, Text, compare
from karussell.measure.evaluation import Evaluation, Latency, evaluate
from karussell.measure.kneser_ney import KneserNeyModel, estimate
from karussell.measure.meter import Suggester, WordModel, measure
from karussell.measure.ngram_counts import Sentences, count_ngrams
from karussell.measure.tally import Tally
from karussell.measure.trie_size import lightest_pruning
from karussell.measure.unigram import UnigramModel

__all__ = [
    "Board",
    "Entrant",
    "Estimate",
    "Evaluation",
    "KneserNeyModel",
    "Latency",
    "Row",
    "Sentences",
    "Standing",
    "Suggester",
    "Tally",
    "Text",
    "UnigramModel",
    "WordModel",
    "compare",
    "count_ngrams",
    "estimate",
    "evaluate",
    "lightest_pruning",
    "measure",
]
