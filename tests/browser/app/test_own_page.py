"""The widget of the app under a field of somebody's own page: no server, only files."""

from pathlib import Path

from playwright.sync_api import Browser, Playwright, expect

from karussell.web import write_app
from tests.web.static_host import hosted

_OWN = """<!doctype html>
<html lang="en">
  <title>Own page</title>
  <label>Message <textarea id="message" rows="3"></textarea></label>
  <script type="module">
    import { attach } from "../words/widget/widget.js";
    attach(document.getElementById("message"), { app: "../words" });
  </script>
</html>
"""


def test_a_page_beside_the_app_has_its_words_from_files(
    tmp_path: Path, chromium: tuple[Playwright, Browser]
) -> None:
    write_app(tmp_path / "words")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "page.html").write_text(_OWN)
    with hosted(tmp_path) as host, chromium[1].new_context() as context:
        page = context.new_page()
        page.goto(f"{host}own/page.html")
        field = page.locator("#message")
        field.focus()
        page.keyboard.type("see you tomo")
        word = page.get_by_role("option", name="tomorrow").first
        expect(word).to_be_visible(timeout=60_000)
        word.click()
        expect(field).to_have_value("see you tomorrow ")
        page.keyboard.type("my freind ")
        expect(field).to_have_value("see you tomorrow my friend ")
