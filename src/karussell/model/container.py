"""The outer shell of a model file: safetensors, read with more suspicion than its library has."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Annotated, Any, Literal

import msgspec
import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from karussell.errors import ModelFileError
from karussell.model.card import Card, decode_card, encode_card, parse_json
from karussell.model.digest import blake2b, sha256
from karussell.model.layout import ALIGNMENT

Bytes = NDArray[np.uint8]

# A model has a few dozen tensors and one card; a header of this size is an attack or a mistake.
_LARGEST_HEADER = 2**20
_METADATA = "__metadata__"
# The metadata's one key: of several, safetensors writes them in random order.
_SEAL = "karussell"
# How the archives begin that models of sequences are stored in.
_ARCHIVE = b"PK\x03\x04"
_FOREIGN = "is not a Karussell model file"
_DAMAGED = "the file was damaged or cut short, copy it again"

_DTYPES = {"F32": np.float32, "I8": np.int8, "U8": np.uint8, "I32": np.int32, "U32": np.uint32}
_NAMES = {np.dtype(dtype): name for name, dtype in _DTYPES.items()}
# So small that no product of a shape's eight lengths takes long to compute.
_Length = Annotated[int, Meta(ge=0, le=2**53)]


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the header says about a tensor."""

    dtype: Literal["F32", "I8", "U8", "I32", "U32"]
    shape: Annotated[tuple[_Length, ...], Meta(max_length=8)]
    data_offsets: tuple[_Length, _Length]

    @property
    def kind(self) -> np.dtype[Any]:
        """The NumPy type of its numbers."""
        return np.dtype(_DTYPES[self.dtype])


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands under the metadata's key: the card, and digests of it and the body."""

    sha256: str
    blake2b_small: str = ""
    card: msgspec.Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A model file whose header is understood.

    Attributes:
        card: What the file says about itself.
        described: The tensors in the order of the body: not yet those that the card promises.
        start: Where the body begins in the file.
        body: Their bytes.
        seal: The digests.
    """

    card: Card
    described: dict[str, Description]
    start: int
    body: Bytes
    seal: Seal

    def tensor(self, name: str) -> NDArray[Any]:
        """A view of one tensor's place in the body."""
        place = self.described[name]
        begin, end = place.data_offsets
        return self.body[begin:end].view(place.kind).reshape(place.shape)

    def check_whole(self) -> None:
        """Compare the card and everything in the body with their SHA-256.

        Raises:
            ModelFileError: If they differ.
        """
        if self.seal.sha256 != sha256(bytes(self.seal.card), self.body.data):
            raise ModelFileError(f"its contents do not match their SHA-256; {_DAMAGED}")

    def check_small(self, small: Bytes) -> None:
        """Compare the card and the small tensors' bytes with their BLAKE2b.

        Raises:
            ModelFileError: If they differ.
        """
        if self.seal.blake2b_small != blake2b(bytes(self.seal.card), small.data):
            raise ModelFileError(f"its contents do not match their BLAKE2b; {_DAMAGED}")


def read_container(data: Bytes) -> Container:
    """What a model file's header says, as far as the header and the file's size can tell.

    Raises:
        ModelFileError: If the bytes are damaged, no model file, or lie about what they hold.
    """
    header, body = _split(data)
    entries = _parse(header)
    seal = _read_seal(entries.pop(_METADATA, None))
    # First, so that a newer version is named as such.
    card = decode_card(bytes(seal.card).decode())
    described = {name: _describe(name, entry) for name, entry in entries.items()}
    ordered = dict(sorted(described.items(), key=lambda item: item[1].data_offsets))
    _check_places(ordered, len(body))
    return Container(
        card=card, described=ordered, start=len(data) - len(body), body=body, seal=seal
    )


