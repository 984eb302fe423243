"""Which tensors a network of words or tokens is: their names, kinds of number and shapes."""

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.kernels import Block, NumberFormat
from karussell.kernels.packing import (
    DEEPEST_INT8,
    LARGEST,
    OUTPUT_LINES,
    UNIT,
    block_lines,
    block_order,
    depth_of,
)
from karussell.model.configuration import Configuration
from karussell.store import LARGEST_WEIGHT, WEIGHTS, Range, Tensor

_SMALLEST_FLOAT = 1e-45

WHOLE_WEIGHTS = Range(-LARGEST, LARGEST, f"whole numbers from -{LARGEST} to {LARGEST}")
_SCALES = Range(
    _SMALLEST_FLOAT,
    LARGEST_WEIGHT / LARGEST,
    f"positive scales up to {LARGEST_WEIGHT / LARGEST:g}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Matrices of equally many rows that are packed together.

    Attributes:
        name: The name of the group, which its packed words have.
        rows: Rows of each, R.
        columns: Columns of each, C, by name.
        block: What the memory blocks are made of whose rows they are; None if rows stand in order.
    """

    name: str
    rows: int
    columns: dict[str, int]
    block: Block | None = None

    @property
    def lines(self) -> int:
        """Lines of 16 rows in a tile."""
        return OUTPUT_LINES if self.block is None else block_lines(self.block)

    @property
    def places(self) -> int:
        """Rows in all tiles, with those that are zeros."""
        width = self.lines * UNIT
        return -(-self.rows // width) * width

    @property
    def order(self) -> NDArray[np.int64]:
        """Which row stands in each place of the tiles, as far as they are filled, -1 for none."""
        if self.block is None:
            return np.arange(self.rows)
        return block_order(self.rows // self.lines, self.block)

    def stride(self, number_format: NumberFormat) -> int:
        """Groups of 32 bits of a row of all its matrices."""
        return sum(depth_of(columns, number_format) for columns in self.columns.values())


def groups(configuration: Configuration) -> list[Group]:
    """The matrices of a model, as they are packed."""
    words, hidden = configuration.vocabulary_size, configuration.hidden_size
    embedding, rows = configuration.embedding_size, configuration.gate_rows
    found = [Group(name="embedding", rows=words + 2, columns={"embedding.weight": embedding})]
    block = configuration.block if configuration.cell == "lstm" else None
    for layer in range(configuration.layers):
        name = f"{configuration.cell}.{layer}"
        inputs = hidden if layer else embedding
        columns = {f"{name}.weight_ih": inputs, f"{name}.weight_hh": hidden}
        found.append(Group(name=name, rows=rows, columns=columns, block=block))
    columns = {"projection.weight": hidden}
    return [*found, Group(name="projection", rows=embedding, columns=columns)]


def weight_shapes(configuration: Configuration) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight of a model.

    ``G`` is ``configuration.gate_rows``; rows stand in ``GATE_ORDER``.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for group in groups(configuration):
        shapes |= {name: (group.rows, columns) for name, columns in group.columns.items()}
        if group.name.startswith(configuration.cell):
            shapes[f"{group.name}.bias"] = (group.rows,)
    shapes["output.bias"] = (configuration.vocabulary_size + 1,)
    return shapes


def weight_tensors(configuration: Configuration) -> dict[str, Tensor]:
    """Every weight of a model, in float32, as it has to be before it is packed."""
    return {
        name: Tensor(dtype="float32", shape=shape, range=WEIGHTS)
        for name, shape in weight_shapes(configuration).items()
    }


def network_tensors(configuration: Configuration, number_format: NumberFormat) -> dict[str, Tensor]:
    """The exact tensors of a packed network, in their order in a file.

    First the packed words, which are mapped and fill whole cache lines.

    Raises:
        ModelFileError: If its rows are too long for its numbers.
    """
    deepest = max(configuration.embedding_size, configuration.hidden_size)
    if number_format == "int8" and deepest > DEEPEST_INT8:
        raise ModelFileError(
            f"has rows of {deepest} numbers, expected at most {DEEPEST_INT8} in int8; use float32"
        )
    mapped: dict[str, Tensor] = {}
    small: dict[str, Tensor] = {}
    for group in groups(configuration):
        size = group.places * group.stride(number_format)
        mapped[words_name(group.name)] = Tensor(dtype="uint32", shape=(size,), mapped=True)
        if number_format == "int8":
            for name, columns in group.columns.items():
                most = 128 * LARGEST * columns
                sums = Range(-most, most, f"whole numbers within {most}")
                place = (group.places,)
                small[scale_name(name)] = Tensor(dtype="float32", shape=place, range=_SCALES)
                small[correction_name(name)] = Tensor(dtype="int32", shape=place, range=sums)
    weights = weight_tensors(configuration)
    biases = {name: bias for name, bias in weights.items() if len(bias.shape) == 1}
    return {**mapped, **small, **biases}


def words_name(group: str) -> str:
    """The tensor that holds the packed words of a group."""
    return f"{group}.words"


def scale_name(name: str) -> str:
    """The tensor that holds the scales of an int8 matrix's rows."""
    return f"{name}.scale"


def correction_name(name: str) -> str:
    """The tensor that holds -128 times the sum of each of an int8 matrix's rows."""
    return f"{name}.correction"


def parameter_count(configuration: Configuration) -> int:
    """How many numbers training learned."""
    return sum(prod(shape) for shape in weight_shapes(configuration).values())
