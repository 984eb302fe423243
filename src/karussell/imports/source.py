"""Sources: files, pipes and what is packed in them, read as bytes or by lines."""

import gzip
import io
import lzma
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import BinaryIO, cast

from karussell.errors import TextError
from karussell.imports.streams import Refused, drained
from karussell.kernels import MappedFile
from karussell.text import Unpacked, open_stream

# A line longer than this is no line of text; a message in JSON is one.
_LONGEST_LINE = 64 * 2**20
# As much of a file tells what it is.
_HEAD = 2**16
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_STDIN = "-"
_GZIP, _XZ, _ZIP = b"\x1f\x8b", b"\xfd7zXZ\0", b"PK\x03\x04"


class Source:
    """A file that is read any number of times, whether it is one, a pipe or packed.

    Attributes:
        name: What messages call it.
        path: Where it is; ``-`` for standard input.
        modified: When it was written last, in UNIX seconds; now if nobody knows.
    """

    def __init__(self, path: Path) -> None:
        """Look at a file; a pipe is read whole, for it can be read but once.

        Raises:
            TextError: If it is not there or cannot be read.
        """
        self.path = path
        self._piped: bytes | None = None
        self._member: str | None = None
        self.modified = int(time())
        if str(path) == _STDIN:
            self.name = "standard input"
            with self.told():
                self._piped = drained(sys.stdin.buffer)
            return
        self.name = str(path)
        with self.told():
            if not path.is_dir() and not path.is_file():
                with open_stream(path) as pipe:
                    self._piped = drained(pipe)
            else:
                self.modified = int(path.stat().st_mtime)
        if not path.is_dir() and self._starts_with(_ZIP):
            self._member = self._only_text()

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder, whose files are read one by one."""
        return self._piped is None and self.path.is_dir()

    @property
    def suffix(self) -> str:
        """What the file's name ends in, in lower case, without what packing adds to it."""
        name = Path(self._member or self.name)
        if name.suffix.lower() in (".gz", ".xz"):
            name = name.with_suffix("")
        return name.suffix.lower()

    def head(self) -> bytes:
        """The beginning of the file, as much as tells what it is."""
        with self.opened() as file:
            return file.read(_HEAD)

    def size(self) -> int:
        """Bytes to read, as far as one can know without reading them: 0 if one cannot."""
        if self._piped is not None:
            return len(self._piped)
        return self.path.stat().st_size if self.path.is_file() else 0

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The file, open from its start; errors of reading are told as ours.

        Raises:
            TextError: If it is not there, cannot be read, or is damaged.
        """
        with self.told(), self._open() as file:
            yield file

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines of the text with their numbers, without their ends, in UTF-8 or UTF-16.

        Raises:
            TextError: If it cannot be read, or is no such text.
        """
        with self.opened() as file:
            if file.read(2) in _UTF16:
                yield from self._wide_lines(file)
                return
            file.seek(0)
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE or b"\0" in line:
                    raise self._binary(number)
                try:
                    text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    wrong = f"is not UTF-8 (byte 0x{line[error.start]:02x})"
                    raise self.error(f"{wrong}; convert the file to UTF-8 first", number) from None
                yield number, text.rstrip("\r\n")

    @contextmanager
    def data(self) -> Iterator[memoryview]:
        """The whole file, mapped where it can be; copy what is to outlast it.

        Raises:
            TextError: If it cannot be read, or is cut meanwhile.
        """
        with self.opened() as file:
            plain = isinstance(getattr(file, "raw", None), io.FileIO)
            if plain and (size := os.fstat(file.fileno()).st_size):
                mapped = MappedFile(file.fileno(), size)
                yield mapped.bytes
                if mapped.damaged:
                    raise self.error("was cut or overwritten while it was read; try again")
            else:
                yield memoryview(file.read())

    def error(self, complaint: str, line: int | None = None) -> TextError:
        """What to raise about the file, or one of its lines."""
        where = f"{self.name}: line {line} " if line is not None else f"{self.name}: "
        return TextError(where + complaint)

    def _wide_lines(self, file: BinaryIO) -> Iterator[tuple[int, str]]:
        file.seek(0)
        number, text = 0, io.TextIOWrapper(file, encoding="utf-16")
        try:
            while line := text.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE or "\0" in line:
                    raise self._binary(number)
                yield number, line.rstrip("\n")
        except UnicodeDecodeError:
            raise self.error("or one soon after it is not UTF-16", number + 1) from None
        finally:
            text.detach()

    @contextmanager
    def _open(self) -> Iterator[BinaryIO]:
        with self._packed() as file:
            start = file.read(len(_XZ))
            file.seek(0)
            unpacked: io.BufferedIOBase
            if start.startswith(_GZIP):
                unpacked = gzip.GzipFile(fileobj=file)
            elif start.startswith(_XZ):
                unpacked = lzma.LZMAFile(file)  # noqa: SIM115  # closed with what bounds it
            else:
                yield file
                return
            with self._unpacked(unpacked) as bounded:
                yield bounded

    def _packed(self) -> BinaryIO:
        if self._piped is not None:
            return io.BytesIO(self._piped)
        if self._member is None:
            return self.path.open("rb")
        with zipfile.ZipFile(self.path) as archive:
            try:
                return self._unpacked(cast(io.BufferedIOBase, archive.open(self._member)))
            except RuntimeError as why:  # encrypted, or packed oddly
                raise self.error(f"cannot be unpacked ({why})") from None

    def _unpacked(self, stream: io.BufferedIOBase) -> io.BufferedReader:
        size = len(self._piped) if self._piped is not None else self.size()
        return io.BufferedReader(Unpacked(stream, size, self.error))

    def _binary(self, line: int) -> TextError:
        return self.error("is binary data; expected text", line)

    def _starts_with(self, start: bytes) -> bool:
        if self._piped is not None:
            return False
        with self.told(), self.path.open("rb") as file:
            return file.read(len(start)) == start

    def _only_text(self) -> str:
        """The text in an archive, such as a phone's export of a chat and its pictures."""
        with self.told(), zipfile.ZipFile(self.path) as archive:
            found = [
                name
                for name in archive.namelist()
                if name.lower().endswith((".txt", ".json", ".jsonl", ".mbox"))
                and not name.startswith("__MACOSX")
            ]
        texts = [name for name in found if Path(name).name in ("_chat.txt", "result.json")] or found
        if len(texts) != 1:
            raise self.error(f"holds {len(texts)} texts, expected one; unpack it and name them")
        return texts[0]

    @contextmanager
    def told(self) -> Iterator[None]:
        """Errors of reading, told as ours.

        Raises:
            TextError: If the file is not there, cannot be read, or is damaged.
        """
        try:
            yield
        except (lzma.LZMAError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, EOFError) as why:
            raise self.error(f"damaged archive ({why})") from None
        except NotImplementedError as why:
            raise self.error(f"cannot be unpacked ({why})") from None
        except Refused as why:
            raise self.error(str(why)) from None
        except FileNotFoundError:
            raise self.error("no such file") from None
        except IsADirectoryError:
            raise self.error("is a folder; name the files inside it") from None
        except OSError as why:
            raise self.error(f"cannot be read ({why.strerror or why})") from None
