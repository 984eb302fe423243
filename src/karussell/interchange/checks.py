"""Arrays as weights: of which dtype, of which shape, and whether they belong together."""

from typing import Any

import numpy as np

from karussell.blocks import LayerKind, LayerWeights, Norms
from karussell.errors import UsageError
from karussell.kernels import COMMON_BLOCK, Block, Floats


def floats(name: str, array: Any, *shape: int | None) -> Floats:
    """An array as float32, or as float64 if it needs that.

    Args:
        name: What it is called.
        array: The array, of anything that NumPy can read.
        *shape: Its sizes; None for any.

    Raises:
        UsageError: It has another shape, a size of 0, or values that are no finite real numbers.
    """
    if np.ma.is_masked(array):
        raise UsageError(f"{name} has masked values, expected numbers: fill them first")
    try:
        found = np.asarray(array)
    except (TypeError, ValueError, RuntimeError) as error:
        raise UsageError(f"{name} is no array that NumPy can read: {error}") from None
    if found.dtype == object:
        raise UsageError(f"{name} is {type(array).__name__}, expected an array of floats")
    sizes = zip(found.shape, shape, strict=False)
    if found.ndim != len(shape) or any(wanted not in (None, size) for size, wanted in sizes):
        wanted_shape = ", ".join("any" if size is None else str(size) for size in shape)
        comma = "," if len(shape) == 1 else ""
        raise UsageError(f"{name} is {found.shape}, expected ({wanted_shape}{comma})")
    if not found.size:
        raise UsageError(f"{name} is {found.shape}, expected sizes of 1 or more")
    result = _as_floats(name, found)
    if not np.isfinite(result).all():
        raise UsageError(f"{name} has values that are no finite numbers")
    return result


def need_layer(weights: Any) -> None:
    """Refuse what are no weights of one layer and direction."""
    if not isinstance(weights, LayerWeights):
        raise UsageError(
            f"the weights are {type(weights).__name__}, expected LayerWeights of one direction of "
            "a layer, as layer.weights()[0][0] gives them"
        )
    if not isinstance(weights.kind, LayerKind | None):
        raise UsageError(f"kind is {weights.kind!r}, expected a LayerKind or None")


def need_float32(block: Block) -> None:
    """Refuse numbers of a block that float32 does not hold, which is what ONNX has.

    Raises:
        UsageError: One is too large, or so small that it would be 0.
    """
    numbers = {"net_clip": block.net_clip, "cell_clip": block.cell_clip}
    for name in ("gate", "cell_input", "cell_output"):
        _, alpha, beta = getattr(block, name)
        numbers |= {f"alpha of {name}": alpha, f"beta of {name}": beta}
    for name, number in numbers.items():
        with np.errstate(over="ignore", under="ignore"):
            short = np.float32(number or 0)
        if number is not None and (np.isinf(short) or bool(short) != bool(number)):
            raise UsageError(f"{name} is {number}, which float32 does not hold, as ONNX has it")


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
    need_layer(weights)
    if not isinstance(block, Block | None):
        raise UsageError(f"the block is {block!r}, expected a Block or None")
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
