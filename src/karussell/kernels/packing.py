"""Matrices packed once for products, and unpacked."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from karussell.kernels.checks import check_array, check_row
from karussell.kernels.packed import (
    DEEPEST_INT8,
    LARGEST,
    PANEL_LINES,
    PER_GROUP,
    UNIT,
    Layer,
    NumberFormat,
    PackedMatrix,
    Rows,
    Tiles,
)
from karussell.kernels.results import Floats


def quantise(matrix: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """The nearest whole numbers of each row, in steps of a 127th of its largest weight.

    Args:
        matrix: Finite weights (rows, columns).

    Returns:
        Whole numbers -127..127 (rows, columns), and the scale of each row, positive. A weight is
        off by at most half its row's scale. A row of zeros has scale 1.
    """
    largest = np.abs(matrix).max(axis=1)
    # The smallest normal number keeps the scale of a row of subnormal weights from becoming zero.
    scale = np.maximum(largest / np.float32(LARGEST), np.finfo(np.float32).tiny)
    scale = np.where(largest > 0, scale, 1).astype(np.float32)
    whole = np.rint(matrix / scale[:, None]).clip(-LARGEST, LARGEST).astype(np.int8)
    return whole, scale


def dequantise(whole: npt.NDArray[np.int8], scale: Floats) -> Floats:
    """The weights that quantised rows stand for, float32, (rows, columns)."""
    weights: Floats = whole.astype(np.float32) * scale[:, None]
    return weights


def pack_layer(layer: Layer[Rows], number_format: NumberFormat) -> Layer[PackedMatrix]:
    """Pack the weights of one layer.

    Raises:
        ValueError: A shape does not fit.
    """
    rows, size = layer.hh.weight.shape
    block = layer.block
    blocks = size // block.cells
    expected = block.gate_rows(size) if layer.cell == "lstm" else size
    if rows != expected or layer.ih.weight.shape[0] != expected:
        raise ValueError(
            f"weights have {layer.ih.weight.shape[0]} and {rows} rows, expected {expected} for "
            f"{blocks} blocks of {block.cells} cells"
        )
    check_row("bias", layer.bias, rows)
    if layer.peepholes is not None:
        check_array("peepholes", layer.peepholes, (block.gates, size))
    tiles = Tiles(rows, block if layer.cell == "lstm" else None)
    ih, hh = pack_together([layer.ih, layer.hh], number_format, tiles)
    return Layer(
        ih=ih,
        hh=hh,
        bias=tiles.place(layer.bias),
        block=block,
        peepholes=layer.peepholes,
        cell=layer.cell,
    )


def take_rows(tiles: Tiles, placed: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Rows, or a number for each, out of their places."""
    rows = np.empty((tiles.rows, *placed.shape[1:]), placed.dtype)
    order = np.array(tiles.order)
    rows[order[order >= 0]] = placed[order >= 0]
    return rows


def pack_matrix(rows: Rows, number_format: NumberFormat) -> PackedMatrix:
    """Pack one matrix, its rows in their order.

    Raises:
        ValueError: The rows are too long for int8.
    """
    return pack_together([rows], number_format, Tiles(len(rows.weight)))[0]


def pack_together(
    matrices: Sequence[Rows], number_format: NumberFormat, tiles: Tiles
) -> list[PackedMatrix]:
    """Pack matrices of equally many rows that are read together.

    Args:
        matrices: The matrices.
        number_format: How to store them.
        tiles: Where their rows stand.

    Raises:
        ValueError: The rows are too long for int8.
    """
    order = np.array(tiles.order)
    placed = [_place(rows, number_format, order) for rows in matrices]
    depths = [groups.shape[1] for groups, _, _ in placed]
    packed = _in_panels([groups for groups, _, _ in placed], tiles.lines)
    return [
        PackedMatrix(
            number_format=number_format,
            rows=rows.weight.shape[0],
            columns=rows.weight.shape[1],
            lines=tiles.lines,
            stride=sum(depths),
            before=sum(depths[:number]),
            groups=packed,
            scale=scale,
            correction=correction,
        )
        for number, (rows, (_, scale, correction)) in enumerate(zip(matrices, placed, strict=True))
    ]


