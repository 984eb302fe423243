"""A history as a file that people and programs can read, and back."""

from collections.abc import Iterable
from typing import Any

import msgspec

from karussell.errors import HistoryError
from karussell.history.entries import Entry, Rejection, Repair, Saving, Sentence, check
from karussell.text import elements

FORMAT = "karussell history"
"""What an export says that it is."""
FORMAT_VERSION = 1
# No entry is longer; its values take many times as much.
_LONGEST_ENTRY = 2**19
_decoder = msgspec.json.Decoder(dict[str, Any])

_KINDS: dict[str, type[Entry]] = {
    "sentence": Sentence,
    "rejection": Rejection,
    "repair": Repair,
    "saving": Saving,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_BEGINNINGS = {kind: b'{"kind":"%s",' % name.encode() for kind, name in _NAMES.items()}
_FIELDS = {kind: kind.__struct_fields__ for kind in _NAMES}


def exported(entries: Iterable[Entry]) -> bytes:
    """Entries as JSON, one a line."""
    encode = msgspec.json.Encoder().encode
    lines = [_BEGINNINGS[type(entry)] + encode(entry)[1:] for entry in entries]
    head = b'{"format":"%s","version":%d,"entries":[' % (FORMAT.encode(), FORMAT_VERSION)
    return head + (b"\n" + b",\n".join(lines) + b"\n" if lines else b"") + b"]}\n"


class _Export(msgspec.Struct, forbid_unknown_fields=True):
    format: str
    version: int
    entries: msgspec.Raw


def parsed(data: bytes) -> list[Entry]:
    """The entries of an export, all of them checked.

    Raises:
        HistoryError: Which names what is wrong, and where.
    """
    try:
        export = msgspec.json.decode(data, type=_Export)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise HistoryError(
            f"this is no export of a history ({error}); give a file that karussell learned --out "
            "wrote"
        ) from None
    if export.format != FORMAT:
        raise HistoryError(f'format: {export.format!r} is not "{FORMAT}"')
    if export.version != FORMAT_VERSION:
        raise HistoryError(
            f"version: {export.version} is not {FORMAT_VERSION}, the one that this Karussell reads"
        )
    if bytes(memoryview(export.entries)[:1]) != b"[":
        raise HistoryError("entries: expected a list")
    found = []
    # One by one, for all at once take many times the file's size.
    for number, text in enumerate(elements(memoryview(export.entries))):
        try:
            found.append(_entry(text))
        except (HistoryError, msgspec.MsgspecError, ValueError) as error:
            raise HistoryError(f"entries[{number}]: {error}; nothing was taken in") from None
    return found


def _entry(text: memoryview) -> Entry:
    if len(text) > _LONGEST_ENTRY:
        raise HistoryError(f"has {len(text):,} bytes, expected {_LONGEST_ENTRY:,} at most")
    values = _decoder.decode(text)
    name = values.pop("kind", None)
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise HistoryError(f"kind: {name!r} is none of {', '.join(_KINDS)}")
    names = _FIELDS[kind]
    for other in values:
        if other not in names:
            raise HistoryError(f"{other}: is no field of a {name}; there are {', '.join(names)}")
    entry: Entry = msgspec.convert(values, kind)
    check(entry)
    return entry
