"""Random weights, the same for every engine: a network, a state to begin with and words to read."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.bench.task import Task

CYCLE = 64
"""How many words each sequence reads before it reads them again."""

Array = NDArray[np.float32]

# Spread so that gates open and close, and that some words are far likelier than others: a rounded
# score then changes no answer by chance.
_RECURRENT_GAIN = 1.5
_SCORE_SPREAD = 2.5
_USUAL_HIDDEN = 0.3


class Weights(NamedTuple):
    """A network of one layer of memory blocks, with tied output.

    Attributes:
        embedding: (V, E).
        weight_ih: (G, E), rows in `karussell.kernels.GATE_ORDER`.
        weight_hh: (G, H).
        bias: (G,).
        projection: (E, H).
        output_bias: (V,).
        hidden: The hidden state to begin with (H,).
        cell: The cell state to begin with (H,).
        words: Words to read (CYCLE, N), int64.
    """

    embedding: Array
    weight_ih: Array
    weight_hh: Array
    bias: Array
    projection: Array
    output_bias: Array
    hidden: Array
    cell: Array
    words: NDArray[np.int64]

    @property
    def gates(self) -> Array:
        """The gates' weights in one matrix, for what is read and the hidden state (G, E + H)."""
        return np.concatenate([self.weight_ih, self.weight_hh], axis=1)

    @property
    def states(self) -> tuple[Array, Array]:
        """Hidden and cell state of every sequence to begin with, (N, H) each."""
        shape = (self.words.shape[1], len(self.hidden))
        return np.broadcast_to(self.hidden, shape).copy(), np.broadcast_to(self.cell, shape).copy()


def draw_weights(task: Task, seed: int = 0) -> Weights:
    """The weights of a task's network, always the same for the same seed."""
    random = np.random.default_rng(seed)
    sizes = task.sizes
    embedding, hidden, words = sizes.embedding, sizes.hidden, sizes.words
    rows = hidden + 3 * (hidden // task.cells_per_block)

    def normal(spread: float, *shape: int) -> Array:
        return random.standard_normal(shape, np.float32) * np.float32(spread)

    return Weights(
        embedding=normal(1.0, words, embedding),
        weight_ih=normal(embedding**-0.5, rows, embedding),
        weight_hh=normal(_RECURRENT_GAIN * hidden**-0.5, rows, hidden),
        bias=normal(0.5, rows),
        projection=normal(
            _SCORE_SPREAD / _USUAL_HIDDEN * (embedding * hidden) ** -0.5, embedding, hidden
        ),
        output_bias=normal(0.5, words),
        hidden=np.tanh(normal(0.5, hidden)),
        cell=normal(0.7, hidden),
        words=random.integers(0, words, (CYCLE, task.batch)),
    )


def draw_layer(task: Task) -> tuple[Array, Array]:
    """What a layer reads (T, N, E), and the gradient on all that it puts out (T, N, H)."""
    random = np.random.default_rng(1)
    widths = (task.sizes.embedding, task.sizes.hidden)
    x, gradient = (
        random.standard_normal((task.time, task.batch, width), np.float32) for width in widths
    )
    return x, gradient
