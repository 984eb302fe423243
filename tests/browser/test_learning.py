"""What the page teaches: lines that were finished and words that were picked, nothing else."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from karussell.keyboard import Predictor
from tests.browser.conftest import Answers, OpenPage
from tests.browser.tapping import comes_true, stands
from tests.browser.test_writing import choice, offered, write
from tests.ibus.test_line import learned as known_of
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_page: OpenPage, running: Running) -> Page:
    return open_page(running)


def clear(page: Page) -> None:
    page.get_by_role("button", name="Clear").click()


def test_a_word_that_was_corrected_or_thrown_away_is_not_offered(page: Page) -> None:
    write(page, "see Tomaz ")
    write(page, "see tom")
    assert "Tomaz" in offered(page)
    for _ in " see tomz":
        page.keyboard.press("Backspace")
    write(page, "sz see tom")
    assert "Tomasz" in offered(page)
    assert "Tomaz" not in offered(page)
    clear(page)
    write(page, "see tom")
    assert offered(page) == ["tomorrow"]


def test_a_finished_line_is_learned(page: Page, open_page: OpenPage, running: Running) -> None:
    page.keyboard.type("see Tessa")
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    clear(page)
    write(page, "see te")
    assert "Tessa" in offered(page)
    phone = open_page(running, device="Pixel 7")
    phone.keyboard.insert_text("you to Torben")
    phone.locator('#keyboard button[data-key="enter"]').tap()
    write(phone, "see tor")
    assert offered(phone)[0] == "Torben"
    write(page, " see tor")
    assert "Torben" in offered(page)


def test_a_picked_word_is_learned_once_its_line_is_finished(page: Page) -> None:
    write(page, "see Youssef see yo")
    page.keyboard.press(str(choice(page, "Youssef")))
    stands(page, "see Youssef see Youssef ")
    page.keyboard.press("Control+z")
    stands(page, "see Youssef see yo")
    clear(page)
    write(page, "see yo")
    assert offered(page) == ["you"]
    clear(page)
    write(page, "see Youssef see yo")
    page.keyboard.press(str(choice(page, "Youssef")))
    page.keyboard.press("Enter")
    clear(page)
    write(page, "see yo")
    assert "Youssef" in offered(page)


@pytest.mark.parametrize(
    ("name", "keys", "learned"),
    [("Wanda", ["Enter"], True), ("Milo", ["Enter", "Backspace"], False), ("Nadine", [], False)],
)
def test_a_line_that_is_cleared_before_its_answers_come_is_learned_if_it_was_finished(
    open_page: OpenPage, running: Running, name: str, keys: list[str], learned: bool
) -> None:
    page, answers = open_page.held(running)
    answers.wait = True
    page.keyboard.type(f"see {name} see Tessa")
    for key in keys:
        page.keyboard.press(key)
    clear(page)
    answers.wait = False
    page.keyboard.type("x")
    write(page, f" see {name[:2].lower()}")
    assert answers.held
    assert (name in offered(page)) == learned


def test_lines_that_were_finished_before_the_server_answered_are_learned(
    open_page: OpenPage, running: Running
) -> None:
    page, answers = open_page.watched(open_page.context()), Answers()
    page.route_web_socket("**/typing", answers.pass_on)
    answers.wait = True
    page.goto(running.access.new_link())
    comes_true(page, lambda: bool(answers.held))
    page.keyboard.type("see Ophelia")
    page.keyboard.press("Enter")
    page.keyboard.type("see Rosalind")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    stands(page, "see Ophelia\nsee Rosalind")
    clear(page)
    answers.come()
    write(page, "see op")
    assert "Ophelia" in offered(page)
    clear(page)
    write(page, "see ro")
    assert "Rosalind" not in offered(page)


@pytest.mark.parametrize("undo", ["Control+z", "Backspace"])
def test_a_line_whose_end_is_undone_is_not_learned(page: Page, undo: str) -> None:
    page.keyboard.type("see Selma")
    page.keyboard.press("Enter")
    page.keyboard.press(undo)
    stands(page, "see Selma")
    clear(page)
    write(page, "see se")
    assert "Selma" not in offered(page)


def test_a_word_that_a_line_break_cut_in_two_is_not_learned(page: Page) -> None:
    page.keyboard.type("see Ulrike see Seraphine")
    for _ in "phine":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    clear(page)
    write(page, "see se")
    assert "Sera" not in offered(page)
    clear(page)
    write(page, "see ulr")
    assert "Ulrike" in offered(page)


def test_copied_text_is_finished(open_page: OpenPage, running: Running) -> None:
    page = open_page(running, permissions=["clipboard-read", "clipboard-write"])
    page.keyboard.type("see Arendal")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    clear(page)
    write(page, "see are")
    assert "Arendal" in offered(page)


def test_half_a_word_at_the_edge_of_what_the_server_sees_is_none(page: Page) -> None:
    page.keyboard.insert_text("x" * 995 + "Tomaszewski " + "the tea " * 130)
    page.keyboard.type("see zew")
    assert not any(word.startswith("zew") for word in offered(page))


def test_a_line_that_the_server_did_not_hear_is_learned_of_the_next_one_and_once(
    open_page: OpenPage, running: Running
) -> None:
    page, answers = open_page.held(running)
    page.keyboard.type("see Ulrike")
    page.keyboard.press("Enter")
    write(page, "see ul")
    assert offered(page)[0] == "Ulrike"
    clear(page)
    write(page, "see Xaver")
    answers.deaf = True
    page.keyboard.press("Enter")
    comes_true(page, lambda: len(answers.told_of("text", "learn")) == 2)
    clear(page)
    for _ in range(2):
        answers.cut()
        write(page, "see xa")
        comes_true(page, lambda: "Xaver" in offered(page))
        clear(page)
    assert answers.told_of("text", "learn") == ["see Ulrike", "see Xaver", "see Xaver"]


def test_keys_that_were_counted_while_the_server_was_deaf_are_told_the_next_one(
    open_page: OpenPage, running: Running
) -> None:
    page, answers = open_page.held(running)
    answers.deaf = True
    page.keyboard.type("see you")
    page.keyboard.press("Enter")
    comes_true(page, lambda: len(answers.told_of("keys", "tally")) == 1)
    answers.cut()
    page.wait_for_selector("#strip button:enabled")
    page.keyboard.type("to")
    page.keyboard.press("Enter")
    comes_true(page, lambda: len(answers.told_of("keys", "tally")) == 2)
    assert answers.told_of("keys", "tally") == [8, 11]


def test_a_line_that_is_copied_again_and_again_and_finished_is_learned_once(
    open_page: OpenPage, ten_word_path: Path
) -> None:
    with Predictor.open(ten_word_path) as predictor, serving(predictor) as server:
        page = open_page(server)
        page.context.grant_permissions(["clipboard-write"])
        copy = page.locator("#copy")

        def learned(*lines: str) -> None:
            comes_true(page, lambda: known_of(predictor) == [*lines])

        for text, line in (("see Ulrike", "see Ulrike"), (" you", "see Ulrike you")):
            write(page, text)
            for _ in range(3):
                copy.click()
                expect(copy).to_have_text("Copied")
                expect(copy).to_have_text("Copy")
            learned(line)
            page.locator("#field").focus()
        write(page, " to\n")
        learned("see Ulrike you to")
        write(page, "see Ulrike")
        copy.click()
        learned("see Ulrike you to", "see Ulrike")
        clear(page)
        write(page, "see Ulrike")
        copy.click()
        learned("see Ulrike you to", "see Ulrike", "see Ulrike")
        open_page.close()
