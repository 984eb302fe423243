"""The app for offline use, as a person meets it: installed, restarted, without a server."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from karussell.web import write_app
from tests.browser.conftest import QUIET, WATCH_POLICY
from tests.web.static_host import hosted

_PATIENCE = 60_000
_REQUESTS = 10  # of the page at its start; each costs some milliseconds more
_READY = "#connection[data-state=ready]"

# A browser with this profile, from its start to its end, at an address.
Started = Callable[[str], AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a host serves, with the app some folders deep."""
    host = tmp_path_factory.mktemp("host")
    write_app(host / "some" / "folder")
    return host


@pytest.fixture
def started(
    chromium: tuple[Playwright, Browser], chromium_path: str, tmp_path: Path
) -> Iterator[Started]:
    """Starts browsers with one profile; in the end none may have complained."""
    complaints: list[str] = []

    @contextmanager
    def start(address: str) -> Iterator[Page]:
        context = chromium[0].chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium_path, headless=True, args=QUIET
        )
        context.set_default_timeout(_PATIENCE)
        page = context.new_page()
        page.add_init_script(WATCH_POLICY)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.goto(address)
        page.wait_for_selector(_READY)
        yield page
        context.close()

    yield start
    assert complaints == []


def _word(page: Page, text: str) -> str:
    """Where the strip offers a word."""
    return f"#strip button:enabled:has-text('{text}')"


def _write(page: Page, text: str) -> None:
    page.focus("#field")
    page.keyboard.type(text)


def test_a_browser_that_was_there_once_needs_no_server(folder: Path, started: Started) -> None:
    with hosted(folder) as host:
        address = f"{host}some/folder/"
        with started(address) as page:
            _write(page, "see you tomorow ")
            expect(page.locator("#field")).to_have_value("see you tomorrow ")
            page.keyboard.type("at Zwetschgeria\n")
            page.keyboard.type("at zwe")
            page.wait_for_selector(_word(page, "Zwetschgeria"))
            expect(page.locator("#open-inside")).to_be_hidden()
            expect(page.locator("#language")).to_be_hidden()
            expect(page.locator("#install")).to_be_hidden()
    with started(address) as page:  # nobody serves it any more
        assert page.evaluate("performance.getEntriesByType('resource').length") <= _REQUESTS
        _write(page, "see you tom")
        page.wait_for_selector(_word(page, "tomorrow"))
        page.keyboard.type("orow at zwe")
        expect(page.locator("#field")).to_have_value("see you tomorrow at zwe")
        page.locator(_word(page, "Zwetschgeria")).focus()
        page.keyboard.press("Delete")
        expect(page.locator("#forgotten")).to_contain_text("Zwetschgeria")
        expect(page.locator(_word(page, "Zwetschgeria"))).to_have_count(0)
    with started(address) as page:
        _write(page, "at zwe")
        expect(page.locator("#strip .literal")).to_contain_text("zwe")
        expect(page.locator(_word(page, "Zwetschgeria"))).to_have_count(0)


def test_a_later_version_is_taken_when_the_writer_says_so(tmp_path: Path, started: Started) -> None:
    out = tmp_path / "host"
    write_app(out)
    with hosted(out) as host, started(host) as page:
        write_app(out, "de")
        page.reload()
        page.wait_for_selector(_READY)
        assert page.locator("#field").get_attribute("lang") == "en"
        _write(page, "see you ")
        page.get_by_role("button", name="Load the new version").click()
        page.wait_for_selector("#field[lang=de]")
        page.wait_for_selector(_READY)
        expect(page.locator("#field")).to_have_value("see you ")
        expect(page.locator("#renew")).to_be_hidden()
        assert len(page.evaluate("caches.keys()")) == 1


def test_a_version_that_came_damaged_is_not_taken(tmp_path: Path, started: Started) -> None:
    out = tmp_path / "host"
    write_app(out)
    with hosted(out) as host, started(host) as page:
        write_app(out, "de")
        os.truncate(out / "data" / "model.karussell", 1_000_000)
        page.reload()
        page.wait_for_selector(_READY)
        page.evaluate(_AFTER_UPDATE)
        assert len(page.evaluate("caches.keys()")) == 1
    with started(host) as page:
        assert page.locator("#field").get_attribute("lang") == "en"
        _write(page, "see you tom")
        page.wait_for_selector(_word(page, "tomorrow"))


# Until no version is on its way any more.
_AFTER_UPDATE = """async () => {
  const registration = await navigator.serviceWorker.ready;
  await registration.update().catch(() => null);
  const coming = registration.installing;
  if (!coming) return;
  await new Promise((resolve) => {
    coming.addEventListener("statechange", () => coming.state === "redundant" && resolve());
  });
}"""
