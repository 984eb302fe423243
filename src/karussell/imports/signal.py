"""Signal's messages in the forms in which its apps and tools write them.

Signal Desktop's own export (main.jsonl), signal-export (data.json, chat.md), signal-cli
(`receive` as JSON) and dumps of Signal Desktop's table of messages (sigtop and others).
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from karussell.imports.json_text import decoded, decoded_part, listed, records
from karussell.imports.message import MOST_LINES, Message, seconds, seconds_of_iso, without_marks
from karussell.imports.source import Source

_ME = "Me"
_JSON = re.compile(rb"\{|\[\s*[{\]]")
# signal-export's Markdown: "[2024-03-12 10:11:09] Me: See you".
_LINE = re.compile(r"\[(\d{4}-\d\d-\d\d),? (\d\d:\d\d(?::\d\d)?)\] ([^:\n]{1,100}): ?(.*)")
_REACTIONS = re.compile(r"\(- .* -\)")
_STICKER = re.compile(r"\(\( .* \)\)")
_LINK = re.compile(r"!?\[[^\]\n]{0,200}\]\([^)\n]{0,400}\)")
_GONE = "(This message was deleted)"
# What is not told: null, false, 0.
_NOTHING = (b"", b"n", b"f", b"0")
_LONGEST_NUMBER = 40

_EXPECTED = "an export of Signal"
# What a record does not have.
_NONE = msgspec.Raw()


class _Record(msgspec.Struct, rename="camel", gc=False):
    """All that is read of a record, as it stands: whatever else is in it takes no memory."""

    params: msgspec.Raw = _NONE
    recipient: msgspec.Raw = _NONE
    envelope: msgspec.Raw = _NONE
    chat_item: msgspec.Raw = _NONE
    sender: msgspec.Raw = _NONE
    body: msgspec.Raw = _NONE
    type: msgspec.Raw = _NONE
    date: msgspec.Raw = _NONE
    deleted: msgspec.Raw = _NONE
    call: msgspec.Raw = _NONE
    conversation_name: msgspec.Raw = _NONE
    source: msgspec.Raw = _NONE
    source_uuid: msgspec.Raw = _NONE
    sent_at: msgspec.Raw = msgspec.field(default=_NONE, name="sent_at")
    timestamp: msgspec.Raw = _NONE
    # Of what is in it.
    id: msgspec.Raw = _NONE
    own: msgspec.Raw = msgspec.field(default=_NONE, name="self")
    contact: msgspec.Raw = _NONE
    profile_given_name: msgspec.Raw = _NONE
    profile_family_name: msgspec.Raw = _NONE
    e164: msgspec.Raw = _NONE
    sync_message: msgspec.Raw = _NONE
    sent_message: msgspec.Raw = _NONE
    data_message: msgspec.Raw = _NONE
    source_name: msgspec.Raw = _NONE
    source_number: msgspec.Raw = _NONE
    message: msgspec.Raw = _NONE
    author_id: msgspec.Raw = _NONE
    outgoing: msgspec.Raw = _NONE
    standard_message: msgspec.Raw = _NONE
    text: msgspec.Raw = _NONE
    date_sent: msgspec.Raw = _NONE
    messages: msgspec.Raw = _NONE
    messsages: msgspec.Raw = _NONE


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
    for number, record in enumerate(_records(source, head), 1):
        try:
            found = _message(record, people)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:  # letters that are none
            raise source.error(f"is not {_EXPECTED} (record {number}: {error})") from None
        known = known or found is not None
        if found is not None and found.text:
            yield found
    if not known:
        raise source.error("has no message in a form of Signal's that is known")


def _records(source: Source, head: bytes) -> Iterator[_Record]:
    """Each record of a file that has one a line, or that is one list or object of them."""
    first = head.split(b"\n", 1)[0].strip()
    if first.startswith(b"{") and first.endswith(b"}"):
        yield from records(source, _Record)
        return
    with decoded(source, msgspec.Raw, _EXPECTED) as whole:
        inner = whole
        if bytes(memoryview(whole)[:1]) == b"{":
            record: _Record = decoded_part(source, whole, _Record, _EXPECTED, "record 1")
            inner = record.messages if _is_there(record.messages) else record.messsages
            if not _is_there(inner):
                yield record
                return
        for number, raw in enumerate(listed(source, inner, _EXPECTED, "messages"), 1):
            if _first(raw) == b"{":
                yield decoded_part(source, raw, _Record, _EXPECTED, f"record {number}")


def _message(record: _Record, people: dict[str, str]) -> Message | None:
    """The message of a record, None if it is a record of something else.

    Args:
        record: The record.
        people: Names of those who wrote, by their numbers; filled from records about them.
    """
    record = _inner(record.params) or record
    if person := _inner(record.recipient):
        people[_number(person.id)] = _name(person)
        return None
    if envelope := _inner(record.envelope):
        return _received(envelope)
    if item := _inner(record.chat_item):
        return _exported(item, people)
    if _is_there(record.sender) and _is_there(record.body):
        return _told(record)
    if _is_there(record.body) and _text(record.type) in ("incoming", "outgoing"):
        return _stored(record)
    return None


def _name(person: _Record) -> str:
    if _is_there(person.own):
        return _ME
    contact = _inner(person.contact) or _Record()
    names = contact.profile_given_name, contact.profile_family_name
    return " ".join(filter(None, map(_text, names))) or _text(contact.e164)


def _received(envelope: _Record) -> Message:
    """What signal-cli received; what was sent from another device of one's own comes as sync."""
    sync = _inner(envelope.sync_message)
    sent = _inner(sync.sent_message) if sync else None
    data = sent or _inner(envelope.data_message) or _Record()
    names = map(_text, (envelope.source_name, envelope.source_number, envelope.source))
    author, *others = filter(None, [*names, _ME])
    return Message(
        author=author,
        alias=others[0] if others else "",
        text=_clean(data.message),
        time=_time(data.timestamp) or _time(envelope.timestamp),
        own=sent is not None,
    )


