"""The calendar of the lab's page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from karussell.lab import calendar
from karussell.web import create_lab
from tests.browser.conftest import Axe, OpenPage
from tests.web.serving import Running, serving_app

_KEPT = "#lstm .answer[data-verdict=right]"


@pytest.fixture(scope="module")
def lab() -> Iterator[Running]:
    data = {"calendar.json": calendar.page_data()}
    with serving_app(lambda access: create_lab(data, access)) as server:
        yield server


def _opened(open_page: OpenPage, lab: Running, **options: Any) -> Page:
    """The page with a whole day read, since nothing shall move."""
    page = open_page.watched(open_page.context(reduced_motion="reduce", **options))
    page.goto(f"{lab.origin}/")
    page.wait_for_selector(_KEPT)
    return page


def _right(page: Page, network: str) -> int:
    return int(page.inner_text(f"#{network} .score").split()[0])


def test_of_100_days_the_lstm_keeps_nearly_all_and_the_plain_rnn_few(
    open_page: OpenPage, lab: Running
) -> None:
    page = _opened(open_page, lab)
    page.click("#hundred")
    assert page.inner_text("#lstm .score").endswith("of 100 days right")
    assert _right(page, "lstm") >= 97
    assert _right(page, "rnn") <= 50
    assert "Of 100 days" in page.inner_text("#announcement")


def test_a_day_is_gone_through_by_keys(open_page: OpenPage, lab: Running) -> None:
    page = _opened(open_page, lab)
    page.focus("#back")
    for _ in range(2):
        page.keyboard.press("Enter")
    expect(page.locator("#day-count")).to_have_text("28 of 30")
    expect(page.locator("#entries li")).to_have_count(28)
    expect(page.locator("#lstm .answer")).to_contain_text("so far")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#day-count")).to_have_text("29 of 30")
    page.focus("#length")
    page.keyboard.press("End")
    expect(page.locator("#day-count")).to_have_text("150 of 150")


def test_a_gate_held_shut_loses_the_appointment_at_once(open_page: OpenPage, lab: Running) -> None:
    page = _opened(open_page, lab)
    page.get_by_role("radio", name="Keep: shut").check(force=True)
    expect(page.locator("#lstm .gate").nth(1).locator("output")).to_have_text("0 %")
    page.click("#hundred")
    assert _right(page, "lstm") <= 40
    page.get_by_role("radio", name="Keep: learned").check(force=True)
    page.wait_for_selector(_KEPT)


def test_units_begun_as_the_identity_keep_it_too(open_page: OpenPage, lab: Running) -> None:
    page = _opened(open_page, lab)
    page.select_option("#units", "relu")
    page.click("#hundred")
    assert _right(page, "rnn") >= 97
    assert "without gates" in page.inner_text("#rnn-what")


def test_a_day_plays_by_itself_and_can_be_stopped(open_page: OpenPage, lab: Running) -> None:
    page = open_page.watched(open_page.context(reduced_motion="no-preference"))
    page.goto(f"{lab.origin}/")
    expect(page.locator("#entries li")).not_to_have_count(0)
    page.click("#play")
    expect(page.locator("#play")).to_have_text("Play")
    page.click("#play")
    page.wait_for_selector(_KEPT)


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_page_fits_every_screen(
    open_page: OpenPage, lab: Running, width: int, colours: str
) -> None:
    size = {"width": width, "height": 800}
    page = _opened(open_page, lab, viewport=size, color_scheme=colours)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    unlabelled = "canvas:not([aria-label]), .hours:not([aria-label]), .bars:not([aria-label])"
    assert page.locator(unlabelled).count() == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(open_page: OpenPage, lab: Running, axe: Axe, width: int) -> None:
    page = _opened(open_page, lab, viewport={"width": width, "height": 800})
    assert axe.findings(page) == []
    page.get_by_role("radio", name="Keep: shut").check(force=True)
    page.click("#hundred")
    assert axe.findings(page) == []
