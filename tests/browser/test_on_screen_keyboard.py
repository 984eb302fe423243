import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import Fingers, boxes, choices, comes_true, key, middle, stands, tap
from tests.browser.test_writing import fitting
from tests.web.serving import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(open_page: OpenPage, running: Running) -> Page:
    return open_page(running, device="Pixel 7")


def test_a_sentence_is_tapped_and_a_word_picked(phone: Page) -> None:
    tap(phone, *"see", "space", *"you", "space", *"to")
    stands(phone, "See you to")
    phone.locator("#strip button", has_text="tomorrow").tap()
    stands(phone, "See you tomorrow ")
    tap(phone, ".", "space", *"tea")
    stands(phone, "See you tomorrow. Tea")
    expect(phone.locator("#field")).to_be_focused()


def test_capitals_start_sentences_and_shift_makes_more_of_them(phone: Page) -> None:
    tap(phone, *"a", "enter", *"a", "space", "shift", *"aa", "space")
    stands(phone, "A\nA Aa ")


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        (["a", "space", "t", "o", ".", "space"], "A to. T"),
        (["a", "space", "m", "r", ".", "space"], "A mr. T"),
        (["a", "space", "t", ".", "space"], "A t. t"),
        (["a", ".", "t", "o", ".", "space"], "A.to. t"),
        (["a", "space", "t", "o", "space"], "A to t"),
    ],
)
def test_capitals_do_not_wait_for_an_answer_that_comes_late(
    open_page: OpenPage, running: Running, typed: list[str], then: str
) -> None:
    phone, answers = open_page.held(running, device="Pixel 7")
    answers.wait = True
    tap(phone, *typed, "t")
    stands(phone, then)


def locked(page: Page) -> str | None:
    return page.locator("#keyboard").get_attribute("data-shift")


def test_shift_is_locked_by_two_presses_that_need_no_haste_or_by_a_long_one(phone: Page) -> None:
    shift = key(phone, "shift")
    tap(phone, *"a")
    for _ in "12":
        phone.wait_for_timeout(450)
        tap(phone, "shift")
    expect(shift).to_have_accessible_name("Shift, locked")
    expect(phone.locator("#keyboard [role=status]")).to_have_text("Capitals locked")
    tap(phone, *"ab", "shift", *"a")
    stands(phone, "AABa")
    expect(shift).to_have_accessible_name("Shift")
    expect(phone.locator("#keyboard [role=status]")).to_have_text("Capitals unlocked")
    expect(shift).to_have_attribute("aria-pressed", "false")
    phone.mouse.move(*middle(shift))
    phone.mouse.down()
    expect(shift).to_have_accessible_name("Shift, locked")
    phone.mouse.up()
    tap(phone, *"ab")
    stands(phone, "AABaAB")


def test_two_presses_on_shift_with_a_letter_between_lock_nothing(phone: Page) -> None:
    tap(phone, *"a", "shift", *"b", "shift", *"cd")
    stands(phone, "ABCd")


def test_letters_are_capitals_while_another_finger_rests_on_shift(phone: Page) -> None:
    tap(phone, *"a")
    fingers = Fingers(phone)
    fingers.down("shift")
    for name in "bc":
        fingers.down(name)
        fingers.up(name)
    fingers.up("shift")
    tap(phone, *"d")
    stands(phone, "ABCd")


def test_backspace_deletes_a_character_as_a_person_sees_it_and_goes_on_while_held(
    phone: Page,
) -> None:
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    phone.keyboard.insert_text(f"{'a' * 30} e\u0301{family}")
    tap(phone, "backspace")
    stands(phone, f"{'a' * 30} e\u0301")
    tap(phone, "backspace")
    stands(phone, f"{'a' * 30} ")
    key(phone, "backspace").hover()
    phone.mouse.down()
    expect(phone.locator("#field")).to_have_value("")
    phone.mouse.up()


@pytest.mark.parametrize(("first", "second"), ["ab", "he", "to", "gh"])
def test_two_thumbs_at_once_lose_no_letter_and_no_order(
    phone: Page, first: str, second: str
) -> None:
    fingers = Fingers(phone, pace=0.05)
    fingers.down(first)
    fingers.down(second)
    fingers.up(second)
    fingers.up(first)
    fingers.down("space")
    fingers.down(first)
    fingers.up("space")
    fingers.up(first)
    stands(phone, f"{first}{second} {first}".capitalize())


def test_a_thumb_that_is_slow_loses_no_letter_to_the_other(phone: Page) -> None:
    fingers = Fingers(phone)
    fingers.down("a")
    expect(choices(phone).first).to_be_visible()
    fingers.down("b")
    fingers.up("b")
    fingers.up("a")
    stands(phone, "Ab")
    expect(choices(phone).first).to_be_hidden()


