"""A model file's bytes: safetensors, read with more suspicion than its library has."""

from collections.abc import Mapping
from math import prod
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from karussell.errors import ModelFileError
from karussell.store.card import (
    FORMAT,
    Card,
    check_kind,
    decode_card,
    parse_json,
    reading,
)
from karussell.store.digest import blake2b, sha256
from karussell.store.tensor import Description, Tensor, check_described, check_values

ALIGNMENT = 64
"""Bytes: where a mapped tensor begins in the file is a multiple of this, a cache line."""

# A model has a few dozen tensors and one card; a header of this size is an attack or a mistake.
_LARGEST_HEADER = 2**20
METADATA = "__metadata__"
# The metadata's one key: of several, safetensors writes them in random order.
SEAL = "karussell"
_FOREIGN = "is not a Karussell model file"
_DAMAGED = "the file was damaged or cut short, copy it again"

# Of each kind of number its name in NumPy, and the one that memoryviews have for it.
DTYPES = {
    "F64": ("float64", "d"),
    "F32": ("float32", "f"),
    "I8": ("int8", "b"),
    "U8": ("uint8", "B"),
    "I32": ("int32", "i"),
    "U32": ("uint32", "I"),
}
# So small that no product of a shape's eight lengths takes long to compute.
_Length = Annotated[int, Meta(ge=0, le=2**53)]


class Place(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the header says about a tensor: its numbers, and where it lies."""

    dtype: Literal["F64", "F32", "I8", "U8", "I32", "U32"]
    shape: Annotated[tuple[_Length, ...], Meta(max_length=8)]
    data_offsets: tuple[_Length, _Length]

    @property
    def description(self) -> Description:
        """Its numbers and their shape."""
        return Description(DTYPES[self.dtype][0], self.shape)

    @property
    def needed(self) -> int:
        """How many bytes it has."""
        return prod(self.shape) * int(self.dtype[1:]) // 8

    def view(self, data: memoryview) -> memoryview:
        """Its numbers, from their bytes."""
        form: Any = DTYPES[self.dtype][1]
        found: memoryview = data.cast(form)
        if len(self.shape) != 1:
            found = data.cast(form, self.shape)
        return found


class Seal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands under the metadata's key: the card, and digests of it and the body."""

    sha256: str
    blake2b_small: str = ""
    card: msgspec.Raw

    @property
    def text(self) -> str:
        """The card as it stands."""
        return bytes(self.card).decode()


def decode(
    data: memoryview, kind: type[Card], *, whole: bool
) -> tuple[Card, dict[str, memoryview]]:
    """The card and the tensors in a model file's bytes.

    The header and the small tensors are checked always, and these are copied, so that no later
    change of the file touches what control and memory depend on. Large ones stay where they are.

    Args:
        data: The bytes, begun on a cache line.
        kind: What card it has.
        whole: Compare all of the body with its digest, too.

    Raises:
        ModelFileError: If the bytes are damaged, no such model file, or lie about what they hold.
    """
    seal, entries, body = _opened(data)
    # First, so that another version is named as such.
    card = decode_card(seal.text, kind)
    described = {name: _describe(name, entry) for name, entry in entries.items()}
    described = dict(sorted(described.items(), key=lambda item: item[1].data_offsets))
    _check_places(described, len(body))
    expected = card.layout()
    check_described({name: each.description for name, each in described.items()}, expected)
    # Any other order or beginning would leave something in the header to damage.
    for name, right in zip(described, expected, strict=True):
        if name != right:
            raise ModelFileError(f"{name!r} lies where {right!r} is expected")
    if (start := len(data) - len(body)) % ALIGNMENT:
        raise ModelFileError(
            f"its tensors begin at byte {start}, expected a multiple of {ALIGNMENT}"
        )
    tensors = _tensors(described, expected, body, seal)
    if whole:
        _check_body(seal, body)
    for name, tensor in expected.items():
        if not tensor.mapped:
            check_values(name, tensors[name], tensor.range)
    return card, tensors


def check_digest(data: memoryview) -> None:
    """Refuse a model file's bytes, of whatever kind, if they are not those that were written.

    Raises:
        ModelFileError: If they are not, or are no model file's.
    """
    seal, _, body = _opened(data)
    _check_body(seal, body)


def _check_body(seal: Seal, body: memoryview) -> None:
    if seal.sha256 != sha256(bytes(seal.card), body):
        raise ModelFileError(f"its contents do not match their SHA-256; {_DAMAGED}")


def decode_kind(data: memoryview) -> str:
    """The kind of model in a file's bytes, of which no more is looked at.

    Raises:
        ModelFileError: If they are no model file of this version.
    """
    return check_kind(_opened(data)[0].text)


def _opened(data: memoryview) -> tuple[Seal, dict[str, Any], memoryview]:
    """What the header says, small enough for any machine and no key twice, and the body."""
    length = int.from_bytes(data[:8].tobytes(), "little")
    if len(data) < 8 or length > _LARGEST_HEADER or data[8:9].tobytes() not in (b"{", b""):
        raise ModelFileError(
            f"{_FOREIGN}, expected one of format {FORMAT}; if it was made by an older version of "
            "Karussell, train the model again"
        )
    if length > len(data) - 8:
        raise ModelFileError(
            f"has {len(data) - 8} of its header's {length} bytes; the file was cut short, copy it "
            "again"
        )
    with reading(f"{_FOREIGN}, its header cannot be read"):
        entries: dict[str, Any] = parse_json(data[8 : 8 + length].tobytes().decode(), "the header")
    metadata = entries.pop(METADATA, None)
    text = metadata.get(SEAL) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise ModelFileError("is a safetensors file without a card, not a Karussell model")
    if len(metadata) > 1:
        raise ModelFileError(f"has more metadata than {SEAL!r}, expected nothing else")
    parse_json(text, "the card")
    with reading("the card cannot be read"):
        return msgspec.json.decode(text, type=Seal), entries, data[8 + length :]


def _describe(name: str, entry: Any) -> Place:
    with reading(f"{name[:40]!a} is described wrongly in the header"):
        return msgspec.convert(entry, Place, strict=True)


def _check_places(places: dict[str, Place], size: int) -> None:
    """Refuse tensors that overlap, leave a gap, do not fit their place, or end elsewhere."""
    end = 0
    for name, place in places.items():
        begin, after = place.data_offsets
        if begin != end or after - begin != place.needed:
            raise ModelFileError(
                f"{name[:40]!a} lies at {begin} to {after}, expected {end} to {end + place.needed}"
            )
        end = after
    if end > size:
        raise ModelFileError(f"has {size} of its {end} bytes of tensors; {_DAMAGED}")
    if end < size:
        raise ModelFileError(f"has {size - end} bytes more than its tensors; {_DAMAGED}")


def _tensors(
    described: Mapping[str, Place], expected: Mapping[str, Tensor], body: memoryview, seal: Seal
) -> dict[str, memoryview]:
    """The tensors, the small ones in memory of their own and with the digest that the seal says."""
    large = (place for name, place in described.items() if expected[name].mapped)
    begin = max((place.data_offsets[1] for place in large), default=0)
    small = memoryview(bytes(body[begin:]))
    if seal.blake2b_small != blake2b(bytes(seal.card), small):
        raise ModelFileError(f"its contents do not match their BLAKE2b; {_DAMAGED}")
    found: dict[str, memoryview] = {}
    for name, place in described.items():
        first, end = place.data_offsets
        part = body[first:end] if expected[name].mapped else small[first - begin : end - begin]
        found[name] = place.view(part)
    return found