def write_container(card: Card, tensors: Mapping[str, NDArray[Any]], first_small: str) -> bytes:
    """A model file's bytes; the same for the same contents.

    Args:
        card: What the file says about itself.
        tensors: What it holds, in its order.
        first_small: The first of the small tensors, which are the rest.
    """
    described: dict[str, Any] = {}
    parts: list[bytes] = []
    place = small = 0
    for name, array in tensors.items():
        if name == first_small:
            small = place
        # Of arrays in any order of memory.
        parts.append(np.ascontiguousarray(array).tobytes())
        described[name] = {
            "dtype": _NAMES[array.dtype],
            "shape": array.shape,
            "data_offsets": (place, place + len(parts[-1])),
        }
        place += len(parts[-1])
    body = b"".join(parts)
    text = encode_card(card).encode()
    seal = Seal(
        sha256=sha256(text, body),
        blake2b_small=blake2b(text, memoryview(body)[small:]),
        card=msgspec.Raw(text),
    )
    described = {_METADATA: {_SEAL: msgspec.json.encode(seal).decode()}, **described}
    header = msgspec.json.encode(described)
    # The format lets spaces stand behind the header.
    header += b" " * (-(8 + len(header)) % ALIGNMENT)
    return len(header).to_bytes(8, "little") + header + body


def _split(data: Bytes) -> tuple[bytes, Bytes]:
    """The header, small enough for any machine and begun as a JSON object, and the body."""
    if data[:4].tobytes() == _ARCHIVE:
        raise ModelFileError(
            "holds a model of sequences; open it with SequenceModel.open or SeriesModel.open"
        )
    length = int.from_bytes(data[:8].tobytes(), "little")
    if len(data) < 8 or length > _LARGEST_HEADER or data[8:9].tobytes() not in (b"{", b""):
        raise ModelFileError(f"{_FOREIGN}, expected one made by `karussell train`")
    if length > len(data) - 8:
        raise ModelFileError(
            f"has {len(data) - 8} of its header's {length} bytes; the file was cut short, copy it "
            "again"
        )
    return data[8 : 8 + length].tobytes(), data[8 + length :]


def _parse(header: bytes) -> dict[str, Any]:
    """What the header says, in which no key stands twice."""
    try:
        described: dict[str, Any] = parse_json(header.decode("utf-8"), "the header")
    except UnicodeDecodeError:
        raise ModelFileError(f"{_FOREIGN}: its header is not UTF-8") from None
    return described


def _read_seal(metadata: Any) -> Seal:
    text = metadata.get(_SEAL) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise ModelFileError("is a safetensors file without a card, not a Karussell model")
    if len(metadata) > 1:
        raise ModelFileError(f"has more metadata than {_SEAL!r}, expected nothing else")
    parse_json(text, "the card")
    try:
        return msgspec.json.decode(text, type=Seal)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ModelFileError(f"the card cannot be read: {_quoted(error)}") from None


def _describe(name: str, entry: Any) -> Description:
    try:
        return msgspec.convert(entry, Description, strict=True)
    except msgspec.ValidationError as error:
        raise ModelFileError(
            f"{name[:40]!a} is described wrongly in the header: {_quoted(error)}"
        ) from None


def _check_places(places: dict[str, Description], size: int) -> None:
    """Refuse tensors that overlap, leave a gap, do not fit their place, or end elsewhere."""
    end = 0
    for name, place in places.items():
        begin, after = place.data_offsets
        needed = prod(place.shape) * place.kind.itemsize
        if begin != end or after - begin != needed:
            raise ModelFileError(
                f"{name[:40]!a} lies at {begin} to {after}, expected {end} to {end + needed}"
            )
        end = after
    if end > size:
        raise ModelFileError(f"has {size} of its {end} bytes of tensors; {_DAMAGED}")
    if end < size:
        raise ModelFileError(f"has {size - end} bytes more than its tensors; {_DAMAGED}")


def _quoted(error: Exception) -> str:
    """An error that may quote the file, which may hold anything."""
    return ascii(str(error))[:200]
