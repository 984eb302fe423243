"""Model files taken apart, and put together again with digests that fit."""

import hashlib
import json
from typing import Any

_SEAL = "karussell"


def take_apart(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The header, with the card and its SHA-256 as an object, and the body."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"][_SEAL] = json.loads(header["__metadata__"][_SEAL])
    return header, data[8 + length :]


def put_together(header: dict[str, Any], body: bytes) -> bytes:
    """A file of any header and body, sealed as an honest one is where that is possible."""
    header = json.loads(json.dumps(header))
    metadata = header.get("__metadata__")
    if isinstance(metadata, dict) and _SEAL in metadata:
        seal = metadata[_SEAL]
        if isinstance(seal, dict) and "card" in seal and isinstance(seal.get("sha256"), str):
            card = json.dumps(seal["card"]).encode()
            seal["sha256"] = hashlib.sha256(card + body).hexdigest()
            if isinstance(seal.get("blake2b_small"), str):
                small = card + body[small_begin(header) :]
                seal["blake2b_small"] = hashlib.blake2b(small, digest_size=32).hexdigest()
        metadata[_SEAL] = seal if isinstance(seal, str) else json.dumps(seal)
    text = json.dumps(header).encode()
    return frame(text + b" " * (-(8 + len(text)) % 64), body)


def small_begin(header: dict[str, Any]) -> int:
    """Where the small tensors begin in the body, as far as the header makes sense."""
    ends = [
        entry["data_offsets"][-1]
        for name, entry in header.items()
        if name.endswith(".words")
        if isinstance(entry, dict)
        and isinstance(entry.get("data_offsets"), list)
        and entry["data_offsets"]
        and isinstance(entry["data_offsets"][-1], int)
        and entry["data_offsets"][-1] >= 0
    ]
    return max(ends, default=0)


def frame(header: bytes, body: bytes) -> bytes:
    """A file of any header bytes and body."""
    return len(header).to_bytes(8, "little") + header + body
