"""The calendar: a day fills with appointments, and one of them must not be lost.

A plain RNN and an LSTM of equal weights read a day entry by entry and say at its end at which hour
the fixed appointment is. They run in NumPy by the equations; training needs torch.
"""

from karussell.lab.calendar.days import HOURS, INPUTS, KINDS, Days, Entry, draw_days, inputs_of
from karussell.lab.calendar.reading import (
    GATES,
    Network,
    Reading,
    Weights,
    packaged,
    page_data,
)
from karussell.lab.calendar.success import LENGTHS, Success, success_of
from karussell.lab.calendar.training import DAYS, RATES, Trained, train

__all__ = [
    "DAYS",
    "GATES",
    "HOURS",
    "INPUTS",
    "KINDS",
    "LENGTHS",
    "RATES",
    "Days",
    "Entry",
    "Network",
    "Reading",
    "Success",
    "Trained",
    "Weights",
    "draw_days",
    "inputs_of",
    "packaged",
    "page_data",
    "success_of",
    "train",
]
