"""What a cookie opens, which goes to every port of this machine, and what it does not."""

import json

import pytest
from websockets.exceptions import ConnectionClosedError

from karussell.keyboard import Predictor
from karussell.model import LanguageModel
from karussell.web import app, lines
from tests.web.serving import Running, frame, read_all, serving
from tests.web.test_typing import ask, connected, typing

pytestmark = pytest.mark.usefixtures("hasty")

HELLO = {"type": "hello", "number": 0, "version": 3}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "CLOSE_SECONDS", 0.1)


def stolen(running: Running) -> list[object]:
    """What whoever has the cookie, and nothing else, may try to say."""
    token, key = running.access.token, running.access.key
    return [
        HELLO,
        {**HELLO, "key": ""},
        {**HELLO, "key": token},
        {**HELLO, "key": key[:-1]},
        {**HELLO, "key": key + " "},
        {**HELLO, "key": key.swapcase()},
        {**HELLO, "key": None},
        {**HELLO, "key": [key]},
        {**HELLO, "key": key + "\0" * 10_000},
        {**HELLO, "token": token},
        {"type": "ask", "number": 0, "left": "see tom", "key": key},
        {"type": "learned", "number": 0},
        [{**HELLO, "key": key}],
        key,
        "x" * 60_000,
    ]


def test_the_cookie_alone_hears_nothing_of_what_others_wrote(
    ten_word_model: LanguageModel,
) -> None:
    with Predictor(ten_word_model) as predictor, serving(predictor) as running:
        with typing(running) as owner:
            owner.send('{"type": "learn", "number": 1, "text": "see Tomasz at home, dear"}')
            assert json.loads(owner.recv(timeout=60))["changed"]
            question = {"number": 2, "left": "see tom"}
            assert "Tomasz" in json.dumps(ask(owner, question))
            for said in stolen(running):
                with connected(running) as socket:
                    socket.send(json.dumps(said))
                    with pytest.raises(ConnectionClosedError) as closed:
                        socket.recv(timeout=60)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 1008, said
            assert "Tomasz" in json.dumps(ask(owner, {**question, "number": 3}))
        with typing(running) as again:  # another tab of the same writer
            assert "Tomasz" in json.dumps(ask(again, question))


def test_the_key_comes_first_or_not_at_all(running: Running) -> None:
    with running.dial() as connection:
        connection.sendall(running.handshake())
        said = [json.dumps(HELLO).encode(), running.greeting.encode(), b'{"type": "saved"}']
        connection.sendall(b"".join(map(frame, said)))
        heard = read_all(connection)
    assert b"welcome" not in heard
    assert b"savings" not in heard


@pytest.mark.parametrize("place", ["path", "cookie", "bearer", "protocol", "header"])
def test_the_key_is_taken_nowhere_else(running: Running, place: str) -> None:
    key = running.access.key
    more = {
        "cookie": f"Cookie: key={key}",
        "bearer": f"Authorization: Bearer {key}",
        "protocol": f"Sec-WebSocket-Protocol: {key}",
        "header": f"X-Karussell-Key: {key}",
    }
    start = f"GET /typing{f'?key={key}' if place == 'path' else ''} HTTP/1.1"
    with running.dial() as connection:
        told = [more[place]] if place in more else []
        connection.sendall(running.handshake(*told, start=start))
        connection.sendall(frame(json.dumps(HELLO).encode()))
        assert b"welcome" not in read_all(connection)


def test_neither_secret_opens_what_the_other_does(running: Running) -> None:
    token, key = running.access.token, running.access.key
    for cookie, status in ((token, 204), (key, 401), ("", 401)):
        told = f"{running.access.cookie}={cookie}"
        assert running.ask("GET", "/session", Cookie=told)[0] == status
    assert running.ask("GET", "/session", Authorization=f"Bearer {key}")[0] == 401


def test_no_answer_to_a_cookie_tells_the_key(running: Running) -> None:
    for path in ("/", "/session", "/typing", "/none", "/main.js"):
        for method in ("GET", "HEAD", "POST"):
            status, headers, text = running.ask(method, path, Cookie=running.cookie)
            assert running.access.key not in f"{status}{headers}{text}"


def test_what_comes_before_the_greeting_is_not_waited_for(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "GREETING_SECONDS", 0.1)
    with connected(running) as socket, pytest.raises(ConnectionClosedError) as closed:
        socket.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1008, "no greeting came")
