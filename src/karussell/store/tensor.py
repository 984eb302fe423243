"""The tensors that a card promises, and whether they are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from karussell.errors import ModelFileError
from karussell.kernels import extremes

if TYPE_CHECKING:
    from numpy.typing import NDArray


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


class Tensor(Struct, frozen=True, kw_only=True):
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


class Description(NamedTuple):
    """What a header says about a tensor, or an array is.

    Attributes:
        dtype: Its kind of number, as a ``Tensor`` has it.
        shape: Its shape.
    """

    dtype: str
    shape: tuple[int, ...]

    @classmethod
    def of(cls, array: NDArray[Any]) -> Description:
        """What an array is."""
        return cls(array.dtype.name, array.shape)


def check_described(found: Mapping[str, Description], expected: Mapping[str, Tensor]) -> None:
    """Refuse other tensors than those expected, other kinds of number, and other shapes.

    Raises:
        ModelFileError: Naming the tensor.
    """
    if missing := sorted(expected.keys() - found.keys()):
        raise ModelFileError(f"{missing[0]!r} is missing")
    if extra := sorted(found.keys() - expected.keys()):
        raise ModelFileError(f"{extra[0][:40]!a} is unknown, expected no such tensor")
    for name, tensor in expected.items():
        dtype, shape = found[name]
        if dtype != tensor.dtype:
            raise ModelFileError(f"{name!r} holds {dtype}, expected {tensor.dtype}")
        if tensor.shape == (-1,):
            if len(shape) != 1:
                raise ModelFileError(f"{name!r} has shape {shape}, expected one dimension")
        elif shape != tensor.shape:
            raise ModelFileError(f"{name!r} has shape {shape}, expected {tensor.shape}")


def check_values(name: str, numbers: memoryview | NDArray[Any], allowed: Range | None) -> None:
    """Refuse numbers outside a range, which are one or more.

    Raises:
        ModelFileError: Naming the tensor, what was found and what was expected.
    """
    if allowed is None:
        return
    smallest, largest = extremes(numbers)
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
    import numpy as np

    check_described({name: Description.of(array) for name, array in found.items()}, expected)
    arrays = {name: np.ascontiguousarray(found[name]) for name in expected}
    for name, tensor in expected.items():
        check_values(name, arrays[name], tensor.range)
    return arrays
