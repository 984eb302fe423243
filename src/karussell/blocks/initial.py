"""Weights to begin learning with."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from karussell.blocks.normalisation import Norms
from karussell.blocks.weights import LayerWeights
from karussell.kernels import COMMON_BLOCK, Block, Floats

if TYPE_CHECKING:
    from numpy.random import Generator  # a tenth of a second to import, and only training draws

# A forget gate that begins open lets a cell keep what it holds until it has learned to forget:
# Gers, Schmidhuber and Cummins 2000; Jozefowicz, Zaremba and Sutskever 2015.
FORGET_BIAS = 1.0


def lstm_weights(
    input_size: int,
    hidden_size: int,
    random: "Generator",
    *,
    block: Block = COMMON_BLOCK,
    peepholes: bool = False,
    projected_size: int = 0,
    dtype: type[np.floating] = np.float32,
) -> LayerWeights[Floats]:
    """Draw weights for a layer of memory blocks: uniform within 1 / sqrt(H), forget biases 1.

    Args:
        input_size: I.
        hidden_size: H.
        random: Where they are drawn from.
        block: What the blocks are made of.
        peepholes: Whether gates see the cells of their own block.
        projected_size: P, or 0 without a projection.
        dtype: Of all weights.

    Raises:
        ValueError: S does not divide H.
    """
    rows, outputs = block.gate_rows(hidden_size), projected_size or hidden_size

    uniform = _uniform(hidden_size, random, dtype)
    weights = LayerWeights(
        weight_ih=uniform(rows, input_size),
        weight_hh=uniform(rows, outputs),
        bias=uniform(rows),
        peepholes=uniform(block.gates, hidden_size) if peepholes else None,
        projection=uniform(outputs, hidden_size) if projected_size else None,
        weight_gh=uniform(rows, rows - hidden_size) if block.gate_recurrence else None,
        norms=_identity(rows, hidden_size, dtype) if block.layer_norm else None,
    )
    if block.forgets:
        weights.bias[block.sections(hidden_size)["forget"]] = FORGET_BIAS
    return weights


def rnn_weights(
    input_size: int,
    hidden_size: int,
    random: "Generator",
    *,
    dtype: type[np.floating] = np.float32,
) -> LayerWeights[Floats]:
    """Draw weights for a plain recurrent layer: uniform within 1 / sqrt(H)."""
    uniform = _uniform(hidden_size, random, dtype)
    return LayerWeights(
        weight_ih=uniform(hidden_size, input_size),
        weight_hh=uniform(hidden_size, hidden_size),
        bias=uniform(hidden_size),
    )


def _identity(rows: int, hidden_size: int, dtype: type[np.floating]) -> Norms[Floats]:
    ones, cells = np.ones(rows, dtype), np.ones(hidden_size, dtype)
    return Norms(inputs=ones, hidden=ones.copy(), cell=cells, cell_bias=0 * cells)


def _uniform(
    hidden_size: int, random: "Generator", dtype: type[np.floating]
) -> Callable[..., Floats]:
    bound = hidden_size**-0.5
    return lambda *shape: random.uniform(-bound, bound, shape).astype(dtype)
