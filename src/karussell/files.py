"""Files that are never half-written."""

import contextlib
import os
from pathlib import Path


def write_whole(path: Path, data: bytes | memoryview, *, partial: Path | None = None) -> None:
    """Write to a temporary file, to disk, then in place of the old one, and tell the folder.

    Args:
        path: The file.
        data: All of its bytes.
        partial: The temporary file, beside it. One that is written often should name one of its
            own, so that a process killed again and again leaves one at most; otherwise it has a
            random name, and two processes may write the same file.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    path = path.resolve()
    temporary = partial or path.parent / f".karussell-{os.urandom(8).hex()}"
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if partial else os.O_EXCL)
    try:
        with os.fdopen(os.open(temporary, flags, 0o666), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_over(path: Path, data: bytes | memoryview) -> None:
    """Write a file that is written again and again while a run lasts.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    write_whole(path, data, partial=path.with_suffix(".partial"))
