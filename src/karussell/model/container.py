"""The outer shell of a model file: safetensors, read with more suspicion than that format asks for.

8 bytes length of the header, the header as JSON, then the tensors' bytes without gaps.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.model.card import parse_json

# A model has a few dozen tensors and one card; a header of this size is an attack or a mistake.
_LARGEST_HEADER = 2**20
_DTYPES: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "U32": np.dtype("<u4"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
}
_NAMES = {dtype: name for name, dtype in _DTYPES.items()}
_METADATA = "__metadata__"
_CARD = "karussell"
_DIGEST = "sha256"
_FOREIGN = "is not a Karussell model file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A model file's parts, not yet believed.

    Attributes:
        card: The card's JSON.
        digest: What the SHA-256 of card and body should be, in hexadecimal.
        entries: What the header says about each tensor.
        body: The bytes of all tensors.
    """

    card: str
    digest: str
    entries: Mapping[str, Any]
    body: memoryview

    def tensors(self) -> dict[str, NDArray[Any]]:
        """The tensors, as read-only views into the file's bytes.

        Raises:
            ModelFileError: If the file is damaged, or a tensor's size, kind or place is a lie.
        """
        spans: list[tuple[int, int, str]] = []
        found = {}
        for name, entry in self.entries.items():
            dtype, shape, begin, end = _entry(name, entry)
            size = prod(shape) * dtype.itemsize
            if end - begin != size:
                raise ModelFileError(f"{name[:40]!a} has {end - begin} bytes, expected {size}")
            if end > len(self.body):
                raise ModelFileError(
                    f"{name[:40]!a} ends at byte {end} of {len(self.body)}; the file was cut "
                    "short, copy it again"
                )
            spans.append((begin, end, name))
            found[name] = np.frombuffer(self.body[begin:end], dtype=dtype).reshape(shape)
        _check_spans(sorted(spans), len(self.body))
        if _sha256(self.card, self.body) != self.digest:
            raise ModelFileError(
                "its contents do not match their SHA-256; the file was damaged, copy it again"
            )
        return found


def read_container(data: bytes) -> Container:
    """A model file's parts.

    Raises:
        ModelFileError: If the bytes are cut short, or no model file.
    """
    header, body = _split(data)
    metadata = header.pop(_METADATA, None)
    if not isinstance(metadata, dict) or not isinstance(metadata.get(_CARD), str):
        raise ModelFileError("is a safetensors file without a card, not a Karussell model")
    return Container(
        card=metadata[_CARD], digest=str(metadata.get(_DIGEST)), entries=header, body=body
    )


def write_container(card: str, tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """A model file's bytes; the same for the same contents.

    Larger numbers stand first, so that each is aligned in the file.
    """
    names = sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name))
    body = b"".join(tensors[name].tobytes() for name in names)
    header: dict[str, Any] = {_METADATA: {_CARD: card, _DIGEST: _sha256(card, body)}}
    place = 0
    for name in names:
        array = tensors[name]
        header[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": list(array.shape),
            "data_offsets": [place, place + array.nbytes],
        }
        place += array.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + body


def _sha256(card: str, body: bytes | memoryview) -> str:
    digest = sha256(card.encode("utf-8", "surrogatepass"))
    digest.update(body)
    return digest.hexdigest()


def _split(data: bytes) -> tuple[dict[str, Any], memoryview]:
    """The parsed header and the tensors' bytes."""
    if len(data) < 8:
        raise ModelFileError(f"{_FOREIGN}: it has {len(data)} bytes")
    length = int.from_bytes(data[:8], "little")
    if length > _LARGEST_HEADER or data[8:9] not in (b"{", b""):
        raise ModelFileError(f"{_FOREIGN}, expected one made by `karussell train`")
    if length > len(data) - 8:
        raise ModelFileError(
            f"has {len(data) - 8} of its header's {length} bytes; the file was cut short, copy it "
            "again"
        )
    try:
        text = data[8 : 8 + length].decode("utf-8")
    except UnicodeDecodeError:
        raise ModelFileError(f"{_FOREIGN}: its header is not UTF-8") from None
    header = parse_json(text, "the header")
    if not isinstance(header, dict):
        raise ModelFileError(f"{_FOREIGN}: its header is no JSON object")
    return header, memoryview(data)[8 + length :]


def _entry(name: str, entry: Any) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    """The kind, shape and place of one tensor."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise ModelFileError(f"{name[:40]!a} is described wrongly in the header")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise ModelFileError(
            f"{name[:40]!a} holds {str(dtype)[:20]!a}, expected one of {', '.join(_DTYPES)}"
        )
    if not _whole(shape) or not 1 <= len(shape) <= 2:
        raise ModelFileError(f"{name[:40]!a} has no proper shape, expected one or two sizes")
    if not _whole(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise ModelFileError(f"{name[:40]!a} has no proper place in the file")
    return _DTYPES[dtype], tuple(shape), offsets[0], offsets[1]


def _whole(values: Any) -> bool:
    """Whether these are whole numbers that fit any file (true and false are none)."""
    return isinstance(values, list) and all(
        type(value) is int and 0 <= value < 2**40 for value in values
    )


def _check_spans(spans: list[tuple[int, int, str]], size: int) -> None:
    """Refuse overlaps, gaps and bytes that belong to no tensor."""
    reached = 0
    for begin, end, name in spans:
        if begin != reached:
            what = "overlaps its neighbour" if begin < reached else "leaves a gap before it"
            raise ModelFileError(f"{name[:40]!a} {what} at byte {begin}, expected {reached}")
        reached = end
    if reached != size:
        raise ModelFileError(f"has {size - reached} bytes behind its last tensor, expected none")
