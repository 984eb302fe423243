"""The gradient, measured: how much of an error at step T reaches step t."""

from karussell.lab.gradient.learning import Course, Learned, Learner, learn, learners
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
from karussell.lab.gradient.reach import SHARES, Reach, errors_back, kept_inside

__all__ = [
    "LONGEST",
    "SHARES",
    "UNITS",
    "Course",
    "Gradients",
    "GradientsAsked",
    "Layer",
    "Learned",
    "Learner",
    "Reach",
    "Trained",
    "Untrained",
    "block_layer",
    "errors_back",
    "kept_inside",
    "learn",
    "learners",
    "measure_gradients",
    "online_layer",
    "plain_layer",
]
