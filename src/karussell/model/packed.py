"""From weights to the tensors of a file, from those to a network that runs, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import NumberFormat
from karussell.kernels.network import Network, PackedLayer
from karussell.kernels.packing import (
    PackedMatrix,
    Rows,
    depth_of,
    dequantise,
    pack_together,
    unpack_matrix,
)
from karussell.model.configuration import Configuration
from karussell.model.layout import (
    Group,
    correction_name,
    groups,
    scale_name,
    weight_shapes,
    words_name,
)

Tensors = Mapping[str, NDArray[Any]]


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
        rows = [
            Rows(weight=weights[name], scale=weights.get(scale_name(name)))
            for name in group.columns
        ]
        packed = pack_together(rows, number_format, group.order, group.lines)
        found[words_name(group.name)] = packed[0].groups
        for name, matrix in zip(group.columns, packed, strict=True):
            if matrix.scale is not None and matrix.correction is not None:
                found[scale_name(name)] = matrix.scale
                found[correction_name(name)] = matrix.correction
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
        order = group.order
        places = np.flatnonzero(order >= 0)
        place_of = np.empty(len(places), np.int64)
        place_of[order[places]] = places
        packed = _matrices(group, number_format, tensors)
        for name, matrix in zip(group.columns, packed, strict=True):
            found[name] = unpack_matrix(matrix)[place_of]
            if matrix.scale is not None:
                found[scale_name(name)] = matrix.scale[place_of]
    return found


def in_float32(configuration: Configuration, weights: Tensors) -> dict[str, NDArray[np.float32]]:
    """The weights that stored ones stand for."""
    return {
        name: dequantise(weights[name], weights[scale_name(name)])
        if scale_name(name) in weights
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
                rows=group.rows,
                columns=columns,
                lines=group.lines,
                stride=group.stride(number_format),
                before=before,
                groups=tensors[words_name(group.name)],
                scale=tensors.get(scale_name(name)),
                correction=tensors.get(correction_name(name)),
            )
        )
        before += depth_of(columns, number_format)
    return found


def _layer(
    configuration: Configuration, group: Group, number_format: NumberFormat, tensors: Tensors
) -> PackedLayer:
    ih, hh = _matrices(group, number_format, tensors)
    order, bias = group.order, tensors[f"{group.name}.bias"]
    placed = np.zeros(group.places, np.float32)
    placed[: len(order)] = np.where(order >= 0, bias[order], np.float32(0))
    return PackedLayer(
        cell="lstm" if configuration.cell == "lstm" else "tanh",
        blocks=configuration.hidden_size // configuration.cells_per_block,
        block=configuration.block,
        ih=ih,
        hh=hh,
        bias=placed,
        peepholes=None,
    )
