"""Weights to begin learning with."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from karussell.blocks.order import split_gates
from karussell.kernels import Floats, gate_rows

if TYPE_CHECKING:
    from numpy.random import Generator  # a tenth of a second to import, and only training draws

# A forget gate that begins open lets a cell keep what it holds until it has learned to forget:
# Gers, Schmidhuber and Cummins 2000; Jozefowicz, Zaremba and Sutskever 2015.
FORGET_BIAS = 1.0


class LayerWeights(NamedTuple):
    """The weights of one layer.

    Attributes:
        weight_ih: Input weights (G, I), or (H, I) of a plain recurrent layer.
        weight_hh: Recurrent weights (G, H), or (H, H).
        bias: Bias (G,), or (H,).
    """

    weight_ih: Floats
    weight_hh: Floats
    bias: Floats


def lstm_weights(
    input_size: int,
    hidden_size: int,
    random: "Generator",
    *,
    cells_per_block: int = 1,
    dtype: type[np.floating] = np.float32,
) -> LayerWeights:
    """Draw weights for a layer of memory blocks: uniform within 1 / sqrt(H), forget biases 1.

    Raises:
        ValueError: S does not divide H.
    """
    rows = gate_rows(hidden_size, cells_per_block)
    weights = _uniform(rows, input_size, hidden_size, random, dtype)
    split_gates(weights.bias, cells_per_block).forget_gate[:] = FORGET_BIAS
    return weights


def rnn_weights(
    input_size: int,
    hidden_size: int,
    random: "Generator",
    *,
    dtype: type[np.floating] = np.float32,
) -> LayerWeights:
    """Draw weights for a plain recurrent layer: uniform within 1 / sqrt(H)."""
    return _uniform(hidden_size, input_size, hidden_size, random, dtype)


def _uniform(
    rows: int,
    input_size: int,
    hidden_size: int,
    random: "Generator",
    dtype: type[np.floating],
) -> LayerWeights:
    bound = hidden_size**-0.5
    return LayerWeights(
        weight_ih=random.uniform(-bound, bound, (rows, input_size)).astype(dtype),
        weight_hh=random.uniform(-bound, bound, (rows, hidden_size)).astype(dtype),
        bias=random.uniform(-bound, bound, rows).astype(dtype),
    )
