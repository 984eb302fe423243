"""The lab: the tasks on which the papers showed what memory blocks can do, learned again.

Networks of memory blocks learn online with the truncated gradient of 1997, sixteen seeds at a time
(`karussell.kernels.learn_online`); beside them a plain RNN, trained as well as it can be.
"""

from karussell.lab.continual import Continual, ContinualOutcome
from karussell.lab.continual import learn as learn_continually
from karussell.lab.copying import Copying, CopyingOutcome
from karussell.lab.criteria import Criterion, Lately, Tested
from karussell.lab.gradient import (
    Gradients,
    GradientsAsked,
    Memories,
    MemoriesAsked,
    Memory,
    Reach,
    Remembered,
    Trained,
    Untrained,
    measure_gradients,
    measure_memories,
)
from karussell.lab.inside import (
    Finding,
    Inside,
    Lexicon,
    Sentence,
    Shown,
    echo,
    lexicon,
    look_inside,
    own_texts,
    sentences_of,
)
from karussell.lab.kept import keep, read_kept
from karussell.lab.lags import MarkedNumbers, NoisyRecall, TemporalOrder, TwoSequences
from karussell.lab.languages import Counting, LanguageOutcome
from karussell.lab.networks import Design, Networks
from karussell.lab.reber import AllLegal, EmbeddedReber
from karussell.lab.results import Asked, Results, try_all
from karussell.lab.streams import Streams, Task
from karussell.lab.tables import CONTINUAL, COPYING, LANGUAGES, TABLES, Row, Table
from karussell.lab.trials import Experiment, Outcome, Trial

__all__ = [
    "CONTINUAL",
    "COPYING",
    "LANGUAGES",
    "TABLES",
    "AllLegal",
    "Asked",
    "Continual",
    "ContinualOutcome",
    "Copying",
    "CopyingOutcome",
    "Counting",
    "Criterion",
    "Design",
    "EmbeddedReber",
    "Experiment",
    "Finding",
    "Gradients",
    "GradientsAsked",
    "Inside",
    "LanguageOutcome",
    "Lately",
    "Lexicon",
    "MarkedNumbers",
    "Memories",
    "MemoriesAsked",
    "Memory",
    "Networks",
    "NoisyRecall",
    "Outcome",
    "Reach",
    "Remembered",
    "Results",
    "Row",
    "Sentence",
    "Shown",
    "Streams",
    "Table",
    "Task",
    "TemporalOrder",
    "Tested",
    "Trained",
    "Trial",
    "TwoSequences",
    "Untrained",
    "echo",
    "keep",
    "learn_continually",
    "lexicon",
    "look_inside",
    "measure_gradients",
    "measure_memories",
    "own_texts",
    "read_kept",
    "sentences_of",
    "try_all",
]
