"""Streams of unknown length: pipes, and what a small packed file may unpack to."""

import io
import os
import select
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

# What comes through a pipe is kept in memory.
MOST_PIPED = 2**30
"""Bytes that a pipe may give."""
# Text, however it repeats itself, is packed to a thirtieth of itself; a bomb to a thousandth.
_MOST_TIMES, _MOST_ANYWAY = 100, 2**26
_CHUNK = 2**16
# Seconds for which somebody is waited for who writes into a pipe.
_PATIENCE = 1.0


class Refused(Exception):
    """A stream that is not read; says what it is, and what to do."""


def drained(stream: BinaryIO) -> bytes:
    """All that a stream gives.

    Raises:
        Refused: If it does not end in time.
    """
    found = stream.read(MOST_PIPED + 1)
    if len(found) > MOST_PIPED:
        raise Refused(f"gives more than {MOST_PIPED:,} bytes; save them as a file first")
    return found


def drained_pipe(path: Path) -> bytes:
    """All that comes through a pipe, once somebody writes into it.

    Raises:
        Refused: If it is no pipe, nobody writes, or there is no end to it.
        OSError: If it cannot be read.
    """
    if not stat.S_ISFIFO(path.stat().st_mode) or sys.platform == "win32":
        raise Refused("is a device or a socket; expected a file, a folder or a pipe")
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with open(opened, "rb", buffering=0) as pipe:
        found = bytearray()
        last = time.monotonic() + _PATIENCE
        while len(found) <= MOST_PIPED:
            piece = pipe.read(_CHUNK)
            if piece is None:  # somebody has it open, and will write
                last = 0.0
                select.select([pipe], [], [])
            elif piece:
                last = 0.0
                found += piece
            elif time.monotonic() > last:
                break
            else:
                time.sleep(0.005)
    if not found and last:
        raise Refused("is a pipe that nobody writes into")
    return drained(io.BytesIO(found))


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
        self._left = self._most = max(_MOST_ANYWAY, _MOST_TIMES * packed)
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
                f"unpacks to more than {self._most:,} bytes, {_MOST_TIMES} times what it has "
                "packed; unpack it first if it is no bomb"
            )
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Close what unpacks it."""
        self._stream.close()
        super().close()
