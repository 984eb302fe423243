"""Matrices as the kernels read them: any format, any instruction set, the same bytes.

A matrix is cut into tiles of a number of lines of 16 rows. The lines of a tile stand in panels of
up to four, as equal as can be; in a panel, for each group of 32 bits of the depth, one of every
row: one float32, two bfloat16 or four int8. Rows and depth that are not full are zeros. Matrices
that are read together share their panels, the lines of the one before those of the next.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from msgspec import Struct

from karussell.kernels.block import COMMON_BLOCK, Block
from karussell.kernels.checks import Row

if TYPE_CHECKING:
    import numpy.typing as npt

    from karussell.kernels.results import Floats

NumberFormat = Literal["float32", "bfloat16", "int8"]
Cell = Literal["lstm", "tanh", "relu"]

UNIT = 16
"""Rows in a line: as many groups as fill a cache line."""

PANEL_LINES = 4
"""Lines in a panel at most: their sums fill the registers."""

OUTPUT_LINES = 4
"""Lines in a tile of a matrix without blocks."""

LARGEST = 127
"""The largest size of an int8 weight; -128 is never used, so that rows are symmetric."""

PER_GROUP = {"float32": 1, "bfloat16": 2, "int8": 4}
"""Numbers in a group of 32 bits."""

DEEPEST_INT8 = 60_000
"""Columns of an int8 matrix at most: the sum of so many products of a byte and a weight fits."""


class Tiles(Struct, frozen=True):
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
    def order(self) -> list[int]:
        """Which row stands in each place, -1 for none."""
        sections = {"rows": slice(0, self.rows)}
        if self.block is not None:
            sections = self.block.sections(self.block.hidden_size(self.rows))
        order: list[int] = []
        tiles = self.places // self.lines // UNIT
        # Of each tile the rows of all sections, which have so many places there.
        parts = [
            (each, (each.stop - each.start) * self.lines // self.rows * UNIT)
            for each in sections.values()
        ]
        for tile in range(tiles):
            for section, width in parts:
                first = section.start + tile * width
                rows = range(min(first, section.stop), min(first + width, section.stop))
                order += [*rows, *[-1] * (width - len(rows))]
        return order

    def place(self, numbers: Row) -> array[float]:
        """A float32 number for each row, in their places; zeros where none stands."""
        known = [*memoryview(numbers).tolist(), 0.0]  # the last is the one of no row
        return array("f", map(known.__getitem__, self.order))


class PackedMatrix(Struct, frozen=True, kw_only=True):
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
    groups: Any
    scale: Row | None = None
    correction: Any = None

    @property
    def depth(self) -> int:
        """Groups of 32 bits of a row."""
        return depth_of(self.columns, self.number_format)

    @property
    def places(self) -> int:
        """Rows in all tiles, with those that are zeros."""
        return len(self.groups) // self.stride

    def parts(self) -> tuple[Any, ...]:
        """What the compiled module wants to know."""
        return (
            *(self.rows, self.lines, self.depth, self.stride, self.before),
            *(self.groups, self.scale, self.correction),
        )


class Rows(Struct, frozen=True, kw_only=True):
    """A matrix before it is packed.

    Attributes:
        weight: Weights (R, C), float32; or whole numbers -127..127 with their `scale`.
        scale: What each row of whole numbers is multiplied by (R,); None if they are not whole.
    """

    weight: npt.NDArray[Any]
    scale: Floats | None = None


_Matrix = TypeVar("_Matrix", Rows, PackedMatrix)


class Layer(Struct, Generic[_Matrix], frozen=True, kw_only=True):
    """One layer: its matrices as they are, or packed as the kernels read them.

    Attributes:
        ih: Input weights (G, I).
        hh: Recurrent weights (G, H).
        bias: Bias (G,), float32; beside packed matrices in the order of their tiles.
        block: What its memory blocks are made of; of one cell for a plain layer.
        peepholes: What gates see of their block's cells: input, forget and output gate (3, H), or
            forget and output gate (2, H) if coupled, float32; None for nothing.
        cell: Memory blocks, or plain units with this nonlinearity: then G = H.
    """

    ih: _Matrix
    hh: _Matrix
    bias: Row
    block: Block = COMMON_BLOCK
    peepholes: Floats | None = None
    cell: Cell = "lstm"


def depth_of(columns: int, number_format: NumberFormat) -> int:
    """How many groups of 32 bits a row of this many numbers has."""
    return -(-columns // PER_GROUP[number_format])
