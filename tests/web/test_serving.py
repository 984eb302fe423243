import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from karussell.errors import ServerError, UsageError
from karussell.web import DEFAULT_PORT, prompt
from karussell.web.listening import listen
from tests.processes import started
from tests.web.serving import Running

PROGRAM = """
import os, sys
from karussell.keyboard import Predictor
from karussell.web import serve
if os.isatty(0):
    os.open(os.ttyname(0), os.O_RDWR)  # the first terminal a session leader opens controls it
with Predictor.open(sys.argv[1]) as predictor:
    serve(predictor, port=0, open_browser=False, announce=lambda line: print(line, flush=True))
print("done", flush=True)
"""


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_only_the_loopback_address_listens() -> None:
    with listen(0) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


def test_a_taken_port_that_was_asked_for_is_an_error_with_a_way_out(taken: int) -> None:
    message = rf"^port {taken} is taken by another program; give another with --port, or 0 for any"
    with pytest.raises(ServerError, match=message):
        listen(taken)


def test_a_taken_port_that_nobody_asked_for_is_replaced(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("karussell.web.listening.DEFAULT_PORT", taken)
    with listen(None) as listener:
        assert listener.getsockname()[1] not in (taken, 0)


@pytest.mark.parametrize("port", [-1, 1, 80, 1023, 65536])
def test_a_port_that_cannot_be_is_a_usage_error(port: int) -> None:
    with pytest.raises(UsageError, match=f"^port {port}: expected 1024 to 65535, or 0 for any"):
        listen(port)


def test_the_usual_port_is_one_that_programs_may_use() -> None:
    assert 1024 <= DEFAULT_PORT < 32768  # below the ports that systems hand out at random


def test_a_head_that_does_not_come_is_not_waited_for(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prompt, "HEAD_SECONDS", 0.2)
    for head in (b"", b"GET / HTTP/1.1\r\nHost: "):
        with socket.create_connection(("127.0.0.1", running.port), timeout=60) as connection:
            connection.sendall(head)
            assert connection.recv(100) == b""


def test_the_server_announces_a_link_stops_at_ctrl_c_and_says_nothing_else(
    ten_word_path: Path,
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(ten_word_path)]
    with started(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        link = re.search(r"http://127\.0\.0\.1:(\d+)/#code=[\w-]{43}$", program.stdout.readline())
        assert link is not None
        running_port = int(link[1])
        with socket.create_connection(("127.0.0.1", running_port), timeout=60) as connection:
            connection.sendall(b"not even http, but secret\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 400"
        program.send_signal(signal.SIGINT)
        assert program.stderr is not None
        rest, errors = program.stdout.read(), program.stderr.read()
    assert rest.splitlines() == [
        "The link opens it once, within a minute. Ctrl-C: stop.",
        "done",
    ]
    assert errors == ""
    assert program.returncode == 0


def test_enter_in_the_terminal_announces_a_fresh_link(ten_word_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", PROGRAM, str(ten_word_path)]
    with started(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as program:
        os.close(theirs)
        seen = ""
        deadline = time.monotonic() + 60
        pressed = False
        while seen.count("#code=") < 2 and time.monotonic() < deadline:
            seen += os.read(ours, 4096).decode()
            if "Ctrl-C" in seen and not pressed:
                pressed = True
                os.write(ours, b"\n")
        program.send_signal(signal.SIGINT)
        program.wait(timeout=60)
    os.close(ours)
    codes = re.findall(r"#code=([\w-]{43})", seen)
    assert len(set(codes)) == 2
