"""Messages written by a switch alone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import stands
from tests.browser.test_writing import fitting
from tests.web.serving import Running

pytestmark = pytest.mark.browser

PERIOD = 4000  # milliseconds that a mark stays: longer than a busy machine takes for a step
_EVENTS_BY_THE_CLOCK = """
Object.defineProperty(Event.prototype, "timeStamp", { get: () => performance.now() });
"""
_MARKED = """(selector) => {
  const marked = [...document.querySelectorAll(".scanned")];
  return marked.includes(document.querySelector(selector)) ? marked.length : 0;
}"""


def scanned(open_page: OpenPage, running: Running, **settings: str) -> Page:
    """The page as a carer has set it up."""
    context = open_page.context()
    page = open_page.watched(context)
    page.clock.install()
    page.add_init_script(_EVENTS_BY_THE_CLOCK)
    for name, value in {"scan-time": str(PERIOD), **settings}.items():
        named = name.replace("_", "-")
        page.add_init_script(f"localStorage['karussell.{named}'] ??= {value!r}")
    page.goto(running.access.new_link())
    page.wait_for_selector("#strip button:enabled")
    page.wait_for_selector(".scanned")
    return page


def take(page: Page, selector: str, *, choose: str = "Space", move: str | None = None) -> int:
    """Press the switch whenever the mark is where it is wanted; how many steps that took."""
    fitting(page)
    for step in range(200):
        marked = page.evaluate(_MARKED, selector)
        if marked:
            page.keyboard.press(choose)
            page.clock.run_for(150)  # longer than a hand shakes
        elif move:
            page.keyboard.press(move)
            page.clock.run_for(150)
        else:
            page.clock.run_for(PERIOD)
        if marked == 1:
            return step
    raise AssertionError(f"{selector} was never marked")


def say(page: Page, *words: str, **switches: Any) -> int:
    """Write words, each by its letters until it is offered; how many steps that took."""
    steps = 0
    for word in words:
        for letter in word:
            fitting(page)
            place = [each.lower() for each in page.locator("#strip .word").all_inner_texts()]
            if word in place:
                slot = f"#strip button:nth-of-type({place.index(word) + 2})"
                steps += take(page, slot, **switches)
                break
            steps += take(page, f'#keyboard button[data-key="{letter}"]', **switches)
        else:
            steps += take(page, '#keyboard button[data-key="space"]', **switches)
    return steps


def test_a_message_is_written_by_one_switch_and_in_fewer_steps_where_likely_comes_first(
    open_page: OpenPage, running: Running
) -> None:
    steps = {}
    for scanning in ("rows", "likely"):
        page = scanned(open_page, running, scanning=scanning)
        steps[scanning] = say(page, "see", "you", "tomorrow")
        steps[scanning] += take(page, '#keyboard button[data-key="."]')
        stands(page, "See you tomorrow.")
        page.close()
    assert steps["likely"] < steps["rows"]


def test_two_switches_take_their_time(open_page: OpenPage, running: Running) -> None:
    page = scanned(open_page, running, scanning="rows", switches="two", switch="enter")
    say(page, "see", "you", choose="Enter", move="Space")
    stands(page, "See you ")
    page.clock.run_for(10 * PERIOD)
    assert page.evaluate(_MARKED, "#strip .best")  # nothing moves by itself


def test_it_rests_after_its_rounds_and_begins_again_at_a_press(
    open_page: OpenPage, running: Running
) -> None:
    page = scanned(open_page, running, scanning="rows", scan_rounds="1")
    page.clock.run_for(20 * PERIOD)
    expect(page.locator(".scanned")).to_have_count(0)
    page.keyboard.press("Space")
    assert page.evaluate(_MARKED, "#strip .best") > 1
    stands(page, "")
    page.clock.run_for(150)
    page.keyboard.press("Space")
    page.clock.run_for(8 * PERIOD)  # through the group once: it is left again
    assert page.locator(".scanned").count() != 1


@pytest.mark.parametrize(
    ("switch", "key"), [("space", "Space"), ("enter", "Enter"), ("any", "b"), ("any", "Backspace")]
)
def test_each_kind_of_key_is_a_switch_and_writes_nothing(
    open_page: OpenPage, running: Running, switch: str, key: str
) -> None:
    page = scanned(open_page, running, scanning="rows", switch=switch)
    words = page.locator(".scanned").count()
    page.keyboard.press(key)
    expect(page.locator(".scanned")).to_have_count(1)
    assert words > 1
    stands(page, "")


def test_a_click_is_a_switch_but_not_on_what_a_carer_needs(
    open_page: OpenPage, running: Running
) -> None:
    page = scanned(open_page, running, scanning="rows", switch="click")
    page.locator('#keyboard button[data-key="q"]').click()
    expect(page.locator(".scanned")).to_have_count(1)
    stands(page, "")
    page.get_by_role("button", name="Keys", exact=True).click()
    page.get_by_label("Switch scanning").select_option("off")
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".scanned")).to_have_count(0)
    page.locator('#keyboard button[data-key="q"]').click()
    stands(page, "Q")
    page.reload()
    expect(page.get_by_label("Switch scanning")).to_have_value("off")


def test_digits_symbols_and_emoji_are_reached(open_page: OpenPage, running: Running) -> None:
    page = scanned(open_page, running, scanning="rows")
    for name in ("symbols", "7", "letters", "emoji", "😀", "space"):
        take(page, f'#keyboard button[data-key="{name}"]')
    stands(page, "7😀 ")


def test_the_likeliest_stand_where_the_fewest_steps_lead(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    costs = page.evaluate(
        """async () => {
          const { byCost } = await import("/effort/targets.js");
          const targets = Array.from({ length: 45 }, (_, rank) => ({ rank }));
          const groups = byCost(targets, ({ rank }) => 1 / (rank + 1));
          const cost = new Map();
          groups.forEach((group, row) => {
            group.forEach((each, at) => cost.set(each.rank, row + at));
          });
          return targets.map(({ rank }) => cost.get(rank));
        }"""
    )
    assert costs == sorted(costs)
    assert costs[:6] == [0, 1, 1, 2, 2, 2]


def test_a_whole_message_is_written_by_tab_and_enter_alone(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)

    def press(selector: str) -> None:
        fitting(page)
        behind = page.evaluate(
            """(selector) => {
              const wanted = document.querySelector(selector);
              return Boolean(document.activeElement.compareDocumentPosition(wanted) & 4);
            }""",
            selector,
        )
        for _ in range(60):
            if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
                break
            page.keyboard.press("Tab" if behind else "Shift+Tab")
        page.keyboard.press("Enter")

    for name in "se":
        press(f'#keyboard button[data-key="{name}"]')
    press("#strip .best")
    stands(page, "See ")
    for name in ("y", "o", "u", "space", "t", "o", "m"):
        press(f'#keyboard button[data-key="{name}"]')
    press("#strip .best")
    stands(page, "See you tomorrow ")
    press('#keyboard button[data-key="."]')
    stands(page, "See you tomorrow.")


_MARKS = "[...document.querySelectorAll('.scanned')].map((each) => each.outerText)"
_PRESSED_AGO = """(ago) => {
  const event = new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true });
  Object.defineProperty(event, "timeStamp", { value: performance.now() - ago });
  document.activeElement.dispatchEvent(event);
}"""


@pytest.mark.parametrize("late", [False, True])
def test_a_switch_takes_what_was_marked_when_it_was_pressed(
    open_page: OpenPage, running: Running, late: bool
) -> None:
    page = scanned(open_page, running, scanning="rows")
    page.clock.run_for(3 * PERIOD)
    before = page.evaluate(_MARKS)
    page.clock.run_for(PERIOD)
    after = page.evaluate(_MARKS)
    assert before != after
    page.evaluate(_PRESSED_AGO, PERIOD + 100 if late else 0)
    assert set(page.evaluate(_MARKS)) < set(before if late else after)
