"""How many keys were pressed for how many letters, counted as a person would."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import stands
from tests.browser.test_writing import write
from tests.web.serving import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_page: OpenPage, running: Running) -> Page:
    return open_page(running)


def test_a_pick_counts_as_one_key(page: Page) -> None:
    write(page, "see you tom")
    page.keyboard.press("Tab")
    stands(page, "see you tomorrow ")
    expect(page.locator("#count")).to_have_text("29 % saved12 keys for 17 letters")
    page.keyboard.press("Control+z")  # a key that saved nothing
    expect(page.locator("#count")).to_have_text("13 keys for 11 letters")


def test_pasted_text_saves_no_keys(open_page: OpenPage, running: Running) -> None:
    page = open_page(running, permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('see you')")
    page.keyboard.press("Control+v")
    stands(page, "see you")
    expect(page.locator("#count")).to_have_text("7 keys for 7 letters")


def test_keys_on_the_screen_count_from_the_first(open_page: OpenPage, running: Running) -> None:
    phone = open_page(running, device="Pixel 7")
    phone.locator('#keyboard button[data-key="s"]').tap()
    expect(phone.locator("#count")).to_have_text("1 key for 1 letter")
    phone.locator('#keyboard button[data-key="backspace"]').tap()
    expect(phone.locator("#count")).to_have_text("")


def test_a_composition_is_counted_when_it_ends(page: Page) -> None:
    line = page.context.new_cdp_session(page)
    for composed in ("y", "yo", "you"):
        end = len(composed)
        line.send(
            "Input.imeSetComposition",
            {"text": composed, "selectionStart": end, "selectionEnd": end},
        )
        expect(page.locator("#count")).to_have_text("")
    line.send("Input.insertText", {"text": "you"})
    expect(page.locator("#count")).to_have_text("3 keys for 3 letters")


def test_what_was_cleared_and_comes_back_was_typed_before(page: Page) -> None:
    page.keyboard.type("see you")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#count")).to_have_text("")
    page.keyboard.press("Control+z")
    stands(page, "see you")
    expect(page.locator("#count")).to_have_text("8 keys for 7 letters")


_COUNTED = """async (kinds) => {
  const { Tally } = await import("/tally.js");
  const tally = new Tally();
  return kinds.map((told) => {
    for (const kind of told) tally.add({ keys: 1, letters: 2, kind });
    return tally.take().picks;
  });
}"""


def test_a_pick_that_was_undone_is_none(page: Page) -> None:
    assert page.evaluate(_COUNTED, [["pick", "unpicked", "pick"], ["pick"]]) == [1, 1]
    assert page.evaluate(_COUNTED, [["pick"], ["unpicked"], ["pick", "pick"]]) == [1, 0, 1]
    page.evaluate(
        """async () => {
          window.picks = 0;
          const { Tally } = await import("/tally.js");
          const add = Tally.prototype.add;
          Tally.prototype.add = function (told) {
            window.picks += { pick: 1, unpicked: -1 }[told.kind] ?? 0;
            add.call(this, told);
          };
        }"""
    )
    write(page, "see you tom")
    page.keyboard.press("Tab")
    assert page.evaluate("window.picks") == 1
    page.keyboard.press("Control+z")
    assert page.evaluate("window.picks") == 0
    page.keyboard.press("Control+y")
    assert page.evaluate("window.picks") == 1
