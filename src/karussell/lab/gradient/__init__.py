"""Gradient and memory, measured: what of an error at step T reaches step t, and what is held."""

from karussell.lab.gradient.learning import Course, Learned, Learner, learn, learners, modules
from karussell.lab.gradient.measuring import (
    LONGEST,
    UNITS,
    Gradients,
    GradientsAsked,
    Trained,
    Untrained,
    measure_gradients,
)
from karussell.lab.gradient.networks import Layer, block_layer, online_layer, plain_layer
from karussell.lab.gradient.probing import KeptNumber, Memory, probed, read_back
from karussell.lab.gradient.reach import SHARES, Reach, errors_back, kept_inside
from karussell.lab.gradient.remembering import (
    Memories,
    MemoriesAsked,
    Remembered,
    measure_memories,
)

__all__ = [
    "LONGEST",
    "SHARES",
    "UNITS",
    "Course",
    "Gradients",
    "GradientsAsked",
    "KeptNumber",
    "Layer",
    "Learned",
    "Learner",
    "Memories",
    "MemoriesAsked",
    "Memory",
    "Reach",
    "Remembered",
    "Trained",
    "Untrained",
    "block_layer",
    "errors_back",
    "kept_inside",
    "learn",
    "learners",
    "measure_gradients",
    "measure_memories",
    "modules",
    "online_layer",
    "plain_layer",
    "probed",
    "read_back",
]
