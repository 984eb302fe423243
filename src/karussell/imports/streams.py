"""Streams of unknown length: pipes, and what a small packed file may unpack to."""

import io
from collections.abc import Callable
from typing import Any, BinaryIO

from karussell.text import MOST_ANYWAY, MOST_TIMES

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


class Unpacked(io.RawIOBase):
    """What a packed file holds, so long as it is not out of all proportion to its size.

    Args:
        stream: What unpacks it.
        packed: Bytes that it has packed.
        refuse: What makes an error of a complaint.
    """

    def __init__(self, stream: BinaryIO, packed: int, refuse: Callable[[str], Exception]) -> None:
        super().__init__()
        self._stream = stream
        self._left = self._most = max(MOST_ANYWAY, MOST_TIMES * packed)
        self._refuse = refuse

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def seekable(self) -> bool:
        """Whether it can be read again: always."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place, from the start anew if it lies before."""
        place = self._stream.seek(offset, whence)
        self._left = self._most - place
        return place

    def tell(self) -> int:
        """The place."""
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        """Unpack some more.

        Raises:
            TextError: If it is too much.
        """
        piece = self._stream.read(min(len(buffer), _CHUNK))
        self._left -= len(piece)
        if self._left < 0:
            raise self._refuse(
                f"unpacks to more than {self._most:,} bytes, {MOST_TIMES} times what it has "
                "packed; unpack it first if it is no bomb"
            )
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close what unpacks it."""
        self._stream.close()
        super().close()
