"""Which tensors a model file holds: their names, kinds of number and shapes."""

from dataclasses import dataclass
from math import prod

import numpy as np

from karussell.model.card import Configuration, NumberFormat

ALIGNMENT = 64
"""Bytes: where a mapped tensor begins in the file is a multiple of this, a cache line."""

_PADDING = ".padding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One tensor as a model file must hold it.

    Attributes:
        dtype: Its kind of number by NumPy's name: float32, int8, uint8 or uint32.
        shape: Its shape; None for the one length that only the words decide.
        mapped: Whether it is large and used where it lies in the file. Its numbers are not looked
            at when a model is opened, so nothing but a score may depend on them.
    """

    dtype: str
    shape: tuple[int | None, ...]
    mapped: bool = False


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
    """The exact tensors in the file of a model, in their order there.

    First those that are mapped, each begun on a cache line by filling up the one before it; the
    words last, since the last byte of a word is not zero: so no file can be cut unnoticed.
    """
    mapped: dict[str, Tensor] = {}
    small: dict[str, Tensor] = {}
    for name, shape in weight_shapes(configuration).items():
        if len(shape) == 1:
            small[name] = Tensor(dtype="float32", shape=shape)
            continue
        dtype = "int8" if number_format == "int8" else "float32"
        mapped[name] = Tensor(dtype=dtype, shape=shape, mapped=True)
        if rest := prod(shape) * np.dtype(dtype).itemsize % ALIGNMENT:
            filling = (ALIGNMENT - rest,)
            mapped[f"{name}{_PADDING}"] = Tensor(dtype="uint8", shape=filling, mapped=True)
        if number_format == "int8":
            small[scale_name(name)] = Tensor(dtype="float32", shape=shape[:1])
    return {
        **mapped,
        **small,
        "counts": Tensor(dtype="uint32", shape=(configuration.vocabulary_size + 1,)),
        "casing": Tensor(dtype="uint8", shape=(None,)),
        "vocabulary": Tensor(dtype="uint8", shape=(None,)),
    }


def is_padding(name: str) -> bool:
    """Whether a tensor only fills up a cache line; format 1 has none."""
    return name.endswith(_PADDING)


def scale_name(name: str) -> str:
    """The tensor that holds the scales of an int8 tensor's rows."""
    return f"{name}.scale"


def parameter_count(configuration: Configuration) -> int:
    """How many numbers training learned."""
    return sum(prod(shape) for shape in weight_shapes(configuration).values())
