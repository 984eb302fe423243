import asyncio
import logging

import pytest
from starlette.types import Message, Receive, Scope, Send

from karussell.web.access import Access
from karussell.web.guard import Guard
from tests.web.serving import Running

PORT = 8420
CANARY = "the secret that somebody typed"


def scope_of(**changes: object) -> Scope:
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [(b"host", b"127.0.0.1:8420")],
        "server": ("127.0.0.1", PORT),
        "client": ("127.0.0.1", 50_000),
    }
    scope.update(changes)
    return scope


async def faulty_app(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError(CANARY)


def guard_of(access: Access | None = None) -> Guard:
    return Guard(faulty_app, access or Access(PORT), open_files=["/"], open_posts=["/session"])


def status_of(scope: Scope) -> int | None:
    refusal = guard_of().judge(scope)
    return refusal.status if refusal else None


def test_the_page_may_be_read() -> None:
    assert status_of(scope_of()) is None


@pytest.mark.parametrize("end", ["server", "client"])
@pytest.mark.parametrize("address", [("192.168.1.5", PORT), ("0.0.0.0", PORT), ("host", 1), None])
def test_only_the_loopback_interface_is_served_however_the_app_is_run(
    end: str, address: tuple[str, int] | None
) -> None:
    assert status_of(scope_of(**{end: address})) == 403


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.0.0.1:08420",
        "127.0.0.1:8420.",
        "127.0.0.1.:8420",
        "LOCALHOST:8420",
        "2130706433:8420",
        "0x7f.1:8420",
        "0.0.0.0:8420",
        "[::1]:8420",
        "www.localhost:8420",
        "127.0.0.1:8420@evil.example",
        "",
    ],
)
def test_a_host_that_is_almost_ours_is_misdirected(host: str) -> None:
    assert status_of(scope_of(headers=[(b"host", host.encode())])) == 421


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:8420/",
        "http://127.0.0.1:8420.evil.example",
        "https://127.0.0.1:8420",
        "http://localhost:8420",
        "HTTP://127.0.0.1:8420",
        "http://127.0.0.1",
        "file://",
        "",
    ],
)
def test_an_origin_that_is_almost_ours_is_refused(origin: str) -> None:
    headers = [(b"host", b"127.0.0.1:8420"), (b"origin", origin.encode())]
    assert status_of(scope_of(headers=headers)) == 403


@pytest.mark.parametrize("name", ["origin", "sec-fetch-site"])
def test_a_header_that_comes_twice_is_refused(name: str) -> None:
    value = {"origin": b"http://127.0.0.1:8420", "sec-fetch-site": b"same-origin"}[name]
    headers = [(b"host", b"127.0.0.1:8420"), *[(name.encode(), value)] * 2]
    assert status_of(scope_of(headers=headers)) == 403


def test_two_cookies_of_one_name_admit_nobody() -> None:
    access = Access(PORT)
    cookie = f"{access.cookie}={access.token}"
    for line, expected in ((cookie, None), (f"{cookie}; {access.cookie}=x", 401)):
        headers = [(b"host", b"127.0.0.1:8420"), (b"cookie", line.encode())]
        refusal = guard_of(access).judge(scope_of(path="/session", headers=headers))
        assert (refusal.status if refusal else None) == expected


def test_a_token_with_letters_beyond_ascii_is_merely_wrong() -> None:
    headers = [(b"host", b"127.0.0.1:8420"), (b"authorization", b"Bearer \xff\xfe")]
    assert status_of(scope_of(path="/session", headers=headers)) == 401


@pytest.mark.parametrize(
    ("method", "status"), [("OPTIONS", 403), ("PUT", 405), ("DELETE", 405), ("TRACE", 405)]
)
def test_methods_without_a_use_are_refused(method: str, status: int) -> None:
    assert status_of(scope_of(method=method)) == status


def test_paths_that_do_not_exist_are_refused_before_anybody_looks() -> None:
    for path in ("/index.html", "/../etc/passwd", "//", "/static", "http://evil.example/"):
        assert status_of(scope_of(path=path)) == 401


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, None),
        ({b"content-type": b"text/plain"}, 415),
        ({b"content-type": b"application/x-www-form-urlencoded"}, 415),
        ({b"content-type": b""}, 415),
        ({b"x-karussell": b""}, 403),
        ({b"content-length": b"65537"}, 413),
        ({b"content-length": b"99999999999999999999999999"}, 413),
        ({b"content-length": b"-1"}, 413),
    ],
)
def test_a_post_is_json_with_our_header_and_small(
    changes: dict[bytes, bytes], status: int | None
) -> None:
    headers = {
        b"host": b"127.0.0.1:8420",
        b"origin": b"http://127.0.0.1:8420",
        b"content-type": b"application/json",
        b"x-karussell": b"1",
    }
    scope = scope_of(method="POST", path="/session", headers=list((headers | changes).items()))
    assert status_of(scope) == status


def test_headers_of_more_than_8_kib_are_refused(running: Running) -> None:
    assert running.ask("GET", "/", x_long="x" * 7_000)[0] == 200
    assert running.ask("GET", "/", x_long="x" * 8_192)[0] == 431


def test_every_answer_bears_the_strict_headers(running: Running) -> None:
    sockets = f"ws://127.0.0.1:{running.port} ws://localhost:{running.port}"
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"connect-src 'self' {sockets}; img-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    for path, cookie in (("/", ""), ("/main.js", ""), ("/session", ""), ("/none", running.cookie)):
        _, headers, _ = running.ask("GET", path, cookie=cookie)
        assert headers["content-security-policy"] == policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert not [name for name in headers if name.startswith("access-control")]
        assert "server" not in headers


def test_a_fault_is_answered_and_recorded_without_its_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    caplog.set_level(logging.DEBUG)
    asyncio.run(guard_of()(scope_of(), receive, send))
    assert sent[0]["status"] == 500
    assert b"A fault in Karussell" in sent[1]["body"]
    assert "ValueError in" in caplog.text
    assert "faulty_app" in caplog.text
    assert CANARY not in caplog.text
