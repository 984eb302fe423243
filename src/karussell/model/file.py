"""Model files on disk: written whole or not at all, and read as if an enemy had written them.

The format on one page: docs/model-file.md.
"""

import contextlib
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.model.card import Card, NumberFormat
from karussell.model.container import read_container, write_container
from karussell.model.layout import Tensor, scale_name, tensors, weight_shapes
from karussell.model.lexicon import decode_vocabulary, encode_vocabulary
from karussell.model.quantise import LARGEST, dequantise, quantise
from karussell.text import Vocabulary

# A keyboard's model has megabytes; this is the largest that is read into memory.
_LARGEST_FILE = 2 * 2**30
# No trained weight comes near this; below it, no sum of products overflows float32.
_LARGEST_WEIGHT = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredModel:
    """What a model file holds, checked.

    Attributes:
        card: What it says about itself.
        tensors: Its weights as stored, by name: float32, or int8 beside their ``.scale``.
        vocabulary: Its words.
        counts: How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,).
    """

    card: Card
    tensors: Mapping[str, NDArray[Any]]
    vocabulary: Vocabulary
    counts: NDArray[np.uint32]

    def weight(self, name: str) -> NDArray[np.float32]:
        """One weight in float32, whatever its number format on disk."""
        stored = self.tensors[name]
        if stored.dtype == np.int8:
            return dequantise(stored, self.tensors[scale_name(name)])
        return stored

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All weights in float32: what ``save_model`` takes."""
        return {name: self.weight(name) for name in weight_shapes(self.card.configuration)}


def read_model_file(path: Path) -> StoredModel:
    """Read a model file into memory and check everything it claims.

    It is read, not mapped: a file cut later cannot harm a running keyboard.

    Raises:
        ModelFileError: If the file is missing, damaged, foreign, made by a newer version, or lies
            about its contents; names the file, the tensor, what was found and what was expected.
    """
    data = _read(path)
    try:
        return _check(data)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from None


def save_model(
    path: Path,
    *,
    card: Card,
    weights: Mapping[str, NDArray[np.float32]],
    vocabulary: Vocabulary,
    counts: NDArray[np.uint32],
    number_format: NumberFormat = "int8",
) -> None:
    """Write a model file, whole or not at all: an older file stays until the new one is safe.

    Args:
        path: The file, usually ``NAME.karussell``.
        card: What the file says about itself; its ``number_format`` is set to the one written.
        weights: Every weight named by ``weight_shapes(card.configuration)``, float32.
        vocabulary: The V words.
        counts: How often each word, and UNKNOWN, stood in the training text, uint32, (V+1,).
        number_format: "int8" stores matrices in a quarter of the space, each weight off by at most
            half a 127th of its row's largest.

    Raises:
        ModelFileError: If a weight is missing, unknown, not finite, or has another shape or dtype
            than the configuration says, or if the file cannot be written.
    """
    try:
        card = msgspec.structs.replace(card, number_format=number_format)
        contents = _contents(card, weights, vocabulary, counts)
        data = write_container(card, contents)
        # What cannot be opened again must not replace a file that can.
        _check(data)
    except ModelFileError as error:
        raise ModelFileError(f"{path}: cannot be saved: {error}") from None
    try:
        if path.exists() and not _regular(path):
            raise ModelFileError(f"{path}: is no regular file, choose another name")
        _write(path, data)
    except OSError as error:
        raise ModelFileError(
            f"{path}: cannot be written ({error.strerror or error}); an earlier file is unchanged"
        ) from None


def _read(path: Path) -> bytes:
    try:
        if not _regular(path):
            raise ModelFileError(f"{path}: is no regular file, expected a .karussell file")
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > _LARGEST_FILE:
                raise ModelFileError(f"{path}: has {size} bytes, expected at most {_LARGEST_FILE}")
            # One byte more than promised shows a file that grows, or a device without an end.
            data = file.read(size + 1)
    except FileNotFoundError:
        raise ModelFileError(f"{path}: no such file") from None
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read ({error.strerror or error})") from None
    except MemoryError:
        raise ModelFileError(f"{path}: does not fit in this machine's memory") from None
    return data


def _regular(path: Path) -> bool:
    """Whether this is a file with an end: no folder, pipe or device, which must not be replaced."""
    return stat.S_ISREG(path.stat().st_mode)


def _check(data: bytes) -> StoredModel:
    card, found = read_container(data)
    expected = tensors(card.configuration, card.number_format)
    if missing := sorted(expected.keys() - found.keys()):
        raise ModelFileError(f"{missing[0]!r} is missing")
    if extra := sorted(found.keys() - expected.keys()):
        raise ModelFileError(f"{extra[0][:40]!a} is unknown, expected no such tensor")
    for name, tensor in expected.items():
        _check_kind(name, found[name], tensor)
        _check_values(name, found[name])
    size = card.configuration.vocabulary_size
    vocabulary = decode_vocabulary(found.pop("vocabulary"), found.pop("casing"), size)
    counts = found.pop("counts")
    return StoredModel(card=card, tensors=found, vocabulary=vocabulary, counts=counts)


def _check_kind(name: str, array: NDArray[Any], expected: Tensor) -> None:
    if array.dtype.name != expected.dtype:
        raise ModelFileError(f"{name!r} holds {array.dtype.name}, expected {expected.dtype}")
    if expected.shape == (None,):
        if array.ndim == 1:
            return
        raise ModelFileError(f"{name!r} has shape {array.shape}, expected one dimension")
    if array.shape != expected.shape:
        raise ModelFileError(f"{name!r} has shape {array.shape}, expected {expected.shape}")


def _check_values(name: str, array: NDArray[Any]) -> None:
    if array.dtype == np.int8:
        if array.min() < -LARGEST:
            raise ModelFileError(f"{name!r} holds -128, expected -127 to 127")
    elif array.dtype == np.float32:
        scale = name.endswith(".scale")
        most = _LARGEST_WEIGHT / LARGEST if scale else _LARGEST_WEIGHT
        smallest, largest = float(array.min()), float(array.max())
        # Written so that NaN, of which nothing is true, is refused as well.
        if scale and not 0 < smallest <= largest <= most:
            raise ModelFileError(
                f"{name!r} ranges from {smallest:g} to {largest:g}, expected positive scales up to "
                f"{most:g}"
            )
        if not -most <= smallest <= largest <= most:
            raise ModelFileError(
                f"{name!r} ranges from {smallest:g} to {largest:g}, expected finite weights "
                f"within {most:g}"
            )


def _contents(
    card: Card,
    weights: Mapping[str, NDArray[np.float32]],
    vocabulary: Vocabulary,
    counts: NDArray[np.uint32],
) -> dict[str, NDArray[Any]]:
    """The tensors of a file, checked before they are quantised."""
    shapes = weight_shapes(card.configuration)
    size = card.configuration.vocabulary_size
    if len(vocabulary) != size:
        raise ModelFileError(f"the vocabulary has {len(vocabulary)} words, expected {size}")
    if extra := sorted(weights.keys() - shapes.keys()):
        raise ModelFileError(f"{extra[0]!r} is unknown, expected {', '.join(shapes)}")
    words, casing = encode_vocabulary(vocabulary)
    _check_kind("counts", counts, Tensor(dtype="uint32", shape=(size + 1,)))
    contents: dict[str, NDArray[Any]] = {"vocabulary": words, "casing": casing, "counts": counts}
    for name, shape in shapes.items():
        if name not in weights:
            raise ModelFileError(f"{name!r} is missing")
        weight = weights[name]
        _check_kind(name, weight, Tensor(dtype="float32", shape=shape))
        _check_values(name, weight)
        if card.number_format == "int8" and weight.ndim == 2:
            contents[name], contents[scale_name(name)] = quantise(weight)
        else:
            contents[name] = weight
    return contents


def _write(path: Path, data: bytes) -> None:
    """Replace a file at once: temporary file, fsync, rename, fsync of the folder."""
    path = path.resolve()
    temporary = path.parent / f".karussell-{secrets.token_hex(8)}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
