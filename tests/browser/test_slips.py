"""A paragraph is typed fast and carelessly on the packaged model, and ends right."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from karussell.keyboard import Predictor
from tests.browser.conftest import OpenPage
from tests.browser.test_writing import fitting, text
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser

_PARAGRAPH = """
I shoudl|should have tols|told you befoer,|before, but the weathre|weather was terribel|terrible
yesterdya|yesterday and we stayde|stayed at home. My brothet|brother wants to coem|come with us at
the weekend, becuase|because he does not hvae|have anythign|anything else to do. We coudl|could
meet at the statoin|station and take the traim|train togehter.|together. Pleasse|Please let me
knwo|know what you thimk|think abuot|about it. There is a litle|little restaurent|restaurant near
the markrt,|market, where they have realy|really good foof.|food. I hope that evrything|everything
is goign|going well at wrok,|work, and that you wil|will have soem|some time for us.
"""
_SLIPS = _PARAGRAPH.split()
_TYPED = " ".join(word.partition("|")[0] for word in _SLIPS)
_MEANT = " ".join(word.rpartition("|")[2] for word in _SLIPS)
# Which words are tapped wrong: the letter in their middle is hit on the key beside it.
_TAPPED = 30
_BESIDE = 0.6  # key widths between the middle of the key that was meant and the tap
_KEYS = """() => {
  const found = [...document.querySelectorAll("#keyboard button")].map((key) => {
    const { x, y, width, height } = key.getBoundingClientRect();
    return [key.dataset.key, [x + width / 2, y + height / 2, width]];
  });
  return Object.fromEntries(found);
}"""


@pytest.fixture(scope="module")
def english() -> Iterator[Running]:
    with Predictor.open() as predictor, serving(predictor) as server:
        yield server


def settled(page: Page) -> str:
    fitting(page)
    return text(page)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_a_paragraph_typed_with_thirty_slips_ends_right(
    open_page: OpenPage, english: Running, width: int, height: int
) -> None:
    assert sum("|" in word for word in _SLIPS) == 30
    page = open_page(english, viewport={"width": width, "height": height})
    page.keyboard.type(_TYPED)
    assert settled(page) == _MEANT


def test_a_paragraph_tapped_with_thirty_slips_ends_right(
    open_page: OpenPage, english: Running
) -> None:
    phone = open_page(english, viewport={"width": 390, "height": 844}, has_touch=True)
    keys = phone.evaluate(_KEYS)
    slips = 0
    for word in _MEANT.split(" "):
        letters = word.rstrip(".,")
        slip = len(letters) // 2 if len(letters) > 3 and slips < _TAPPED else -1
        slips += slip >= 0
        for place, letter in enumerate(f"{word} "):
            x, y, wide = keys["space" if letter == " " else letter.lower()]
            aside = -_BESIDE if letter in "plm" else _BESIDE
            phone.touchscreen.tap(x + (aside * wide if place == slip else 0), y)
    assert slips == _TAPPED
    assert settled(phone) == f"{_MEANT} "
    for _ in range(3):  # and every bit of it can be taken back
        phone.get_by_role("button", name="Undo").tap()
    expect(phone.get_by_role("button", name="Redo")).to_be_enabled()
