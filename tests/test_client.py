"""The client of programs: one file, without Karussell, without any package."""

import ast
import base64
import contextlib
import hashlib
import json
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from karussell import client
from karussell.client import Client, RequestFailed, usual_socket
from karussell.keyboard import Predictor
from tests.processes import started
from tests.web.serving import TOKEN, Running, serving_programs

_FILE = Path(client.__file__)
_HANDSHAKE = 1024
_ALONE = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("line", sys.argv[1])
line = importlib.util.module_from_spec(spec)
spec.loader.exec_module(line)
with line.Client(path=sys.argv[2]) as client:
    welcome = client.request("hello", app="a program")
    answer = client.request("ask", left="see tom")
print(json.dumps([welcome["type"], answer["literal"]["text"], sorted(
    name for name in sys.modules if name.partition(".")[0] in ("karussell", "numpy", "site"))]))
"""


@pytest.fixture(scope="module")
def running(ten_word_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("run")
    with Predictor.open(ten_word_path) as predictor, serving_programs(predictor, folder) as server:
        yield server


def _pythons() -> list[str]:
    return [sys.executable, *(each for each in ["/usr/bin/python3"] if Path(each).exists())]


@pytest.mark.parametrize("python", range(2))
def test_it_runs_alone(running: Running, python: int) -> None:
    if python >= len(_pythons()):
        pytest.skip("there is no other Python here")
    command = [_pythons()[python], "-S", "-I", "-c", _ALONE, _FILE, running.path]
    with started(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.load(process.stdout) == ["welcome", "tom", []]


def test_it_is_written_for_python_3_9() -> None:
    ast.parse(_FILE.read_text(), feature_version=(3, 9))


def test_the_usual_place_is_the_systems(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert usual_socket() == f"{tmp_path}/karussell/keyboard.sock"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert str(os.geteuid()) in usual_socket()


def test_what_is_refused_is_told_in_a_line_and_the_line_goes_on(running: Running) -> None:
    with Client(path=running.path) as line:
        with pytest.raises(RequestFailed, match="no greeting came first"):
            line.request("ask", left="see ")
        line.request("hello")
        with pytest.raises(RequestFailed, match="unknown field"):
            line.request("ask", left="see ", nothing=1)
        assert line.request("ask", left="see 😀 é ")["type"] == "answer"


def test_a_loop_of_events_waits_for_nothing(running: Running) -> None:
    with Client(path=running.path) as line:
        assert line.receive(timeout=0) is None
        numbers = [line.send("hello"), *(line.send("ask", left="see ") for _ in range(5))]
        heard: list[int] = []
        while len(heard) < len(numbers):
            assert select.select([line], [], [], 60)[0]
            while (reply := line.receive(timeout=0)) is not None:
                heard.append(reply["number"])
        assert heard == numbers


def test_large_messages_go_both_ways(running: Running) -> None:
    with Client(path=running.path) as line:
        line.request("hello")
        for size in (100, 125, 126, 3999, 4000):
            assert line.request("ask", left="a" * size)["type"] == "answer"
        with pytest.raises(RequestFailed):
            line.request("ask", left="a" * 60_000)


@pytest.mark.parametrize("text", ["a" * 70_000, "ä" * 40_000, "a" * 2_000_000])
@pytest.mark.parametrize("type", ["ask", "learn", "nonsense"])
def test_a_message_that_is_too_large_is_not_sent_and_the_line_goes_on(
    running: Running, type: str, text: str
) -> None:
    with Client(path=running.path) as line:
        line.request("hello")
        with pytest.raises(RequestFailed, match=r"of \d+ bytes, expected at most 65536"):
            line.request(type, text=text)
        assert line.request("ask", left="see ")["type"] == "answer"


@pytest.mark.parametrize("size", [66_000, 500_000])
def test_one_that_another_client_sends_is_answered_and_the_line_goes_on(
    running: Running, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(client, "_SENT", 2**30)
    with Client(path=running.path) as line:
        line.request("hello")
        with pytest.raises(RequestFailed, match=r"of \d+ bytes, expected at most 65536"):
            line.request("learn", text="a" * size)
        assert line.request("ask", left="see ")["type"] == "answer"
        with pytest.raises(OSError, match=r"exceeds limit|reset|pipe"):
            line.request("learn", text="a" * 2**21)
        with pytest.raises(OSError, match=r"closed|hung up|exceeds|reset|pipe"):
            line.request("ask", left="see ")


@pytest.mark.parametrize("how", ["half a frame", "hung up"])
def test_a_line_that_nothing_can_be_sent_on_is_closed(tmp_path: Path, how: str) -> None:
    done = threading.Event()

    def serve(connection: socket.socket) -> None:
        upgraded(connection)
        done.wait(60)  # it reads nothing

    with pretending(tmp_path, serve) as path:
        line = Client(path=path, timeout=0.2)
        if how == "hung up":
            line.close()
        else:
            with contextlib.suppress(TimeoutError):
                while True:
                    line.send("ask", left="a" * 3000)
        for again in (lambda: line.send("ask", left=""), lambda: line.request("ask", left="")):
            with pytest.raises(ConnectionError, match="the line is closed"):
                again()
        with pytest.raises(ConnectionError, match="the line is closed"):
            line.receive(timeout=0)
        done.set()


@contextmanager
def pretending(folder: Path, serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A Unix socket behind which anything may be."""
    path = str(folder / "sock")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()

        def take() -> None:
            connection, _ = listener.accept()
            with connection:
                serve(connection)

        thread = threading.Thread(target=take)
        thread.start()
        yield path
        thread.join(60)


