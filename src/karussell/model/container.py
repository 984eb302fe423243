"""The outer shell of a model file: safetensors, read with more suspicion than its library has."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from karussell.errors import ModelFileError
from karussell.model.card import Card, decode_card, encode_card, parse_json

# A model has a few dozen tensors and one card; a header of this size is an attack or a mistake.
_LARGEST_HEADER = 2**20
_METADATA = "__metadata__"
_DESCRIPTION = {"dtype", "shape", "data_offsets"}
# The metadata's one key: of several, safetensors writes them in random order.
_SEAL = "karussell"
_FOREIGN = "is not a Karussell model file"


class _Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands under that key: the card, and the SHA-256 of its bytes and the body's."""

    sha256: str
    card: msgspec.Raw


def read_container(data: bytes) -> tuple[Card, dict[str, NDArray[Any]]]:
    """A model file's card, and its tensors by name, which are not yet those that the card promises.

    Raises:
        ModelFileError: If the bytes are damaged, no model file, or lie about what they hold.
    """
    header, body = _split(data)
    described = _parse(header)
    seal = _read_seal(described.get(_METADATA))
    # First, so that a newer version is named as such.
    card = decode_card(bytes(seal.card).decode())
    if seal.sha256 != _sha256(bytes(seal.card), body):
        raise ModelFileError(
            "its contents do not match their SHA-256; the file was damaged or cut short, copy it "
            "again"
        )
    try:
        tensors = load(data)
    except KeyError as kind:
        raise ModelFileError(f"holds {kind} numbers, expected F32, I8, U8 and U32") from None
    except (SafetensorError, ValueError, OverflowError) as error:
        raise ModelFileError(f"is no valid safetensors file: {_quoted(error)}") from None
    for name in tensors:
        # The library takes a list for an object, and skips what it does not know.
        if not isinstance(described[name], dict) or described[name].keys() != _DESCRIPTION:
            raise ModelFileError(f"{name[:40]!a} is described wrongly in the header")
    return card, tensors


def write_container(card: Card, tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """A model file's bytes; the same for the same contents."""
    # The library writes memory as it lies, whatever the strides.
    arrays = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    text = encode_card(card).encode()
    seal = _Seal(sha256=_sha256(text, _split(save(arrays))[1]), card=msgspec.Raw(text))
    return save(arrays, metadata={_SEAL: msgspec.json.encode(seal).decode()})


def _split(data: bytes) -> tuple[bytes, memoryview]:
    """The header, small enough for any machine and begun as a JSON object, and the body."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > _LARGEST_HEADER or data[8:9] not in (b"{", b""):
        raise ModelFileError(f"{_FOREIGN}, expected one made by `karussell train`")
    if length > len(data) - 8:
        raise ModelFileError(
            f"has {len(data) - 8} of its header's {length} bytes; the file was cut short, copy it "
            "again"
        )
    return data[8 : 8 + length], memoryview(data)[8 + length :]


def _parse(header: bytes) -> dict[str, Any]:
    """What the header says, in which no key stands twice."""
    try:
        described: dict[str, Any] = parse_json(header.decode("utf-8"), "the header")
    except UnicodeDecodeError:
        raise ModelFileError(f"{_FOREIGN}: its header is not UTF-8") from None
    return described


def _read_seal(metadata: Any) -> _Seal:
    text = metadata.get(_SEAL) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise ModelFileError("is a safetensors file without a card, not a Karussell model")
    parse_json(text, "the card")
    try:
        return msgspec.json.decode(text, type=_Seal)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ModelFileError(f"the card cannot be read: {_quoted(error)}") from None


def _sha256(card: bytes, body: memoryview) -> str:
    digest = sha256(card)
    digest.update(body)
    return digest.hexdigest()


def _quoted(error: Exception) -> str:
    """An error that may quote the file, which may hold anything."""
    return ascii(str(error))[:200]
