"""Files that are never half-written."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from karussell.errors import TrainingError


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Write to a temporary file, to disk, then in place of the old one.

    The temporary file's name is fixed, so that a run killed again and again leaves one at most.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextlib.contextmanager
def full_disks_named(folder: Path) -> Iterator[None]:
    """Say in one line that a disk is full or a folder cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EPERM}:
            raise TrainingError(
                f"{folder}: cannot be written ({os.strerror(error.errno)}); earlier results are "
                "whole; make room or choose another place, then start again or resume"
            ) from None
        raise
