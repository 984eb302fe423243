"""What lies behind the text lies where the text lies, and what is written is seen."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import comes_true, stands
from tests.web.serving import Running

pytestmark = pytest.mark.browser

_FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_HEBREW = "\u05e9\u05dc\u05d5\u05dd \u05dc\u05db\u05d5\u05dc\u05dd abc, 12 \u05d5\u05e2\u05d5\u05d3"
_LINES = [
    "A line that is so long that it has to be broken somewhere, and again, whatever its size.",
    "",
    f"{_HEBREW} {_HEBREW}",
    "\ttabs\tand  many   spaces    , a\u00a0wide\u00a0gap",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 e\u0301 \u0928\u092e\u0938\u094d\u0924\u0947",
    "Donaudampfschifffahrtsgesellschaftskapitaen" * 3,
    "",
]
# The copy is all there when something in its last line is underlined; one of the two is seen.
_SEEN = """(which) => {
  const [area, box] = [document.getElementById("field"), document.getElementById("mirror")];
  area.style.caretColor = "transparent";
  area.style.color = which === "text" ? "black" : "transparent";
  box.style.color = which === "mirror" ? "black" : "transparent";
}"""
_COPY = """async () => {
  const { Mirror } = await import("/field/mirror.js");
  const [area, box] = [document.getElementById("field"), document.getElementById("mirror")];
  box.replaceChildren();
  const mirror = new Mirror(area, box);
  mirror.underline({ start: area.value.length - 1, end: area.value.length });
  document.querySelector("mark").style.textDecoration = "none";
  document.querySelector("mark").style.color = "inherit";
}"""
_UNDERLINED = """async () => {
  const { Mirror } = await import("/field/mirror.js");
  const mirror = new Mirror(document.getElementById("field"), document.getElementById("mirror"));
  mirror.underline({ start: 0, end: 4 });
}"""


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844), (844, 390)])
def test_the_mirror_lies_exactly_behind_the_text(
    open_page: OpenPage, running: Running, width: int, height: int
) -> None:
    page = open_page(running, viewport={"width": width, "height": height})
    page.keyboard.insert_text("\n".join(_LINES) + "x")
    page.evaluate(_COPY)
    sheet = page.locator(".sheet")
    for scrolled in (0, 60, 10_000):
        page.locator("#field").evaluate("(area, top) => (area.scrollTop = top)", scrolled)
        page.evaluate(_FRAME)
        pictures = []
        for which in ("text", "mirror"):
            page.evaluate(_SEEN, which)
            pictures.append(sheet.screenshot(animations="disabled"))
        assert pictures[0] == pictures[1], scrolled


@pytest.mark.parametrize("forced", ["none", "active"])
def test_what_is_underlined_is_seen_whatever_the_colours(
    open_page: OpenPage, running: Running, forced: Literal["none", "active"]
) -> None:
    page = open_page(running, forced_colors=forced, color_scheme="dark")
    page.keyboard.insert_text("seen")
    page.evaluate(_UNDERLINED)
    sheet, mark = page.locator(".sheet"), page.locator("#mirror mark").last
    seen = sheet.screenshot(animations="disabled")
    mark.evaluate("(mark) => (mark.style.textDecoration = 'none')")
    assert sheet.screenshot(animations="disabled") != seen


def caret_is_seen(page: Page) -> bool:
    """Whether the last line of the text is in the field's window."""
    return bool(
        page.locator("#field").evaluate(
            "(area) => area.scrollTop + area.clientHeight > area.scrollHeight - 12"
        )
    )


def test_what_keys_and_picks_write_is_scrolled_into_view(
    open_page: OpenPage, running: Running
) -> None:
    phone = open_page(running, device="Pixel 7")
    enter = phone.locator('#keyboard button[data-key="enter"]')
    for _ in range(25):
        enter.tap()
    stands(phone, "\n" * 25)
    comes_true(phone, lambda: caret_is_seen(phone))
    phone.locator("#field").evaluate("(area) => (area.scrollTop = 0)")
    phone.wait_for_selector("#strip[aria-busy=false]")
    phone.locator("#strip .word").first.tap()
    comes_true(phone, lambda: caret_is_seen(phone))
    phone.get_by_role("button", name="Undo").tap()
    comes_true(phone, lambda: caret_is_seen(phone))


def test_a_line_is_read_in_its_own_direction(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    page.keyboard.insert_text(_HEBREW)
    expect(page.locator("#strip")).to_have_attribute("dir", "rtl")
    expect(page.locator("#field")).to_have_css("direction", "rtl")
    page.keyboard.press("Enter")
    page.keyboard.type("see you")
    expect(page.locator("#strip")).to_have_attribute("dir", "ltr")
    # The keys stay where they are.
    expect(page.locator("#keyboard")).to_have_css("direction", "ltr")
