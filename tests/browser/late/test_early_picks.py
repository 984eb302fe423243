"""A word is picked while the answer about the text as it stands is still on its way."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Answers, OpenPage
from tests.browser.tapping import comes_true, stands
from tests.browser.test_writing import fitting, write
from tests.browser.widget.conftest import Sent, Written
from tests.web.serving import Running

pytestmark = pytest.mark.browser

_PICKS = ["Tab", "1", "Alt+1", "click"]


@pytest.fixture
def held(open_page: OpenPage, running: Running) -> tuple[Page, Answers]:
    return open_page.held(running)


def early(page: Page, answers: Answers, how: str, *, typed: str = "m") -> None:
    """Pick "tomorrow" behind letters that are not answered yet."""
    write(page, "see you to")
    word = page.locator("#strip .word").first
    expect(word).to_have_text("tomorrow")
    answers.wait = True
    page.keyboard.type(typed)
    stands(page, f"see you to{typed}")
    if how == "click":
        page.locator("#strip button", has_text="tomorrow").click()
    else:
        page.keyboard.press(how)


def come(page: Page, answers: Answers) -> None:
    comes_true(page, lambda: bool(answers.held))
    answers.come()


@pytest.mark.parametrize("how", _PICKS)
def test_a_pick_waits_for_its_answer(held: tuple[Page, Answers], how: str) -> None:
    page, answers = held
    sent = Sent(Written(page=page))
    page.reload()
    page.wait_for_selector("#strip button:enabled")
    early(page, answers, how)
    stands(page, "see you tom")
    come(page, answers)
    stands(page, "see you tomorrow ")
    expect(page.locator("#field")).to_be_focused()
    [accepted] = sent.told("accept")
    assert accepted["answer"] == sent.told("ask")[-2]["number"]  # before what comes behind it


@pytest.mark.parametrize("how", _PICKS)
def test_a_word_that_is_offered_no_more_is_not_picked(held: tuple[Page, Answers], how: str) -> None:
    page, answers = held
    early(page, answers, how, typed="xyz")
    come(page, answers)
    fitting(page)
    stands(page, "see you toxyz1" if how == "1" else "see you toxyz")


@pytest.mark.parametrize("how", _PICKS)
def test_who_writes_on_picks_nothing_and_loses_no_key(held: tuple[Page, Answers], how: str) -> None:
    page, answers = held
    early(page, answers, how)
    page.keyboard.type("orr")
    come(page, answers)
    fitting(page)
    stands(page, "see you tom1orr" if how == "1" else "see you tomorr")


def test_a_word_is_picked_once(held: tuple[Page, Answers]) -> None:
    page, answers = held
    write(page, "see you to")
    answers.wait = True
    for _ in range(2):
        page.locator("#strip button", has_text="tomorrow").click()
    stands(page, "see you tomorrow ")
    come(page, answers)
    fitting(page)
    stands(page, "see you tomorrow ")


def test_a_word_comes_when_it_is_expected_or_never(open_page: OpenPage, running: Running) -> None:
    page, answers = open_page.held(running)
    page.clock.install()
    early(page, answers, "1")
    stands(page, "see you tom")
    page.clock.fast_forward(5000)
    stands(page, "see you tom1")
    come(page, answers)
    fitting(page)
    stands(page, "see you tom1")


_WAITED = """async ([aimed, offered, plain, digit, typed]) => {
  const { EarlyPick } = await import("/strip/early.js");
  const strip = (slots) => ({ literal: null, best: null, autocorrect: null,
    slots: slots.map((text) => text && { text }) });
  const context = (left) => ({ left, right: "", start: 0 });
  const early = new EarlyPick();
  let key = false;
  early.answered(strip(["tea", "tomorrow", null]), context("t"), true);
  early.wait(aimed, context("to"), digit ? () => (key = true) : null);
  return [early.answered(strip(offered), context(typed), plain), key];
}"""


@pytest.mark.parametrize("digit", [False, True])
def test_only_the_word_that_was_seen_is_picked_wherever_it_stands_then(
    held: tuple[Page, Answers], digit: bool
) -> None:
    def waited(
        aimed: int, offered: list[str | None], *, plain: bool = False, typed: str = "to"
    ) -> object:
        return held[0].evaluate(_WAITED, [aimed, offered, plain, digit, typed])

    assert waited(1, ["tea", "tomorrow", None]) == [1, False]
    assert waited(1, ["tomorrow", "to", None]) == [0, False]
    assert waited(1, ["tea", "to", None]) == [None, False]
    assert waited(2, ["tea", "to", "tomorrow"]) == [None, False]
    assert waited(0, [None, "to", None]) == [None, digit]
    assert waited(1, ["tea", "tomorrow", None], typed="tom") == [None, False]
    assert waited(1, ["tea", "tomorrow", None], plain=True) == [None if digit else 1, digit]
