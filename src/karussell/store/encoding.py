"""A model file's bytes, written: what ``container`` reads."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from karussell.store.card import ModelCard, encode_card
from karussell.store.container import ALIGNMENT, DTYPES, METADATA, SEAL, Seal
from karussell.store.digest import blake2b, sha256
from karussell.store.tensor import Description, check_described

_NAMES = {dtype: name for name, (dtype, _) in DTYPES.items()}


def encode(card: ModelCard, tensors: Mapping[str, NDArray[Any]]) -> bytes:
    """A model file's bytes; the same for the same contents.

    Raises:
        ModelFileError: If a tensor is missing, unknown, or not what the card says.
    """
    expected = card.layout()
    check_described({name: Description.of(array) for name, array in tensors.items()}, expected)
    described: dict[str, Any] = {}
    parts: list[bytes] = []
    place = small = 0
    for name, tensor in expected.items():
        # Of arrays in any order of memory.
        parts.append(np.ascontiguousarray(tensors[name]).tobytes())
        end = place + len(parts[-1])
        described[name] = {
            "dtype": _NAMES[tensors[name].dtype.name],
            "shape": tensors[name].shape,
            "data_offsets": (place, end),
        }
        place = end
        if tensor.mapped:
            small = end
    body = b"".join(parts)
    text = encode_card(card).encode()
    seal = Seal(
        sha256=sha256(text, body),
        blake2b_small=blake2b(text, memoryview(body)[small:]),
        card=msgspec.Raw(text),
    )
    described = {METADATA: {SEAL: msgspec.json.encode(seal).decode()}, **described}
    header = msgspec.json.encode(described)
    # The format lets spaces stand behind the header.
    header += b" " * (-(8 + len(header)) % ALIGNMENT)
    return len(header).to_bytes(8, "little") + header + body
