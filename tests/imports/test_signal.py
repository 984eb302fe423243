import json

import pytest

from karussell.errors import TextError
from tests.imports.conftest import Read

TIME = 1710364260


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_what_signal_cli_received_tells_whose_it_is(read: Read) -> None:
    chat = lines(
        {
            "envelope": {
                "sourceName": "Ben",
                "sourceNumber": "+4915123",
                "timestamp": TIME * 1000,
                "dataMessage": {"message": "Tea?", "timestamp": TIME * 1000},
            },
            "account": "+4917",
        },
        {
            "envelope": {
                "source": "+4917",
                "timestamp": TIME * 1000,
                "syncMessage": {"sentMessage": {"message": "Yes!", "timestamp": TIME * 1000}},
            }
        },
        {"envelope": {"source": "+4915123", "receiptMessage": {"isDelivery": True}}},
    )
    first, second = read(chat, "signal.json")
    assert (first.author, first.alias, first.own, first.text) == ("Ben", "+4915123", False, "Tea?")
    assert (second.own, second.text, second.time) == (True, "Yes!", TIME)


def test_its_own_export_is_read_with_names(read: Read) -> None:
    chat = lines(
        {"version": "1", "backupTimeMs": "1710364260000"},
        {"recipient": {"id": "7", "contact": {"profileGivenName": "Ben", "e164": "4915"}}},
        {"recipient": {"id": "1", "self": {}}},
        {"chat": {"id": "1", "recipientId": "7"}},
        {
            "chatItem": {
                "chatId": "1",
                "authorId": "7",
                "dateSent": str(TIME * 1000),
                "incoming": {},
                "standardMessage": {"text": {"body": "Tea?"}},
            }
        },
        {
            "chatItem": {
                "chatId": "1",
                "authorId": "1",
                "dateSent": str(TIME * 1000),
                "outgoing": {},
                "standardMessage": {"text": {"body": "Yes \ufffc!"}},
            }
        },
        {"chatItem": {"authorId": "7", "incoming": {}, "updateMessage": {}}},
    )
    first, second = read(chat, "main.jsonl")
    assert (first.author, first.own, first.time) == ("Ben", False, TIME)
    assert (second.own, second.text) == (True, "Yes !")


def test_signal_export_is_read_in_both_of_its_forms(read: Read) -> None:
    rows = lines(
        {"date": "2024-03-13T22:11:00", "sender": "Me", "body": "Yes!", "quote": "> Tea?"},
        {"date": "2024-03-13T22:12:00", "sender": "Me", "body": "gone", "deleted": True},
    )
    (message,) = read(rows, "data.json")
    assert (message.text, message.own, message.time) == ("Yes!", True, TIME)
    page = (
        "[2024-03-13 22:10] Ben: Tea?  \n"
        "[2024-03-13 22:11:00] Me: > Tea?\n\nYes!\nGladly\n![p.jpg](./media/p.jpg)\n(- Ben: 👍 -)\n"
    )
    first, second = read(page, "chat.md")
    assert (first.author, first.text, first.own) == ("Ben", "Tea?", False)
    assert (second.text, second.own, second.time) == ("Yes!\nGladly", True, TIME)


@pytest.mark.parametrize("listed", [True, False])
def test_dumps_of_its_table_are_read(read: Read, listed: bool) -> None:
    rows = [
        {"type": "incoming", "body": "Tea?", "sent_at": TIME * 1000, "source": "+4915"},
        {"type": "outgoing", "body": "Yes!", "sent_at": TIME * 1000, "conversationId": "x"},
        {"type": "outgoing", "body": None, "sent_at": TIME * 1000},
    ]
    text = json.dumps(rows, indent=1) if listed else json.dumps({"messages": rows}, indent=1)
    first, second = read(text, "messages.json")
    assert (first.author, first.own) == ("+4915", False)
    assert (second.text, second.own, second.time) == ("Yes!", True, TIME)


def test_a_broken_line_is_told_with_its_number(read: Read) -> None:
    good = lines({"envelope": {"source": "a", "dataMessage": {"message": "x"}}})
    with pytest.raises(TextError, match=r"signal.json: line 2 is broken JSON"):
        read(f'{good}{{"envelope": {{\n', "signal.json")


def test_a_file_without_messages_is_told(read: Read) -> None:
    with pytest.raises(TextError, match="has no message in a form of Signal's"):
        read('{"a": 1}\n', "x.json", format="signal")
