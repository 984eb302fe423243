"""What a run writes, and what it says when it cannot."""

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from karussell.errors import TrainingError
from karussell.files import write_whole


def write_over(path: Path, data: bytes | memoryview) -> None:
    """Write a file that is written again and again while a run lasts.

    Raises:
        OSError: If it cannot be written; the old file is then still whole.
    """
    write_whole(path, data, partial=path.with_suffix(".partial"))


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
