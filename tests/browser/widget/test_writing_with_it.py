"""Words are picked and corrected in a field of somebody's page, and the browser can undo it."""

import pytest

from tests.browser.widget.conftest import Write, Written

pytestmark = pytest.mark.browser

_STRIP = '<karussell-strip for="it" server="{server}" token="{token}"></karussell-strip>'
_FIELDS = {
    "textarea": '<label>It <textarea id="it"></textarea></label>',
    "input": '<label>It <input id="it"></label>',
    "search": '<label>It <input id="it" type="search"></label>',
    "rich": '<div id="it" contenteditable aria-label="It"></div>',
    "plaintext-only": '<div id="it" contenteditable="plaintext-only" aria-label="It"></div>',
    "nested": '<div id="it" contenteditable aria-label="It"><p><b><i><br></i></b></p></div>',
}


_COLLAPSED = """() => {
  const { selectionStart, selectionEnd } = document.activeElement;
  return selectionStart === selectionEnd && getSelection().isCollapsed;
}"""


@pytest.fixture(params=_FIELDS)
def written(request: pytest.FixtureRequest, write: Write) -> Written:
    found = write(_FIELDS[request.param] + _STRIP)
    found.page.locator("#it").click()
    return found


def undone(written: Written, *keys: str) -> list[str]:
    """The texts that come back, key by key, until nothing changes any more."""
    texts = []
    for key in keys:
        written.press(key)
        texts.append(written.text("#it"))
        assert written.page.evaluate(_COLLAPSED)  # what is typed now replaces nothing
    return texts


def test_what_is_picked_and_corrected_is_undone_by_the_browser_step_by_step(
    written: Written,
) -> None:
    written.type("see you tomo")
    written.pick("tomorrow")
    written.stands("#it", "see you tomorrow ")
    written.type(", wiht ")
    written.stands("#it", "see you tomorrow, with ")
    back = undone(written, *["Control+z"] * 6)
    steps = ["see you tomorrow, wiht ", "see you tomorrow ", "see you tomo", ""]
    assert [text for text in back if text in steps][:4] == steps
    again = undone(written, *["Control+Shift+z"] * 6)
    assert again[-1] == "see you tomorrow, with "
    written.type("it")
    written.stands("#it", "see you tomorrow, with it")


def test_backspace_takes_a_correction_back_and_it_is_not_made_again(written: Written) -> None:
    written.type("come wiht ")
    written.stands("#it", "come with ")
    written.press("Backspace")
    written.stands("#it", "come wiht ")
    written.press("Backspace")
    written.type(" it ")
    written.offers("is")
    written.stands("#it", "come wiht it ")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["Control+a", "Backspace"], ""),
        (["Shift+ArrowLeft", "Backspace"], "come with"),
        (["Control+Backspace"], "come "),
        (["Control+a", "x"], "x"),
    ],
)
def test_what_is_erased_right_behind_a_correction_by_other_keys_goes(
    written: Written, keys: list[str], text: str
) -> None:
    written.type("come wiht ")
    written.stands("#it", "come with ")
    written.press(*keys)
    written.stands("#it", text)


def test_a_word_in_the_middle_is_picked_where_the_caret_is(written: Written) -> None:
    written.type("we meet tomo at ten")
    written.press(*["ArrowLeft"] * 7)
    written.pick("tomorrow")
    written.type("x")
    written.stands("#it", "we meet tomorrow xat ten")


def test_a_key_picks_nothing_before_it_is_told_where_the_cursor_went(write: Write) -> None:
    written = write(_FIELDS["textarea"] + _STRIP)
    written.page.locator("#it").click()
    written.type("see you tom")
    written.offers("tomorrow")
    written.page.locator("#it").evaluate(
        """(field) => {
          field.setSelectionRange(4, 4); // which is told later
          const key = { key: "1", code: "Digit1", altKey: true, bubbles: true, cancelable: true };
          field.dispatchEvent(new KeyboardEvent("keydown", key));
        }"""
    )
    written.type("a")
    written.stands("#it", "see ayou tom")
