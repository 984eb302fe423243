"""Digits, symbols and emoji: how one comes to them, what is there, and how one comes back."""

from functools import partial

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import (
    choices,
    comes_true,
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

_WRITES = "keys => keys.filter(key => !key.classList.contains('named')).map(key => key.dataset.key)"
_EMPTY = "field => { field.value = ''; }"


@pytest.fixture
def phone(open_page: OpenPage, running: Running) -> Page:
    return open_page(running, device="Pixel 7")


def shown(page: Page) -> str | None:
    return page.locator("#keyboard").get_attribute("data-layer")


def shows(grid: Locator, group: Locator) -> bool:
    box, inner = grid.bounding_box(), group.bounding_box()
    assert box is not None
    assert inner is not None
    return box["y"] - inner["height"] < inner["y"] < box["y"] + box["height"]


def test_digits_and_symbols_have_a_layer_that_a_space_or_a_new_line_leaves(phone: Page) -> None:
    tap(phone, *"a", "symbols", *"10%", "space", *"a", "symbols", *"1", "letters", *"b")
    tap(phone, "symbols", "!", "enter", "c")
    stands(phone, "A10% a1b!\nC")


def test_every_sign_of_ascii_and_more_is_on_a_key(phone: Page) -> None:
    found = set()
    for name in ("symbols", "more", "symbols", "more", "letters"):
        found |= set(phone.locator("#keyboard .row button").evaluate_all(_WRITES))
        tap(phone, name)
    found |= {letter.upper() for letter in found if letter.isascii()}
    assert {chr(code) for code in range(33, 127)} - found == set()
    assert set("£°€•§¿¡«»„“\u2013") - found == set()


@pytest.mark.parametrize(
    ("before", "sign", "letters"),
    [
        ("don", "'", True),  # stands in a word
        ("co", "-", True),
        ("lea", "@", True),
        ("", "#", True),  # begins one
        ("", "(", True),
        ("", "more ¿", True),
        ("", "more „", True),
        ("snake", "more _", True),
        ("a", "!", False),
        ("a", ":", False),
        ("a", "1", False),
        ("a", ")", False),
        ("a", "more °", False),
    ],
)
def test_letters_come_back_after_a_sign_that_they_follow(
    phone: Page, before: str, sign: str, letters: bool
) -> None:
    tap(phone, *before, "symbols", *sign.split())
    assert shown(phone) == ("letters" if letters else sign.split()[0].replace(sign, "symbols"))
    assert text(phone).lower() == before + sign.split()[-1]


def test_symbols_stay_where_a_number_was_begun(phone: Page) -> None:
    tap(phone, "symbols", *"555-1")
    stands(phone, "555-1")


def test_english_has_an_apostrophe_among_its_letters(phone: Page) -> None:
    tap(phone, *"don't")
    stands(phone, "Don't")


def test_no_layer_is_higher_than_the_letters(phone: Page) -> None:
    phone.locator("#keyboard").evaluate("keys => keys.setAttribute('layout', 'azerty')")
    box = phone.locator("#keyboard").bounding_box()
    for name in ("symbols", "more", "emoji", "letters"):
        tap(phone, name)
        assert phone.locator("#keyboard").bounding_box() == box


def test_the_layer_is_told_to_a_screen_reader(phone: Page) -> None:
    for name, told in [("symbols", "Digits and symbols"), ("more", "More symbols")]:
        tap(phone, name)
        expect(phone.locator("#keyboard [role=status]")).to_have_text(told)


def test_an_emoji_is_one_key_and_one_backspace(phone: Page) -> None:
    record(phone)
    tap(phone, "emoji", "😀", "❤️", "backspace")
    stands(phone, "😀")
    assert shown(phone) == "emoji"
    assert [press["tap"] for press in recorded(phone)] == [None, None, None]
    tap(phone, "letters", *"a")
    assert text(phone).endswith("a")


def test_emoji_are_scrolled_without_writing_any(phone: Page) -> None:
    tap(phone, "emoji")
    grid = phone.locator("#keyboard .emoji-grid")
    x, y = middle(grid)
    line = phone.context.new_cdp_session(phone)
    for kind, points in [
        ("touchStart", [{"x": x, "y": y}]),
        *(("touchMove", [{"x": x, "y": y - step}]) for step in (10, 20, 40, 60)),
        ("touchEnd", []),
    ]:
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    comes_true(phone, lambda: bool(grid.evaluate("grid => grid.scrollTop > 0")))
    stands(phone, "")
    for name in ("Food and drink", "Things", "Smileys"):
        phone.get_by_role("button", name=name).tap()
        comes_true(phone, partial(shows, grid, phone.get_by_role("group", name=name)))
    stands(phone, "")


def test_a_skin_tone_is_chosen_by_a_long_press_and_remembered(phone: Page) -> None:
    tap(phone, "emoji")
    thumb = phone.locator('#keyboard button[data-key="👍"]')
    thumb.scroll_into_view_if_needed()
    with held(phone, thumb):
        assert choices(phone).all_inner_texts() == ["👍", "👍🏻", "👍🏼", "👍🏽", "👍🏾", "👍🏿"]
    choices(phone).nth(3).tap()
    tap(phone, "✌️", "😀")
    stands(phone, "👍🏽✌🏽😀")
    phone.locator("#field").evaluate(_EMPTY)
    phone.reload()
    phone.wait_for_selector("#strip button:enabled")
    tap(phone, "emoji", "👋")
    stands(phone, "👋🏽")


def test_arrow_keys_walk_through_every_layer(open_page: OpenPage, running: Running) -> None:
    page = open_page(running, viewport={"width": 390, "height": 844})
    key(page, "emoji").focus()
    page.keyboard.press("Enter")
    for name in ("ArrowDown", "ArrowRight", "Enter", "ArrowDown", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(name)
    focused = "document.activeElement.dataset.key"
    assert page.evaluate(focused) == "😀"
    stands(page, "😃")
    for name in ("ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(name)
    assert shown(page) == "letters"
    assert page.evaluate(focused) == "q"


def test_an_emoji_is_found_by_its_name(phone: Page) -> None:
    tap(phone, *"to", "emoji", "find")
    expect(phone.locator("#keyboard [role=status]")).to_have_text("Type the name of the emoji")
    tap(phone, *"fox")
    phone.locator("#strip button", has_text="🦊").tap()
    stands(phone, "To 🦊 ")
