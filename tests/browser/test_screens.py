"""What is seen on screens of all sizes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import boxes, comes_true
from tests.browser.test_writing import fitting
from tests.web.serving import Running

pytestmark = pytest.mark.browser

# A phone whose own keyboard covers a part of the page without making the page itself any smaller.
_COVERED = """() => {
  const seen = Object.assign(new EventTarget(), { height: innerHeight, scale: 1, offsetTop: 0 });
  Object.defineProperty(window, "visualViewport", { value: seen });
}"""
_COVER = """(height) => {
  visualViewport.height = height;
  visualViewport.dispatchEvent(new Event("resize"));
}"""


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("covered", [False, True])
def test_the_strip_stays_above_the_keyboard_of_the_phone(
    open_page: OpenPage, running: Running, covered: bool
) -> None:
    context = open_page.context(device="Pixel 7")
    page = open_page.watched(context)
    if covered:
        page.add_init_script(f"({_COVERED})()")
    page.goto(running.access.new_link())
    page.wait_for_selector("#strip button:enabled")
    page.get_by_role("button", name="Keys", exact=True).tap()
    page.get_by_label("Show the on-screen keyboard").uncheck()
    page.get_by_role("button", name="Close").tap()
    if covered:
        page.evaluate(_COVER, 420)
    else:
        page.set_viewport_size({"width": 412, "height": 420})
    expect(page.locator("#strip")).to_be_visible()
    comes_true(page, lambda: max(bottom(page, "#strip"), bottom(page, "#field")) <= 420)


@pytest.mark.parametrize(("width", "height"), [(844, 390), (667, 375), (640, 400), (915, 412)])
def test_low_windows_show_the_text_the_words_and_all_keys(
    open_page: OpenPage, running: Running, width: int, height: int
) -> None:
    page = open_page(running, viewport={"width": width, "height": height})
    page.keyboard.insert_text("see you to")
    fitting(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert bottom(page, "#keyboard") <= height
    for box in boxes(page.locator("#strip button:enabled, .quiet:visible:enabled")):
        assert min(box["width"], box["height"]) >= 44
    page.get_by_role("button", name="Learned").click(trial=True)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_long_words_that_differ_at_the_end_are_told_apart(
    open_page: OpenPage, running: Running, width: int
) -> None:
    page = open_page(running, viewport={"width": width, "height": 800})
    words = ["Internationalisation", "Internationalization", "Donaudampfschifffahrtskapitaene"]
    cut = page.evaluate(
        """(words) => {
          const strip = document.getElementById("strip");
          const edit = { delete_left: 5, insert: "" };
          const slots = words.map((text) => ({ text, kind: "", probability: 0.3, edit }));
          strip.show({ literal: slots[0], slots, best: 1, autocorrect: slots[1] }, "Inter");
          const cut = (word) =>
            word.scrollHeight > word.clientHeight + 1 || word.scrollWidth > word.clientWidth + 1;
          return [...strip.querySelectorAll(".word, .kept")].filter(cut).length;
        }""",
        words,
    )
    assert cut == 0
    shown = page.locator("#strip .word").all_inner_texts()
    assert shown[:2] == words[:2]
    assert shown[2].startswith("Donau")
    assert shown[2].endswith("kapitaene")


@pytest.mark.parametrize("word", ["tomorrow", "password", "commonly", "Saturday"])
def test_a_word_that_fits_a_phone_is_not_broken(
    open_page: OpenPage, running: Running, word: str
) -> None:
    page = open_page(running, viewport={"width": 390, "height": 844})
    lines = page.evaluate(
        """(text) => {
          const strip = document.getElementById("strip");
          const edit = { delete_left: 0, insert: "" };
          const slots = [0, 1, 2].map(() => ({ text, kind: "", probability: 0.3, edit }));
          strip.show({ literal: null, slots, best: 0, autocorrect: null }, "");
          return [...strip.querySelectorAll(".word")].map((shown) => {
            const range = document.createRange();
            range.selectNodeContents(shown);
            return new Set([...range.getClientRects()].map((one) => one.top)).size;
          });
        }""",
        word,
    )
    assert lines == [1, 1, 1]
