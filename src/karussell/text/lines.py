"""Text of any size, read line by line: files, plain, gzip or xz, pipes and standard input."""

import errno
import io
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from karussell.errors import TextError
from karussell.files import AnyPath, path_of
from karussell.text.unpacked import Unpacked

STANDARD_INPUT = Path("-")
"""What standard input is called where the name of a file is expected."""

# A longer line is read in pieces, cut between words: a book in one line is text, too.
_PIECE = 2**20
# The first bytes of compressed files, whatever their names.
_GZIP, _XZ = b"\x1f\x8b", b"\xfd7zXZ\0"
# So long somebody is awaited who writes into a named pipe.
_PATIENCE, _PAUSE = 2.0, 0.02


def read_lines(path: AnyPath) -> Iterator[str]:
    """The lines of a UTF-8 text, without their line ends, streamed, and each byte read once.

    Args:
        path: A plain text file, one compressed with gzip or xz, a pipe, or ``-`` for standard
            input.

    Raises:
        TextError: If the file is missing, unreadable, damaged, cut meanwhile, or not UTF-8 text.
    """
    path = path_of(path)
    # Here, since a keyboard never needs them.
    import lzma
    import zlib
    from gzip import BadGzipFile

    name = "standard input" if path == STANDARD_INPUT else str(path)
    number = 1
    try:
        with open_stream(path) as raw:
            size = os.fstat(raw.fileno()).st_size
            encoding = "utf-8-sig"
            file = _unpacked(raw, path.suffix.lower())
            if file is not raw and raw.seekable():
                bounded = Unpacked(file, size, lambda wrong: TextError(f"{name}: {wrong}"))
                file = io.BufferedReader(bounded)
            for piece in _pieces(file):
                if b"\0" in piece:
                    raise TextError(f"{name}: line {number} is binary data; expected UTF-8 text")
                yield piece.decode(encoding).rstrip("\r\n")
                encoding = "utf-8"
                number += piece.endswith(b"\n")
            if os.fstat(raw.fileno()).st_size < size:
                raise TextError(f"{name}: became shorter while it was read; read a copy of it")
    except UnicodeDecodeError as error:
        raise TextError(
            f"{name}: line {number} is not UTF-8 (byte 0x{error.object[error.start]:02x}); "
            "convert the file to UTF-8 first"
        ) from None
    except (lzma.LZMAError, zlib.error, BadGzipFile, EOFError) as error:
        raise TextError(f"{name}: damaged {path.suffix} file ({error})") from None
    except FileNotFoundError:
        raise TextError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise TextError(f"{name}: is a folder; name the text files inside it") from None
    except OSError as error:
        raise TextError(f"{name}: cannot be read ({error.strerror or error})") from None


def _pieces(file: io.BufferedIOBase) -> Iterator[bytes]:
    """The lines of a file with their ends, long ones in pieces."""
    rest = b""
    while piece := rest + file.readline(_PIECE - len(rest)):
        rest = b""
        if len(piece) == _PIECE and not piece.endswith(b"\n"):
            end = piece.rfind(b" ") + 1 or _last_character(piece)
            piece, rest = piece[:end], piece[end:]
        yield piece


def _last_character(piece: bytes) -> int:
    """Where the last character begins, which may go on."""
    start = len(piece) - 1
    while start > len(piece) - 4 and piece[start] & 0xC0 == 0x80:
        start -= 1
    return start


def _unpacked(file: io.BufferedReader, suffix: str) -> io.BufferedIOBase:
    """What is in a file that may be compressed; its name or its first bytes say so."""
    first = file.peek(len(_XZ))
    if suffix == ".gz" or first.startswith(_GZIP):
        import gzip

        return gzip.GzipFile(fileobj=file)
    if suffix == ".xz" or first.startswith(_XZ):
        import lzma

        return lzma.LZMAFile(file)
    return file


def open_stream(path: Path) -> io.BufferedReader:
    """A file, a pipe or a terminal to read from.

    Raises:
        TextError: If it is a device or a socket, or nobody writes into a named pipe.
        OSError: If it cannot be opened.
    """
    if path == STANDARD_INPUT:
        return open(os.dup(0), "rb")
    try:
        mode = path.stat().st_mode
    except ValueError:  # a name that no file can have
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
    if stat.S_ISSOCK(mode) or stat.S_ISBLK(mode):
        raise TextError(f"{path}: is a socket or a device; expected a text file or a pipe")
    if stat.S_ISFIFO(mode) and path.resolve().is_fifo():
        return _open_named_pipe(path)
    file = path.open("rb")
    if stat.S_ISCHR(mode) and not file.isatty():
        file.close()
        raise TextError(f"{path}: is a device; expected a text file or a pipe")
    return file


class _Begun(io.FileIO):
    """A pipe whose first bytes were read already."""

    def __init__(self, opened: int, first: bytes) -> None:
        super().__init__(opened, "rb")
        self._first = first

    def readinto(self, buffer: "bytearray | memoryview", /) -> int:  # type: ignore[override]
        if not self._first:
            return super().readinto(buffer) or 0
        count = min(len(buffer), len(self._first))
        buffer[:count], self._first = self._first[:count], self._first[count:]
        return count


def _open_named_pipe(path: Path) -> io.BufferedReader:
    """A named pipe that somebody writes into, or does so soon.

    Raises:
        TextError: If nobody does.
    """
    # Opened so, it waits for no writer; reading says whether there is one.
    opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    first, last = b"", time.monotonic() + _PATIENCE
    try:
        while not first:
            first = os.read(opened, io.DEFAULT_BUFFER_SIZE)
            if not first and time.monotonic() > last:
                raise TextError(
                    f"{path}: nobody writes into this pipe; start first what is to be read"
                )
            time.sleep(0 if first else _PAUSE)
    except BlockingIOError:
        pass  # somebody does, and has not begun
    except BaseException:
        os.close(opened)
        raise
    os.set_blocking(opened, True)
    return io.BufferedReader(_Begun(opened, first))
