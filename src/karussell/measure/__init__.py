"""The scoreboard: what a model saves a writer, how sure it is, and how long it takes."""

from karussell.measure.evaluation import Evaluation, Latency, WordModel, evaluate, measure
from karussell.measure.kneser_ney import KneserNeyModel, estimate
from karussell.measure.ngram_counts import Sentences, count_ngrams
from karussell.measure.tally import Tally
from karussell.measure.trie_size import lightest_pruning
from karussell.measure.unigram import UnigramModel

__all__ = [
    "Evaluation",
    "KneserNeyModel",
    "Latency",
    "Sentences",
    "Tally",
    "UnigramModel",
    "WordModel",
    "count_ngrams",
    "estimate",
    "evaluate",
    "lightest_pruning",
    "measure",
]
