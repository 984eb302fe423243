"""Programs on the Unix socket and the loopback address, and pages of origins that were named."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.sync.client import ClientConnection, connect, unix_connect

from karussell.client import Client
from karussell.errors import UsageError
from karussell.keyboard import Predictor
from karussell.web import lines, origin_of
from karussell.web.access import Access
from tests.processes import started
from tests.web.serving import TOKEN, Running, serving_programs
from tests.web.test_guard import guard_of, scope_of

PAGE = "https://pages.example"


@pytest.fixture(scope="module")
def running(ten_word_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("run")
    with (
        Predictor.open(ten_word_path) as predictor,
        serving_programs(predictor, folder, origins=[PAGE]) as server,
    ):
        yield server


def opened(running: Running, origin: str | None, **named: Any) -> ClientConnection:
    return connect(f"ws://{running.host}/typing", origin=origin, **named)  # type: ignore[arg-type]


def test_what_one_line_learns_and_forgets_the_other_knows_at_once(running: Running) -> None:
    url = running.origin
    with Client(path=running.path) as one, Client(url=url, token=TOKEN) as other:
        for line in (one, other):
            line.request("hello")

        def offered(line: Client) -> str:
            return json.dumps(line.request("ask", left="see tom")["slots"])

        assert "Tomasz" not in offered(other)
        assert one.request("learn", text="see Tomasz at home, dear")["changed"]
        assert "Tomasz" in offered(other)
        assert other.request("forget", word="Tomasz")["entries"] == 1
        assert "Tomasz" not in offered(one)
        assert one.request("learned")["words"] == []


@pytest.mark.parametrize(
    ("token", "status"), [(None, 403), ("", 403), (TOKEN[:-1], 403), (TOKEN + "x", 403)]
)
def test_a_program_without_the_token_opens_no_line_on_tcp(
    running: Running, token: str | None, status: int
) -> None:
    with pytest.raises(ConnectionError, match=f"HTTP/1.1 {status}"):
        Client(url=running.origin, token=token)


def test_a_page_of_a_named_origin_speaks_with_the_token_as_its_key(running: Running) -> None:
    hello = {"type": "hello", "number": 0, "version": 3, "key": TOKEN}
    with opened(running, PAGE) as line:
        line.send(json.dumps(hello))
        assert json.loads(line.recv(timeout=60))["type"] == "welcome"


@pytest.mark.parametrize("key", [None, "", TOKEN[:-1]])
def test_without_the_token_it_hears_nothing_cookie_or_not(
    running: Running, key: str | None
) -> None:
    hello = {"type": "hello", "number": 0, "version": 3, "key": key}
    for more in ({}, {"Cookie": running.cookie}):
        with opened(running, PAGE, additional_headers=more) as line:
            line.send(json.dumps(hello))
            with pytest.raises(ConnectionClosedError):
                line.recv(timeout=60)


@pytest.mark.parametrize(
    "origin", ["https://pages.example:8443", "http://pages.example", "https://x.pages.example"]
)
def test_a_page_that_nobody_named_opens_no_line(running: Running, origin: str) -> None:
    bearing = {"Authorization": f"Bearer {TOKEN}"}
    with pytest.raises(InvalidStatus) as refused:
        opened(running, origin, additional_headers=bearing)
    assert refused.value.response.status_code == 403


def test_a_named_page_may_read_files_and_is_told_so(running: Running) -> None:
    status, headers, _ = running.ask("GET", "/layout.js", Origin=PAGE, Sec_Fetch_Site="cross-site")
    assert (status, headers["access-control-allow-origin"]) == (200, PAGE)
    assert headers["vary"] == "Origin"
    status, headers, _ = running.ask("GET", "/layout.js")
    assert "access-control-allow-origin" not in headers


def test_a_named_page_never_comes_in_by_the_cookie(running: Running) -> None:
    for method, path in (("GET", "/session"), ("POST", "/session"), ("GET", "/v1/learned")):
        status, _, _ = running.ask(
            method,
            path,
            body="{}" if method == "POST" else None,
            Origin=PAGE,
            Cookie=running.cookie,
            Content_Type="application/json",
            X_Karussell="1",
        )
        assert status in (401, 403), path


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://example.org", "https://example.org"),
        ("https://Example.org/", "https://example.org"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://example.org:443", "https://example.org"),
        ("http://[::1]:80/", "http://[::1]"),
        ("moz-extension://0a-1b", "moz-extension://0a-1b"),
    ],
)
def test_an_origin_is_written_as_browsers_do(url: str, origin: str) -> None:
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "url", ["", "*", "null", "example.org", "https://example.org/page", "https://*.example.org",
            "file:///home", "https://a b", "https://me@example.org", "https://example.org?x"]
)  # fmt: skip
def test_what_is_no_origin_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError, match="expected scheme, host and port alone"):
        origin_of(url)


PLACE = "/run/user/1/karussell/keyboard.sock"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, None),
        ({"headers": []}, 421),
        ({"headers": [(b"host", b"evil.example")]}, 421),
        ({"headers": [(b"host", b"localhost"), (b"origin", b"http://localhost")]}, 403),
        ({"headers": [(b"host", b"localhost"), (b"sec-fetch-site", b"none")]}, 403),
        ({"method": "OPTIONS"}, 403),
        ({"method": "POST"}, 415),
        ({"server": ("/tmp/other.sock", None)}, 403),
        ({"client": ("127.0.0.1", 5)}, 403),
        ({"client": ("192.168.1.5", 5)}, 403),
    ],
)
def test_the_unix_socket_is_for_programs_alone(changes: dict[str, Any], status: int | None) -> None:
    plain = {"server": (PLACE, None), "client": None, "headers": [(b"host", b"localhost")]}
    refusal = guard_of(Access(8420, place=PLACE)).judge(scope_of(**{**plain, **changes}))
    assert (refusal.status if refusal else None) == status


def test_no_page_reaches_the_unix_socket(running: Running) -> None:
    for named in ({"origin": running.origin}, {"additional_headers": {"Host": "evil.example"}}):
        with pytest.raises(InvalidStatus):
            unix_connect(running.path, uri="ws://localhost/typing", **named)


_SERVE = (sys.executable, "-c", "from karussell.cli.main import main; main()", "serve")


@contextlib.contextmanager
def serve(folder: Path, *options: object) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    command = [*_SERVE, "--no-memory", "--token-file", folder / "token", *options]
    with started(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "Ctrl-C" not in (line := process.stderr.readline()):
            assert line, "it ended"
        yield process


def test_the_command_serves_until_it_is_stopped_and_leaves_nothing(
    tmp_path: Path, ten_word_path: Path
) -> None:
    path = tmp_path / "karussell" / "keyboard.sock"
    with serve(tmp_path, "-m", ten_word_path) as process, Client(path=str(path)) as line:
        assert line.request("hello")["type"] == "welcome"
        process.terminate()
        assert process.wait(60) == 0
    assert not path.exists()


def test_it_ends_when_nobody_is_there_and_not_before(tmp_path: Path, ten_word_path: Path) -> None:
    with serve(tmp_path, "-m", ten_word_path, "--idle", "0.5") as process:
        with Client(path=str(tmp_path / "karussell" / "keyboard.sock")) as line:
            line.request("hello")
            time.sleep(0.8)
            assert line.request("ask", left="see ")["type"] == "answer"
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_the_keyboard_gives_a_link_to_the_page_of_the_server_that_runs(
    tmp_path: Path, ten_word_path: Path
) -> None:
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
    same = [*_SERVE[:-1], "keyboard", "--no-browser", "--no-memory", "-m", str(ten_word_path)]
    with serve(tmp_path, "-m", ten_word_path) as process:
        for _ in range(2):
            told = subprocess.run(same, env=environment, capture_output=True, text=True, timeout=60)
            assert told.returncode == 0
            link = told.stderr.splitlines()[0].split()[-1]
            host, _, code = link.removeprefix("http://").partition("/#code=")
            connection = http.client.HTTPConnection(host, timeout=60)
            headers = {
                "Origin": f"http://{host}",
                "Content-Type": "application/json",
                "X-Karussell": "1",
            }
            connection.request("POST", "/session", json.dumps({"code": code}), headers)
            assert connection.getresponse().status == 200
            connection.close()
        other = [*same, "--private"]
        with started(other, env=environment, stderr=subprocess.PIPE, text=True) as alone:
            assert alone.stderr is not None
            assert "runs with other settings; this page is its own" in alone.stderr.readline()
            alone.terminate()
        process.terminate()
        assert process.wait(60) == 0


def test_a_second_command_says_that_one_runs(tmp_path: Path, ten_word_path: Path) -> None:
    with serve(tmp_path, "-m", ten_word_path) as process:
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}
        told = subprocess.run(_SERVE, env=environment, capture_output=True, text=True, timeout=60)
        assert told.returncode == 2
        assert f"a server of yours runs already (process {process.pid})" in told.stderr
        process.terminate()


def test_a_program_may_be_silent_longer_than_a_page(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It answers no ping while it does something else."""
    config = running.server.config
    monkeypatch.setattr(config, "ws_ping_interval", 0.05)
    monkeypatch.setattr(config, "ws_ping_timeout", 0.05)
    with Client(path=running.path) as line:
        line.request("hello")
        time.sleep(0.5)
        assert line.request("ask", left="see ")["type"] == "answer"


def test_who_reads_no_answers_is_cut_off(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lines.BACKLOG_LIMIT == 2**20
    monkeypatch.setattr(lines, "BACKLOG_LIMIT", 2**16)
    with Client(path=running.path) as slow, Client(path=running.path) as other:
        slow.request("hello")
        other.request("hello")

        def ask_on() -> None:
            for _ in range(20_000):
                slow.send("ask", left="see tom")

        with pytest.raises(ConnectionError, match=r"pipe|reset"):
            ask_on()
        assert other.request("ask", left="see ")["type"] == "answer"
