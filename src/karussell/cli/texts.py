"""The texts that commands measure on."""

from itertools import islice
from pathlib import Path

from karussell.errors import TextError

_SUFFIXES = (".xz", ".gz", ".txt")


def read_text(file: Path, limit: int | None) -> list[str]:
    """The lines of a text, at most as many as are asked for, as their writers typed them.

    Raises:
        TextError: If it cannot be read, or has no words to measure.
    """
    from karussell.text import clean, is_spelled, read_lines, words

    lines = [clean(line) for line in islice(read_lines(file), limit)]
    if not any(is_spelled(word) for line in lines for word in words(line)):
        raise TextError(f"{file}: has no words, expected at least one to evaluate")
    return lines


def text_name(file: Path) -> str:
    """A file's name without what its kind adds to it."""
    name = file.name
    for suffix in _SUFFIXES:
        name = name.removesuffix(suffix)
    return name
