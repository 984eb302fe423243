import json
from typing import Any

import pytest

from karussell.errors import TextError
from tests.imports.conftest import Read

TIME = 1710364260


def message(text: object, **others: object) -> dict[str, Any]:
    return {
        "id": 1,
        "type": "message",
        "date": "2024-03-13T22:11:00",
        "date_unixtime": str(TIME),
        "from": "Anna",
        "from_id": "user7",
        "text": text,
        **others,
    }


def chat(*messages: object) -> dict[str, Any]:
    return {"name": "Ben", "type": "personal_chat", "id": 9, "messages": list(messages)}


def test_a_text_is_a_string_or_parts_of_which_code_and_quotes_are_none(read: Read) -> None:
    parts = [
        "See ",
        {"type": "bold", "text": "you"},
        " at ",
        {"type": "link", "text": "https://example.org"},
        {"type": "pre", "text": "x = 1", "language": "python"},
        {"type": "blockquote", "text": "Tea?"},
        "soon",
    ]
    first, second = read(json.dumps(chat(message("Tea!"), message(parts))), "result.json")
    assert (first.author, first.alias, first.text, first.time) == ("Anna", "user7", "Tea!", TIME)
    assert second.text == "See you at https://example.org\n\nsoon"


def test_forwarded_bots_and_service_messages_are_left_out(read: Read) -> None:
    export = chat(
        message("Forwarded", forwarded_from="Ben"),
        message("Hidden", forwarded_from=None),
        message("From a bot", via_bot="@gif"),
        message("", action="phone_call", type="service"),
        message("", photo="p.jpg"),
        message("mine"),
    )
    assert [m.text for m in read(json.dumps(export), "result.json")] == ["mine"]


def test_a_whole_account_tells_whose_it_is(read: Read) -> None:
    export = {
        "personal_information": {"user_id": 7, "first_name": "Anna"},
        "chats": {"about": "", "list": [chat(message("mine")), chat()]},
        "left_chats": {"list": [chat(message("theirs", **{"from": "Ben", "from_id": "user8"}))]},
    }
    assert [(m.text, m.own) for m in read(json.dumps(export), "result.json")] == [
        ("mine", True),
        ("theirs", False),
    ]


def test_old_exports_have_no_numbers_of_seconds(read: Read) -> None:
    old = message("x", from_id=7)
    del old["date_unixtime"]
    assert read(json.dumps(chat(old)), "result.json")[0].time == TIME


def test_broken_json_is_told_with_its_line(read: Read) -> None:
    text = json.dumps(chat(message("Tea!")), indent=1)
    lines = text.split("\n")
    lines[4] += "}"
    with pytest.raises(TextError, match=r"result.json: line [56] is broken JSON"):
        read("\n".join(lines), "result.json")
    with pytest.raises(TextError, match=rf"line {len(lines) - 1} is broken JSON"):
        read("\n".join(text.split("\n")[:-1]), "result.json")


def test_json_of_another_kind_is_told(read: Read) -> None:
    with pytest.raises(TextError, match='neither "messages" nor "chats"'):
        read('{"about": 1}', "result.json", format="telegram")
    wrong = json.dumps(chat(message(5)))
    with pytest.raises(TextError, match=r"\(message 1, text: expected a list\)"):
        read(wrong, "result.json")
