"""Short messages as XML, as SMS Backup & Restore has them, and tools that turn others into it."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError, iterparse

from karussell.imports.message import Message, seconds
from karussell.imports.source import Source

_SENT = "2"
_ME = "Me"
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")


class _Plain:
    """A file of XML that declares nothing of its own: what it declares could grow without end."""

    def __init__(self, file: BinaryIO, source: Source) -> None:
        self._file, self._source, self._end = file, source, b""

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        if any(each in self._end + chunk for each in _DECLARATIONS):
            raise self._source.error("declares a document type; expected a backup of messages")
        self._end = chunk[-len(_DECLARATIONS[0]) :]
        return chunk


def read_sms(source: Source) -> Iterator[Message]:
    """The messages of such a file; those that were sent are its owner's own.

    Raises:
        TextError: If it cannot be read, is no XML, or declares entities of its own.
    """
    row: dict[str, str] = {}
    root = None
    found = False
    try:
        with source.opened() as file:
            for _, element in iterparse(_Plain(file, source), ("start",)):
                root = element if root is None else root
                if element.tag in ("sms", "mms"):
                    row, found = element.attrib, True
                elif element.tag == "part" and element.get("ct") == "text/plain":
                    row = {**row, "body": element.get("text", "")}
                else:
                    continue
                if message := _message(row):
                    yield message
                root.clear()  # what was read is let go
    except ParseError as error:
        wrong = f"is broken XML ({error.msg.partition(':')[0]}); make the backup again"
        raise source.error(wrong, error.position[0]) from None
    except (LookupError, ValueError) as error:
        raise source.error(f"is XML in no encoding that is known ({error})") from None
    if not found:
        raise source.error('has no message such as <sms date="1710238260000" type="2" body="Hi"/>')


def _message(row: dict[str, str]) -> Message | None:
    text = row.get("body", "").strip()
    if not text or text == "null":
        return None
    own = row.get("type", row.get("msg_box")) == _SENT
    name, number = row.get("contact_name", ""), row.get("address", "")
    other = number if name in ("", "null", "(Unknown)") else name
    return Message(
        author=_ME if own else other or "?",
        alias="" if own else number,
        text=text,
        time=seconds(row.get("date")),
        own=own,
    )
