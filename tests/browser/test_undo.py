"""One history for all that is written, whoever wrote it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import stands
from tests.browser.test_writing import choice, write
from tests.web.serving import Running

pytestmark = pytest.mark.browser

# Random sessions in a field of its own: every change is taken back to the text before it, and made
# again to the text after it. What a browser does by itself is done to the element as it would be.
_SESSIONS = """async (sessions) => {
  const { TextField } = await import("/field/text-field.js");
  let seed = 7;
  const below = (most) => (seed = (seed * 48271) % 2147483647) % most;
  const thumb = "\\ud83d\\udc4d\\ud83c\\udffd";
  const pieces = ["a", "b", " ", ",", "e\\u0301", thumb, "\\u05d0", "\\n", "aa", "aba"];
  const wrong = [];
  for (let session = 0; session < sessions; session++) {
    const area = document.createElement("textarea");
    document.body.append(area);
    const field = new TextField(area);
    const native = (inputType, start, end, data) => {
      area.dispatchEvent(new InputEvent("beforeinput", { inputType }));
      area.setRangeText(data, start, end, "end");
      area.dispatchEvent(new InputEvent("input", { inputType, data }));
    };
    const states = [""];
    for (let step = 0; step < 30; step++) {
      const before = field.text;
      const [one, other] = [below(before.length + 1), below(before.length + 1)];
      const [start, end] = one < other ? [one, other] : [other, one];
      const piece = pieces[below(pieces.length)];
      const doing = below(9);
      if (doing < 2) field.write(piece);
      else if (doing === 2) field.erase(below(2) ? "word" : "character");
      else if (doing === 3) native("insertText", area.selectionStart, area.selectionEnd, piece);
      else if (doing === 4) native("insertFromPaste", start, end, piece + piece);
      else if (doing === 5) native("deleteContentBackward", start, end, "");
      else if (doing === 6) {
        field.pick({ delete_left: below(3), delete_right: below(2), insert: `${piece} ` }, null);
      } else if (doing === 7) area.setSelectionRange(start, below(3) ? start : end);
      else if (end < area.selectionStart) {
        field.correct({ start, removed: before.slice(start, end), inserted: piece }, null);
      }
      if (field.text !== before) states.push(field.text);
    }
    const last = field.text;
    const seen = new Set(states);
    let count = 0;
    for (; field.canUndo; count++) {
      field.undo();
      if (!seen.has(field.text)) wrong.push([session, "undo", field.text]);
      if (field.selecting) wrong.push([session, "selects"]);
    }
    if (field.text !== "") wrong.push([session, "not all", field.text]);
    for (; count; count--) {
      field.redo();
      if (!seen.has(field.text)) wrong.push([session, "redo", field.text]);
    }
    if (field.text !== last) wrong.push([session, "other end", field.text, last]);
    area.remove();
  }
  return wrong;
}"""


@pytest.fixture
def page(open_page: OpenPage, running: Running) -> Page:
    return open_page(running)


def test_every_change_is_taken_back_and_made_again_exactly(page: Page) -> None:
    assert page.evaluate(_SESSIONS, 400) == []


def test_writing_goes_on_behind_a_pick_that_was_taken_back(page: Page) -> None:
    write(page, "see you tom")
    page.keyboard.press("Tab")
    stands(page, "see you tomorrow ")
    page.keyboard.press("Control+z")
    stands(page, "see you tom")
    page.keyboard.type("orrow")
    stands(page, "see you tomorrow")


def test_a_pick_that_is_made_again_is_learned_again(page: Page) -> None:
    write(page, "see Youssef see yo")
    page.keyboard.press(str(choice(page, "Youssef")))
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+Z")
    stands(page, "see Youssef see Youssef ")


def test_undo_is_the_same_wherever_the_focus_is(page: Page) -> None:
    page.keyboard.type("The first one")
    page.get_by_role("button", name="Clear").click()
    stands(page, "")
    page.locator('#keyboard button[data-key="h"]').focus()
    page.keyboard.press("Enter")
    page.locator('#keyboard button[data-key="i"]').focus()
    page.keyboard.press("Enter")
    stands(page, "Hi")
    page.keyboard.press("Control+z")
    stands(page, "")
    page.keyboard.press("Control+z")
    stands(page, "The first one")
    page.keyboard.press("Control+y")
    stands(page, "")


def test_what_was_cleared_comes_back_by_touch(open_page: OpenPage, running: Running) -> None:
    phone = open_page(running, device="Pixel 7")
    phone.keyboard.type("see you")
    phone.get_by_role("button", name="Clear").tap()
    stands(phone, "")
    phone.keyboard.press("Space")  # a space and not another press of the button
    phone.keyboard.press("Backspace")
    phone.get_by_role("button", name="Undo").tap()
    phone.get_by_role("button", name="Undo").tap()
    phone.get_by_role("button", name="Undo").tap()
    stands(phone, "see you")
    phone.get_by_role("button", name="Redo").tap()
    stands(phone, "")
    # What had been typed once is not given away the second time.
    phone.get_by_role("button", name="Undo").tap()
    expect(phone.locator("#count strong")).to_have_count(0)


def test_a_menu_undoes_as_the_keys_do(page: Page) -> None:
    write(page, "see you to")
    page.keyboard.press("Tab")
    line = page.context.new_cdp_session(page)
    line.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": "F13", "commands": ["undo"]})
    stands(page, "see you to")


def test_words_are_taken_back_one_by_one(page: Page) -> None:
    write(page, "see you to the")
    for left in ("see you to ", "see you ", "see ", ""):
        page.keyboard.press("Control+z")
        stands(page, left)
    page.keyboard.press("Control+z")
    stands(page, "")
