"""The strip itself: keys, mouse and finger, and what it tells those who do not see it."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Axe
from tests.browser.tapping import comes_true
from tests.browser.widget.conftest import Write, Written

pytestmark = pytest.mark.browser

_FOR = 'for="it" server="{server}" token="{token}"'
_STRIP = f"<karussell-strip {_FOR}></karussell-strip>"
_INPUT = '<label>It <input id="it"></label>'
_AREA = '<label>It <textarea id="it"></textarea></label>'


def option(written: Written, word: str) -> Locator:
    return written.page.get_by_role("option", name=word, exact=True)


def active(written: Written) -> str | None:
    """The word that the field names as the one in question."""
    found: str | None = written.page.evaluate(
        """() => {
          const word = document.getElementById(it.getAttribute("aria-activedescendant"));
          const selected = word?.ariaSelected === "true";
          return selected ? word.shadowRoot.querySelector("b").textContent : null;
        }"""
    )
    return found


def becomes(written: Written, word: str | None) -> None:
    """Wait until this word is in question: keys are answered when the page comes to it."""
    comes_true(written.page, lambda: active(written) == word)


def test_arrows_enter_and_escape_are_those_of_a_combobox(write: Write, axe: Axe) -> None:
    written = write(_INPUT + _STRIP)
    field = written.page.get_by_label("It", exact=True)
    field.click()
    expect(field).to_have_role("combobox")
    assert axe.findings(written.page) == []
    written.type("see you tomo")
    written.offers("tomorrow")
    expect(field).to_have_attribute("aria-expanded", "true")
    becomes(written, None)
    written.press("ArrowDown")
    becomes(written, "tomorrow")
    assert axe.findings(written.page) == []
    written.press("ArrowLeft", "ArrowRight")
    becomes(written, None)
    written.offers("tomorrow")
    written.press("ArrowUp")
    becomes(written, "tomo")
    written.press("ArrowDown")
    becomes(written, None)
    written.press("ArrowDown", "ArrowDown", "Escape")
    becomes(written, None)
    expect(field).to_have_attribute("aria-expanded", "true")
    written.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    written.press("Alt+1")
    assert written.text("#it") == "see you tomo"  # put away
    written.press("ArrowDown", "ArrowDown", "ArrowUp", "Enter")
    written.stands("#it", "see you tomorrow ")


def test_arrows_stay_with_a_text_of_many_lines_until_they_are_called(
    write: Write, axe: Axe
) -> None:
    written = write(_AREA + _STRIP)
    field = written.page.get_by_role("textbox", name="It")
    field.click()
    written.type("tea")
    written.press("Enter")
    written.type("tomo")
    written.offers("tomorrow")
    written.press("ArrowUp")
    becomes(written, None)
    assert field.evaluate("it => it.selectionEnd") <= 3
    written.press("Control+End")
    written.offers("tomorrow")
    written.press("Alt+ArrowDown")
    assert active(written) is not None
    assert axe.findings(written.page) == []
    written.press("ArrowUp")
    becomes(written, None)


def test_digits_and_tab_pick_where_the_page_wants_it(write: Write) -> None:
    plain = write(_INPUT + _STRIP + "<button>Next</button>")
    plain.page.locator("#it").click()
    plain.type("see you tomo")
    plain.offers("tomorrow")
    plain.press("1")
    plain.stands("#it", "see you tomo1")
    plain.press("Tab")
    expect(plain.page.get_by_role("button")).to_be_focused()
    picking = write(
        _INPUT + _STRIP.replace("for=", 'pick="digits tab" for=') + "<button>Next</button>"
    )
    picking.page.locator("#it").click()
    picking.type("see you tomo")
    picking.offers("tomorrow")
    picking.press("1")
    picking.stands("#it", "see you tomorrow ")
    picking.type("tomo")
    picking.offers("tomorrow")
    picking.press("Tab")
    picking.stands("#it", "see you tomorrow tomorrow ")
    picking.page.get_by_role("button").focus()
    picking.page.locator("#it").focus()
    picking.press("Tab")
    expect(picking.page.get_by_role("button")).to_be_focused()  # nothing was written


@pytest.mark.parametrize("touch", [False, True])
def test_a_press_picks_and_the_field_keeps_the_focus(write: Write, touch: bool) -> None:
    written = write(_AREA + _STRIP, has_touch=touch)
    written.page.evaluate(
        """() => {
          window.heard = [];
          it.addEventListener("blur", () => heard.push("blur"));
          for (const type of ["pointerdown", "mousedown", "click"]) {
            document.addEventListener(type, (event) => heard.push(type));
          }
        }"""
    )
    written.page.locator("#it").focus()
    written.type("see you tomo")
    written.offers("tomorrow")
    word = option(written, "tomorrow")
    if touch:
        word.tap()
    else:
        word.click()
    written.stands("#it", "see you tomorrow ")
    assert written.page.evaluate("heard") == []  # no press outside of the page's own windows


def test_what_the_page_says_of_its_field_stays(write: Write) -> None:
    field = (
        '<input id="it" aria-label="It" role="searchbox" aria-controls="found"><p id="found"></p>'
    )
    written = write(field + _INPUT.replace('"it"', '"other"') + "<div id='place'></div>")
    written.page.evaluate("attached('#it', { into: place })")
    written.page.evaluate("window.strip = attached('#other')")
    written.page.locator("#it").focus()
    written.type("see you tomo")
    written.offers("tomorrow")
    before = written.page.locator("#it").evaluate("it => it.outerHTML")
    assert 'role="searchbox"' in before
    assert 'aria-controls="found"' in before
    written.press("Alt+1")
    written.stands("#it", "see you tomorrow ")
    other = written.page.locator("#other")
    plain = other.evaluate("other => other.outerHTML")
    other.focus()
    assert other.get_attribute("role") == "combobox"
    written.page.evaluate("strip.detach()")
    assert other.evaluate("other => other.outerHTML") == plain
    written.type("tomo")
    written.stands("#other", "tomo")


def test_words_are_told_politely_once_the_writer_rests(write: Write) -> None:
    written = write(_AREA + _STRIP)
    written.page.locator("#it").focus()
    written.type("see you tomo")
    status = written.page.get_by_role("status")
    expect(status).to_contain_text("1 tomorrow")
    written.page.evaluate("it.blur()")
    expect(status).to_have_text("")


@pytest.mark.parametrize("how", ["Tab", "1", "Alt+1", "press"])
def test_a_pick_that_comes_before_its_answer_waits_for_it(write: Write, how: str) -> None:
    written, answers = write.held(_INPUT)
    written.page.evaluate("attached('#it', { pick: ['digits', 'tab'] })")
    written.page.locator("#it").focus()
    for typed, then in (("o", "see you tomorrow "), ("xyz", "see you tomxyz")):
        written.page.locator("#it").fill("")
        written.type("see you tom")
        written.offers("tomorrow")
        answers.wait = True
        written.type(typed)
        if how == "press":
            option(written, "tomorrow").click()
        else:
            written.press(how)
        written.stands("#it", f"see you tom{typed}")
        comes_true(written.page, lambda: bool(answers.held))
        answers.come()
        written.stands("#it", then + "1" if (how, typed) == ("1", "xyz") else then)
        expect(written.page.locator("#it")).to_be_focused()
