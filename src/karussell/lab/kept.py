"""Results in files: kept, read again, and never mistaken for those of other settings."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from karussell.errors import UsageError, shown
from karussell.files import write_over

_Kept = TypeVar("_Kept")


class _Asked(Protocol):
    """Results that say by which settings they were found."""

    asked: dict[str, str]


_Found = TypeVar("_Found", bound=_Asked)


def read_kept(path: Path, kind: type[_Kept]) -> _Kept | None:
    """What ``keep`` wrote into a file, None if there is none.

    Raises:
        UsageError: If it cannot be read.
    """
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise UsageError(f"{path}: is damaged ({shown(error)}); delete it to begin anew") from None


def opened(
    folder: Path | None, kind: type[_Found], asked: dict[str, str]
) -> tuple[Path | None, _Found]:
    """The file of results in a folder, which is made if it is not there, and what it has.

    Args:
        folder: Where results are kept; None to keep none.
        kind: Of results.
        asked: By which settings they shall be found, in words.

    Raises:
        UsageError: If they cannot be read, or were found by other settings, or answer another
            question.
    """
    path = None if folder is None else folder / "results.json"
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    if path is not None:
        _check_question(path, kind)
    found = (None if path is None else read_kept(path, kind)) or kind()
    found.asked = _same(path, found.asked, asked)
    return path, found


def _check_question(path: Path, kind: type[_Found]) -> None:
    """Refuse results of another room, which would be lost when these are kept."""
    there = read_kept(path, dict[str, msgspec.Raw]) or {}
    foreign = there.keys() - {*kind.__annotations__}
    if foreign:
        raise UsageError(
            f"{path}: has results of something else ({', '.join(sorted(foreign))}); "
            "expected another folder for these"
        )


def keep(path: Path, value: object) -> None:
    """Keep a value in a file, as JSON that people can read, too."""
    write_over(path, msgspec.json.format(msgspec.json.encode(value)))


def _same(path: Path | None, kept: Mapping[str, str], asked: dict[str, str]) -> dict[str, str]:
    """The settings that are asked for, if kept results were found by the same or say none.

    Raises:
        UsageError: If they were found by others, for they would be told as if by these.
    """
    for name, value in asked.items():
        if (before := kept.get(name, value)) != value:
            raise UsageError(
                f"{path}: has results of {name} {before}, asked for {value}; "
                "expected the same, or another folder"
            )
    return asked


Watch = Callable[[str, int], AbstractContextManager[Callable[[int, str], None]]]
"""Told what is tried and in how many steps; gives what is told of each: how many are done, and how
things stand."""
