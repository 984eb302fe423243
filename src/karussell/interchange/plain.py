"""Blocks of any number of cells as everybody else has them: one cell a block, all three gates."""

import numpy as np

from karussell.blocks import LayerWeights
from karussell.errors import UsageError
from karussell.kernels import Block, Floats

OPEN = 40.0
"""A forget gate's bias that nothing can close: sigmoid(40) is 1 in float32 and in float64."""


def to_plain(weights: LayerWeights, block: Block) -> LayerWeights:
    r"""Return weights of a layer with S = 1 and all gates that does the same.

    A shared gate's row is repeated S times. A coupled input gate has the negated rows of its forget
    gate, for $1 - \sigma(z) = \sigma(-z)$; an absent forget gate gets a bias that keeps it open.

    Args:
        weights: The weights of the layer.
        block: What its blocks are made of.

    Raises:
        UsageError: No such layer does the same: for peepholes of several cells, gates fed back,
            normalisation, or absent gates whose nonlinearity is not the sigmoid.
    """
    common = Block(block.cells, block.coupled, forgets=block.forgets)
    hindrances = {
        "peepholes of several cells to a gate": weights.peepholes is not None and block.cells > 1,
        "gates fed back": block.gate_recurrence,
        "layer normalisation": block.layer_norm,
        f"{block.gate.name} gates without rows of their own": block.gates == 2
        and block.gate != common.gate,
    }
    for hindrance, there in hindrances.items():
        if there:
            raise UsageError(f"{hindrance}: no layer with one cell a block does the same")
    return LayerWeights(
        weight_ih=_rows(weights.weight_ih, block, 0.0),
        weight_hh=_rows(weights.weight_hh, block, 0.0),
        bias=_rows(weights.bias, block, OPEN),
        peepholes=None if weights.peepholes is None else _peepholes(weights.peepholes, block),
        projection=weights.projection,
    )


def need_common(weights: LayerWeights, block: Block, whose: str) -> LayerWeights:
    """The weights as `to_plain` gives them, for a framework that has nothing beside them.

    Raises:
        UsageError: The layer has something that the framework lacks.
    """
    common = Block(block.cells, block.coupled, forgets=block.forgets)
    if block != common:
        raise UsageError(f"{whose} has no {block}; its nonlinearities and clips are fixed")
    for name in ("peepholes", "projection"):
        if getattr(weights, name) is not None:
            raise UsageError(f"{whose} has no {name}")
    return to_plain(weights, block)


def _rows(array: Floats, block: Block, opened: float) -> Floats:
    """Rows (G, ...) as (4H, ...)."""
    blocks = len(array) // (block.gates + block.cells)
    size = blocks * block.cells
    ends = np.cumsum([*[blocks] * (block.gates - 1), size])
    *gates, cell, output = np.split(array, ends)
    if block.coupled:
        gates = [-gates[0], gates[0]]
    elif not block.forgets:
        gates = [gates[0], np.full_like(gates[0], opened)]
    first, second, last = (np.repeat(part, block.cells, axis=0) for part in (*gates, output))
    return np.concatenate([first, second, cell, last])


def _peepholes(peepholes: Floats, block: Block) -> Floats:
    """Peepholes (3, H)."""
    if block.coupled:
        return np.stack([-peepholes[0], peepholes[0], peepholes[1]])
    if not block.forgets:
        return np.stack([peepholes[0], np.zeros_like(peepholes[0]), peepholes[1]])
    return peepholes
