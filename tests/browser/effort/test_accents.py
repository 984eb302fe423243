"""Accents for those who cannot hold a key: by a switch, by a pointer that rests, by one tap."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.effort.test_help import set_up
from tests.browser.effort.test_scanning import PERIOD, scanned, take
from tests.browser.tapping import choices, key, middle, stands
from tests.web.serving import Running

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scanning", ["rows", "likely"])
@pytest.mark.parametrize(("name", "written"), [("e", "é"), ("s", "ß"), (".", "…")])
def test_a_switch_reaches_what_a_key_also_writes(
    open_page: OpenPage, running: Running, scanning: str, name: str, written: str
) -> None:
    page = scanned(open_page, running, scanning=scanning)
    take(page, '#keyboard button[data-key="a"]')
    take(page, "#accents")
    take(page, f'#keyboard .row button[data-key="{name}"]')
    take(page, f'#keyboard .choices button[data-key="{written}"]')
    stands(page, f"A{written}")
    expect(choices(page).first).to_be_hidden()
    take(page, '#keyboard button[data-key="e"]')  # the next one is a plain key again
    stands(page, f"A{written}e")


def test_two_switches_reach_it_too(open_page: OpenPage, running: Running) -> None:
    page = scanned(open_page, running, scanning="rows", switches="two", switch="enter")
    for wanted in ("#accents", "#keyboard .row [data-key=o]", "#keyboard .choices [data-key=Ö]"):
        take(page, wanted, choose="Enter", move="Space")
    stands(page, "Ö")


def test_a_choice_that_nobody_takes_is_left(open_page: OpenPage, running: Running) -> None:
    page = scanned(open_page, running, scanning="rows", scan_rounds="1")
    take(page, "#accents")
    take(page, "#keyboard .row [data-key=e]")
    expect(choices(page).first).to_be_visible()
    page.clock.run_for(20 * PERIOD)
    expect(choices(page).first).to_be_hidden()
    page.keyboard.press("Space")
    take(page, "#keyboard .row [data-key=e]")
    stands(page, "E")


def test_a_pointer_that_rests_reaches_it(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    expect(page.locator("#accents")).to_be_hidden()
    set_up(page, dwell="500")
    last = "Ų"  # the seldomest
    for place in (page.locator("#accents"), key(page, "u"), choices(page).last):
        page.mouse.move(*middle(place))
        expect(page.locator(".dwelling")).to_have_count(1)
        expect(page.locator(".dwelling")).to_have_count(0)
    stands(page, last)
    expect(page.locator("#field")).to_be_focused()


def test_one_that_is_opened_by_resting_is_closed_by_another_key(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    set_up(page, dwell="500")
    page.locator("#accents").click()
    key(page, "u").click()
    expect(choices(page).first).to_be_visible()
    page.mouse.move(*middle(key(page, "m")))
    stands(page, "M")
    expect(choices(page).first).to_be_hidden()


def test_keys_under_the_choices_are_out_of_reach_of_tab_but_not_of_a_finger(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running, device="Pixel 7")
    key(page, "a").focus()
    page.keyboard.press("Alt+ArrowDown")
    covered = page.locator("#keyboard .row button[inert]")
    expect(covered.first).to_be_attached()
    assert "q" in covered.evaluate_all("(keys) => keys.map((each) => each.dataset.key)")
    box = key(page, "q").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 3, box["y"] + 5)
    stands(page, "Q")
    expect(covered).to_have_count(0)
