"""Model files taken apart, and put together again with a SHA-256 that fits."""

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
        metadata[_SEAL] = seal if isinstance(seal, str) else json.dumps(seal)
    return frame(json.dumps(header).encode(), body)


def frame(header: bytes, body: bytes) -> bytes:
    """A file of any header bytes and body."""
    return len(header).to_bytes(8, "little") + header + body
