"""Both keyboards are told the same, and say the same; what they refuse, too."""

from typing import Any

import pytest

from karussell.model import embedded_path
from tests.twin.keyboard.talking import Both, differences, hello
from tests.twin.node import Twin, same_at_baseline

_PATH = embedded_path("en")


def test_conversations_are_the_same() -> None:
    same_at_baseline("tests.twin.keyboard.conversations", "2")


def test_text_fields_go_on_alike() -> None:
    same_at_baseline("tests.twin.keyboard.sessions", "12")


def test_the_greeting_tells_the_same_but_for_what_is_lacking(twin: Twin) -> None:
    ((ours, theirs),) = Both(twin, _PATH).say([hello()])
    assert {*ours["capabilities"]} - {*theirs["capabilities"]} == {"inside", "weigh"}
    assert list(differences({**ours, "capabilities": []}, {**theirs, "capabilities": []})) == []


@pytest.mark.parametrize(
    "message",
    [
        "",
        "[]",
        "{}",
        '{"type": "hello"}',
        '{"type": "hello", "number": -1, "version": 3}',
        '{"type": "hello", "number": 1, "version": "3"}',
        '{"type": "hello", "number": 1, "version": 2}',
        '{"type": "hello", "number": 1, "version": 3, "layout": "abcdef"}',
        '{"type": "hello", "number": 1, "version": 3, "layout": {"a": [1]}}',
        '{"type": "hello", "number": 1, "version": 3, "language": "xx"}',
        '{"type": "ask", "number": 1, "left": "a"}',
        '{"type": "gossip", "number": 1}',
    ],
)
def test_bad_messages_are_refused_by_both(twin: Twin, message: str) -> None:
    ((ours, theirs),) = Both(twin, _PATH).say([message])
    assert ours["type"] == theirs["type"] == "failure"
    assert ours["number"] == theirs["number"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "ask"},
        {"type": "ask", "left": 5},
        {"type": "ask", "left": "a" * 4001},
        {"type": "ask", "left": "a", "more": 1},
        {"type": "ask", "left": "a", "taps": [[1, 2, 3]]},
        {"type": "ask", "left": "a", "taps": [[1, 200]]},
        {"type": "accept", "answer": 3, "place": 0},
        {"type": "accept", "answer": 3, "place": 3},
        {"type": "accept", "answer": 3, "place": "first"},
        {"type": "correct", "answer": 1},
        {"type": "revert", "message": 0},
        {"type": "why", "answer": 0, "place": 0},
        {"type": "field", "purpose": "secrets"},
        {"type": "field", "app": ""},
        {"type": "field", "language": "de"},
        {"type": "boldness", "damage": 2},
        {"type": "tally", "keys": 1.5, "letters": 2},
        {"type": "forget"},
        {"type": "forget", "word": "  "},
        {"type": "learned", "limit": 0},
    ],
)
def test_what_cannot_be_done_is_refused_by_both(twin: Twin, message: dict[str, Any]) -> None:
    (_, (ours, theirs)) = Both(twin, _PATH).say([hello(), {**message, "number": 1}])
    assert ours["type"] == theirs["type"] == "failure"
    assert ours["number"] == theirs["number"]
    if not ours["error"].startswith("Not a message"):
        assert ours["error"] == theirs["error"].replace('"', "'")
