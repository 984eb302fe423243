"""From weights to the tensors of a file, from those to a network that runs, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import (
    Layer,
    Network,
    NumberFormat,
    PackedMatrix,
    Rows,
    depth_of,
    dequantise,
    pack_together,
    unpack_matrix,
)
from karussell.model.configuration import Configuration
from karussell.model.layout import Group, groups, weight_shapes

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
    found: dict[str, Numbers] = {f"{group.name}.words": packed[0].groups}
    for name, matrix in zip(group.columns, packed, strict=True):
        if matrix.scale is not None and matrix.correction is not None:
            found[f"{name}.scale"] = matrix.scale
            found[f"{name}.correction"] = matrix.correction
    return found


def network_of(
    configuration: Configuration, number_format: NumberFormat, tensors: Tensors
) -> Network:
    """The network that the tensors of a file are, where they lie."""
    first, *layers, last = groups(configuration)
    (embedding,) = _matrices(first, number_format, tensors)
    (projection,) = _matrices(last, number_format, tensors)
    return Network(
        [_layer(configuration, group, number_format, tensors) for group in layers],
        projection,
        embedding,
        tensors["output.bias"],
    )


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
    packed = _matrices(group, number_format, tensors)
    for name, matrix in zip(group.columns, packed, strict=True):
        found[name] = group.tiles.take(unpack_matrix(matrix))
        if matrix.scale is not None:
            found[f"{name}.scale"] = group.tiles.take(matrix.scale)
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


def _matrices(group: Group, number_format: NumberFormat, tensors: Tensors) -> list[PackedMatrix]:
    found: list[PackedMatrix] = []
    before = 0
    for name, columns in group.columns.items():
        found.append(
            PackedMatrix(
                number_format=number_format,
                rows=group.tiles.rows,
                columns=columns,
                lines=group.tiles.lines,
                stride=group.stride(number_format),
                before=before,
                groups=tensors[f"{group.name}.words"],
                scale=tensors.get(f"{name}.scale"),
                correction=tensors.get(f"{name}.correction"),
            )
        )
        before += depth_of(columns, number_format)
    return found


def _layer(
    configuration: Configuration, group: Group, number_format: NumberFormat, tensors: Tensors
) -> Layer[PackedMatrix]:
    ih, hh = _matrices(group, number_format, tensors)
    return Layer(
        ih=ih,
        hh=hh,
        bias=group.tiles.place(tensors[f"{group.name}.bias"]),
        block=configuration.block,
        cell="lstm" if configuration.cell == "lstm" else "tanh",
    )
