"""A page of somebody else's, on an origin of its own, that uses the widget."""

import contextlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from karussell.keyboard import Predictor
from karussell.web import create_app
from tests.browser.conftest import Answers, OpenPage
from tests.web.serving import TOKEN, Running, serving_app

_PATIENCE = 600  # tenths of a second that a busy machine may take; a quiet one takes one
_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">
<style>body { font-family: sans-serif }</style>
<script type="module">
  import { attach } from "{server}/widget/widget.js";
  const found = (field) => typeof field === "string" ? document.querySelector(field) : field;
  const from = { server: "{server}", token: "{token}" };
  window.attached = (field, more) => attach(found(field), { ...from, ...more });
</script></head><body><main><h1>A page</h1>
"""
_WORDS = """() => [...document.querySelectorAll("karussell-strip [role=option]:not([aria-hidden])")]
  .map((word) => word.shadowRoot.querySelector("b").textContent)"""
_PLACE = """(word) => [...document.querySelectorAll("karussell-strip [role=option]")]
  .findIndex((each) => each.shadowRoot.querySelector("b").textContent === word) % 4"""
_STANDS = """(element) =>
  element.value ?? element.innerText.replaceAll("\\u00a0", " ").replace(/^\\n$/, "")"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """The server of that page, and what it serves by path."""

    port: int
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The page in a browser."""

    page: Page

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def offers(self, word: str) -> None:
        """Wait until a word is offered for the text as it stands."""
        strip = self.page.locator("karussell-strip [role=listbox]:not([aria-busy])")
        expect(
            strip.locator("[role=option]:not([aria-hidden])", has_text=word).first
        ).to_be_attached()

    def pick(self, word: str) -> None:
        """Pick a word by its number, once it is offered."""
        self.offers(word)
        self.press(f"Alt+{self.page.evaluate(_PLACE, word)}")

    @property
    def words(self) -> list[str]:
        words: list[str] = self.page.evaluate(_WORDS)
        return words

    def text(self, selector: str) -> str:
        text: str = self.page.locator(selector).evaluate(_STANDS)
        return text

    def stands(self, selector: str, text: str) -> None:
        """Wait until a field has this text."""
        for _ in range(_PATIENCE):
            if self.text(selector) == text:
                return
            self.page.wait_for_timeout(100)
        assert self.text(selector) == text


class Sent:
    """What a page tells its server."""

    def __init__(self, written: Written) -> None:
        self.messages: list[dict[str, Any]] = []
        written.page.on(
            "websocket",
            lambda socket: socket.on(
                "framesent", lambda frame: self.messages.append(json.loads(frame))
            ),
        )

    def told(self, *types: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] in types]


@contextlib.contextmanager
def hosting() -> Iterator[Host]:
    """Serve pages on a free port while the block runs."""
    files: dict[str, tuple[str, bytes]] = {}

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = files.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Host(port=server.server_address[1], files=files)
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with hosting() as found:
        yield found


@pytest.fixture(scope="module")
def english(host: Host) -> Iterator[Running]:
    with (
        Predictor.open() as predictor,
        serving_app(lambda access: create_app(predictor, access), origins=[host.origin]) as running,
    ):
        yield running


class Write:
    """Opens a page with these elements and this script in it."""

    def __init__(self, open_page: OpenPage, host: Host, running: Running) -> None:
        self._open_page = open_page
        self.host = host
        self.server = running.origin
        self._told = {"server": running.origin, "token": TOKEN}

    def __call__(self, body: str, script: str = "", **options: Any) -> Written:
        page = self._open_page.watched(self._open_page.context(**options))
        after = f'<script type="module">{script}</script>' if script else ""
        text = f"{_HEAD}{body}{after}</main>"
        for name, value in self._told.items():
            text = text.replace(f"{{{name}}}", value)
        self.host.files["/"] = ("text/html", text.encode())
        page.goto(self.host.origin)
        page.wait_for_function("window.attached && document.readyState === 'complete'")
        return Written(page=page)

    def held(self, body: str, *fields: str, wait: bool = False) -> tuple[Written, Answers]:
        """A page with the strip on some fields, whose answers can be held up."""
        written, answers = self(body), Answers()
        answers.wait = wait
        written.page.route_web_socket("**/typing", answers.pass_on)
        for each in fields:
            written.page.evaluate("(field) => attached(`#${field}`)", each)
        return written, answers


@pytest.fixture
def write(open_page: OpenPage, host: Host, english: Running) -> Write:
    return Write(open_page, host, english)
