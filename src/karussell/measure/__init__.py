"""The scoreboard: what a model saves a writer, how sure it is, and how long it takes."""

from karussell.measure.baselines import UnigramModel, count_ngrams, estimate
from karussell.measure.board import Board, Estimate, Row, Standing
from karussell.measure.contest import Entrant, Text, compare
from karussell.measure.entrants import baseline_entrants, kenlm_entrant, our_entrant, peer_entrant
from karussell.measure.evaluation import Evaluation, Latency, evaluate
from karussell.measure.meter import ModelMeter, Suggester, WordModel, keyboard_channel
from karussell.measure.tally import Tally

__all__ = [
    "Board",
    "Entrant",
    "Estimate",
    "Evaluation",
    "Latency",
    "ModelMeter",
    "Row",
    "Standing",
    "Suggester",
    "Tally",
    "Text",
    "UnigramModel",
    "WordModel",
    "baseline_entrants",
    "compare",
    "count_ngrams",
    "estimate",
    "evaluate",
    "kenlm_entrant",
    "keyboard_channel",
    "our_entrant",
    "peer_entrant",
]
