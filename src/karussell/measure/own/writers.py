"""Who wrote which messages."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from karussell.errors import TextError
from karussell.files import AnyPath, path_of
from karussell.text import clean, is_spelled, read_lines, words

_SUFFIXES = (".xz", ".gz", ".txt", ".tsv")


class Writer(NamedTuple):
    """A person and what they wrote.

    Attributes:
        name: What the file calls them.
        lines: Their messages, in order.
    """

    name: str
    lines: list[str]


def read_writers(path: AnyPath, limit: int | None = None) -> list[Writer]:
    """The writers of a file: of lines with a name, a tab and a message each, or a text of one.

    Args:
        path: The file.
        limit: How many messages of each writer at most.

    Raises:
        TextError: If the file cannot be read, a line has no tab where the first has one, or a
            writer wrote no word.
    """
    path = path_of(path)
    name = path.name
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    found: dict[str, list[str]] = {}
    for writer, line in _named(path, name, enumerate(read_lines(path), 1)):
        messages = found.setdefault(writer, [])
        if limit is None or len(messages) < limit:
            messages.append(clean(line))
    for writer, messages in found.items():
        if not any(is_spelled(word) for line in messages for word in words(line)):
            raise TextError(f"{path}: {writer} wrote no word, expected at least one")
    if not found:
        raise TextError(f"{path}: has no words, expected the text of a writer")
    return [Writer(writer, messages) for writer, messages in found.items()]


def _named(path: Path, name: str, lines: Iterator[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    several = False
    for number, line in lines:
        if number == 1:
            several = "\t" in line
        if not several:
            yield name, line
        elif "\t" in line:
            writer, _, message = line.partition("\t")
            yield f"{name} {writer}", message
        elif line.strip():
            raise TextError(
                f"{path}: line {number} has no tab, expected a writer, a tab and a message as in "
                "the first line"
            )
