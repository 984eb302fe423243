"""What an uninstallation tells."""

from collections.abc import Sequence
from pathlib import Path


def tell_removed(gone: Sequence[Path], kept: Sequence[Path] = ()) -> None:
    """Tell what was taken back.

    Args:
        gone: Files that are gone.
        kept: Files by such names that somebody else wrote.
    """
    for path in kept:
        print(f"left {path}, which somebody else wrote")
    for path in gone:
        print(f"removed {path}")
    if not gone:
        print("it was not installed")
