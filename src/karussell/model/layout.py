"""Which tensors a network of words or tokens is: their names, kinds of number and shapes."""

from math import prod

from msgspec import Struct

from karussell.errors import ModelFileError
from karussell.kernels import (
    DEEPEST_INT8,
    LARGEST,
    NumberFormat,
    Tiles,
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


class Group(Struct, frozen=True, kw_only=True):
    """Matrices of equally many rows that are packed together.

    Attributes:
        name: The name of the group, which its packed words have.
        tiles: Where their rows stand.
        columns: Columns of each, C, by name.
    """

    name: str
    tiles: Tiles
    columns: dict[str, int]

    def stride(self, number_format: NumberFormat) -> int:
        """Groups of 32 bits of a row of all its matrices."""
        return sum(depth_of(columns, number_format) for columns in self.columns.values())


def groups(configuration: Configuration) -> list[Group]:
    """The matrices of a model, as they are packed."""
    words, hidden = configuration.vocabulary_size, configuration.hidden_size
    embedding, rows = configuration.embedding_size, configuration.gate_rows
    columns = {"embedding.weight": embedding}
    found = [Group(name="embedding", tiles=Tiles(words + 2), columns=columns)]
    tiles = Tiles(rows, configuration.block if configuration.cell == "lstm" else None)
    for layer in range(configuration.layers):
        name = f"{configuration.cell}.{layer}"
        inputs = hidden if layer else embedding
        columns = {f"{name}.weight_ih": inputs, f"{name}.weight_hh": hidden}
        found.append(Group(name=name, tiles=tiles, columns=columns))
    columns = {"projection.weight": hidden}
    return [*found, Group(name="projection", tiles=Tiles(embedding), columns=columns)]


def weight_shapes(configuration: Configuration) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight of a model.

    ``G`` is ``configuration.gate_rows``; rows stand in ``GATE_ORDER``.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for group in groups(configuration):
        shapes |= {name: (group.tiles.rows, columns) for name, columns in group.columns.items()}
        if group.name.startswith(configuration.cell):
            shapes[f"{group.name}.bias"] = (group.tiles.rows,)
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

    First the packed words of each group, which are mapped and fill whole cache lines. In int8 each
    matrix has the scales of its rows, and as corrections -128 times the sums of these.

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
        size = group.tiles.places * group.stride(number_format)
        mapped[f"{group.name}.words"] = Tensor(dtype="uint32", shape=(size,), mapped=True)
        if number_format == "int8":
            for name, columns in group.columns.items():
                most = 128 * LARGEST * columns
                sums = Range(-most, most, f"whole numbers within {most}")
                place = (group.tiles.places,)
                small[f"{name}.scale"] = Tensor(dtype="float32", shape=place, range=_SCALES)
                small[f"{name}.correction"] = Tensor(dtype="int32", shape=place, range=sums)
    weights = weight_tensors(configuration)
    biases = {name: bias for name, bias in weights.items() if len(bias.shape) == 1}
    return {**mapped, **small, **biases}


def parameter_count(configuration: Configuration) -> int:
    """How many numbers training learned."""
    return sum(prod(shape) for shape in weight_shapes(configuration).values())
