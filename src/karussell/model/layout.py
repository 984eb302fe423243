"""Which tensors a model file holds: their names, kinds of number and shapes."""

from dataclasses import dataclass
from math import prod

from karussell.model.card import Configuration, NumberFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One tensor as a model file must hold it.

    Attributes:
        dtype: Its kind of number by NumPy's name: float32, int8, uint8 or uint32.
        shape: Its shape; None for the one length that only the words decide.
    """

    dtype: str
    shape: tuple[int | None, ...]


def weight_shapes(configuration: Configuration) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight of a model.

    ``G`` is ``configuration.gate_rows``; rows stand in ``GATE_ORDER``.
    """
    words = configuration.vocabulary_size
    embedding, hidden = configuration.embedding_size, configuration.hidden_size
    rows = configuration.gate_rows
    shapes: dict[str, tuple[int, ...]] = {"embedding.weight": (words + 2, embedding)}
    for layer in range(configuration.layers):
        name = f"{configuration.cell}.{layer}"
        shapes[f"{name}.weight_ih"] = (rows, embedding if layer == 0 else hidden)
        shapes[f"{name}.weight_hh"] = (rows, hidden)
        shapes[f"{name}.bias"] = (rows,)
    shapes["projection.weight"] = (embedding, hidden)
    shapes["output.bias"] = (words + 1,)
    return shapes


def tensors(configuration: Configuration, number_format: NumberFormat) -> dict[str, Tensor]:
    """The exact set of tensors in the file of a model."""
    found = {
        "vocabulary": Tensor(dtype="uint8", shape=(None,)),
        "casing": Tensor(dtype="uint8", shape=(None,)),
        "counts": Tensor(dtype="uint32", shape=(configuration.vocabulary_size + 1,)),
    }
    for name, shape in weight_shapes(configuration).items():
        if number_format == "int8" and len(shape) == 2:
            found[name] = Tensor(dtype="int8", shape=shape)
            found[scale_name(name)] = Tensor(dtype="float32", shape=shape[:1])
        else:
            found[name] = Tensor(dtype="float32", shape=shape)
    return found


def scale_name(name: str) -> str:
    """The tensor that holds the scales of an int8 tensor's rows."""
    return f"{name}.scale"


def parameter_count(configuration: Configuration) -> int:
    """How many numbers training learned."""
    return sum(prod(shape) for shape in weight_shapes(configuration).values())
