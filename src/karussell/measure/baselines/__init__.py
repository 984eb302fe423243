"""Other people's ways to predict words: counts, n-grams, KenLM, Presage."""

from karussell.measure.baselines.kenlm_model import KenlmModel, open_kenlm
from karussell.measure.baselines.kneser_ney import KneserNeyModel, estimate
from karussell.measure.baselines.ngram_counts import NgramCounts, count_ngrams
from karussell.measure.baselines.presage import Presage, open_presage
from karussell.measure.baselines.trie_size import lightest_pruning
from karussell.measure.baselines.unigram import UnigramModel

__all__ = [
    "KenlmModel",
    "KneserNeyModel",
    "NgramCounts",
    "Presage",
    "UnigramModel",
    "count_ngrams",
    "estimate",
    "lightest_pruning",
    "open_kenlm",
    "open_presage",
]
