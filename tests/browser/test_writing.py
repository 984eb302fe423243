import msgspec
import pytest
from playwright.sync_api import Page, expect

from karussell.writing import Rules
from tests.browser.conftest import OpenPage
from tests.browser.tapping import stands
from tests.web.serving import Running
from tests.writing.test_typed import CASES

pytestmark = pytest.mark.browser

_FRAME = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"

# The page's twin of the rules of writing does what the rules say.
_TWIN = """async ([rules, cases]) => {
  const { typed } = await import("/writing.js");
  return cases.map(({ language, left, pending, keys }) => {
    let text = left;
    for (const key of keys) {
      const done = typed(rules[language], text, key, pending, true);
      text = text.slice(0, text.length - done.deleteLeft) + done.insert;
      pending = done.pending;
    }
    return text;
  });
}"""


@pytest.fixture
def page(open_page: OpenPage, running: Running) -> Page:
    return open_page(running)


def write(page: Page, text: str) -> None:
    """Type a text and wait for the words that fit it."""
    page.keyboard.type(text)
    fitting(page)


def fitting(page: Page) -> None:
    """Wait until the strip shows the words for the text as it stands."""
    page.evaluate(_FRAME)  # that the cursor moved is told later than by when the key is through
    page.wait_for_selector("#strip[aria-busy=false]")


def text(page: Page) -> str:
    return page.locator("#field").input_value()


def offered(page: Page) -> list[str]:
    fitting(page)
    return [word for word in page.locator("#strip .word").all_inner_texts() if word]


def choice(page: Page, word: str) -> int:
    """The number of a word on the strip, 1 to 3."""
    return offered(page).index(word) + 1


def test_a_word_is_picked_by_a_click_and_writing_goes_on(page: Page) -> None:
    write(page, "see you to")
    page.locator("#strip button", has_text="tomorrow").click()
    stands(page, "see you tomorrow ")
    expect(page.locator("#field")).to_be_focused()
    page.keyboard.type("the tea")
    stands(page, "see you tomorrow the tea")


def test_a_word_is_picked_by_its_number(page: Page) -> None:
    write(page, "see you tom")
    page.keyboard.press(str(choice(page, "tomorrow")))
    stands(page, "see you tomorrow ")


def test_tab_picks_the_first_word(page: Page) -> None:
    write(page, "see you ")
    first = offered(page)[0]
    page.keyboard.press("Tab")
    stands(page, f"see you {first} ")
    expect(page.locator("#field")).to_be_focused()


def test_alt_with_a_number_picks_wherever_the_cursor_stands(page: Page) -> None:
    write(page, "room 5 t")
    page.keyboard.press("Backspace")
    fitting(page)
    second = offered(page)[1]
    page.keyboard.press("Alt+2")
    stands(page, f"room 5 {second} ")


def test_digits_that_belong_to_a_number_are_digits(page: Page) -> None:
    for typed in ("$3", "(1", "a-2", "#1", "x/2"):
        write(page, "to ")
        page.keyboard.type(typed)
        stands(page, f"to {typed}")
        page.keyboard.type("23:12 1.2 3,1 21")
        stands(page, f"to {typed}23:12 1.2 3,1 21")
        page.get_by_role("button", name="Clear").click()


def test_digits_are_digits_where_a_number_or_a_name_may_come(page: Page) -> None:
    for typed in ("see 2", "see you2", "see t1", "see you. 1"):
        write(page, typed[:-1])
        page.keyboard.type(typed[-1])
        stands(page, typed)
        page.get_by_role("button", name="Clear").click()


def test_escape_makes_the_number_keys_write_digits(page: Page) -> None:
    write(page, "see tom")
    page.keyboard.press("Escape")
    page.keyboard.type("1")
    stands(page, "see tom1")


def test_the_number_keys_can_be_switched_to_digits_for_good(page: Page) -> None:
    page.get_by_role("button", name="Keys", exact=True).click()
    page.get_by_label("The keys 1 to 3 pick words").uncheck()
    page.get_by_role("button", name="Close").click()
    page.locator("#field").click()
    write(page, "see you tom")
    page.keyboard.type("1")
    stands(page, "see you tom1")
    expect(page.locator("#strip kbd").first).to_be_hidden()


def test_escape_and_tab_leave_the_text(page: Page) -> None:
    write(page, "see you ")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("#field")).not_to_be_focused()
    stands(page, "see you ")


