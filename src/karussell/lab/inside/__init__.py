"""Inside the gates: what each block of a keyboard's model remembers, found from its traces.

A model reads real sentences; features of the text are compared with what every cell held, chosen
on one half of the texts and tested on the other.
"""

from karussell.lab.inside.features import AGO, Feature, features
from karussell.lab.inside.findings import Census, Finding, Search
from karussell.lab.inside.inside import Inside, Shown, look_inside
from karussell.lab.inside.lexicon import Lexicon, lexicon
from karussell.lab.inside.reading import Reading, Sentence, own_texts, sentences_of
from karussell.lab.inside.swaps import Swapped, echo
from karussell.lab.inside.times import GateWords, half_lives

__all__ = [
    "AGO",
    "Census",
    "Feature",
    "Finding",
    "GateWords",
    "Inside",
    "Lexicon",
    "Reading",
    "Search",
    "Sentence",
    "Shown",
    "Swapped",
    "echo",
    "features",
    "half_lives",
    "lexicon",
    "look_inside",
    "own_texts",
    "sentences_of",
]
