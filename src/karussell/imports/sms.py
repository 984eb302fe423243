"""Short messages as XML, as SMS Backup & Restore has them, and tools that turn others into it."""

from collections.abc import Iterator
from xml.parsers import expat

from karussell.imports.message import Message, seconds
from karussell.imports.source import Source

_SENT = "2"
_ME = "Me"
_CHUNK = 2**16
# More than any backup has: names of what is open, and of attributes, take ten times their size.
_DEEPEST, _MOST_ATTRIBUTES = 100, 10_000


class _Rows:
    """Rows of messages in XML that declares nothing: what it declares could grow without end."""

    def __init__(self, source: Source) -> None:
        self.found: list[dict[str, str]] = []
        self.any = False
        self.tags = 0
        self._depth = 0
        self._source = source
        self._row: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._declared

    def _declared(self, *_: object) -> None:
        raise self._source.error("declares a document type; expected a backup of messages")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.tags += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._source.error("is nested too deeply; expected a backup of messages")
        if name in ("sms", "mms"):
            self._row, self.any = attributes, True
        elif name == "part" and attributes.get("ct") == "text/plain":
            self._row = {**self._row, "body": attributes.get("text", "")}
        else:
            return
        self.found.append(self._row)

    def _end(self, _: str) -> None:
        self._depth -= 1


def read_sms(source: Source) -> Iterator[Message]:
    """The messages of such a file; those that were sent are its owner's own.

    Raises:
        TextError: If it cannot be read, is no XML, or declares entities of its own.
    """
    rows = _Rows(source)
    try:
        with source.opened() as file:
            size, attributes = _CHUNK, 0
            while chunk := file.read(size):
                before = rows.tags
                attributes += chunk.count(b"=")
                if size > _CHUNK and attributes > _MOST_ATTRIBUTES:
                    wrong = "has a tag of thousands of attributes; expected a backup of messages"
                    raise source.error(wrong)
                rows.parser.Parse(chunk)
                attributes = 0 if rows.tags > before else attributes
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
