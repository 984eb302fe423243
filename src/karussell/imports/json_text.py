"""JSON in files: read whole or line by line, and told by its line where it is broken."""

import re
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from karussell.imports.source import Source

_Read = TypeVar("_Read")
_AT = re.compile(r" \(byte (\d+)\)")


def decoded(source: Source, kind: type[_Read], expected: str) -> _Read:
    """A whole file as a value.

    Args:
        source: The file.
        kind: The type of the value.
        expected: What the file should have been.

    Raises:
        TextError: If it is no JSON, or no such value.
    """
    with source.data() as data:
        start = 3 if bytes(data[:3]) == b"\xef\xbb\xbf" else 0
        return _decoded(source, data[start:], kind, expected)


def records(source: Source) -> Iterator[tuple[int, object]]:
    """The values of a file of JSON, one a line, with the lines' numbers; blank lines are none.

    Raises:
        TextError: If a line is none.
    """
    for number, line in source.lines():
        if line and not line.isspace():
            try:
                yield number, msgspec.json.decode(line)
            except (msgspec.DecodeError, RecursionError) as error:
                wrong = f"is broken JSON ({_plain(error)}); expected one value a line"
                raise source.error(wrong, number) from None


def _decoded(source: Source, text: memoryview, kind: type[_Read], expected: str) -> _Read:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise source.error(f"is not {expected} ({error})") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        at = _AT.search(str(error))
        end = error.start if isinstance(error, UnicodeDecodeError) else int(at[1]) if at else None
        line = bytes(text[:end]).count(b"\n") + 1
        raise source.error(f"is broken JSON ({_plain(error)}); export it again", line) from None


def _plain(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return _AT.sub("", str(error)).removeprefix("JSON is malformed: ")
