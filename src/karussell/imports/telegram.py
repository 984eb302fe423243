"""Telegram Desktop's export as JSON, of one chat or of a whole account."""

import itertools
from collections.abc import Iterator
from typing import Any

import msgspec

from karussell.imports.json_text import decoded, decoded_part
from karussell.imports.message import Message, seconds, seconds_of_iso
from karussell.imports.source import Source

_EXPECTED = "Telegram's result.json"
# Parts of a text that are quoted, or no words; links whose words were typed are kept.
_NOT_TYPED = ("blockquote", "code", "pre")


class _Part(msgspec.Struct, gc=False):
    text: str = ""
    type: str = "plain"


class _Message(msgspec.Struct, rename={"author": "from", "author_id": "from_id"}, gc=False):
    type: str = "message"
    date: str = ""
    date_unixtime: str | int | None = None
    author: str | None = None
    author_id: str | int | None = None
    text: str | list[str | _Part] = ""
    forwarded_from: Any = msgspec.UNSET
    forwarded_from_id: Any = msgspec.UNSET
    via_bot: Any = msgspec.UNSET


class _Chat(msgspec.Struct, gc=False):
    # As they stand, and read one by one: all at once would take several times the file's size.
    messages: list[msgspec.Raw]


class _Chats(msgspec.Struct, rename={"chats": "list"}):
    chats: list[_Chat] = []


class _Owner(msgspec.Struct):
    user_id: int | str | None = None


class _Export(msgspec.Struct):
    messages: list[msgspec.Raw] | None = None
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
    if export.messages is None and export.chats is None and export.left_chats is None:
        raise source.error('has neither "messages" nor "chats"; expected Telegram\'s result.json')
    owner = export.personal_information and export.personal_information.user_id
    own = {owner, f"user{owner}"} if owner is not None else set()
    chats = [_Chat(export.messages or [])]
    for listed in export.chats, export.left_chats:
        chats += listed.chats if listed is not None else []
    raws = itertools.chain.from_iterable(chat.messages for chat in chats)
    for count, raw in enumerate(raws, 1):
        where = f"message {count}"
        message: _Message = decoded_part(source, raw, _Message, _EXPECTED, where)
        if text := _written(message):
            time = seconds(message.date_unixtime) or seconds_of_iso(message.date)
            author, number = message.author or "", str(message.author_id or "")
            yield Message(
                author=author or number or "?",
                alias=number,
                text=text,
                time=time,
                own=message.author_id in own,
            )


def _written(message: _Message) -> str:
    borrowed = message.forwarded_from, message.forwarded_from_id, message.via_bot
    if message.type != "message" or any(each is not msgspec.UNSET for each in borrowed):
        return ""
    if isinstance(message.text, str):
        return message.text.strip()
    typed = []
    for part in message.text:
        if isinstance(part, str):
            typed.append(part)
        else:
            typed.append("\n" if part.type in _NOT_TYPED else part.text)
    return "".join(typed).strip()
