"""What a packed file holds, so long as that is not out of all proportion to its size."""

import io
from collections.abc import Callable
from typing import Any

# Text, however it repeats itself, is packed to a thirtieth of itself; a bomb to a thousandth.
_MOST_TIMES, _MOST_ANYWAY = 100, 2**23
_CHUNK = 2**16


class Unpacked(io.RawIOBase):
    """What a packed file holds, so long as it is not out of all proportion to its size.

    Args:
        stream: What unpacks it.
        packed: Bytes that it has packed.
        refuse: What makes an error of a complaint.
    """

    def __init__(
        self, stream: io.BufferedIOBase, packed: int, refuse: Callable[[str], Exception]
    ) -> None:
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
