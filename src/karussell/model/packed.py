"""From the tensors of a file to a network that runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from karussell.kernels import Layer, Network, NumberFormat, PackedMatrix, depth_of
from karussell.model.configuration import Configuration
from karussell.model.layout import Group, groups

Tensors = Mapping[str, Any]
"""Numbers by the name of their tensor, of NumPy or without it."""


def network_of(
    configuration: Configuration, number_format: NumberFormat, tensors: Tensors
) -> Network:
    """The network that the tensors of a file are, where they lie."""
    first, *layers, last = groups(configuration)
    (embedding,) = matrices(first, number_format, tensors)
    (projection,) = matrices(last, number_format, tensors)
    return Network(
        [_layer(configuration, group, number_format, tensors) for group in layers],
        projection,
        embedding,
        tensors["output.bias"],
    )


def matrices(group: Group, number_format: NumberFormat, tensors: Tensors) -> list[PackedMatrix]:
    """The matrices of one group, where they lie."""
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
    ih, hh = matrices(group, number_format, tensors)
    return Layer(
        ih=ih,
        hh=hh,
        bias=group.tiles.place(tensors[f"{group.name}.bias"]),
        block=configuration.block,
        cell="lstm" if configuration.cell == "lstm" else "tanh",
    )
