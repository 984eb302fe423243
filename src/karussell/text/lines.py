"""Text files of any size, read line by line: plain, gzip or xz, in UTF-8."""

from collections.abc import Iterator
from io import BufferedIOBase
from pathlib import Path

from karussell.errors import TextError
from karussell.files import AnyPath, path_of

# A line longer than this is no line of text; 16 MiB holds the longest novel in one line.
_LONGEST_LINE = 16 * 2**20


def read_lines(path: AnyPath) -> Iterator[str]:
    """The lines of a UTF-8 text file, without their line ends, streamed from disk.

    Args:
        path: A plain text file, or one compressed with gzip (.gz) or xz (.xz).

    Raises:
        TextError: If the file is missing, unreadable, damaged, or not UTF-8 text.
    """
    path = path_of(path)
    # Here, since a keyboard never needs them.
    import lzma
    import zlib
    from gzip import BadGzipFile

    number = 0
    try:
        with _open(path) as file:
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE or b"\0" in line:
                    raise TextError(f"{path}: line {number} is binary data; expected UTF-8 text")
                yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise TextError(
            f"{path}: line {number} is not UTF-8 (byte 0x{error.object[error.start]:02x}); "
            "convert the file to UTF-8 first"
        ) from None
    except (lzma.LZMAError, zlib.error, BadGzipFile, EOFError) as error:
        raise TextError(f"{path}: damaged {path.suffix} file ({error})") from None
    except FileNotFoundError:
        raise TextError(f"{path}: no such file") from None
    except IsADirectoryError:
        raise TextError(f"{path}: is a folder; name the text files inside it") from None
    except OSError as error:
        raise TextError(f"{path}: cannot be read ({error.strerror or error})") from None


def _open(path: Path) -> BufferedIOBase:
    if path.suffix == ".gz":
        import gzip

        return gzip.open(path, "rb")
    if path.suffix == ".xz":
        import lzma

        return lzma.open(path, "rb")
    return path.open("rb")
