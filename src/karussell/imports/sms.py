"""Short messages as XML, as SMS Backup & Restore has them, and tools that turn others into it."""

from collections.abc import Iterator
from xml.parsers import expat

from karussell.imports.message import Message, seconds
from karussell.imports.source import Source

_SENT = "2"
_ME = "Me"
_CHUNK = 2**16


class _Rows:
    """Rows of messages in XML that declares nothing: what it declares could grow without end."""

    def __init__(self, source: Source) -> None:
        self.found: list[dict[str, str]] = []
        self.any = False
        self._source = source
        self._row: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._declared

    def _declared(self, *_: object) -> None:
        raise self._source.error("declares a document type; expected a backup of messages")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("sms", "mms"):
            self._row, self.any = attributes, True
        elif name == "part" and attributes.get("ct") == "text/plain":
            self._row = {**self._row, "body": attributes.get("text", "")}
        else:
            return
        self.found.append(self._row)


def read_sms(source: Source) -> Iterator[Message]:
    """The messages of such a file; those that were sent are its owner's own.

    Raises:
        TextError: If it cannot be read, is no XML, or declares entities of its own.
    """
    rows = _Rows(source)
    try:
        with source.opened() as file:
            size = _CHUNK
            while chunk := file.read(size):
                rows.parser.Parse(chunk)
                yield from filter(None, map(_message, rows.found))
                # A tag that goes on is looked at again from its start, and pictures stand in tags.
                size = _CHUNK if rows.found else 2 * size
                rows.found.clear()
            rows.parser.Parse(b"", True)
    except expat.ExpatError as error:
        wrong = f"is broken XML ({expat.ErrorString(error.code)}); make the backup again"
        raise source.error(wrong, error.lineno) from None
    except (LookupError, ValueError) as error:
        raise source.error(f"is XML in no encoding that is known ({error})") from None
    if not rows.any:
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
