"""What axe finds on the page as an app, which brings markup and colours of its own."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from karussell.web import write_app
from tests.browser.conftest import Axe, OpenPage
from tests.browser.test_writing import write
from tests.web.static_host import hosted


@pytest.mark.parametrize("device", [None, "Pixel 7"])
def test_axe_finds_nothing(
    tmp_path: Path, open_page: OpenPage, axe: Axe, device: str | None
) -> None:
    write_app(tmp_path / "host")
    with hosted(tmp_path / "host") as host:
        page = open_page.watched(open_page.context(device=device))
        page.goto(host)
        page.wait_for_selector("#strip button:enabled")
        write(page, "see you tom")
        assert axe.findings(page) == []
        for opens, dialog in (("#open-learned", "#learned"), ("#open-keys", "#keys")):
            page.locator(opens).click()
            expect(page.locator(dialog)).to_be_visible()
            assert axe.findings(page) == []
            page.keyboard.press("Escape")
        page.evaluate("document.querySelector('#install').hidden = false")
        page.evaluate("document.querySelector('#renew').hidden = false")
        assert axe.findings(page) == []
        open_page.close()
