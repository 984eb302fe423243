"""Blocks of any number of cells as everybody else has them: one cell a block, all three gates."""

from dataclasses import replace
from typing import Any

import numpy as np

from karussell.blocks import LayerWeights
from karussell.errors import UsageError
from karussell.interchange.checks import checked
from karussell.kernels import SIGMOID, Block, Floats, Numbers

OPEN = 40.0
"""A forget gate's bias that nothing can close: sigmoid(40) is 1 in float32 and in float64."""


def to_plain(
    weights: LayerWeights[Numbers], block: Block | None = None, library: Any = np
) -> LayerWeights[Numbers]:
    r"""The weights of a layer with S = 1 and all gates that does the same.

    A shared gate's row is repeated S times. A coupled input gate has the negated rows of its forget
    gate, for $1 - \sigma(z) = \sigma(-z)$; an absent forget gate gets a bias that keeps it open.

    Args:
        weights: The weights of the layer.
        block: What its blocks are made of; what the weights say if None, else the common one.
        library: Whose arrays they are: NumPy, or torch, which needs a block and is not checked.

    Raises:
        UsageError: No such layer does the same: for peepholes of several cells, gates fed back,
            normalisation, absent gates whose nonlinearity is not the sigmoid, or net inputs clipped
            where there is no forget gate. Or weights and block do not belong together.
    """
    if library is np or block is None:
        weights, block = checked(weights, block)  # type: ignore[arg-type, assignment]
    peepholes = weights.peepholes
    hindrances = {
        "peepholes of several cells to a gate": peepholes is not None and block.cells > 1,
        "gates fed back": block.gate_recurrence,
        "layer normalisation": block.layer_norm,
        "net_clip without a forget gate, which would be open no longer": not block.forgets
        and block.net_clip is not None
        and block.net_clip < OPEN,
        f"{block.gate.name} gates without rows of their own": block.gates == 2
        and block.gate != SIGMOID,
    }
    for hindrance, there in hindrances.items():
        if there:
            raise UsageError(f"{hindrance}: no layer with one cell a block does the same")
    return LayerWeights(
        weight_ih=_rows(weights.weight_ih, block, 0.0, library),
        weight_hh=_rows(weights.weight_hh, block, 0.0, library),
        bias=_rows(weights.bias, block, OPEN, library),
        peepholes=None if peepholes is None else library.stack(_all_gates(peepholes, block, 0.0)),
        projection=weights.projection,
        kind=weights.kind
        and replace(weights.kind, block=replace(block, cells=1, coupled=False, forgets=True)),
    )


def need_common(
    weights: LayerWeights[Floats],
    block: Block | None,
    whose: str,
    *,
    backwards: bool,
    projects: bool = False,
) -> LayerWeights[Floats]:
    """The weights as `to_plain` gives them, for a framework that has nothing beside them.

    Args:
        weights: The weights.
        block: What its blocks are made of; what the weights say if None, else the common one.
        whose: The framework's layer, for what is said of it.
        backwards: Whether what runs them there reads from the end.
        projects: Whether it has projections.

    Raises:
        UsageError: The layer has something that the framework lacks.
    """
    weights, block = checked(weights, block)
    if not block.is_plain:
        raise UsageError(f"{whose} has no {block}; its nonlinearities and clips are fixed")
    for name in ("peepholes", "projection"):
        if getattr(weights, name) is not None and not (projects and name == "projection"):
            raise UsageError(f"{whose} has no {name}")
    need_no_zoneout(weights, whose)
    if weights.kind is not None and weights.kind.backwards != backwards:
        ends = ("from the end", "from the beginning")
        own, other = ends if weights.kind.backwards else ends[::-1]
        raise UsageError(
            f"these weights read sequences {own}, but {whose} is to read {other}; "
            f"give backwards={not backwards} if what runs it there does so"
        )
    return to_plain(weights, block)


def need_no_zoneout(weights: LayerWeights[Floats], whose: str) -> None:
    """Refuse weights of a layer that keeps part of its old state when it is not trained."""
    if weights.kind is not None and any(weights.kind.zoneout):
        raise UsageError(f"{whose} has no zoneout; these weights have {weights.kind.zoneout}")


def _rows(rows: Numbers, block: Block, opened: float, library: Any) -> Any:
    """Rows (G, ...) as (4H, ...)."""
    sections = block.sections(block.hidden_size(len(rows)))
    own = [rows[section] for name, section in sections.items() if name != "cell"]

    def repeated(gate: Any) -> Any:
        return library.stack([gate] * block.cells, 1).reshape(-1, *gate.shape[1:])

    first, second, last = map(repeated, _all_gates(own, block, opened))
    return library.concatenate([first, second, rows[sections["cell"]], last])


def _all_gates(own: Any, block: Block, opened: float) -> tuple[Any, Any, Any]:
    """What belongs to input, forget and output gates, of which a block may have but two."""
    if block.coupled:
        return -own[0], own[0], own[1]
    if not block.forgets:
        return own[0], 0 * own[0] + opened, own[1]
    return own[0], own[1], own[2]
