"""Digests, which find damage and stop no forger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

try:
    # What hashlib takes it from, had without OpenSSL: 4 MB that a keyboard never needs.
    from _blake2 import blake2b as _blake2b
except ImportError:
    from hashlib import blake2b as _blake2b

Bytes = bytes | memoryview


def sha256(*parts: Bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    # Not at the top: it loads OpenSSL.
    from hashlib import sha256

    digest = sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def blake2b(*parts: Bytes) -> str:
    """The BLAKE2b of some bytes, 256 bits of it, in hexadecimal: fast on every machine."""
    digest = _blake2b(digest_size=32)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def fingerprint(arrays: Iterable[NDArray[Any]]) -> bytes:
    """A digest of arrays, 16 bytes, which tells models apart."""
    digest = _blake2b(digest_size=16)
    for array in arrays:
        digest.update(array.data)
    return digest.digest()
