"""Checks of what goes into the kernels, which themselves trust every shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from karussell.kernels.block import Precision

if TYPE_CHECKING:
    import numpy.typing as npt

Row: TypeAlias = Any
"""Float32 numbers side by side: an array of NumPy's or of Python's, or a memoryview of one."""

Nonlinearity = Literal["tanh", "relu"]

# More threads than any machine of today has: a larger number is a mistake.
MOST_THREADS = 1024


def check_array(
    name: str,
    array: npt.NDArray[Any],
    shape: tuple[int, ...],
    dtype: str = "float32",
) -> None:
    """Raise unless the array has this shape and dtype and lies in memory without gaps.

    Raises:
        TypeError: It is not a NumPy array, or not of this dtype.
        ValueError: The shape differs, or the array is not C-contiguous.
    """
    import numpy as np

    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} is a {type(array).__name__}, expected a NumPy array")
    if array.dtype != dtype:
        raise TypeError(f"{name} is {array.dtype}, expected {dtype}")
    if array.shape != shape:
        raise ValueError(f"{name} is {array.shape}, expected {shape}")
    if not array.flags.c_contiguous:
        raise ValueError(f"{name} is not C-contiguous: pass np.ascontiguousarray({name})")


def check_row(name: str, row: Row, size: int) -> None:
    """Raise unless these are so many float32 numbers that lie in memory without gaps.

    Raises:
        TypeError: They do not lie in memory, or are no float32 numbers.
        ValueError: They are more or fewer, in more than one dimension, or have gaps.
    """
    view = memoryview(row)
    if view.format != "f":
        raise TypeError(f"{name} holds numbers of the kind {view.format!r}, expected float32")
    if view.shape != (size,):
        raise ValueError(f"{name} is {view.shape}, expected {(size,)}")
    if not view.c_contiguous:
        raise ValueError(f"{name} is not C-contiguous")


def check_dimensions(name: str, array: npt.NDArray[Any], count: int) -> None:
    """Raise unless the array has this number of dimensions, none of them empty.

    Raises:
        TypeError: It is not a NumPy array.
        ValueError: The number of dimensions differs, or one is 0.
    """
    import numpy as np

    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} is a {type(array).__name__}, expected a NumPy array")
    if array.ndim != count:
        raise ValueError(f"{name} is {array.shape}, expected {count} dimensions")
    if 0 in array.shape:
        raise ValueError(f"{name} is {array.shape}: no dimension may be empty")


def check_threads(threads: int, most: int = MOST_THREADS) -> None:
    """Raise unless this is a possible number of threads.

    Raises:
        ValueError: It is not.
    """
    if not 1 <= threads <= most:
        raise ValueError(f"threads is {threads}, expected 1 to {most}")


def is_bfloat16(precision: Precision) -> bool:
    """Whether this is "bfloat16" rather than "float32".

    Raises:
        ValueError: It is neither.
    """
    if precision not in ("float32", "bfloat16"):
        raise ValueError(f"precision is {precision!r}, expected 'float32' or 'bfloat16'")
    return precision == "bfloat16"


def is_relu(nonlinearity: Nonlinearity) -> bool:
    """Whether this is "relu" rather than "tanh".

    Raises:
        ValueError: It is neither.
    """
    if nonlinearity not in ("tanh", "relu"):
        raise ValueError(f"nonlinearity is {nonlinearity!r}, expected 'tanh' or 'relu'")
    return nonlinearity == "relu"
