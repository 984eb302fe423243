"""Signal's messages in the forms in which its apps and tools write them.

Signal Desktop's own export (main.jsonl), signal-export (data.json, chat.md), signal-cli
(`receive` as JSON) and dumps of Signal Desktop's table of messages (sigtop and others).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from karussell.imports.json_text import decoded, decoded_part, records
from karussell.imports.message import Message, seconds, seconds_of_iso, without_marks
from karussell.imports.source import Source

_ME = "Me"
_JSON = re.compile(rb"\{|\[\s*[{\]]")
# signal-export's Markdown: "[2024-03-12 10:11:09] Me: See you".
_LINE = re.compile(r"\[(\d{4}-\d\d-\d\d),? (\d\d:\d\d(?::\d\d)?)\] ([^:\n]{1,100}): ?(.*)")
_REACTIONS = re.compile(r"\(- .* -\)")
_STICKER = re.compile(r"\(\( .* \)\)")
_LINK = re.compile(r"!?\[[^\]\n]{0,200}\]\([^)\n]{0,400}\)")
_GONE = "(This message was deleted)"

_Record = dict[str, Any]
_EXPECTED = "an export of Signal"


def is_signal_text(lines: Iterable[str]) -> bool:
    """Whether lines are the beginning of a chat that signal-export wrote as Markdown."""
    return next((bool(_LINE.match(line)) for line in lines if line.strip()), False)


def read_signal(source: Source) -> Iterator[Message]:
    """The messages of an export of Signal.

    Raises:
        TextError: If it cannot be read or has none.
    """
    head = source.head().lstrip(b"\xef\xbb\xbf \t\r\n")
    if not _JSON.match(head):
        yield from _markdown(source)
        return
    known = False
    people: dict[str, str] = {}
    for record in _records(source, head):
        if not isinstance(record, dict):
            continue
        found = _message(record, people)
        known = known or found is not None
        if found is not None and found.text:
            yield found
    if not known:
        raise source.error("has no message in a form of Signal's that is known")


def _records(source: Source, head: bytes) -> Iterator[object]:
    """Each record of a file that has one a line, or that is one list or object of them."""
    first = head.split(b"\n", 1)[0].strip()
    if first.startswith(b"{") and first.endswith(b"}"):
        yield from (record for _, record in records(source))
        return
    # As they stand, and read one by one: all at once would take several times the file's size.
    with decoded(source, list[msgspec.Raw] | dict[str, msgspec.Raw], _EXPECTED) as whole:
        if isinstance(whole, dict):
            inner = whole.get("messages", whole.get("messsages"))
            if inner is None:
                whole = [msgspec.Raw(msgspec.json.encode(whole))]
            else:
                whole = decoded_part(source, inner, list[msgspec.Raw], _EXPECTED, "messages")
        for number, raw in enumerate(whole, 1):
            yield decoded_part(source, raw, object, _EXPECTED, f"record {number}")


def _message(record: _Record, people: dict[str, str]) -> Message | None:
    """The message of a record, None if it is a record of something else.

    Args:
        record: The record.
        people: Names of those who wrote, by their numbers; filled from records about them.
    """
    if isinstance(record.get("params"), dict):
        record = record["params"]
    if isinstance(person := record.get("recipient"), dict):
        people[str(person.get("id"))] = _name(person)
        return None
    for name, read in (("envelope", _received), ("chatItem", _exported)):
        if isinstance(inner := record.get(name), dict):
            return read(inner, people)
    if "sender" in record and "body" in record:
        return _told(record)
    if "body" in record and record.get("type") in ("incoming", "outgoing"):
        return _stored(record)
    return None


def _name(person: _Record) -> str:
    if "self" in person:
        return _ME
    contact = person.get("contact")
    if not isinstance(contact, dict):
        return ""
    names = [contact.get(each) for each in ("profileGivenName", "profileFamilyName")]
    return " ".join(filter(None, map(_text, names))) or _text(contact.get("e164"))


def _received(envelope: _Record, _: dict[str, str]) -> Message:
    """What signal-cli received; what was sent from another device of one's own comes as sync."""
    sync = envelope.get("syncMessage")
    sent = sync.get("sentMessage") if isinstance(sync, dict) else None
    data = sent if isinstance(sent, dict) else envelope.get("dataMessage")
    data = data if isinstance(data, dict) else {}
    names = [_text(envelope.get(each)) for each in ("sourceName", "sourceNumber", "source")]
    author, *others = filter(None, [*names, _ME])
    return Message(
        author=author,
        alias=others[0] if others else "",
        text=_clean(data.get("message")),
        time=seconds(data.get("timestamp") or envelope.get("timestamp")),
        own=data is sent,
    )


def _exported(item: _Record, people: dict[str, str]) -> Message:
    """A message of Signal's own export."""
    number = str(item.get("authorId"))
    own = "outgoing" in item
    standard = item.get("standardMessage")
    text = standard.get("text") if isinstance(standard, dict) else None
    return Message(
        author=_ME if own else people.get(number) or f"recipient {number}",
        text=_clean(text.get("body") if isinstance(text, dict) else None),
        time=seconds(item.get("dateSent")),
        own=own,
    )


def _told(record: _Record) -> Message:
    """A message as signal-export tells it."""
    author = _text(record["sender"]) or "?"
    gone = record.get("deleted") or record.get("call")
    return Message(
        author=author,
        text="" if gone else _clean(record["body"]),
        time=seconds_of_iso(_text(record.get("date"))) or seconds(record.get("date")),
        own=author == _ME,
    )


def _stored(record: _Record) -> Message:
    """A row of Signal Desktop's table of messages."""
    own = record["type"] == "outgoing"
    names = [_text(record.get(each)) for each in ("conversationName", "source", "sourceUuid")]
    return Message(
        author=_ME if own else next(filter(None, names), "?"),
        text=_clean(record["body"]),
        time=seconds(record.get("sent_at") or record.get("timestamp")),
        own=own,
    )


def _markdown(source: Source) -> Iterator[Message]:
    header: re.Match[str] | None = None
    lines: list[str] = []
    for _, line in source.lines():
        found = _LINE.match(line)
        if found is None:
            lines.append(line)
            continue
        if header is not None and (text := _typed(lines)):
            yield _line_message(header, text)
        header, lines = found, [found[4]]
    if header is None:
        raise source.error('has no message such as "[2024-03-12 10:11:09] Me: See you"')
    if text := _typed(lines):
        yield _line_message(header, text)


def _line_message(header: re.Match[str], text: str) -> Message:
    author = without_marks(header[3]).strip()
    time = seconds_of_iso(f"{header[1]} {header[2]}")
    return Message(author=author, text=text, time=time, own=author == _ME)


def _typed(lines: list[str]) -> str:
    kept = [
        _LINK.sub("\n", line)
        for line in lines
        if not (
            line.startswith(">") or _REACTIONS.fullmatch(line) or _STICKER.fullmatch(line.strip())
        )
    ]
    text = "\n".join(kept).strip()
    return "" if text == _GONE else text


def _clean(text: object) -> str:
    return without_marks(_text(text)).strip()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