def test_a_tap_whose_end_is_heard_late_holds_nothing(phone: Page) -> None:
    fingers = Fingers(phone, pace=0.1)
    fingers.down("a")
    expect(choices(phone).first).to_be_visible()
    fingers.up("a")
    stands(phone, "A")
    expect(choices(phone).first).to_be_hidden()
    shift = key(phone, "shift")
    fingers = Fingers(phone, pace=0.1)
    fingers.down("shift")
    expect(shift).to_have_accessible_name("Shift, locked")
    fingers.up("shift")
    expect(shift).to_have_accessible_name("Shift, one letter")


def test_a_backspace_whose_end_is_heard_late_deletes_no_more_than_it_was_held_for(
    phone: Page,
) -> None:
    phone.keyboard.insert_text(f"see {'a' * 60}")
    fingers = Fingers(phone, pace=0.5)
    fingers.down("backspace")
    stands(phone, "")
    fingers.up("backspace")  # half a second behind its coming down
    expect(phone.locator("#field")).to_have_value(re.compile("see a{40,59}"))
    left = phone.locator("#field").input_value()
    phone.keyboard.press("Control+z")
    stands(phone, f"see {'a' * 60}")
    phone.keyboard.press("Control+y")
    stands(phone, left)
    tap(phone, "b")
    stands(phone, f"{left}b")


def test_a_backspace_that_was_held_keeps_what_it_deleted(phone: Page) -> None:
    phone.keyboard.insert_text("see you")
    fingers = Fingers(phone, pace=30)
    fingers.down("backspace")
    stands(phone, "")
    fingers.up("backspace")
    tap(phone, "a")
    expect(phone.locator("#field")).to_have_value(re.compile("^a$", re.IGNORECASE))


def test_a_word_is_picked_by_a_tap_whose_end_is_heard_late(phone: Page) -> None:
    tap(phone, *"see", "space", *"you", "space", *"tom")
    word = phone.locator("#strip button", has_text="tomorrow")
    fingers = Fingers(phone, pace=0.1)
    fingers.down("pick", on=word)
    expect(phone.locator("#why")).to_be_visible()
    fingers.up("pick")
    stands(phone, "See you tomorrow ")
    expect(phone.locator("#why")).to_be_hidden()


def test_shift_that_is_left_ends_no_hold_of_the_other_thumb(phone: Page) -> None:
    fingers = Fingers(phone)
    fingers.down("shift")
    fingers.down("a")
    fingers.up("shift")
    expect(choices(phone).first).to_be_visible()
    fingers.down("backspace")
    fingers.up("backspace")
    fingers.up("a")
    stands(phone, "")


def test_a_letter_stands_before_the_word_that_the_other_thumb_picks(phone: Page) -> None:
    tap(phone, *"see", "space", *"you", "space", *"tom")
    word = phone.locator("#strip button", has_text="tomorrow")
    expect(word).to_be_visible()
    fingers = Fingers(phone, pace=0.05)
    fingers.down("o")
    fingers.down("pick", on=word)
    stands(phone, "See you tomo")
    expect(phone.locator("#strip")).to_have_attribute("aria-busy", "false")
    fingers.up("pick")
    fingers.up("o")
    stands(phone, "See you tomorrow ")


def test_a_word_that_comes_under_the_finger_is_not_picked(
    open_page: OpenPage, running: Running
) -> None:
    page, answers = open_page.held(running)
    page.keyboard.type("see you to")
    word = page.locator("#strip button", has_text="tomorrow")
    expect(word).to_be_visible()
    place = page.locator("#strip button:not(.literal)").nth(0)
    answers.wait = True
    page.keyboard.type(" ")
    page.mouse.move(*middle(place))
    page.mouse.down()
    comes_true(page, lambda: bool(answers.held))
    before = place.inner_text()
    answers.come()
    expect(page.locator("#strip")).to_have_attribute("aria-busy", "false")
    assert place.inner_text() != before
    page.mouse.up()
    page.keyboard.type("x")
    stands(page, "see you to x")


def test_a_backspace_held_for_long_deletes_words(phone: Page) -> None:
    phone.keyboard.insert_text("some words " * 30)
    phone.mouse.move(*middle(key(phone, "backspace")))
    phone.mouse.down()
    expect(phone.locator("#field")).to_have_value(re.compile("^(some words )*some $"))
    phone.mouse.up()


@pytest.mark.parametrize("before", ["one", "one ", "one e\u0301", "5"])
def test_no_capital_is_written_within_a_sentence_before_its_answer_comes(
    open_page: OpenPage, running: Running, before: str
) -> None:
    phone, answers = open_page.held(running, device="Pixel 7")
    answers.wait = True
    phone.keyboard.insert_text(before)
    tap(phone, *"a")
    stands(phone, f"{before}a")


