"""Files that are never half-written."""

import os
from pathlib import Path


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
