"""Which tensors a model file holds: their names, kinds of number and shapes."""

from dataclasses import dataclass
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from karussell.kernels import Block
from karussell.kernels.packing import (
    LARGEST,
    OUTPUT_LINES,
    UNIT,
    block_lines,
    block_order,
    depth_of,
)
from karussell.model.card import FORMAT, Configuration, NumberFormat

ALIGNMENT = 64
"""Bytes: where a mapped tensor begins in the file is a multiple of this, a cache line."""


class Range(NamedTuple):
    """Which numbers a tensor may hold.

    Attributes:
        least: The smallest of them.
        most: The largest.
        expected: What an error says was expected.
    """

    least: float
    most: float
    expected: str


# No trained weight comes near this; below it, no sum of products overflows float32.
_LARGEST_WEIGHT = 1e6
_SMALLEST_FLOAT = 1e-45

WEIGHTS = Range(-_LARGEST_WEIGHT, _LARGEST_WEIGHT, f"finite weights within {_LARGEST_WEIGHT:g}")
WHOLE_WEIGHTS = Range(-LARGEST, LARGEST, f"whole numbers from -{LARGEST} to {LARGEST}")
SCALES = Range(
    _SMALLEST_FLOAT,
    _LARGEST_WEIGHT / LARGEST,
    f"positive scales up to {_LARGEST_WEIGHT / LARGEST:g}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One tensor as a model file must hold it.

    Attributes:
        dtype: Its kind of number by NumPy's name: float32, int32, uint8 or uint32.
        shape: Its shape; None for a length that only the words decide.
        mapped: Whether it is large and used where it lies in the file. Its numbers are not looked
            at when a model is opened, so nothing but a score may depend on them.
        range: Which numbers it may hold; None for any.
    """

    dtype: str
    shape: tuple[int | None, ...]
    mapped: bool = False
    range: Range | None = None


_IDS = Tensor(dtype="uint32", shape=(None,))
_BYTES = Tensor(dtype="uint8", shape=(None,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Matrices that are packed together.

    Attributes:
        name: The name of the group, which its packed words have.
        matrices: The shape (R, C) of each, by name; all have the same R.
        block: What the memory blocks are made of whose rows they are; None if rows stand in order.
    """

    name: str
    matrices: dict[str, tuple[int, int]]
    block: Block | None = None

    @property
    def lines(self) -> int:
        """Lines of 16 rows in a tile."""
        return OUTPUT_LINES if self.block is None else block_lines(self.block)

    @property
    def order(self) -> NDArray[np.int64]:
        """Which row stands in each place of the tiles, as far as they are filled, -1 for none."""
        if self.block is None:
            return np.arange(self._rows)
        return block_order(self._blocks, self.block)

    @property
    def places(self) -> int:
        """Rows in all tiles, with those that are zeros."""
        width = self.lines * UNIT
        if self.block is None:
            return -(-self._rows // width) * width
        return -(-self._blocks // UNIT) * width

    @property
    def _rows(self) -> int:
        return next(iter(self.matrices.values()))[0]

    @property
    def _blocks(self) -> int:
        assert self.block is not None
        return self._rows // block_lines(self.block)

    def stride(self, number_format: NumberFormat) -> int:
        """Groups of 32 bits of a row of all its matrices."""
        return sum(depth_of(columns, number_format) for _, columns in self.matrices.values())


def groups(configuration: Configuration) -> list[Group]:
    """The matrices of a model, as they are packed."""
    words, hidden = configuration.vocabulary_size, configuration.hidden_size
    embedding, rows = configuration.embedding_size, configuration.gate_rows
    found = [
        Group(
            name="embedding",
            matrices={"embedding.weight": (words + 2, embedding)},
        )
    ]
    block = configuration.block if configuration.cell == "lstm" else None
    for layer in range(configuration.layers):
        name = f"{configuration.cell}.{layer}"
        shapes = {
            f"{name}.weight_ih": (rows, embedding if layer == 0 else hidden),
            f"{name}.weight_hh": (rows, hidden),
        }
        found.append(Group(name=name, matrices=shapes, block=block))
    projection = {"projection.weight": (embedding, hidden)}
    return [*found, Group(name="projection", matrices=projection)]


def weight_shapes(configuration: Configuration) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight of a model.

    ``G`` is ``configuration.gate_rows``; rows stand in ``GATE_ORDER``.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for group in groups(configuration):
        shapes.update(group.matrices)
        if group.name.startswith(configuration.cell):
            shapes[f"{group.name}.bias"] = (configuration.gate_rows,)
    shapes["output.bias"] = (configuration.vocabulary_size + 1,)
    return shapes


def tensors(
    configuration: Configuration, number_format: NumberFormat, version: int = FORMAT
) -> dict[str, Tensor]:
    """The exact tensors in the file of a model of format 2 or 3, in their order there.

    First the packed words, which are mapped and fill whole cache lines; the vocabulary last, since
    the last byte of a word is not zero: so no file can be cut unnoticed.
    """
    mapped: dict[str, Tensor] = {}
    small: dict[str, Tensor] = {}
    for group in groups(configuration):
        size = group.places * group.stride(number_format)
        mapped[words_name(group.name)] = Tensor(dtype="uint32", shape=(size,), mapped=True)
        if number_format == "int8":
            for name in group.matrices:
                small[scale_name(name)] = Tensor(
                    dtype="float32", shape=(group.places,), range=SCALES
                )
                most = 128 * LARGEST * group.matrices[name][1]
                small[correction_name(name)] = Tensor(
                    dtype="int32",
                    shape=(group.places,),
                    range=Range(-most, most, f"whole numbers within {most}"),
                )
    for name, shape in weight_shapes(configuration).items():
        if len(shape) == 1:
            small[name] = Tensor(dtype="float32", shape=shape, range=WEIGHTS)
    words = _words_and_counts(configuration)
    if version > 2:
        rare = dict.fromkeys(("rare.levels", "rare.casing", "rare"), _BYTES)
        words = {"withheld": _IDS, "counts": words.pop("counts"), **rare, **words}
    return {**mapped, **small, **words}


def tensors_of_format_1(
    configuration: Configuration, number_format: NumberFormat
) -> dict[str, Tensor]:
    """The tensors in a file of format 1: matrices row by row, each scale a row's."""
    found: dict[str, Tensor] = {}
    for name, shape in weight_shapes(configuration).items():
        if len(shape) == 2 and number_format == "int8":
            found[name] = Tensor(dtype="int8", shape=shape, range=WHOLE_WEIGHTS)
            found[scale_name(name)] = Tensor(dtype="float32", shape=shape[:1], range=SCALES)
        else:
            found[name] = Tensor(dtype="float32", shape=shape, range=WEIGHTS)
    return {**found, **_words_and_counts(configuration)}


def _words_and_counts(configuration: Configuration) -> dict[str, Tensor]:
    return {
        "counts": Tensor(dtype="uint32", shape=(configuration.vocabulary_size + 1,)),
        "casing": _BYTES,
        "vocabulary": _BYTES,
    }


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
