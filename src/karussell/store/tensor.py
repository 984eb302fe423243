"""The tensors that a card promises, and whether they are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError


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
LARGEST_WEIGHT = 1e6

WEIGHTS = Range(-LARGEST_WEIGHT, LARGEST_WEIGHT, f"finite weights within {LARGEST_WEIGHT:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """One tensor as a model file must hold it.

    Attributes:
        dtype: Its kind of number by NumPy's name: float64, float32, int32, uint8 or uint32.
        shape: Its shape; (-1,) for a length that only what it holds decides.
        mapped: Whether it is large and used where it lies in the file. Its numbers are not looked
            at when a model is opened, so nothing but a score may depend on them.
        range: Which numbers it may hold; None for any.
    """

    dtype: str
    shape: tuple[int, ...]
    mapped: bool = False
    range: Range | None = None


class Described(Protocol):
    """What has a kind of number and a shape: an array, or what a header says about one."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """The NumPy type of its numbers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""


def check_described(found: Mapping[str, Described], expected: Mapping[str, Tensor]) -> None:
    """Refuse other tensors than those expected, other kinds of number, and other shapes.

    Raises:
        ModelFileError: Naming the tensor.
    """
    if missing := sorted(expected.keys() - found.keys()):
        raise ModelFileError(f"{missing[0]!r} is missing")
    if extra := sorted(found.keys() - expected.keys()):
        raise ModelFileError(f"{extra[0][:40]!a} is unknown, expected no such tensor")
    for name, tensor in expected.items():
        dtype, shape = found[name].dtype, found[name].shape
        if dtype.name != tensor.dtype:
            raise ModelFileError(f"{name!r} holds {dtype.name}, expected {tensor.dtype}")
        if tensor.shape == (-1,):
            if len(shape) != 1:
                raise ModelFileError(f"{name!r} has shape {shape}, expected one dimension")
        elif shape != tensor.shape:
            raise ModelFileError(f"{name!r} has shape {shape}, expected {tensor.shape}")


def check_values(name: str, array: NDArray[Any], allowed: Range | None) -> None:
    """Refuse numbers outside a range.

    Raises:
        ModelFileError: Naming the tensor, what was found and what was expected.
    """
    if allowed is None:
        return
    smallest, largest = array.min().item(), array.max().item()
    # Written so that NaN, of which nothing is true, is refused as well.
    if not allowed.least <= smallest <= largest <= allowed.most:
        raise ModelFileError(
            f"{name!r} ranges from {smallest:g} to {largest:g}, expected {allowed.expected}"
        )


def checked(
    found: Mapping[str, NDArray[Any]], expected: Mapping[str, Tensor]
) -> dict[str, NDArray[Any]]:
    """Arrays in the order of what is expected, each without gaps in memory.

    Raises:
        ModelFileError: If one is missing, unknown, or of another kind, shape or range.
    """
    check_described(found, expected)
    for name, tensor in expected.items():
        check_values(name, found[name], tensor.range)
    return {name: np.ascontiguousarray(found[name]) for name in expected}
