"""Model files on disk: written whole or not at all, and read as if an enemy had written them.

The format on one page: docs/reference/model-file.md.
"""

import contextlib
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from io import FileIO
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.files import write_whole
from karussell.kernels import MappedFile
from karussell.model.card import FORMAT, Card, NumberFormat
from karussell.model.contents import Contents, decode_contents, encode_contents, stored_weights
from karussell.model.layout import ALIGNMENT
from karussell.model.rare import RareWords
from karussell.text import Vocabulary

# A keyboard's model has megabytes; this is the largest that is read.
_LARGEST_FILE = 2 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel(Contents):
    """What a model file holds, checked.

    Attributes:
        path: The file it was read from.
        mapped: The file, if the large tensors lie in it and not in memory.
    """

    path: Path
    mapped: MappedFile | None = None

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

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All its weights in float32: what ``save_model`` takes.

        Raises:
            ModelFileError: If the file was cut since it was opened.
        """
        weights = Contents.weights(self)
        self.check_uncut()
        return weights


def read_model_file(path: Path) -> StoredModel:
    """Read a model file into memory and check everything in it.

    Raises:
        ModelFileError: If the file is missing, damaged, foreign, made by a newer version, or lies
            about its contents; names the file, the tensor, what was found and what was expected.
    """
    with _opened(path) as (file, size):
        return _stored(path, _read(file, size), whole=True)


def map_model_file(path: Path) -> StoredModel:
    """Open a model file where it lies, shared with all who use it, and check what could do harm.

    The card, the shapes, the words and all other small tensors are read and checked. The large ones
    stay in the file, unread: whatever numbers stand there, only scores depend on them. A file of
    format 1 is read whole, into memory.

    Raises:
        ModelFileError: As ``read_model_file`` does, but for damage in the large tensors.
    """
    with _opened(path) as (file, size):
        mapped = MappedFile(file.fileno(), size)
        stored = _stored(path, mapped.bytes, whole=False, mapped=mapped)
        stored.check_uncut()
        return stored


def save_model(
    path: Path,
    *,
    card: Card,
    weights: Mapping[str, NDArray[np.float32]],
    vocabulary: Vocabulary,
    counts: NDArray[np.uint32],
    rare: RareWords | None = None,
    withheld: Sequence[int] | NDArray[np.uint32] = (),
    number_format: NumberFormat = "int8",
) -> None:
    """Write a model file, whole or not at all: an older file stays until the new one is safe.

    Args:
        path: The file, usually ``NAME.karussell``.
        card: What the file says about itself; its ``number_format`` and ``format`` are set to what
            is written.
        weights: Every weight named by ``weight_shapes(card.configuration)``, float32.
        vocabulary: The V words.
        counts: How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,).
        rare: More words, too rare for the network; none if not given.
        withheld: The ids of words never suggested unless the writer used them, in any order.
        number_format: "int8" stores matrices in a quarter of the space, each weight off by at most
            half a 127th of its row's largest.

    Raises:
        ModelFileError: If a weight is missing, unknown, not finite, or has another shape or dtype
            than the configuration says, or if the file cannot be written.
    """
    with _cannot_be_saved(path):
        card = msgspec.structs.replace(card, number_format=number_format)
        size = card.configuration.vocabulary_size
        if len(vocabulary) != size:
            raise ModelFileError(f"the vocabulary has {len(vocabulary)} words, expected {size}")
        tensors = stored_weights(card, weights)
    contents = Contents(
        card=card,
        tensors=tensors,
        vocabulary=vocabulary,
        counts=counts,
        rare=rare or RareWords.none(),
        withheld=np.unique(np.asarray(withheld, np.uint32)),
    )
    save_contents(path, contents)


def save_contents(path: Path, contents: Contents) -> None:
    """Write what a model file holds, in the present format: its weights stay as they are.

    So ``save_contents(path, read_model_file(path))`` brings a file of an older format up to date.

    Raises:
        ModelFileError: If the contents are not what the card says, or the file cannot be written.
    """
    with _cannot_be_saved(path):
        card = msgspec.structs.replace(contents.card, format=FORMAT)
        data = encode_contents(replace(contents, card=card))
        # What cannot be opened again must not replace a file that can.
        decode_contents(np.frombuffer(data, np.uint8), whole=True)
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            raise ModelFileError(f"{path}: is no regular file, choose another name")
        write_whole(path, data)
    except OSError as error:
        raise ModelFileError(
            f"{path}: cannot be written ({error.strerror or error}); an earlier file is unchanged"
        ) from None


@contextlib.contextmanager
def _cannot_be_saved(path: Path) -> Iterator[None]:
    try:
        yield
    except ModelFileError as error:
        raise ModelFileError(f"{path}: cannot be saved: {error}") from None


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[tuple[FileIO, int]]:
    """A file of a size that a model has; what goes wrong meanwhile names it."""
    try:
        # A folder, pipe or device has no end, or waits for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise ModelFileError(f"{path}: is no regular file, expected a .karussell file")
        with path.open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > _LARGEST_FILE:
                raise ModelFileError(f"{path}: has {size} bytes, expected at most {_LARGEST_FILE}")
            if not size:
                raise ModelFileError(f"{path}: is empty, expected a .karussell file")
            yield file, size
    except FileNotFoundError:
        raise ModelFileError(f"{path}: no such file") from None
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except MemoryError:
        raise ModelFileError(f"{path}: does not fit in this machine's memory") from None


def _read(file: FileIO, size: int) -> NDArray[np.uint8]:
    """All of a file, in memory that begins on a cache line."""
    # One byte more than promised shows a file that grows.
    memory = np.empty(size + 1 + ALIGNMENT, np.uint8)
    memory = memory[-memory.ctypes.data % ALIGNMENT :][: size + 1]
    end = 0
    while count := file.readinto(memory[end:].data):
        end += count
    return memory[:end]


def _stored(
    path: Path, data: NDArray[np.uint8], *, whole: bool, mapped: MappedFile | None = None
) -> StoredModel:
    try:
        contents = decode_contents(data, whole=whole)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from None
    return StoredModel(
        **{each.name: getattr(contents, each.name) for each in fields(contents)},
        path=path,
        mapped=mapped if contents.card.format > 1 else None,
    )
