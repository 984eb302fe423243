"""Recurrent layers for torch: drop-ins for its own, and the losses of a large vocabulary."""

from karussell.errors import needing

with needing("layers need"):
    from karussell.layers.chunks import IGNORED
    from karussell.layers.lstm import LSTM
    from karussell.layers.paths import By, Precision, kernel_precision
    from karussell.layers.rnn import RNN
    from karussell.layers.softmax import (
        Reduction,
        project,
        sampled_softmax_cross_entropy,
        softmax_cross_entropy,
        tied_rows,
        to_large_pages,
    )
    from karussell.layers.threads import most_threads

__all__ = [
    "IGNORED",
    "LSTM",
    "RNN",
    "By",
    "Precision",
    "Reduction",
    "kernel_precision",
    "most_threads",
    "project",
    "sampled_softmax_cross_entropy",
    "softmax_cross_entropy",
    "tied_rows",
    "to_large_pages",
]
