"""What an input method composes is left alone until it is done."""

import pytest

from tests.browser.widget.conftest import Write, Written

pytestmark = pytest.mark.browser

_STRIP = """<karussell-strip for="it" server="{server}" token="{token}" pick="digits tab">
  </karussell-strip>"""
_COUNT = """() => {
  window.events = [];
  it.addEventListener("compositionend", () => events.push("end"));
  const composing = (event) => event.isComposing && events.push(event.defaultPrevented);
  it.addEventListener("keydown", composing);
}"""


@pytest.fixture(params=["textarea", "rich"])
def written(request: pytest.FixtureRequest, write: Write) -> Written:
    field = {
        "textarea": '<label>It <textarea id="it"></textarea></label>',
        "rich": '<div id="it" contenteditable aria-label="It"></div>',
    }[request.param]
    found = write(field + _STRIP)
    found.page.locator("#it").click()
    found.page.evaluate(_COUNT)
    return found


def test_keys_go_to_the_input_method_and_the_text_stays_as_composed(written: Written) -> None:
    line = written.page.context.new_cdp_session(written.page)
    written.type("see you ")
    for text in ("t", "to", "tom", "tomo"):
        line.send("Input.imeSetComposition", {"text": text, "selectionStart": 4, "selectionEnd": 4})
    written.offers("tomorrow")
    written.stands("#it", "see you tomo")
    line.send("Input.insertText", {"text": "tomo"})
    written.stands("#it", "see you tomo")
    assert written.page.evaluate("events") == ["end"]
    written.pick("tomorrow")
    written.stands("#it", "see you tomorrow ")


def test_a_word_composed_with_the_space_behind_it_is_corrected(written: Written) -> None:
    line = written.page.context.new_cdp_session(written.page)
    written.type("come ")
    line.send("Input.imeSetComposition", {"text": "wiht", "selectionStart": 4, "selectionEnd": 4})
    written.offers("with")
    line.send("Input.insertText", {"text": "wiht "})
    written.stands("#it", "come with ")
    written.press("Control+z")
    written.stands("#it", "come wiht ")


def test_a_press_on_a_word_ends_the_composition(written: Written) -> None:
    line = written.page.context.new_cdp_session(written.page)
    written.type("see you ")
    line.send("Input.imeSetComposition", {"text": "tomo", "selectionStart": 4, "selectionEnd": 4})
    written.offers("tomorrow")
    written.page.get_by_role("option", name="1 tomorrow", exact=True).click()
    written.stands("#it", "see you tomorrow ")
    written.type("at ten")
    written.stands("#it", "see you tomorrow at ten")