def _place(
    rows: Rows, number_format: NumberFormat, order: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.uint32], Floats | None, npt.NDArray[np.int32] | None]:
    """The groups of the rows in their places (places, depth), their scales and corrections."""
    weight, scale = rows.weight, rows.scale
    if number_format == "int8":
        if weight.shape[1] > DEEPEST_INT8:
            raise ValueError(f"{weight.shape[1]} columns, expected at most {DEEPEST_INT8} in int8")
        if scale is None:
            weight, scale = quantise(weight)
    elif scale is not None:
        weight = dequantise(weight, scale)
    placed = _placed(weight, order)
    groups = _as_groups(placed, number_format)
    if number_format != "int8":
        return groups, None, None
    assert scale is not None
    return groups, _placed(scale, order, empty=1), -128 * placed.sum(axis=1, dtype=np.int32)


def _placed(
    rows: npt.NDArray[Any], order: npt.NDArray[np.int64], *, empty: int = 0
) -> npt.NDArray[Any]:
    """Rows, or a number for each, in their places; `empty` where none stands."""
    placed = np.full((len(order), *rows.shape[1:]), empty, rows.dtype)
    placed[order >= 0] = rows[order[order >= 0]]
    return placed


def unpack_matrix(packed: PackedMatrix) -> npt.NDArray[Any]:
    """The rows in the places of the tiles (places, C): float32, or int8 without its scale."""
    lines, stride = packed.lines, packed.stride
    tiles = np.asarray(packed.groups).reshape(-1, lines * UNIT * stride)
    placed = np.empty((len(tiles), lines, UNIT, stride), np.uint32)
    for first, last, panel in _panels(lines, stride):
        shape = (-1, stride, last - first, UNIT)
        placed[:, first:last] = tiles[:, panel].reshape(shape).transpose(0, 2, 3, 1)
    own = placed.reshape(-1, stride)[:, packed.before : packed.before + packed.depth]
    groups = np.ascontiguousarray(own)
    if packed.number_format == "int8":
        return groups.view(np.int8)[:, : packed.columns]
    if packed.number_format == "bfloat16":
        halves = groups.view(np.uint16)[:, : packed.columns]
        return (halves.astype(np.uint32) << 16).view(np.float32)
    return groups.view(np.float32)[:, : packed.columns]


def nearest_bfloat16(matrix: Floats) -> npt.NDArray[np.uint16]:
    """The nearest bfloat16 of float32 values, ties to even, as the upper halves of their bits."""
    bits = np.ascontiguousarray(matrix, np.float32).view(np.uint32)
    rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
    return np.where(np.isnan(matrix), bits >> 16 | 0x40, rounded).astype(np.uint16)


def _as_groups(placed: npt.NDArray[Any], number_format: NumberFormat) -> npt.NDArray[np.uint32]:
    """Rows as groups (rows, depth)."""
    numbers: npt.NDArray[Any]
    if number_format == "bfloat16":
        numbers = nearest_bfloat16(placed)
    else:
        numbers = placed.astype(np.int8 if number_format == "int8" else np.float32)
    missing = -placed.shape[1] % PER_GROUP[number_format]
    return np.ascontiguousarray(np.pad(numbers, ((0, 0), (0, missing)))).view(np.uint32)


def _in_panels(matrices: Sequence[npt.NDArray[np.uint32]], lines: int) -> npt.NDArray[np.uint32]:
    """Groups (places, depth) of several matrices in the order of the panels, on a cache line."""
    groups = np.concatenate(matrices, axis=1)
    stride = groups.shape[1]
    tiles = groups.reshape(-1, lines, UNIT, stride)
    packed: npt.NDArray[np.uint32] = aligned(groups.size, np.uint32)
    by_tile = packed.reshape(len(tiles), -1)
    for first, last, panel in _panels(lines, stride):
        by_tile[:, panel] = tiles[:, first:last].transpose(0, 3, 1, 2).reshape(len(tiles), -1)
    return packed


def _panels(lines: int, stride: int) -> Iterator[tuple[int, int, slice]]:
    """The lines [first, last) of each panel of a tile, and where their groups stand in it."""
    count = -(-lines // PANEL_LINES)
    first = 0
    for panel in range(count):
        last = first + lines // count + (panel < lines % count)
        yield first, last, slice(first * UNIT * stride, last * UNIT * stride)
        first = last


def aligned(size: int, dtype: type[np.generic]) -> npt.NDArray[Any]:
    """An array on a cache line, contents undefined."""
    line, width = 64, np.dtype(dtype).itemsize
    memory = np.empty(size * width + line, np.uint8)
    first = -memory.ctypes.data % line
    return memory[first : first + size * width].view(dtype)
