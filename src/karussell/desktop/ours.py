"""Files that we wrote into a person's folders, told from somebody else's by the same names."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from karussell.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was taken back.

    Attributes:
        gone: Files that are gone.
        kept: Files by those names that somebody else wrote.
    """

    gone: list[Path]
    kept: list[Path]


def mark_of(command: str) -> str:
    """The first line of what a command writes."""
    return f"# Written by: karussell {command}\n"


def is_ours(path: Path, command: str) -> bool:
    """Whether a command wrote a file."""
    try:
        return path.read_bytes().startswith(mark_of(command).encode())
    except OSError:
        return False


def refuse_others(paths: Iterable[Path], command: str) -> None:
    """Refuse to write over what somebody else wrote.

    Raises:
        UsageError: Naming it.
    """
    for path in paths:
        if (path.exists() or path.is_symlink()) and not is_ours(path, command):
            raise UsageError(f"{path}: is not of karussell {command}; move it away, then try again")


def remove(paths: Iterable[Path], command: str) -> Removed:
    """Take back what a command wrote; what somebody else wrote stays.

    Raises:
        UsageError: A file cannot be removed.
    """
    removed = Removed(gone=[], kept=[])
    for path in paths:
        if is_ours(path, command):
            unlink(path)
            removed.gone.append(path)
        elif path.exists():
            removed.kept.append(path)
    return removed


def unlink(path: Path) -> None:
    """Remove a file.

    Raises:
        UsageError: It cannot be removed.
    """
    try:
        path.unlink()
    except OSError as error:
        raise UsageError(f"{path} cannot be removed ({error.strerror})") from None
