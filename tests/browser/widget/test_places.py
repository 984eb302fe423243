"""Where a strip stands, and where it comes up by itself."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Axe
from tests.browser.widget.conftest import Write, Written

pytestmark = pytest.mark.browser

_AREA = '<label>It <textarea id="it"></textarea></label>'
_STRIP = "karussell-strip"
_TOGETHER = """() => {
  const strip = document.querySelector("karussell-strip").getBoundingClientRect();
  return strip.top - it.getBoundingClientRect().bottom < 8;
}"""


def floats(written: Written, selector: str = "#it", more: str = "") -> None:
    written.page.evaluate(f"window.strip = attached('{selector}', {{ {more} }})")
    written.page.locator(selector).focus()
    written.type("see you tomo")
    written.offers("tomorrow")


# How high words are, in lines of their own.
_LINES = """all => all.map((word) =>
  word.getBoundingClientRect().height / parseFloat(getComputedStyle(word).lineHeight))"""


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
    written.page.wait_for_function(_TOGETHER)
    assert 0 <= gap(written) <= 8
    written.page.evaluate("box.scrollTop = 600")
    expect(strip).to_be_hidden()
    written.page.evaluate("box.scrollTop = 0")
    expect(strip).to_be_visible()
    written.page.evaluate("it.blur()")
    expect(strip).to_be_hidden()


@pytest.mark.parametrize(
    "part", ["document.documentElement", "document.body", "it", "it.parentNode"]
)
def test_it_stands_under_its_field_in_a_page_that_is_zoomed(write: Write, part: str) -> None:
    written = write(_AREA, viewport={"width": 900, "height": 500})
    written.page.evaluate(f"{part}.style.zoom = 1.7")
    floats(written)
    field, strip = (written.page.locator(each).bounding_box() for each in ("#it", _STRIP))
    assert field
    assert strip
    assert 0 <= strip["y"] - field["y"] - field["height"] <= 8
    assert abs(strip["x"] - field["x"]) <= 8
    assert strip["width"] <= max(field["width"], 360 * 1.7) + 1


def test_it_comes_up_above_a_field_at_the_lower_edge_and_never_leaves_the_window(
    write: Write,
) -> None:
    written = write(
        '<input id="it" aria-label="It" style="position: fixed; bottom: 2px;'
        'right: 2px; width: 60px">',
        viewport={"width": 320, "height": 480},
    )
    floats(written)
    box = written.page.locator(_STRIP).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert gap(written) < 0


@pytest.mark.parametrize("width", [390, 412, 800])
def test_under_a_narrow_field_common_words_stand_on_one_line(write: Write, width: int) -> None:
    written = write(
        '<input id="it" aria-label="It" style="width: 60px">',
        viewport={"width": width, "height": 480},
    )
    floats(written)
    expect(written.page.locator(_STRIP)).to_be_visible()
    seen = written.page.locator("karussell-strip [role=option] b")
    lines = seen.filter(has_text=re.compile(r"^tomo(rrow)?$")).evaluate_all(_LINES)
    assert len(lines) == 2  # what was typed, and the word
    assert 0.9 < min(lines) <= max(lines) < 1.5


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


def test_fields_in_a_shadow_tree_have_it_there(write: Write, axe: Axe) -> None:
    written = write(
        '<div id="tree"></div>',
        """const root = tree.attachShadow({ mode: "open" });
        root.innerHTML = '<textarea aria-label="It"></textarea>' +
          '<p contenteditable role="textbox" aria-label="Rich"></p>';
        window.inner = (tag) => root.querySelector(tag);""",
    )
    for tag in ("textarea", "p"):
        written.page.evaluate(f"attached(inner('{tag}'))")
        written.page.evaluate(f"inner('{tag}').focus()")
        written.type("see you tomo")
        written.offers("tomorrow")
        assert axe.findings(written.page) == []
        written.press("Alt+ArrowDown", "Enter")
        written.stands(tag, "see you tomorrow ")


_LOUD = """<style>
  * { color: red !important; border: 9px solid; margin: 9px; letter-spacing: 1em }
  * { text-transform: uppercase }
  div, kbd, b, span { display: none !important; position: absolute; transform: scale(9) }
</style>"""
_LOOKS = """() => {
  const all = document.querySelectorAll("karussell-strip, [role=listbox], [role=option]");
  const names = ["color", "border", "margin", "letterSpacing", "textTransform", "display"];
  return [...all].map((each) => names.map((name) => getComputedStyle(each)[name]).join());
}"""


def test_no_style_of_the_page_reaches_it_and_none_of_it_reaches_the_page(write: Write) -> None:
    body = (
        f'{_AREA}<karussell-strip for="it" server="{{server}}" token="{{token}}"></karussell-strip>'
    )
    looks = []
    for text in (body, _LOUD + body):
        loud = write(text)
        before = loud.page.evaluate("getComputedStyle(document.body).color")
        loud.page.locator("#it").focus()
        loud.type("see you tomo")
        loud.offers("tomorrow")
        looks.append(loud.page.evaluate(_LOOKS))
        assert loud.page.evaluate("getComputedStyle(document.body).color") == before
        assert loud.page.evaluate("document.styleSheets.length") == 1 + (text != body)
        assert loud.page.evaluate("document.adoptedStyleSheets.length") == 0
    assert looks[0] == looks[1]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_light_or_dark_as_its_page_is(write: Write, scheme: str) -> None:
    style = f'<div style="color-scheme: {scheme}">{_AREA}<p id="place"></p></div>'
    written = write(style, color_scheme="dark" if scheme == "light" else "light")
    floats(written, more="into: place")
    paper = written.page.evaluate(
        "getComputedStyle(document.querySelector('[role=listbox]')).backgroundColor"
    )
    assert paper == ("rgb(255, 253, 249)" if scheme == "light" else "rgb(29, 24, 40)")


def test_on_a_page_from_right_to_left_it_begins_at_the_right(write: Write) -> None:
    field = (
        '<input id="it" aria-label="It" dir="rtl" style="position: fixed; right: 9px; width: 60px">'
    )
    written = write(f'<div dir="rtl">{field}</div>', viewport={"width": 800, "height": 600})
    floats(written)
    box = written.page.locator(_STRIP).bounding_box()
    assert box
    assert box["x"] + box["width"] == pytest.approx(791, abs=1)
    list_ = written.page.get_by_role("listbox")
    assert list_.get_attribute("dir") == "ltr"  # as the line reads
    written.page.locator("#it").fill("")
    written.type("\u05e9\u05dc\u05d5\u05dd ")
    expect(list_).to_have_attribute("dir", "rtl")


def test_fields_that_go_and_come_again_share_one_line_and_their_own_texts(write: Write) -> None:
    written = write(_AREA + '<label>Other <input id="other"></label><p id="place"></p>')
    lines: list[str] = []
    written.page.on("websocket", lambda socket: lines.append(socket.url))
    written.page.evaluate("attached('#other')")
    floats(written)
    written.page.locator("#other").focus()
    written.type("come wiht ")
    written.stands("#other", "come with ")
    written.page.evaluate("window.kept = it; it.remove()")
    written.type("tomo")
    written.pick("tomorrow")
    written.stands("#other", "come with tomorrow ")
    written.page.evaluate("place.append(kept)")
    written.page.locator("#it").focus()
    written.press("End")
    written.type("r")
    written.pick("tomorrow")
    written.stands("#it", "see you tomorrow ")
    written.page.evaluate("it.remove()")
    expect(written.page.locator(_STRIP).first).to_be_hidden()
    assert len(lines) == 1
