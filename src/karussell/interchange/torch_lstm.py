"""Torch: the state dictionary of ``torch.nn.LSTM``, by the names of its parameters."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from karussell.blocks import LayerKind, LayerWeights
from karussell.errors import UsageError
from karussell.interchange.checks import floats
from karussell.interchange.onnx_weights import which_way
from karussell.interchange.plain import need_common
from karussell.interchange.stacked import Layers, checked_layers, need_layers
from karussell.kernels import Block, Floats


def from_torch(parameters: Mapping[str, Any]) -> list[list[LayerWeights[Floats]]]:
    """Read what ``state_dict()`` of a ``torch.nn.LSTM`` gives.

    Args:
        parameters: Arrays or tensors on the CPU by their names; without biases if the layer has
            none.

    Returns:
        The weights of each direction of each layer.

    Raises:
        UsageError: A parameter is missing, of another shape, or none that such a layer has.
    """
    if not isinstance(parameters, Mapping):
        raise UsageError(
            f"the parameters are {type(parameters).__name__}, expected what state_dict() gives"
        )
    left = dict(parameters)
    layers: list[list[LayerWeights[Floats]]] = []
    ways = 1 + ("weight_ih_l0_reverse" in left)
    biased = any(str(name).startswith("bias_") for name in left)
    while not layers or f"weight_ih_l{len(layers)}" in left:
        suffixes = (_suffix(len(layers), direction) for direction in range(ways))
        layers.append([_taken(left, suffix, biased) for suffix in suffixes])
    if left:
        raise UsageError(
            f"{str(next(iter(left)))[:80]!r} is nothing that a torch.nn.LSTM of {len(layers)} "
            f"layers and {ways} directions has"
        )
    checked_layers(layers, None)
    return layers


def to_torch(layers: Layers, block: Block | None = None) -> dict[str, Floats]:
    """Write what ``load_state_dict`` of a ``torch.nn.LSTM`` with biases takes, as arrays.

    Args:
        layers: The weights of each direction of each layer.
        block: What the blocks are made of; what the weights say if None, else the common one.

    Raises:
        UsageError: Torch has no such layer.
    """
    need_layers(layers)
    layers, block = checked_layers(layers, block)
    found: dict[str, Floats] = {}
    whose = "torch.nn.LSTM"
    for number, directions in enumerate(layers):
        which_way(directions, "bidirectional" if len(directions) == 2 else "forward")
        for direction, one in enumerate(directions):
            backwards = direction == 1
            plain = need_common(one, block, whose, backwards=backwards, projects=True)
            projection = plain.projection
            if projection is not None and len(projection) >= projection.shape[1]:
                raise UsageError(
                    f"{whose} projects to fewer than its {projection.shape[1]} cells, not to "
                    f"{len(projection)}"
                )
            suffix = _suffix(number, direction)
            named = {
                "weight_ih": plain.weight_ih,
                "weight_hh": plain.weight_hh,
                "bias_ih": plain.bias,
                "bias_hh": np.zeros_like(plain.bias),
                "weight_hr": projection,
            }
            found |= {name + suffix: each for name, each in named.items() if each is not None}
    return found


def _suffix(number: int, direction: int) -> str:
    return f"_l{number}" + ("_reverse" if direction else "")


def _taken(left: dict[str, Any], suffix: str, biased: bool) -> LayerWeights[Floats]:
    """The weights of one layer and direction, taken out of what is left."""

    def take(name: str, *shape: int | None) -> Floats:
        if name + suffix not in left:
            raise UsageError(
                f"{name + suffix!r} is missing, expected the state_dict() of a torch.nn.LSTM"
            )
        array = left.pop(name + suffix)
        found = array.detach() if hasattr(array, "detach") else array
        return floats(name + suffix, found, *shape)

    recurrent = take("weight_hh", None, None)
    rows, outputs = recurrent.shape
    if rows % 4:
        raise UsageError(f"weight_hh{suffix} is {recurrent.shape}, expected a multiple of 4 rows")
    projection = None
    if f"weight_hr{suffix}" in left:
        projection = take("weight_hr", outputs, rows // 4)
    elif rows != 4 * outputs:
        raise UsageError(f"weight_hh{suffix} is {recurrent.shape}, expected ({4 * outputs}, ...)")
    inputs = take("weight_ih", rows, None)
    bias = 0 * recurrent.sum(axis=1)
    for name in ("bias_ih", "bias_hh") if biased else ():
        bias = bias + take(name, rows)
    kind = LayerKind(backwards=suffix.endswith("_reverse"))
    return LayerWeights(inputs, recurrent, bias, projection=projection, kind=kind)