def test_a_finger_that_slides_on_the_space_bar_moves_the_caret(phone: Page) -> None:
    phone.keyboard.insert_text("one e\u0301")
    x, y = middle(key(phone, "space"))
    phone.mouse.move(x, y)
    phone.mouse.down()
    phone.mouse.move(x - 24, y)
    phone.mouse.up()
    tap(phone, *"a")
    stands(phone, "onea e\u0301")
    phone.mouse.move(x, y)
    phone.mouse.down()
    phone.mouse.move(x + 90, y)
    phone.mouse.up()
    tap(phone, *"b")
    stands(phone, "onea e\u0301b")


def test_no_second_keyboard_comes_up_unless_ours_is_put_away(phone: Page) -> None:
    expect(phone.locator("#field")).to_have_attribute("inputmode", "none")
    phone.get_by_role("button", name="Keys", exact=True).tap()
    phone.get_by_label("Show the on-screen keyboard").uncheck()
    expect(phone.locator("#field")).to_have_attribute("inputmode", "text")
    expect(phone.locator("#keyboard")).to_be_hidden()
    expect(phone.locator("#strip")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height"), [(320, 568), (360, 640), (390, 844), (844, 390), (640, 400), (1200, 800)]
)
@pytest.mark.parametrize("layout", ["qwertz", "azerty"])
def test_everything_fits_the_screen(
    open_page: OpenPage, running: Running, width: int, height: int, layout: str
) -> None:
    page = open_page(
        running,
        viewport={"width": width, "height": height},
        color_scheme="dark",
        reduced_motion="reduce",
        locale="de-DE",
    )
    page.locator("#keyboard").evaluate("(keys, name) => keys.setAttribute('layout', name)", layout)
    page.keyboard.insert_text("donaudampfschifffahrtsgesellschaftskapitän " * 3 + "to")
    page.wait_for_selector("#strip.tab")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for box in boxes(page.locator("#strip button:enabled, .quiet:visible")):
        assert box["height"] >= 44
        assert box["width"] >= 44
    for box in boxes(page.locator("#keyboard .row button")):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 0.1
        assert box["y"] + box["height"] <= height
        assert box["height"] >= (44 if height > 544 else 36)
        assert box["width"] >= 24  # WCAG 2.5.8; ten letters on a telephone are narrower than 44
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    paper = page.locator("#field").bounding_box()
    assert paper is not None
    assert paper["height"] >= 44


@pytest.mark.parametrize("told", ["the window", "the visual viewport alone"])
def test_the_words_stay_in_sight_over_a_telephones_own_keyboard(phone: Page, told: str) -> None:
    phone.get_by_role("button", name="Keys", exact=True).tap()
    phone.get_by_label("Show the on-screen keyboard").uncheck()
    phone.keyboard.press("Escape")
    if told == "the window":
        phone.set_viewport_size({"width": 412, "height": 430})
    else:
        phone.evaluate(
            """() => {
              Object.defineProperty(visualViewport, "height", { get: () => 430 });
              visualViewport.dispatchEvent(new Event("resize"));
            }"""
        )

    def is_seen(part: str) -> bool:
        box = phone.locator(part).bounding_box()
        assert box is not None
        return box["height"] >= 44 and box["y"] >= 0 and box["y"] + box["height"] <= 430

    comes_true(phone, lambda: is_seen("#field") and is_seen("#strip"))


def test_a_window_too_low_for_all_of_it_scrolls_to_each_key(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running, viewport={"width": 320, "height": 256})
    key(page, "enter").click()
    key(page, "q").click()
    stands(page, "\nQ")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_each_key_is_a_stop_of_tab_and_arrows_move_among_them(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.locator("#keyboard button").first.focus()
    for name in ("ArrowRight", "ArrowDown", "Enter", "ArrowUp", "Space"):
        page.keyboard.press(name)
    stands(page, "Sw")
    page.keyboard.press("Tab")
    expect(key(page, "e")).to_be_focused()


def test_the_words_on_the_strip_are_told_to_a_screen_reader_once_it_is_calm(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.keyboard.type("see you to", delay=20)
    fitting(page)
    words = page.locator("#strip .word").all_inner_texts()
    told = ", ".join(f"{place} {word}" for place, word in enumerate(words, 1) if word)
    expect(page.locator("#announcement")).to_have_text(told)


def test_keys_light_up_where_the_words_go_on(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    page.keyboard.type("see you tom")
    fitting(page)
    glow = "key => Number(getComputedStyle(key).getPropertyValue('--glow'))"
    assert page.locator('#keyboard button[data-key="o"]').evaluate(glow) > 0.2
    assert page.locator('#keyboard button[data-key="q"]').evaluate(glow) == 0
