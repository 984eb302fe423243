"""From weights to the tensors of a file, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import (
    NumberFormat,
    Rows,
    dequantise,
    pack_together,
    take_rows,
    unpack_matrix,
)
from karussell.model.configuration import Configuration
from karussell.model.layout import Group, groups, weight_shapes
from karussell.model.packed import matrices

Numbers = NDArray[Any]
Tensors = Mapping[str, Numbers]


def pack_weights(
    configuration: Configuration, number_format: NumberFormat, weights: Tensors
) -> dict[str, NDArray[Any]]:
    """The tensors of a network.

    Args:
        configuration: The sizes.
        number_format: How matrices are stored.
        weights: Every weight named by ``weight_shapes``: float32, or whole numbers beside the
            scales of their rows.
    """
    found = _biases(configuration, weights)
    for group in groups(configuration):
        found |= pack_group(group, number_format, weights)
    return found


def pack_group(group: Group, number_format: NumberFormat, weights: Tensors) -> dict[str, Numbers]:
    """The tensors of the matrices of one group."""
    rows = [
        Rows(weight=weights[name], scale=weights.get(f"{name}.scale")) for name in group.columns
    ]
    packed = pack_together(rows, number_format, group.tiles)
    found: dict[str, Any] = {f"{group.name}.words": packed[0].groups}
    for name, matrix in zip(group.columns, packed, strict=True):
        if matrix.scale is not None and matrix.correction is not None:
            found[f"{name}.scale"] = matrix.scale
            found[f"{name}.correction"] = matrix.correction
    return found


def unpack_weights(
    configuration: Configuration, number_format: NumberFormat, tensors: Tensors
) -> dict[str, NDArray[Any]]:
    """The weights that ``pack_weights`` was given, as they are stored."""
    found = _biases(configuration, tensors)
    for group in groups(configuration):
        found |= unpack_group(group, number_format, tensors)
    return found


def unpack_group(group: Group, number_format: NumberFormat, tensors: Tensors) -> dict[str, Numbers]:
    """The matrices of one group, as they are stored, and the scales of their rows."""
    found: dict[str, Numbers] = {}
    packed = matrices(group, number_format, tensors)
    for name, matrix in zip(group.columns, packed, strict=True):
        found[name] = take_rows(group.tiles, unpack_matrix(matrix))
        if matrix.scale is not None:
            found[f"{name}.scale"] = take_rows(group.tiles, np.asarray(matrix.scale))
    return found


def in_float32(configuration: Configuration, weights: Tensors) -> dict[str, NDArray[np.float32]]:
    """The weights that stored ones stand for."""
    return {
        name: dequantise(weights[name], weights[f"{name}.scale"])
        if f"{name}.scale" in weights
        else weights[name]
        for name in weight_shapes(configuration)
    }


def _biases(configuration: Configuration, tensors: Tensors) -> dict[str, NDArray[Any]]:
    """What stands in files as it is."""
    shapes = weight_shapes(configuration)
    return {name: tensors[name] for name, shape in shapes.items() if len(shape) == 1}
