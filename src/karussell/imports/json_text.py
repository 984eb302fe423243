"""JSON in files: read whole or line by line, and told by its line where it is broken."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import msgspec

from karussell.imports.source import Source
from karussell.text import elements

_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_AT = re.compile(r" \(byte (\d+)\)")


@contextmanager
def decoded(source: Source, kind: Any, expected: str) -> Iterator[Any]:
    """A whole file as a value, whose raw parts are there as long as the file is open.

    Args:
        source: The file.
        kind: The type of the value.
        expected: What the file should have been.

    Raises:
        TextError: If it is no JSON, or no such value.
    """
    with source.data() as data:
        start = 3 if bytes(data[:3]) == b"\xef\xbb\xbf" else 0
        try:
            found = msgspec.json.decode(data[start:], type=kind)
        except msgspec.ValidationError as error:
            raise source.error(f"is not {expected} ({error})") from None
        except _BROKEN as error:
            at = _AT.search(str(error))
            end = error.start if isinstance(error, UnicodeDecodeError) else at and int(at[1])
            line = bytes(data[start:][:end]).count(b"\n") + 1
            wrong = f"is broken JSON ({_plain(error)}); export it again"
            raise source.error(wrong, line) from None
        yield found


def listed(source: Source, raw: msgspec.Raw, expected: str, where: str) -> Iterator[memoryview]:
    """The elements of a list in a file, as they stand, for all at once take many times its size.

    Args:
        source: The file.
        raw: The list; what was left out, or null, has none.
        expected: What the file should have been.
        where: Which part it is, in an error.

    Raises:
        TextError: If it is no list.
    """
    text = memoryview(raw)
    match bytes(text[:1]):
        case b"[":
            yield from elements(text)
        case b"" | b"n":
            return
        case _:
            raise source.error(f"is not {expected} ({where}: expected a list)")


def decoded_part(
    source: Source, raw: msgspec.Raw | memoryview, kind: Any, expected: str, where: str
) -> Any:
    """A value in a file that was left as it stands.

    Args:
        source: The file.
        raw: The value.
        kind: The type of the value.
        expected: What the file should have been.
        where: Which part it is, in an error.

    Raises:
        TextError: If it is no such value.
    """
    try:
        return _decoder(kind).decode(raw)
    except (msgspec.ValidationError, *_BROKEN) as error:
        raise source.error(f"is not {expected} ({where}: {_plain(error)})") from None


def records(source: Source, kind: Any) -> Iterator[Any]:
    """The values of a file of JSON, one a line; blank lines are none.

    Args:
        source: The file.
        kind: The type of a value.

    Raises:
        TextError: If a line is none.
    """
    decoder = _decoder(kind)
    for number, line in source.lines():
        if line and not line.isspace():
            try:
                yield decoder.decode(line)
            except msgspec.ValidationError as error:
                raise source.error(f"is no record of an export ({error})", number) from None
            except _BROKEN as error:
                wrong = f"is broken JSON ({_plain(error)}); expected one value a line"
                raise source.error(wrong, number) from None


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def _plain(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return _AT.sub("", str(error)).removeprefix("JSON is malformed: ")
