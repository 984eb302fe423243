"""Model files taken apart, and put together again with a SHA-256 that fits."""

import hashlib
import json
from typing import Any


def take_apart(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The header, with the card as an object, and the body."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"]["karussell"] = json.loads(header["__metadata__"]["karussell"])
    return header, data[8 + length :]


def put_together(header: dict[str, Any], body: bytes) -> bytes:
    """A file of any header and body, sealed as an honest one is."""
    header = json.loads(json.dumps(header))
    metadata = header.get("__metadata__")
    if isinstance(metadata, dict) and "karussell" in metadata:
        card = metadata["karussell"]
        text = card if isinstance(card, str) else json.dumps(card)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass") + body).hexdigest()
        header["__metadata__"] = {**metadata, "karussell": text, "sha256": digest}
    return frame(json.dumps(header).encode(), body)


def frame(header: bytes, body: bytes) -> bytes:
    """A file of any header bytes and body."""
    return len(header).to_bytes(8, "little") + header + body
