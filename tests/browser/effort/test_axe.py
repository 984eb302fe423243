"""What axe finds on the page in each of its states and themes, and what a screen reader does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from karussell.keyboard import Predictor
from tests.browser.conftest import Axe, OpenPage
from tests.browser.tapping import key
from tests.browser.test_writing import fitting, write
from tests.conftest import MakeCard, MakeWeights
from tests.two_languages import write_two
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser


def test_axe_sees_a_fault_that_was_made(open_page: OpenPage, running: Running, axe: Axe) -> None:
    page = open_page(running)
    page.evaluate("document.querySelector('#clear').replaceChildren()")
    found = axe.findings(page)
    assert [fault.split(":")[1] for fault in found] == [" button-name"] * 4


def _letters(page: Page) -> None:
    write(page, "see you to")


def _choices(page: Page) -> None:
    key(page, "a").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#keyboard .choices")).to_be_visible()


def _layer(name: str) -> Callable[[Page], None]:
    def open_layer(page: Page) -> None:
        page.keyboard.press("Escape")
        key(page, name).click()

    return open_layer


def _settings(page: Page) -> None:
    page.locator("#open-keys").click()
    page.get_by_label("A phrase").fill("Please bring me a glass of water and the blue book.")
    page.keyboard.press("Enter")


def _learned(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator("#open-learned").click()
    expect(page.locator("#learned-list li")).not_to_have_count(0)


def _sure(page: Page) -> None:
    page.locator("#learned footer").get_by_role("button", name="everything").click()
    expect(page.locator("#learned .sure")).to_be_visible()


def _why(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator("#strip .best").click(button="right")
    expect(page.locator("#why")).to_be_visible()


def _inside(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator("#open-inside").click()
    expect(
        page.locator("#inside-weights li, #inside-weights tr, #inside-weights p").first
    ).to_be_visible()


def _scanning(page: Page) -> None:
    page.locator("#inside-close").click()
    page.locator("[data-setting=scanning]").evaluate(
        """(choice) => {
          choice.value = "likely";
          choice.dispatchEvent(new Event("change"));
        }"""
    )
    expect(page.locator(".scanned").first).to_be_visible()


def _private(page: Page) -> None:
    page.locator("[data-setting=scanning]").evaluate(
        "(choice) => { choice.value = 'off'; choice.dispatchEvent(new Event('change')); }"
    )
    page.locator("#privately").click()
    expect(page.locator("#discreet")).to_be_visible()


def _emoji(page: Page) -> None:
    key(page, "emoji").click()
    expect(page.locator("#keyboard .emoji-grid")).to_be_visible()


def _forgotten(page: Page) -> None:
    page.locator("#privately").click()
    key(page, "letters").click()
    page.locator("#field").focus()
    write(page, "\nsee Tess")
    page.locator("#strip button:has-text('Tessa')").focus()
    page.keyboard.press("Delete")
    expect(page.locator("#forgotten button")).to_be_visible()


STATES = {
    "letters": _letters,
    "choices of a key": _choices,
    "symbols": _layer("symbols"),
    "more symbols": _layer("more"),
    "letters again": _layer("letters"),
    "settings": _settings,
    "learned": _learned,
    "sure": _sure,
    "why": _why,
    "inside": _inside,
    "scanning": _scanning,
    "private": _private,
    "emoji": _emoji,
    "forgotten": _forgotten,
}


@pytest.mark.parametrize("device", [None, "Pixel 7"])
def test_axe_finds_nothing(
    open_page: OpenPage, running: Running, axe: Axe, device: str | None
) -> None:
    page = open_page(running, device=device)
    write(page, "see Tessa tomorrow\n")
    found = {}
    for state, reach in STATES.items():
        reach(page)
        found[state] = axe.findings(page)
    assert found == {state: [] for state in STATES}


def test_axe_finds_nothing_where_two_languages_are_written(
    open_page: OpenPage, tmp_path: Path, make_card: MakeCard, make_weights: MakeWeights, axe: Axe
) -> None:
    write_two(tmp_path, make_card, make_weights)
    with (
        Predictor.open([tmp_path / "en.karussell", tmp_path / "de.karussell"]) as predictor,
        serving(predictor) as server,
    ):
        page = open_page(server)
        write(page, "ich das ")
        page.locator("#language").click()
        assert axe.findings(page) == []
        page.locator("#open-learned").click()
        assert axe.findings(page) == []
        open_page.close()


def test_axe_finds_nothing_where_the_server_is_lost_or_another_one(
    open_page: OpenPage, ten_word_path: Path, axe: Axe
) -> None:
    open_page.expected += ["ERR_CONNECTION", "WebSocket", "401", "ERR_EMPTY"]
    with Predictor.open(ten_word_path) as predictor:
        with serving(predictor) as first:
            page = open_page(first)
            write(page, "see you to")
        expect(page.get_by_role("alert")).to_contain_text("does not answer")
        assert axe.findings(page) == []
        with serving(predictor, port=first.port):
            page.evaluate("document.getElementById('retry').click()")  # it may be gone by now
            expect(page.get_by_role("alert")).to_contain_text("open the link")
            assert axe.findings(page) == []
            open_page.close()


def _tree(page: Page) -> list[tuple[str, str]]:
    """Roles and names as the browser tells them to a screen reader."""
    line = page.context.new_cdp_session(page)
    nodes = line.send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], node.get("name", {}).get("value", ""))
        for node in nodes
        if not node["ignored"]
    ]


def test_a_screen_reader_finds_each_thing_by_role_and_name(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    write(page, "see you tom")
    tree = _tree(page)
    for thing in [
        ("heading", "Karussell"),
        ("status", ""),
        ("region", "Writing"),
        ("textbox", "Your text"),
        ("group", "Suggestions"),
        ("button", "1 tomorrow"),
        ("button", "Keep “tom”"),
        ("group", "On-screen keyboard"),
        ("button", "q"),
        ("button", "Shift"),
        ("button", "Backspace"),
        ("button", "123, digits and symbols"),
        ("button", "Space, English"),
        ("button", "New line"),
        ("button", "Undo"),
        ("button", "Private"),
        ("button", "Inside"),
    ]:
        assert thing in tree
    assert [name for role, name in tree if role == "button" and not name] == []
    page.locator("#open-keys").click()
    modal = _tree(page)
    for thing in [
        ("dialog", "Keys and settings"),
        ("combobox", "Switch scanning"),
        ("combobox", "A pointer that rests clicks"),
        ("combobox", "Speak"),
        ("combobox", "Colours"),
        ("checkbox", "Tab picks the best word"),
        ("textbox", "A phrase"),
    ]:
        assert thing in modal
    assert ("textbox", "Your text") not in modal  # what lies behind is out of reach
    page.keyboard.press("Escape")
    fitting(page)
    page.locator("#field").focus()
    page.keyboard.press("Alt+1")
    expect(page.locator("#announcement")).to_have_text("Picked tomorrow")
    assert ("StaticText", "Picked ") in _tree(page) or ("StaticText", "Picked") in _tree(page)
