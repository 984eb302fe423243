"""Telegram Desktop's export as JSON, of one chat or of a whole account."""

import io
from collections.abc import Iterator

import msgspec

from karussell.imports.json_text import decoded, decoded_part, listed
from karussell.imports.message import Message, seconds, seconds_of_iso
from karussell.imports.source import Source

_EXPECTED = "Telegram's result.json"
# Parts of a text that are quoted, or no words; links whose words were typed are kept.
_NOT_TYPED = ("blockquote", "code", "pre")
# What the file does not have.
_NONE = msgspec.Raw()


class _Part(msgspec.Struct, gc=False):
    text: str = ""
    type: str = "plain"


class _Message(msgspec.Struct, rename={"author": "from", "author_id": "from_id"}, gc=False):
    type: str = "message"
    date: str = ""
    date_unixtime: str | int | None = None
    author: str | None = None
    author_id: str | int | None = None
    text: msgspec.Raw = _NONE
    forwarded_from: msgspec.Raw = _NONE
    forwarded_from_id: msgspec.Raw = _NONE
    via_bot: msgspec.Raw = _NONE


class _Chat(msgspec.Struct, gc=False):
    messages: msgspec.Raw


class _Chats(msgspec.Struct, rename={"chats": "list"}):
    chats: msgspec.Raw = _NONE


class _Owner(msgspec.Struct):
    user_id: int | str | None = None


class _Export(msgspec.Struct):
    messages: msgspec.Raw = _NONE
    chats: _Chats | None = None
    left_chats: _Chats | None = None
    personal_information: _Owner | None = None


def read_telegram(source: Source) -> Iterator[Message]:
    """The messages of an export, without those that were forwarded or written by a bot.

    Raises:
        TextError: If it cannot be read or is no such export.
    """
    with decoded(source, _Export, _EXPECTED) as export:
        yield from _messages(source, export)


def _messages(source: Source, export: _Export) -> Iterator[Message]:
    if _is_none(export.messages) and export.chats is None and export.left_chats is None:
        raise source.error('has neither "messages" nor "chats"; expected Telegram\'s result.json')
    owner = export.personal_information and export.personal_information.user_id
    own = {owner, f"user{owner}"} if owner is not None else set()
    for count, raw in enumerate(_all(source, export), 1):
        where = f"message {count}"
        message: _Message = decoded_part(source, raw, _Message, _EXPECTED, where)
        if text := _written(source, message, where):
            time = seconds(message.date_unixtime) or seconds_of_iso(message.date)
            author, number = message.author or "", str(message.author_id or "")
            yield Message(
                author=author or number or "?",
                alias=number,
                text=text,
                time=time,
                own=message.author_id in own,
            )


def _all(source: Source, export: _Export) -> Iterator[memoryview]:
    """The messages of all chats as they stand."""
    yield from listed(source, export.messages, _EXPECTED, "messages")
    for several in export.chats, export.left_chats:
        for raw in listed(source, several.chats, _EXPECTED, "list") if several else ():
            chat: _Chat = decoded_part(source, raw, _Chat, _EXPECTED, "list")
            yield from listed(source, chat.messages, _EXPECTED, "messages")


def _written(source: Source, message: _Message, where: str) -> str:
    borrowed = message.forwarded_from, message.forwarded_from_id, message.via_bot
    if message.type != "message" or not all(map(_is_left_out, borrowed)):
        return ""
    if _is_left_out(message.text):
        return ""
    if bytes(memoryview(message.text)[:1]) == b'"':
        text: str = decoded_part(source, message.text, str, _EXPECTED, f"{where}, text")
        return text.strip()
    whole = io.StringIO()
    for raw in listed(source, message.text, _EXPECTED, f"{where}, text"):
        part: str | _Part = decoded_part(source, raw, str | _Part, _EXPECTED, f"{where}, text")
        if isinstance(part, str):
            whole.write(part)
        else:
            whole.write("\n" if part.type in _NOT_TYPED else part.text)
    return whole.getvalue().strip()


def _is_left_out(raw: msgspec.Raw) -> bool:
    return not len(memoryview(raw))


def _is_none(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:1]) in (b"", b"n")