def _exported(item: _Record, people: dict[str, str]) -> Message:
    """A message of Signal's own export."""
    number = _number(item.author_id)
    own = _is_there(item.outgoing)
    standard = _inner(item.standard_message) or _Record()
    text = _inner(standard.text) or _Record()
    return Message(
        author=_ME if own else people.get(number) or f"recipient {number}",
        text=_clean(text.body),
        time=_time(item.date_sent),
        own=own,
    )


def _told(record: _Record) -> Message:
    """A message as signal-export tells it."""
    author = _text(record.sender) or "?"
    gone = any(_first(each) not in _NOTHING for each in (record.deleted, record.call))
    return Message(
        author=author,
        text="" if gone else _clean(record.body),
        time=seconds_of_iso(_text(record.date)) or _time(record.date),
        own=author == _ME,
    )


def _stored(record: _Record) -> Message:
    """A row of Signal Desktop's table of messages."""
    own = _text(record.type) == "outgoing"
    names = map(_text, (record.conversation_name, record.source, record.source_uuid))
    return Message(
        author=_ME if own else next(filter(None, names), "?"),
        text=_clean(record.body),
        time=_time(record.sent_at) or _time(record.timestamp),
        own=own,
    )


def _markdown(source: Source) -> Iterator[Message]:
    header: re.Match[str] | None = None
    lines: list[str] = []
    for _, line in source.lines():
        found = _LINE.match(line)
        if found is None:
            if len(lines) < MOST_LINES:
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


def _clean(raw: msgspec.Raw) -> str:
    return without_marks(_text(raw)).strip()


def _first(raw: msgspec.Raw | memoryview) -> bytes:
    return bytes(memoryview(raw)[:1])


def _is_there(raw: msgspec.Raw) -> bool:
    return _first(raw) != b""


def _inner(raw: msgspec.Raw) -> _Record | None:
    """A record in another, None if something else stands there."""
    return msgspec.json.decode(raw, type=_Record) if _first(raw) == b"{" else None


def _text(raw: msgspec.Raw) -> str:
    return msgspec.json.decode(raw, type=str) if _first(raw) == b'"' else ""


def _number(raw: msgspec.Raw) -> str:
    """What somebody is known by, a number or a text."""
    return _text(raw) or bytes(memoryview(raw)[:_LONGEST_NUMBER]).decode()


def _time(raw: msgspec.Raw) -> int | None:
    return seconds(_number(raw))
