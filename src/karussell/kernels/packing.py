"""Matrices packed once for products: any format, any instruction set, the same bytes.

A matrix is cut into tiles of a number of lines of 16 rows. The lines of a tile stand in panels of
up to four, as equal as can be; in a panel, for each group of 32 bits of the depth, one of every
row: one float32, two bfloat16 or four int8. Rows and depth that are not full are zeros. Matrices
that are read together share their panels, the lines of the one before those of the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from karussell.kernels.block import Block
from karussell.kernels.results import Floats

NumberFormat = Literal["float32", "bfloat16", "int8"]

UNIT = 16
"""Rows in a line: as many groups as fill a cache line."""

PANEL_LINES = 4
"""Lines in a panel at most: their sums fill the registers."""

OUTPUT_LINES = 4
"""Lines in a tile of a matrix without blocks."""

LARGEST = 127
"""The largest size of an int8 weight; -128 is never used, so that rows are symmetric."""

_PER_GROUP = {"float32": 1, "bfloat16": 2, "int8": 4}

DEEPEST_INT8 = 60_000
"""Columns of an int8 matrix at most: the sum of so many products of a byte and a weight fits."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where the rows of matrices stand that are packed together.

    A tile of memory blocks is 16 of them: a line of input gates (none if coupled), one of forget
    gates, S of cell inputs, one of output gates. A tile of other rows is four lines of them.

    Attributes:
        rows: Rows of each matrix, R.
        block: What the memory blocks are made of whose rows they are; None for others.
    """

    rows: int
    block: Block | None = None

    @property
    def lines(self) -> int:
        """Lines of 16 rows in a tile."""
        return OUTPUT_LINES if self.block is None else self.block.cells + self.block.gates

    @property
    def places(self) -> int:
        """Rows in all tiles, with those that are zeros."""
        width = self.lines * UNIT
        return -(-self.rows // width) * width

    @property
    def order(self) -> npt.NDArray[np.int64]:
        """Which row stands in each place, -1 for none."""
        sections = {"rows": slice(0, self.rows)}
        if self.block is not None:
            sections = self.block.sections(self.block.hidden_size(self.rows))
        parts = []
        for section in sections.values():
            rows = np.arange(section.start, section.stop)
            width = len(rows) * self.lines // self.rows * UNIT
            part = np.full((self.places // self.lines // UNIT, width), -1, np.int64)
            part.ravel()[: len(rows)] = rows
            parts.append(part)
        return np.concatenate(parts, axis=1).ravel()

    def place(self, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Rows, or a number for each, in their places; zeros where none stands."""
        placed = np.zeros((self.places, *rows.shape[1:]), rows.dtype)
        order = self.order
        placed[order >= 0] = rows[order[order >= 0]]
        return placed

    def take(self, placed: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Rows, or a number for each, out of their places."""
        rows = np.empty((self.rows, *placed.shape[1:]), placed.dtype)
        order = self.order
        rows[order[order >= 0]] = placed[order >= 0]
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedMatrix:
    """A matrix as the kernels read it.

    Attributes:
        number_format: How its numbers are stored.
        rows: Rows of the matrix, R.
        columns: Columns, C.
        lines: Lines of 16 rows in a tile.
        stride: Groups of 32 bits of a row of all matrices that share the panels.
        before: Groups of 32 bits of a row of those that stand before this one.
        groups: The packed groups, uint32, (tiles * lines * 16 * stride,), on a cache line.
        scale: What each row of whole numbers is multiplied by, float32, (tiles * lines * 16,);
            None unless int8.
        correction: -128 times the sum of each row's whole numbers, int32, as many; None unless
            int8. Kernels that multiply unsigned by signed bytes begin their sums with it.
    """

    number_format: NumberFormat
    rows: int
    columns: int
    lines: int
    stride: int
    before: int
    groups: npt.NDArray[np.uint32]
    scale: Floats | None = None
    correction: npt.NDArray[np.int32] | None = None

    @property
    def depth(self) -> int:
        """Groups of 32 bits of a row."""
        return depth_of(self.columns, self.number_format)

    @property
    def places(self) -> int:
        """Rows in all tiles, with those that are zeros."""
        return self.groups.size // self.stride

    def parts(self) -> tuple[Any, ...]:
        """What the compiled module wants to know."""
        return (
            *(self.rows, self.lines, self.depth, self.stride, self.before),
            *(self.groups, self.scale, self.correction),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A matrix before it is packed.

    Attributes:
        weight: Weights (R, C), float32; or whole numbers -127..127 with their `scale`.
        scale: What each row of whole numbers is multiplied by (R,); None if they are not whole.
    """

    weight: npt.NDArray[Any]
    scale: Floats | None = None


def depth_of(columns: int, number_format: NumberFormat) -> int:
    """How many groups of 32 bits a row of this many numbers has."""
    return -(-columns // _PER_GROUP[number_format])


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
    placed = [_place(rows, number_format, tiles) for rows in matrices]
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
    rows: Rows, number_format: NumberFormat, tiles: Tiles
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
    placed = tiles.place(weight)
    groups = _as_groups(placed, number_format)
    if number_format != "int8":
        return groups, None, None
    assert scale is not None
    scales = tiles.place(scale)
    scales[tiles.order < 0] = 1
    return groups, scales, -128 * placed.sum(axis=1, dtype=np.int32)


def unpack_matrix(packed: PackedMatrix) -> npt.NDArray[Any]:
    """The rows in the places of the tiles (places, C): float32, or int8 without its scale."""
    lines, stride = packed.lines, packed.stride
    tiles = packed.groups.reshape(-1, lines * UNIT * stride)
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
    missing = -placed.shape[1] % _PER_GROUP[number_format]
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
