"""A key that is held offers what else it writes."""

from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import (
    Fingers,
    boxes,
    choices,
    held,
    key,
    middle,
    record,
    recorded,
    stands,
    tap,
    text,
)
from tests.web.serving import Running

pytestmark = pytest.mark.browser

_OFFERS = """async (asked) => {
  const { alternativesOf } = await import("/keys/accents.js");
  return asked.map(([name, language, digit]) => alternativesOf(name, language, digit).join(""));
}"""


@pytest.fixture
def phone(open_page: OpenPage, running: Running) -> Page:
    return open_page(running, device="Pixel 7")


def test_an_accent_is_tapped_once_they_are_shown(phone: Page) -> None:
    record(phone)
    tap(phone, *"caf")
    with held(phone, key(phone, "e")):
        stands(phone, "Caf")  # nothing is written before it is known what
    choices(phone).get_by_text("é", exact=True).tap()
    tap(phone, *"s")
    stands(phone, "Cafés")
    assert [press["tap"] is None for press in recorded(phone)] == [False] * 3 + [True, False]
    expect(choices(phone).first).to_be_hidden()


def test_a_thumb_holds_one_key_and_taps_what_it_offers(phone: Page) -> None:
    thumb = Fingers(phone)
    thumb.down("e")
    expect(choices(phone).first).to_be_visible()
    thumb.up("e")
    choices(phone).get_by_text("É", exact=True).tap()
    stands(phone, "É")


def test_a_finger_slides_to_an_accent_and_lets_go(phone: Page) -> None:
    tap(phone, *"a")
    with held(phone, key(phone, "n")):
        phone.mouse.move(*middle(choices(phone).get_by_text("ñ", exact=True)), steps=3)
    stands(phone, "Añ")


def test_a_finger_that_slides_away_from_them_writes_nothing(phone: Page) -> None:
    with held(phone, key(phone, "e")):
        phone.mouse.move(*middle(key(phone, "space")), steps=3)
    expect(choices(phone).first).to_be_hidden()
    stands(phone, "")


def test_another_key_or_escape_or_writing_puts_them_away(phone: Page) -> None:
    keys, field = key(phone, "b"), phone.locator("#field")
    for away in (keys.tap, partial(field.press, "Escape"), partial(field.press, "c")):
        with held(phone, key(phone, "e")):
            pass
        away()
        expect(choices(phone).first).to_be_hidden()
    stands(phone, "Bc")


def test_accents_are_capitals_with_shift(phone: Page) -> None:
    with held(phone, key(phone, "u")):
        assert choices(phone).first.inner_text() == "7"
    choices(phone).get_by_text("Ü", exact=True).tap()
    tap(phone, *"b")
    stands(phone, "Üb")


def test_the_top_row_gives_digits(phone: Page) -> None:
    for name, digit in zip("qwertyuiop", "1234567890", strict=True):
        with held(phone, key(phone, name)):
            phone.mouse.move(*middle(choices(phone).first), steps=2)
        assert text(phone)[-1] == digit


@pytest.mark.parametrize("width", [320, 390, 844])
def test_they_are_all_on_the_screen(open_page: OpenPage, running: Running, width: int) -> None:
    page = open_page(running, viewport={"width": width, "height": 640})
    for name in "qeaop":
        with held(page, key(page, name)):
            stage = page.locator(".stage").bounding_box()
            assert stage is not None
            for box in boxes(choices(page)):
                assert box["x"] >= 0
                assert box["x"] + box["width"] <= width
                assert box["y"] >= stage["y"]
                assert min(box["width"], box["height"]) >= 24
            first = middle(choices(page).first)[0]
            if len(choices(page).all()) * 39 < width / 2:
                assert abs(first - middle(key(page, name))[0]) < 24  # right above the finger
        page.keyboard.press("Escape")


def test_they_are_reached_with_the_keys_alone(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    key(page, "e").focus()
    focused = "document.activeElement.dataset.key"
    for opens in ("Alt+ArrowDown", "Shift+F10", "ContextMenu"):
        page.keyboard.press(opens)
        expect(choices(page).first).to_be_focused()
        expect(key(page, "e")).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        assert page.evaluate(focused) == "e"
        expect(key(page, "e")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Tab")
    expect(choices(page).first).to_be_hidden()
    key(page, "e").focus()
    page.keyboard.press("Alt+ArrowDown")
    for name in ("ArrowRight", "ArrowRight", "ArrowLeft", "Enter"):
        page.keyboard.press(name)
    stands(page, "É")
    assert page.evaluate(focused) == "e"
    key(page, "shift").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(key(page, "shift")).to_have_accessible_name("Shift, locked")


def test_the_other_button_of_a_mouse_opens_them(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    key(page, "s").click(button="right")
    choices(page).get_by_text("ß", exact=True).click()
    stands(page, "ß")


def test_each_language_finds_its_own_first(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    expected = {
        ("e", "fr", "3"): "éèêë3",
        ("c", "fr", ""): "ç",
        ("o", "de-CH", "9"): "ö9",
        ("s", "de", ""): "ß",
        ("n", "es", ""): "ñ",
        ("a", "pt-BR", ""): "áàâã",
        ("i", "tr", "8"): "\u01318",
        ("o", "da", ""): "ø",
        ("l", "pl", ""): "ł",
        ("e", "en", "3"): "3éè",
        ("ß", "de", ""): "ẞ",
        ('"', "de", ""): "„“»«",
        ('"', "fr", ""): "«»“”",
        ('"', "en", ""): "“”„«»",
        ("'", "en", ""): "\u2019\u2018",
        ("-", "en", ""): "\u2013\u2014",
        ("$", "en", ""): "€£¥",
        ("€", "de", ""): "$£",
        ("?", "es", ""): "¿",
        ("b", "en", ""): "",
    }
    found = page.evaluate(_OFFERS, list(expected))
    for asked, offered, start in zip(expected, found, expected.values(), strict=True):
        assert offered.startswith(start), asked
        assert len(set(offered)) == len(offered), asked
        assert asked[0] not in offered
