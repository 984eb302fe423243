"""A real Chromium in front of the real server with the ten-word model."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    WebSocketRoute,
    expect,
    sync_playwright,
)

from karussell.keyboard import Predictor
from tests.npm import npm_file
from tests.web.serving import Running, serving

# Milliseconds that a busy machine may take for one step; a quiet one takes a few.
_PATIENCE = 60_000
expect.set_options(timeout=_PATIENCE)

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",  # as root, a sandboxed Chromium does not start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""
# All rules of WCAG 2.2 to level AA that a machine can check, and what axe itself recommends.
_FIND = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
}"""
# What somebody may ask the system for; the themes of the page's own settings are the same ones.
_LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "contrast": "no-preference"},
    "high contrast": {"color_scheme": "light", "contrast": "more"},
    "high contrast at night": {"color_scheme": "dark", "contrast": "more"},
}


class Axe:
    """What axe finds wrong with a page as it stands."""

    def __init__(self, source: str) -> None:
        self._source = source

    def findings(self, page: Page) -> list[str]:
        """A line for each fault, with its look, its rule and its element."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(self._source)  # not a script of the page: its policy allows none
        found: list[str] = []
        for look, asked in _LOOKS.items():
            page.emulate_media(reduced_motion="reduce", **asked)
            found += [f"{look}: {fault}" for fault in page.evaluate(_FIND)]
        return found


class Answers:
    """Answers of the server, which come or are held up.

    Attributes:
        wait: Whether they are held up.
        held: Those that were.
        deaf: Whether the server hears nothing.
        told: What it was told, heard or not.
    """

    def __init__(self) -> None:
        self.wait = self.deaf = False
        self.held: list[str | bytes] = []
        self.told: list[dict[str, Any]] = []
        self._browser: WebSocketRoute | None = None

    def pass_on(self, browser: WebSocketRoute) -> None:
        """Stand between a page and its server."""
        self._browser = browser
        server = browser.connect_to_server()
        server.on_message(
            lambda answer: self.held.append(answer) if self.wait else browser.send(answer)
        )

        def tell(message: str | bytes) -> None:
            self.told.append(json.loads(message))
            if not self.deaf:
                server.send(message)

        browser.on_message(tell)

    def told_of(self, name: str, type: str) -> list[Any]:
        """What stood under a name in messages of a type."""
        return [message[name] for message in self.told if message["type"] == type]

    def cut(self) -> None:
        """Cut the line; the next one is heard."""
        self.deaf = False
        assert self._browser is not None
        self._browser.close(code=1012)

    def come(self) -> None:
        """Let those come that were held up, and all later ones."""
        self.wait = False
        assert self._browser is not None
        while self.held:
            self._browser.send(self.held.pop(0))


class OpenPage:
    """Opens the page in a new window and collects what the browser complains about."""

    def __init__(self, playwright: Playwright, browser: Browser) -> None:
        self._playwright = playwright
        self._browser = browser
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.expected: list[str] = []

    def context(self, *, device: str | None = None, **options: Any) -> BrowserContext:
        described = self._playwright.devices[device] if device else {}
        context = self._browser.new_context(**{**described, **options})
        context.set_default_timeout(_PATIENCE)
        self.contexts.append(context)
        return context

    def watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.add_init_script(WATCH_POLICY)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in ("error", "warning")
                else None
            ),
        )
        return page

    def close(self) -> None:
        """Close all windows: before their server goes, for a page complains of one that is gone."""
        while self.contexts:
            self.contexts.pop().close()

    def held(self, running: Running, *, device: str | None = None) -> tuple[Page, "Answers"]:
        """A page whose answers can be held up."""
        page, answers = self.watched(self.context(device=device)), Answers()
        page.route_web_socket("**/typing", answers.pass_on)
        page.goto(running.access.new_link())
        page.wait_for_selector("#strip button:enabled")
        return page, answers

    def __call__(self, running: Running, *, device: str | None = None, **options: Any) -> Page:
        page = self.watched(self.context(device=device, **options))
        page.goto(running.access.new_link())
        page.wait_for_selector("#connection[data-state=ready]")
        page.wait_for_selector("#strip button:enabled")
        return page


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if path is None:
        pytest.skip(f"no chromium here (looked for {', '.join(_CHROMIUM)}): apt install chromium")
    return path


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[tuple[Playwright, Browser]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, headless=True, args=QUIET
        )
        yield playwright, browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> Axe:
    """The checker of accessibility that npm brings; without it the test is skipped."""
    return Axe(npm_file("axe-core/axe.min.js").read_text())


@pytest.fixture(scope="module")
def running(ten_word_path: Path) -> Iterator[Running]:
    with Predictor.open(ten_word_path) as predictor, serving(predictor) as server:
        yield server


@pytest.fixture
def open_page(chromium: tuple[Playwright, Browser]) -> Iterator[OpenPage]:
    """Opens pages; in the end the browser must have complained of what a test expects alone."""
    opener = OpenPage(*chromium)
    yield opener
    opener.close()
    unexpected = [
        complaint
        for complaint in opener.complaints
        if not any(expected in complaint for expected in opener.expected)
    ]
    assert not unexpected
