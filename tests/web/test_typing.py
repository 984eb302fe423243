import contextlib
import itertools
import json
import logging
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from karussell.keyboard import Context, Field, Predictor, Strip
from karussell.model import open_model
from karussell.service import CONTEXT_LIMIT
from karussell.web import app, lines
from tests.web.serving import Running, frame, read_all, serving

CANARY = "zebracanary"

# The test's own end of the line logs every frame where logging is on; it is not what is tested.
quiet = logging.getLogger("tests.quiet")
quiet.setLevel(logging.CRITICAL)


@contextlib.contextmanager
def connected(running: Running) -> Iterator[ClientConnection]:
    headers = {"Cookie": running.cookie}
    url = f"ws://{running.host}/typing"
    with connect(
        url,
        origin=Origin(running.origin),
        proxy=None,
        additional_headers=headers,
        compression=None,
        logger=quiet,
    ) as socket:
        yield socket


@contextlib.contextmanager
def typing(running: Running) -> Iterator[ClientConnection]:
    with connected(running) as socket:
        greeting = ask(socket, running.greeting)
        assert greeting["type"] == "welcome"
        yield socket


def ask(socket: ClientConnection, question: dict[str, object] | str) -> dict[str, Any]:
    asked = question if isinstance(question, str) else json.dumps({"type": "ask", **question})
    socket.send(asked)
    answer: dict[str, Any] = json.loads(socket.recv(timeout=60))
    return answer


_SHOWN = ("literal", "slots", "best", "autocorrect")


def test_a_question_is_answered_with_its_number_and_what_the_predictor_suggests(
    running: Running, ten_word_path: Path
) -> None:
    with Predictor.open(ten_word_path) as predictor:
        strip = predictor.strip(Context(left="see you t", right=" or not"))
        expected = {name: getattr(strip, name) for name in _SHOWN}
    with typing(running) as socket:
        answer = ask(socket, {"number": 7, "left": "see you t", "right": " or not"})
    assert answer == {
        "type": "answer",
        "number": 7,
        "starts_sentence": False,
        "digit_goes_on": True,
        "languages": {},
        **json.loads(msgspec.json.encode(expected)),
    }
    assert all(strip.slots)


def test_answers_come_in_the_order_of_the_questions(running: Running) -> None:
    with typing(running) as socket:
        for number in range(20):
            left = "see you to"[: number % 11]
            socket.send(json.dumps({"type": "ask", "number": number, "left": left}))
        assert [json.loads(socket.recv(timeout=60))["number"] for _ in range(20)] == list(range(20))


def test_two_fields_do_not_know_of_each_other(running: Running) -> None:
    with typing(running) as one, typing(running) as other:
        before = ask(one, {"number": 0, "left": "see "})
        ask(other, {"number": 0, "left": "I a"})
        assert ask(one, {"number": 0, "left": "see "}) == before


@pytest.mark.parametrize(
    ("question", "number", "error"),
    [
        ("", None, "truncated"),
        ("[]", None, "object"),
        ("{}", None, "type"),
        ('{"type": "ask"}', None, "number"),
        ('{"type": "ask", "number": 1}', None, "left"),
        ('{"type": "ask", "number": "1", "left": ""}', None, "number"),
        ('{"type": "ask", "number": -1, "left": ""}', None, ">= 0"),
        ('{"type": "ask", "number": 9007199254740992, "left": ""}', None, "<="),
        ('{"type": "ask", "number": 1, "left": null}', None, "left"),
        ('{"type": "ask", "number": 1, "left": "", "why": 1}', None, "unknown field"),
        (
            json.dumps({"type": "ask", "number": 1, "left": "x" * (CONTEXT_LIMIT + 1)}),
            None,
            "length <= 4000",
        ),
        ('{"type": "ask", "number": 1, "left": "\\ud800"}', None, "truncated"),
    ],
)
def test_a_question_that_is_none_gets_one_line_and_the_line_stays_open(
    running: Running, question: str, number: int | None, error: str
) -> None:
    with typing(running) as socket:
        answer = ask(socket, question)
        assert answer["number"] == number
        assert answer["error"].startswith("Not a message that version 3 reads: ")
        assert error in answer["error"]
        assert "\n" not in answer["error"]
        assert len(ask(socket, {"number": 2, "left": ""})["slots"]) == 3


def test_a_binary_frame_ends_the_conversation(running: Running) -> None:
    with typing(running) as socket:
        socket.send(b"{}")
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1003


def test_a_message_of_more_than_64_kib_is_refused_and_one_of_a_mib_ends_the_conversation(
    running: Running,
) -> None:
    with typing(running) as socket:
        socket.send("x" * (64 * 1024 + 1))
        assert "65537 bytes" in json.loads(socket.recv(timeout=60))["error"]
        socket.send("x" * (2**20 + 1))
        with pytest.raises(ConnectionClosedError) as closed:
            socket.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_frames_are_never_compressed(running: Running) -> None:
    headers = {"Cookie": running.cookie}
    url = f"ws://{running.host}/typing"
    with connect(
        url, origin=Origin(running.origin), proxy=None, additional_headers=headers, logger=quiet
    ) as socket:
        assert socket.response is not None
        assert "sec-websocket-extensions" not in socket.response.headers


def test_one_field_too_many_is_turned_away_and_makes_room_for_none(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "SOCKET_LIMIT", 5)
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(typing(running)) for _ in range(5)]
        assert ask(sockets[-1], {"number": 1, "left": ""})["number"] == 1
        with connected(running) as extra, pytest.raises(ConnectionClosedError) as closed:
            ask(extra, running.greeting)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
        with connected(running):  # who has not greeted takes nobody's place
            assert ask(sockets[0], {"number": 1, "left": ""})["number"] == 1
    for attempt in itertools.count():
        with connected(running) as socket:
            try:
                assert ask(socket, running.greeting)["type"] == "welcome"
            except ConnectionClosedError:  # the server has not yet seen all of them go
                assert attempt < 100
            else:
                break