def upgraded(connection: socket.socket) -> None:
    head = connection.recv(_HANDSHAKE).decode()
    key = next(line for line in head.splitlines() if line.startswith("Sec-WebSocket-Key: "))

    proof = key.removeprefix("Sec-WebSocket-Key: ") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    told = base64.b64encode(hashlib.sha1(proof.encode()).digest()).decode()
    connection.sendall(f"HTTP/1.1 101 Go\r\nSec-WebSocket-Accept: {told}\r\n\r\n".encode())


def test_a_message_may_come_in_pieces_with_a_ping_between(tmp_path: Path) -> None:
    heard: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        upgraded(connection)
        text = '{"type": "answer", "number": 0, "é": 1}'.encode()
        said = bytes([0x01, 5]) + text[:5] + bytes([0x89, 2]) + b"hi" + bytes([0x80, len(text) - 5])
        for byte in said + text[5:]:
            connection.sendall(bytes([byte]))
        heard.append(connection.recv(100))

    with pretending(tmp_path, serve) as path, Client(path=path) as line:
        assert line.receive() == {"type": "answer", "number": 0, "é": 1}
    assert heard[0][:2] == bytes([0x8A, 0x82])


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"", "hung up"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "opens no line: HTTP/1.1 403"),
        (b"HTTP/1.1 101 Go\r\nSec-WebSocket-Accept: x\r\n\r\n", "opens no line"),
    ],
)
def test_who_does_not_shake_hands_is_no_server(tmp_path: Path, said: bytes, error: str) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(_HANDSHAKE)
        connection.sendall(said)

    with pretending(tmp_path, serve) as path, pytest.raises(ConnectionError, match=error):
        Client(path=path)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"\x88\x06\x03\xf0full", "full"),
        (b"\x81\xff" + bytes(8), "no frame"),
        (b"\x81\x7f" + b"\x10" + bytes(7), "no frame"),
        (b"\x81\x05ab", "hung up"),
    ],
)
def test_a_line_that_breaks_is_an_error(tmp_path: Path, said: bytes, error: str) -> None:
    def serve(connection: socket.socket) -> None:
        upgraded(connection)
        connection.sendall(said)

    with (
        pretending(tmp_path, serve) as path,
        pytest.raises(ConnectionError, match=error),
        Client(path=path) as line,
    ):
        line.receive()


def test_a_server_that_says_nothing_is_not_waited_for_forever(tmp_path: Path) -> None:
    gone = threading.Event()

    def serve(connection: socket.socket) -> None:
        upgraded(connection)
        gone.wait(60)

    with pretending(tmp_path, serve) as path, Client(path=path, timeout=0.2) as line:
        assert line.receive() is None
        with pytest.raises(TimeoutError):
            line.request("hello")
        gone.set()


@pytest.mark.parametrize("around", ["{}\n", " {} ", "{}\r\n"])
def test_a_token_may_be_read_from_its_file_with_the_end_of_the_line(
    running: Running, around: str
) -> None:
    with Client(url=f"http://127.0.0.1:{running.port}", token=around.format(TOKEN)) as line:
        assert line.request("hello")["type"] == "welcome"


@pytest.mark.parametrize("token", ["a\r\nX-Karussell: 1", "a\nb", "\u00e9", "a\0"])
def test_a_token_brings_no_headers_along(token: str) -> None:
    with pytest.raises(ValueError, match="expected what the token file"):
        Client(url="http://127.0.0.1:1", token=token)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8420",
        "localhost",
        "https://127.0.0.1:8420",
        "http://",
        "http://[::1]x",
        "http:/x",
        "http://[::1]:8420",
    ],
)
def test_an_address_that_is_none_of_plain_http_is_named(url: str) -> None:
    with pytest.raises(ValueError, match=r"expected http://HOST:PORT"):
        Client(url=url, token="t")


def test_a_wrong_token_is_told_as_one(running: Running) -> None:
    with pytest.raises(ConnectionError, match="look whether the token"):
        Client(url=f"http://127.0.0.1:{running.port}", token="x" * 43)


def test_where_nobody_listens_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Client(path=str(tmp_path / "sock"))
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "sock"))
    with pytest.raises(ConnectionRefusedError):
        Client(path=str(tmp_path / "sock"))
