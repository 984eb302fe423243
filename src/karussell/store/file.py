"""Model files on disk: written whole or not at all, read into memory or mapped where they lie."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from msgspec import Struct

from karussell.errors import ModelFileError
from karussell.files import AnyPath, path_of, write_whole
from karussell.kernels import MappedFile
from karussell.store.card import Card
from karussell.store.container import check_digest, decode, decode_kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A keyboard's model has megabytes; this is the largest that is read.
_LARGEST_FILE = 2 * 2**30

_Model = TypeVar("_Model")


class Stored(Struct, Generic[Card], frozen=True, kw_only=True):
    """What a model file holds: the tensors that its card promises.

    Attributes:
        path: The file.
        card: What it says about itself.
        views: Its tensors by name, those that are not mapped checked: memoryviews, so that nobody
            needs NumPy to open a model; or arrays.
        mapped: The file, if the large tensors lie in it and not in memory.
    """

    path: Path
    card: Card
    views: Mapping[str, Any]
    mapped: MappedFile | None = None

    @property
    def tensors(self) -> dict[str, NDArray[Any]]:
        """Its tensors by name as arrays, which cannot be written to if they came from a file."""
        import numpy as np

        return {name: np.asarray(view) for name, view in self.views.items()}

    def check_uncut(self) -> None:
        """Refuse what was computed from the tensors if their file was cut or overwritten since.

        Costs nothing to speak of. Ask after each use of the large tensors.

        Raises:
            ModelFileError: If it was.
        """
        if self.mapped is not None and self.mapped.damaged:
            raise ModelFileError(
                f"{self.path}: was cut short while in use, or overwritten; copy it again and reopen"
            )


def load(
    path: AnyPath, kind: type[Card], understand: Callable[[Stored[Card]], _Model], *, mapped: bool
) -> _Model:
    """A model out of a file.

    Args:
        path: The file.
        kind: What card it has.
        understand: What makes the model of what the file holds; what it refuses names the file.
        mapped: Leave the large tensors in the file, unread and shared with all who use it;
            otherwise all of it is read and compared with its digest.

    Raises:
        ModelFileError: If the file is missing, damaged, foreign, of another kind or version, or
            lies about its contents; names the file, the tensor, what was found and expected.
    """
    path = path_of(path)
    with _opened(path) as (file, size):
        memory = MappedFile(file.fileno(), size) if mapped else None
        data = _read(file, size) if memory is None else memory.bytes
        card, views = decode(data, kind, whole=memory is None)
        if not any(tensor.mapped for tensor in card.layout().values()):
            memory = None  # all of it was copied, or read
        del data
        stored = Stored(path=path, card=card, views=views, mapped=memory)
        model = understand(stored)
    stored.check_uncut()
    return model


def kind_of(path: AnyPath) -> str:
    """The kind of model in a file: "words", "tokens" or "series".

    Raises:
        ModelFileError: If the file is missing or no model file of this version.
    """
    with _opened(path_of(path)) as (file, size):
        return decode_kind(MappedFile(file.fileno(), size).bytes)


def check_whole(path: AnyPath) -> None:
    """Compare all of a model file with its digest, which opening it leaves out.

    Raises:
        ModelFileError: If a byte of it was changed on the way.
    """
    with _opened(path_of(path)) as (file, size):
        check_digest(MappedFile(file.fileno(), size).bytes)


def save(
    path: AnyPath,
    card: Card,
    tensors: Mapping[str, NDArray[Any]],
    understand: Callable[[Stored[Card]], object],
) -> None:
    """Write a model file, whole or not at all: an older file stays until the new one is safe.

    Args:
        path: The file, usually ``NAME.karussell``.
        card: What it says about itself.
        tensors: What it holds.
        understand: What makes a model of it: what cannot be opened again must not replace a file
            that can.

    Raises:
        ModelFileError: If the tensors are not what the card says, or the file cannot be written.
    """
    from karussell.store.encoding import encode

    path = path_of(path)
    with saving(path):
        data = encode(card, tensors)
        again, held = decode(memoryview(data), type(card), whole=True)
        understand(Stored(path=path, card=again, views=held))
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise ModelFileError(f"{path}: is no regular file, choose another name")
        write_whole(path, data)
    except OSError as error:
        raise ModelFileError(
            f"{path}: cannot be written ({error.strerror or error}); an earlier file is unchanged"
        ) from None


@contextlib.contextmanager
def saving(path: Path) -> Iterator[None]:
    """What is wrong with a model names the file that it should be saved in.

    Raises:
        ModelFileError: If something is.
    """
    try:
        yield
    except ModelFileError as error:
        raise ModelFileError(f"{path}: cannot be saved: {error}") from None


def _read(file: FileIO, size: int) -> memoryview:
    """The bytes of a file, begun on a cache line; zeros where it was cut meanwhile."""
    import numpy as np

    from karussell.kernels import aligned

    data = aligned(size, np.uint8)
    data[:] = 0
    rest = data.data
    while rest and (count := file.readinto(rest)):
        rest = rest[count:]
    return data.data.toreadonly()


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[FileIO, int]]:
    """A file of a size that a model has; what goes wrong meanwhile names it."""
    try:
        # A folder, pipe or device has no end, or waits for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise ModelFileError("is no regular file, expected a .karussell file")
        with path.open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > _LARGEST_FILE:
                raise ModelFileError(f"has {size} bytes, expected at most {_LARGEST_FILE}")
            if not size:
                raise ModelFileError("is empty, expected a .karussell file")
            yield file, size
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from None
    except FileNotFoundError:
        raise ModelFileError(f"{path}: no such file") from None
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except MemoryError:
        raise ModelFileError(f"{path}: does not fit in this machine's memory") from None