def test_a_machine_has_hundreds_of_fields() -> None:
    assert 256 <= app.SOCKET_LIMIT + lines.WAITING_LIMIT < 1024 - 100  # files of a program


def test_a_field_does_not_wait_for_anothers_question(
    ten_word_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_go_on = threading.Event(), threading.Event()

    class SlowPredictor(Predictor):
        def strip(self, context: Context, *, field: Field | None = None) -> Strip:
            if context.left == "slow":
                asked.set()
                assert may_go_on.wait(60)
            return super().strip(context, field=field)

    with (
        serving(SlowPredictor(open_model(ten_word_path))) as running,
        typing(running) as slow,
        typing(running) as other,
    ):
        slow.send('{"type": "ask", "number": 1, "left": "slow"}')
        assert asked.wait(60)
        for number in range(1, 20):
            assert ask(other, {"number": number, "left": "see "})["number"] == number
        assert running.ask("GET", "/icon.svg")[0] == 200
        may_go_on.set()
        assert json.loads(slow.recv(timeout=60))["number"] == 1


@pytest.mark.parametrize("many", [0, app._MANY], ids=["among many", "alone"])
def test_messages_that_come_at_once_are_answered_in_order(
    running: Running, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(app, "_MANY", many)
    kinds = ('"ask", "left": "see "', '"ask", "left": "say"', '"learned"')
    with running.dial() as connection:
        asked = [f'{{"type": {kinds[each % 3]}, "number": {each}}}' for each in range(1, 500)]
        said = [running.greeting, *asked]
        connection.sendall(running.handshake() + b"".join(frame(each.encode()) for each in said))
        heard = b""
        while b'"number":499,' not in heard:
            heard += connection.recv(65536)
    numbers = [int(each) for each in re.findall(rb'"number":(\d+)', heard)]
    assert numbers == list(range(500))


def test_a_field_among_many_is_answered_as_one_alone_is(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [f'{{"type": "ask", "number": {each}, "left": "see y{each}"}}' for each in range(1, 9)]
    said[3:3] = ["no message", '{"type": "learned", "number": 3}', "{}", '"\u00fc"']
    heard: list[list[str]] = []
    for many in app._MANY, 0:
        monkeypatch.setattr(app, "_MANY", many)
        with typing(running) as field:
            heard.append([])
            for each in said:
                field.send(each)
                heard[-1].append(str(field.recv(timeout=60)))
    assert heard[0] == heard[1]


def test_a_line_that_ends_behind_its_question_is_let_go(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "_MANY", 0)
    last = frame(b'{"type": "ask", "number": 2, "left": "see "}') + frame(b"\x03\xe8", 8)
    with running.dial() as connection:
        connection.sendall(running.handshake() + frame(running.greeting.encode()))
        heard = b""
        while b'"number":0,' not in heard:
            heard += connection.recv(65536)
        connection.sendall(last)
        assert read_all(connection).endswith(b"\x88\x02\x03\xe8")


def test_a_refused_socket_says_why(running: Running) -> None:
    url = f"ws://{running.host}/typing"
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(url, origin=Origin(running.origin), proxy=None, logger=quiet),
    ):
        pass
    response = refused.value.response
    assert response.status_code == 401
    assert response.body == b"Open the link that Karussell shows in the terminal.\n"
    assert response.headers["cache-control"] == "no-store"


class FaultyPredictor(Predictor):
    """A real predictor with a fault of our own in it, one that quotes what was typed."""

    def strip(self, context: Context, *, field: Field | None = None) -> Strip:
        raise RuntimeError(f"no idea what follows {context.left!r}")


def test_what_was_typed_reaches_no_log_even_when_predicting_fails(
    ten_word_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    question = {"number": 1, "left": CANARY, "right": CANARY}
    with serving(FaultyPredictor(open_model(ten_word_path))) as running, typing(running) as socket:
        error = "A fault in Karussell; your text is untouched."
        failure = {"type": "failure", "number": 1, "error": error}
        assert ask(socket, question) == failure
        again = {**question, "number": 2}
        assert ask(socket, again) == {**failure, "number": 2}  # the field goes on
        unreadable = {"type": "ask", "number": CANARY, "left": CANARY}
        assert CANARY not in ask(socket, json.dumps(unreadable))["error"]
    written = capfd.readouterr()
    assert "RuntimeError in conversation.py" in caplog.text
    for text in (caplog.text, written.out, written.err):
        assert CANARY not in text


def test_what_was_typed_reaches_no_log_when_all_goes_well(
    running: Running, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with typing(running) as socket:
        ask(socket, {"number": 1, "left": CANARY})
        socket.send(CANARY)
        socket.send(CANARY.encode())
    running.ask("GET", f"/{CANARY}?{CANARY}", cookie=running.cookie)
    written = capfd.readouterr()
    for text in (caplog.text, written.out, written.err):
        assert CANARY not in text


def test_a_mistake_of_the_users_is_told_in_its_own_words(ten_word_path: Path) -> None:
    predictor = Predictor.open(ten_word_path)
    with serving(predictor) as running, typing(running) as socket:
        predictor.close()
        answer = ask(socket, {"number": 3, "left": "see"})
    error = "the predictor is closed; open another one"
    assert answer == {"type": "failure", "number": 3, "error": error}
