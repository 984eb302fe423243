"""Sequences of anything hashable and series of numbers at run time, without torch."""

from karussell.sequences.model import Next, SequenceModel, Stream
from karussell.sequences.scales import Forecast, Scales, SeriesConfiguration, series_of
from karussell.sequences.series import SeriesModel, SeriesStream
from karussell.sequences.tokens import END, UNKNOWN, Mark, Tokens, count_tokens

__all__ = [
    "END",
    "UNKNOWN",
    "Forecast",
    "Mark",
    "Next",
    "Scales",
    "SequenceModel",
    "SeriesConfiguration",
    "SeriesModel",
    "SeriesStream",
    "Stream",
    "Tokens",
    "count_tokens",
    "series_of",
]
