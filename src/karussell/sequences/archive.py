"""A model of sequences as a file: NumPy's own archive of arrays, and JSON that describes them."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.files import write_whole
from karussell.model import parse_json

Kind = Literal["tokens", "series"]
Arrays = Mapping[str, NDArray[Any]]

VERSION = 1
"""The version of these files."""

_DESCRIPTION = "karussell"
# Far more than a laptop trains, and what an archive may unpack to.
_LARGEST = 2 * 2**30


def write_archive(path: Path, kind: Kind, description: msgspec.Struct, arrays: Arrays) -> None:
    """Write a model, whole or not at all: an older file stays until the new one is safe.

    Raises:
        ModelFileError: If it cannot be written.
    """
    text = msgspec.json.encode({"version": VERSION, "kind": kind, "model": description})
    whole = io.BytesIO()
    stored: dict[str, Any] = {_DESCRIPTION: np.frombuffer(text, np.uint8), **arrays}
    np.savez(whole, **stored)
    try:
        write_whole(path, whole.getbuffer())
    except OSError as error:
        raise ModelFileError(
            f"{path}: cannot be written ({error.strerror or error}); an earlier file is unchanged"
        ) from None


def read_archive(path: Path) -> tuple[Kind, Any, dict[str, NDArray[Any]]]:
    """The kind of a model, its description as JSON has it, and its arrays.

    Nothing in the file is run: arrays of Python objects are refused.

    Raises:
        ModelFileError: If the file is missing, damaged, foreign, or made by a newer version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(each.file_size for each in archive.infolist())
        if size > _LARGEST:
            raise ModelFileError(f"{path}: unpacks to {size} bytes, expected at most {_LARGEST}")
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except FileNotFoundError:
        raise ModelFileError(f"{path}: no such file") from None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ModelFileError(
            f"{path}: is damaged or no model of sequences ({str(error)[:80]}); expected what "
            "`save` wrote; a model of words is opened with open_model"
        ) from None
    kind, model = _described(path, arrays.pop(_DESCRIPTION, None))
    return kind, model, arrays


def checked_arrays(
    shapes: Mapping[str, tuple[int, ...]], arrays: Arrays
) -> dict[str, NDArray[Any]]:
    """The arrays of a model in the order of memory that kernels read.

    Args:
        shapes: What must be there: arrays of float32, and without a dot in their name of float64.
        arrays: What is there.

    Raises:
        ModelFileError: If one is missing, unknown, not finite, or of another shape or type.
    """
    if odd := sorted(shapes.keys() ^ arrays.keys()):
        state = "missing" if odd[0] in shapes else "unknown"
        raise ModelFileError(f"the weight {odd[0][:40]!a} is {state}")
    found = {}
    for name, shape in shapes.items():
        kind, array = "float32" if "." in name else "float64", arrays[name]
        if array.dtype != kind or array.shape != shape:
            raise ModelFileError(
                f"{name!r} is {array.dtype} {array.shape}, expected {kind} {shape}"
            )
        if not np.isfinite(array).all():
            raise ModelFileError(f"{name!r} holds numbers that are not finite")
        found[name] = np.ascontiguousarray(array)
    return found


def _described(path: Path, text: NDArray[Any] | None) -> tuple[Kind, Any]:
    if text is None or text.dtype != np.uint8:
        raise ModelFileError(f"{path}: is an archive without a description, no model of sequences")
    try:
        found = parse_json(text.tobytes().decode(), "the description")
    except UnicodeDecodeError:
        raise ModelFileError(f"{path}: its description is not UTF-8") from None
    except ModelFileError as error:
        raise ModelFileError(f"{path}: {error}") from None
    match found:
        case {"version": int(version)} if version > VERSION:
            raise ModelFileError(
                f"{path}: was made by a newer version of Karussell (format {version}, this one "
                f"reads {VERSION}); upgrade with `pip install --upgrade karussell`"
            )
        case {"version": int(), "kind": "tokens" | "series" as kind, "model": dict(model)}:
            return kind, model
    raise ModelFileError(
        f"{path}: its description is {json.dumps(found)[:60]}, expected version, kind and model"
    )