def test_tab_through_the_page_is_not_caught_by_the_text(page: Page) -> None:
    write(page, "see")
    page.locator("#field").press("Shift+Tab")
    expect(page.get_by_role("button", name="Keys", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#field")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy")).to_be_focused()
    stands(page, "see")


def test_a_key_picks_nothing_before_it_is_told_where_the_cursor_went(page: Page) -> None:
    write(page, "see you tom")
    page.locator("#field").evaluate(
        """(area) => {
          area.setSelectionRange(4, 4); // which is told later
          area.dispatchEvent(new KeyboardEvent("keydown", { key: "Tab", cancelable: true }));
        }"""
    )
    fitting(page)
    stands(page, "see you tom")


def test_punctuation_takes_the_place_of_the_space_a_pick_brought(page: Page) -> None:
    for mark in ".,;:!?":
        write(page, "see you to")
        page.keyboard.press("Tab")
        picked = text(page)
        page.keyboard.type(mark)
        stands(page, picked.rstrip() + mark)
        page.keyboard.type(" a.")
        stands(page, picked.rstrip() + mark + " a.")
        page.get_by_role("button", name="Clear").click()


def test_a_space_that_is_there_already_is_not_written_twice(page: Page) -> None:
    write(page, "see you to")
    page.keyboard.press("Tab")
    picked = text(page)
    page.keyboard.type(" ")
    stands(page, picked)
    page.keyboard.type("a")
    stands(page, picked + "a")


def test_a_pick_in_the_middle_uses_the_space_that_stands_there(page: Page) -> None:
    page.keyboard.insert_text("see  now")
    for _ in " now":
        page.keyboard.press("ArrowLeft")
    fitting(page)
    word = offered(page)[0]
    page.keyboard.press("Tab")
    page.keyboard.type(",")
    stands(page, f"see {word}, now")
    page.keyboard.type("a")
    stands(page, f"see {word}, anow")


def test_text_without_key_events_is_understood(page: Page) -> None:
    page.keyboard.insert_text("see you to")
    assert "tomorrow" in offered(page)
    page.keyboard.press("Tab")
    picked = text(page)
    page.keyboard.insert_text("!")
    stands(page, picked.rstrip() + "!")


def test_a_composition_is_not_disturbed(page: Page) -> None:
    write(page, "see ")
    line = page.context.new_cdp_session(page)
    for composed in ("y", "yo", "you"):
        end = len(composed)
        line.send(
            "Input.imeSetComposition",
            {"text": composed, "selectionStart": end, "selectionEnd": end},
        )
    stands(page, "see you")
    assert not page.locator("#strip").evaluate("strip => strip.classList.contains('tab')")
    line.send("Input.insertText", {"text": "you"})
    stands(page, "see you")
    page.keyboard.type(" to")
    assert "tomorrow" in offered(page)
    stands(page, "see you to")


def test_text_is_copied(open_page: OpenPage, running: Running) -> None:
    page = open_page(running, permissions=["clipboard-read", "clipboard-write"])
    write(page, "see you")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "see you"


def test_markup_is_text_and_nothing_else(page: Page) -> None:
    write(page, "<img src=x onerror=alert(1)> to")
    page.keyboard.press("Tab")
    assert text(page).startswith("<img src=x onerror=alert(1)> to")
    assert page.locator("img").count() == 0


def test_a_long_text_keeps_its_suggestions(page: Page) -> None:
    page.keyboard.insert_text(
        "see you to the tea. " * 300 + "\U0001f469\u200d\U0001f469\u200d\U0001f467 see you tom"
    )
    assert "tomorrow" in offered(page)
    page.keyboard.press(str(choice(page, "tomorrow")))
    assert text(page).endswith("\U0001f467 see you tomorrow ")


def test_fast_typing_shows_the_words_for_the_last_letter(page: Page) -> None:
    page.keyboard.type("see you to a are tea to the you tom")
    expect(page.locator("#strip .word").first).to_have_text("tomorrow")


def test_tab_picks_nothing_before_something_was_written(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Tab")
    stands(page, "")
    expect(page.locator("#field")).not_to_be_focused()


def test_tab_stays_where_no_word_is_offered_and_nothing_is_lost(page: Page) -> None:
    page.keyboard.type("see xyzxyz")
    assert offered(page) == []
    for key in ("Tab", "Tab", "Tab", "Space", "a"):
        page.keyboard.press(key)
    stands(page, "see xyzxyz a")
    expect(page.locator("#field")).to_be_focused()


def test_a_pick_on_the_strip_by_enter_writes_one_word(page: Page) -> None:
    write(page, "see you to")
    page.locator("#strip button", has_text="tomorrow").press("Enter")
    stands(page, "see you tomorrow ")
    page.wait_for_selector("#strip button:enabled")
    page.keyboard.press("Tab")
    stands(page, "see you tomorrow ")
    expect(page.locator("#field")).not_to_be_focused()


def test_the_beginning_of_a_line_without_end_is_no_word(page: Page) -> None:
    page.keyboard.insert_text("tom," * 600 + "see you to")
    assert "tomorrow" in offered(page)
    left = page.evaluate(
        """async () => {
          const { contextAt } = await import("/field/context.js");
          const text = `${"Wilhelmina,".repeat(300)}${"z".repeat(2000)}`;
          return [contextAt(text, 3300, 3300), contextAt(text, 5000, 5000)].map(({ left }) => left);
        }"""
    )
    assert left[0].startswith("Wilhelmina,")
    assert left[1] == ""


def test_the_space_of_a_pick_comes_and_goes_on_the_page_as_in_python(page: Page) -> None:
    languages = {case["language"] for case in CASES}
    rules = {language: msgspec.to_builtins(Rules.of_language(language)) for language in languages}
    assert page.evaluate(_TWIN, [rules, CASES]) == [case["text"] for case in CASES]


@pytest.mark.parametrize(
    ("between", "text"),
    [
        ([], "hello. "),
        (["x", "Backspace"], "hello  "),
        (["Control+z", "Control+y"], "hello  "),
        (["Control+a", "Backspace", "Control+z"], "hello  "),
    ],
)
def test_two_spaces_are_a_full_stop_where_nothing_was_done_between(
    page: Page, between: list[str], text: str
) -> None:
    write(page, "hello ")
    for key in between:
        page.keyboard.press(key)
    write(page, " ")
    stands(page, text)
