"""Arrays as weights: of which dtype, of which shape, and whether they belong together."""

from typing import Any

import numpy as np

from karussell.blocks import LayerWeights, Norms
from karussell.errors import UsageError
from karussell.kernels import COMMON_BLOCK, Block, Floats


def floats(name: str, array: Any, *shape: int | None) -> Floats:
    """An array as float32, or as float64 if it needs that.

    Args:
        name: What it is called.
        array: The array, of anything that NumPy can read.
        *shape: Its sizes; None for any.

    Raises:
        UsageError: It has another shape, or values that are no finite real numbers.
    """
    try:
        found = np.asarray(array)
    except (TypeError, ValueError, RuntimeError) as error:
        raise UsageError(f"{name} is no array that NumPy can read: {error}") from None
    sizes = zip(found.shape, shape, strict=False)
    if found.ndim != len(shape) or any(wanted not in (None, size) for size, wanted in sizes):
        wanted_shape = ", ".join("any" if size is None else str(size) for size in shape)
        comma = "," if len(shape) == 1 else ""
        raise UsageError(f"{name} is {found.shape}, expected ({wanted_shape}{comma})")
    result = _as_floats(name, found)
    if not np.isfinite(result).all():
        raise UsageError(f"{name} has values that are no finite numbers")
    return result


def checked(
    weights: LayerWeights[Floats], block: Block | None
) -> tuple[LayerWeights[Floats], Block]:
    """The weights as floats, and what their blocks are made of, if they belong together.

    Args:
        weights: The weights of a layer.
        block: What its blocks are made of; what the weights say if None, else the common one.

    Raises:
        UsageError: They do not belong together.
    """
    said = None if weights.kind is None else weights.kind.block
    if isinstance(said, str):
        raise UsageError(f"the weights are of a plain layer of {said}, expected memory blocks")
    if block is None:
        block = COMMON_BLOCK if said is None else said
    elif said not in (None, block):
        raise UsageError(f"the block is {block}, but the weights are of {said}")
    for name, needed in {
        "weight_gh": block.gate_recurrence,
        "norms": block.layer_norm,
    }.items():
        if needed != (getattr(weights, name) is not None):
            there, option = ("not there", "needs") if needed else ("given", "has no use for")
            raise UsageError(f"{name} are {there}, but {block} {option} them; give their block")
    try:
        return _of_shapes(weights, block), block
    except UsageError as error:
        raise UsageError(f"{error}, for {block}") from None


def _as_floats(name: str, found: Floats) -> Floats:
    if found.dtype in (np.float32, np.float64):
        return found
    # Whole numbers and shorter floats, also those that NumPy learned from others.
    for dtype in (np.float32, np.float64):
        if found.dtype.kind not in "bcOSUMm" and np.can_cast(found.dtype, dtype):
            result: Floats = found.astype(dtype)
            return result
    raise UsageError(f"{name} is of {found.dtype}, expected float32 or float64")


def _of_shapes(weights: LayerWeights[Floats], block: Block) -> LayerWeights[Floats]:
    weight_ih = floats("weight_ih", weights.weight_ih, None, None)
    rows = len(weight_ih)
    try:
        cells = block.hidden_size(rows)
    except ValueError as error:
        raise UsageError(f"weight_ih is {weight_ih.shape}: {error}") from None
    projection, peepholes, weight_gh = weights.projection, weights.peepholes, weights.weight_gh
    if projection is not None:
        projection = floats("projection", projection, None, cells)
    hidden = cells if projection is None else len(projection)
    if peepholes is not None:
        peepholes = floats("peepholes", peepholes, block.gates, cells)
    if weight_gh is not None:
        weight_gh = floats("weight_gh", weight_gh, rows, rows - cells)
    norms = weights.norms
    if norms is not None:
        sizes = (rows, rows, cells, cells)
        each = zip(Norms._fields, norms, sizes, strict=True)
        norms = Norms(*(floats(f"norms.{name}", part, size) for name, part, size in each))
    return LayerWeights(
        weight_ih,
        floats("weight_hh", weights.weight_hh, rows, hidden),
        floats("bias", weights.bias, rows),
        peepholes,
        projection,
        weight_gh,
        norms,
        weights.kind,
    )
