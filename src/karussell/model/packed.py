"""From weights to the tensors of a file, from those to a network that runs, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.kernels.network import Network, PackedLayer
from karussell.kernels.packing import (
    PackedMatrix,
    Rows,
    depth_of,
    dequantise,
    pack_together,
    unpack_matrix,
)
from karussell.model.card import Configuration, NumberFormat
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
    configuration: Configuration,
    number_format: NumberFormat,
    matrices: Mapping[str, Rows],
    biases: Tensors,
) -> dict[str, NDArray[Any]]:
    """The tensors of a file, but for its words.

    Args:
        configuration: The sizes.
        number_format: How matrices are stored.
        matrices: Every matrix by its name in ``weight_shapes``.
        biases: Every bias by its name there.
    """
    found: dict[str, NDArray[Any]] = dict(biases)
    for group in groups(configuration):
        rows = [matrices[name] for name in group.matrices]
        packed = pack_together(rows, number_format, group.order, group.lines)
        found[words_name(group.name)] = packed[0].groups
        for name, matrix in zip(group.matrices, packed, strict=True):
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
) -> tuple[dict[str, Rows], dict[str, NDArray[Any]]]:
    """What ``pack_weights`` was given: matrices as they are stored, and biases."""
    matrices: dict[str, Rows] = {}
    for group in groups(configuration):
        order = group.order
        places = np.flatnonzero(order >= 0)
        place_of = np.empty(len(places), np.int64)
        place_of[order[places]] = places
        packed = _matrices(group, number_format, tensors)
        for name, matrix in zip(group.matrices, packed, strict=True):
            weight = unpack_matrix(matrix)[place_of]
            scale = None if matrix.scale is None else matrix.scale[place_of]
            matrices[name] = Rows(weight=weight, scale=scale)
    biases = {
        name: tensors[name]
        for name, shape in weight_shapes(configuration).items()
        if len(shape) == 1
    }
    return matrices, biases


def in_float32(rows: Rows) -> NDArray[np.float32]:
    """The weights that stored rows stand for."""
    if rows.scale is None:
        return rows.weight
    return dequantise(rows.weight, rows.scale)


def _matrices(group: Group, number_format: NumberFormat, tensors: Tensors) -> list[PackedMatrix]:
    found: list[PackedMatrix] = []
    before = 0
    for name, (rows, columns) in group.matrices.items():
        found.append(
            PackedMatrix(
                number_format=number_format,
                rows=rows,
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
