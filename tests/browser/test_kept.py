"""What outlives a reload, and what does not."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import stands
from tests.browser.test_writing import fitting, offered, write
from tests.web.serving import Running

pytestmark = pytest.mark.browser


def again(page: Page) -> None:
    page.reload()
    page.wait_for_selector("#connection[data-state=ready]")
    page.wait_for_selector("#strip button:enabled")


def choose(page: Page, *labels: str) -> None:
    page.get_by_role("button", name="Keys", exact=True).click()
    for label in labels:
        page.get_by_label(label).click()
    page.get_by_role("button", name="Close").click()
    page.locator("#field").click()


def test_a_text_outlives_a_reload_in_its_tab_alone(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    write(page, "see you to")
    again(page)
    stands(page, "see you to")
    expect(page.locator("#count strong")).to_have_count(0)
    page.keyboard.type("m")
    fitting(page)
    stands(page, "see you tom")
    other = open_page.watched(page.context)
    other.goto(running.origin)
    other.wait_for_selector("#connection[data-state=ready]")
    stands(other, "")
    page.get_by_role("button", name="Clear").click()
    again(page)
    stands(page, "")
    assert page.evaluate("Object.keys(sessionStorage)") == ["karussell.key"]


def test_settings_outlive_a_reload(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    choose(page, "The keys 1 to 3 pick words", "Two spaces behind a word", "Show the on-screen")
    page.locator("[data-setting=theme]").evaluate(
        "(choice) => { choice.value = 'dark'; choice.dispatchEvent(new Event('change')); }"
    )
    again(page)
    expect(page.locator("#keyboard")).to_be_hidden()
    assert page.evaluate("document.documentElement.style.colorScheme") == "dark"
    write(page, "see you ")
    page.keyboard.type("2  ")
    stands(page, "see you 2  ")


def test_a_private_tab_keeps_and_teaches_nothing(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    choose(page, "Private")
    page.keyboard.type("see Wilhelmina")
    page.keyboard.press("Enter")
    with page.expect_event("dialog") as asked:  # what would be lost is not lost without a question
        page.evaluate("setTimeout(() => location.reload(), 0)")
    asked.value.dismiss()
    assert page.evaluate("sessionStorage.getItem('karussell.text')") is None
    page.get_by_role("button", name="Clear").click()
    again(page)
    expect(page.locator("#private")).to_be_checked()
    choose(page, "Private")
    write(page, "see wil")
    assert offered(page) == []
