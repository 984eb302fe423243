"""Matrices packed once for products: any format, any instruction set, the same bytes.

A matrix is cut into tiles of a number of lines of 16 rows. The lines of a tile stand in panels of up
to four; in a panel, for each 32-bit word of the depth, one word of every row: one float32, two
bfloat16 or four int8. Rows and depth that are not full are zeros.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from karussell.kernels.results import Floats

NumberFormat = Literal["float32", "bfloat16", "int8"]

UNIT = 16
"""Rows in a line: as many words as fill a cache line."""

PANEL_LINES = 4
"""Lines in a panel at most: their sums fill the registers."""

OUTPUT_LINES = 4
"""Lines in a tile of a matrix without blocks."""

LARGEST = 127
"""The largest size of an int8 weight; -128 is never used, so that rows are symmetric."""

_GROUPS = {"float32": 1, "bfloat16": 2, "int8": 4}
# The sum of this many products of a byte below 256 and a weight fits 32 bits.
_DEEPEST_INT8 = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedMatrix:
    """A matrix as the kernels read it.

    Attributes:
        number_format: How its numbers are stored.
        rows: Rows of the matrix, R.
        columns: Columns, C.
        lines: Lines of 16 rows in a tile.
        words: The packed words, uint32, (tiles * lines * 16 * depth,), on a cache line.
        scale: What each row of whole numbers is multiplied by, float32, (tiles * lines * 16,);
            None unless int8.
        correction: -128 times the sum of each row's whole numbers, int32, as many; None unless
            int8. Kernels that multiply unsigned by signed bytes begin their sums with it.
    """

    number_format: NumberFormat
    rows: int
    columns: int
    lines: int
    words: npt.NDArray[np.uint32]
    scale: Floats | None = None
    correction: npt.NDArray[np.int32] | None = None

    @property
    def depth(self) -> int:
        """32-bit words of a row."""
        return words_of(self.columns, self.number_format)

    def parts(self) -> tuple[Any, ...]:
        """What the compiled module wants to know."""
        return (self.rows, self.lines, self.depth, self.words, self.scale, self.correction)


def words_of(columns: int, number_format: NumberFormat) -> int:
    """How many 32-bit words a row of this many numbers has."""
    return -(-columns // _GROUPS[number_format])


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


def pack_matrix(
    matrix: npt.NDArray[Any],
    number_format: NumberFormat,
    *,
    scale: Floats | None = None,
    order: npt.NDArray[np.int64] | None = None,
    lines: int = OUTPUT_LINES,
) -> PackedMatrix:
    """Pack a matrix.

    Args:
        matrix: Weights (R, C), float32; or for int8 whole numbers -127..127 with their `scale`.
        number_format: How to store them.
        scale: What each row of whole numbers is multiplied by (R,).
        order: Which row stands in each place of the tiles, -1 for none; the rows in their order
            if None.
        lines: Lines of 16 rows in a tile.

    Raises:
        ValueError: The rows are too long for int8.
    """
    rows, columns = matrix.shape
    if number_format == "int8" and columns > _DEEPEST_INT8:
        raise ValueError(f"{columns} columns, expected at most {_DEEPEST_INT8} in int8")
    places = -(-(rows if order is None else len(order)) // (lines * UNIT)) * lines * UNIT
    taken = np.full(places, -1, np.int64)
    taken[: rows if order is None else len(order)] = np.arange(rows) if order is None else order
    if number_format == "int8" and scale is None:
        matrix, scale = quantise(matrix)
    placed = np.where(taken[:, None] >= 0, matrix[taken], matrix.dtype.type(0))
    words = _in_panels(_as_words(placed, number_format), lines)
    if number_format != "int8":
        return PackedMatrix(
            number_format=number_format, rows=rows, columns=columns, lines=lines, words=words
        )
    assert scale is not None
    return PackedMatrix(
        number_format=number_format,
        rows=rows,
        columns=columns,
        lines=lines,
        words=words,
        scale=np.where(taken >= 0, scale[taken], np.float32(1)).astype(np.float32),
        correction=-128 * placed.sum(axis=1, dtype=np.int32),
    )


def unpack_matrix(packed: PackedMatrix) -> npt.NDArray[Any]:
    """The rows in the places of the tiles (tiles * lines * 16, C): float32, or int8 without scale."""
    lines, depth = packed.lines, packed.depth
    tiles = packed.words.reshape(-1, lines * UNIT * depth)
    placed = np.empty((len(tiles), lines, UNIT, depth), np.uint32)
    for first in range(0, lines, PANEL_LINES):
        count = min(PANEL_LINES, lines - first)
        panel = tiles[:, first * UNIT * depth : (first + count) * UNIT * depth]
        placed[:, first : first + count] = panel.reshape(-1, depth, count, UNIT).transpose(
            0, 2, 3, 1
        )
    words = placed.reshape(-1, depth)
    if packed.number_format == "int8":
        return words.view(np.int8)[:, : packed.columns]
    if packed.number_format == "bfloat16":
        halves = words.view(np.uint16)[:, : packed.columns]
        return (halves.astype(np.uint32) << 16).view(np.float32)
    return words.view(np.float32)[:, : packed.columns]


def nearest_bfloat16(matrix: Floats) -> npt.NDArray[np.uint16]:
    """The nearest bfloat16 of float32 values, ties to even, as the upper halves of their bits."""
    bits = np.ascontiguousarray(matrix, np.float32).view(np.uint32)
    rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
    return np.where(np.isnan(matrix), bits >> 16 | 0x40, rounded).astype(np.uint16)


def _as_words(placed: npt.NDArray[Any], number_format: NumberFormat) -> npt.NDArray[np.uint32]:
    """Rows as words (rows, depth)."""
    numbers = {
        "float32": lambda: placed.astype(np.float32),
        "bfloat16": lambda: nearest_bfloat16(placed),
        "int8": lambda: placed.astype(np.int8),
    }[number_format]()
    missing = -placed.shape[1] % _GROUPS[number_format]
    return np.ascontiguousarray(np.pad(numbers, ((0, 0), (0, missing)))).view(np.uint32)


def _in_panels(words: npt.NDArray[np.uint32], lines: int) -> npt.NDArray[np.uint32]:
    """Words (rows, depth) in the order of the panels, on a cache line."""
    depth = words.shape[1]
    tiles = words.reshape(-1, lines, UNIT, depth)
    packed = aligned(words.size, np.uint32)
    by_tile = packed.reshape(len(tiles), -1)
    for first in range(0, lines, PANEL_LINES):
        count = min(PANEL_LINES, lines - first)
        panel = tiles[:, first : first + count].transpose(0, 3, 1, 2)
        by_tile[:, first * UNIT * depth : (first + count) * UNIT * depth] = panel.reshape(
            len(tiles), -1
        )
    return packed


def aligned(size: int, dtype: type[np.generic]) -> npt.NDArray[Any]:
    """An array on a cache line, contents undefined."""
    line, width = 64, np.dtype(dtype).itemsize
    memory = np.empty(size * width + line, np.uint8)
    first = -memory.ctypes.data % line
    return memory[first : first + size * width].view(dtype)


def block_order(blocks: int, cells: int, *, coupled: bool = False) -> npt.NDArray[np.int64]:
    """Which gate row stands in each place of the tiles of a layer of memory blocks, -1 for none.

    A tile is 16 blocks: a line of input gates (none if coupled), one of forget gates, S of cell
    inputs, one of output gates.

    Args:
        blocks: B.
        cells: S.
        coupled: Whether the input gate is one less the forget gate and has no rows.
    """
    tiles = -(-blocks // UNIT)

    def lines(first: int, size: int) -> npt.NDArray[np.int64]:
        rows = np.full(tiles * UNIT * size, -1, np.int64)
        rows[: blocks * size] = first + np.arange(blocks * size)
        return rows.reshape(tiles, UNIT * size)

    gates = 1 if coupled else 2
    before = [lines(gate * blocks, 1) for gate in range(gates)]
    cell = lines(gates * blocks, cells)
    output = lines(gates * blocks + blocks * cells, 1)
    return np.concatenate([*before, cell, output], axis=1).ravel()
