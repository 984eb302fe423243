"""Streams of unknown length: pipes."""

import io
from typing import BinaryIO

# What comes through a pipe is kept in memory.
MOST_PIPED = 2**30
"""Bytes that a pipe may give."""
_CHUNK = 2**16


class Refused(Exception):
    """A stream that is not read; says what it is, and what to do."""


def drained(stream: BinaryIO) -> bytes:
    """All that a stream gives.

    Raises:
        Refused: If it does not end in time.
    """
    found = io.BytesIO()
    while piece := stream.read(_CHUNK):
        found.write(piece)
        if found.tell() > MOST_PIPED:
            raise Refused(f"gives more than {MOST_PIPED:,} bytes; save them as a file first")
    return found.getvalue()
