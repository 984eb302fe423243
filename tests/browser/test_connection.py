from pathlib import Path

import pytest
from playwright.sync_api import expect

from karussell.keyboard import Predictor
from tests.browser.conftest import OpenPage
from tests.browser.tapping import comes_true, stands
from tests.browser.test_writing import fitting, write
from tests.browser.widget.conftest import Sent, Written
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser


def test_the_code_leaves_the_address_and_what_it_brought_serves_from_then_on(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    assert page.url == f"{running.origin}/"
    page.reload()
    page.wait_for_selector("#connection[data-state=ready]")
    assert page.evaluate("document.cookie") == ""  # scripts cannot read it
    assert page.evaluate("localStorage.length") == 0
    kept = page.evaluate("({ ...sessionStorage })")
    assert kept == {"karussell.key": running.access.key}


def test_another_tab_is_told_by_the_first_and_another_profile_is_not(
    open_page: OpenPage, running: Running
) -> None:
    open_page.expected.append("401")
    page = open_page(running)
    second = open_page.watched(page.context)
    second.goto(running.origin)
    second.wait_for_selector("#connection[data-state=ready]")
    second.keyboard.type("see you to")
    second.wait_for_selector("#strip.tab")
    stranger = open_page.watched(open_page.context())
    stranger.goto(running.origin)
    expect(stranger.locator("#connection")).to_have_text("closed")
    assert stranger.evaluate("sessionStorage.length") == 0
    stranger.goto(running.access.new_link())
    stranger.wait_for_selector("#connection[data-state=ready]")
    for each in (page, second):
        each.reload()
        each.wait_for_selector("#connection[data-state=ready]")


def test_a_cookie_without_the_key_opens_nothing(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    context = page.context
    page.close()
    alone = open_page.watched(context)
    alone.goto(running.origin)
    expect(alone.get_by_role("alert")).to_contain_text("This page needs a fresh link")
    expect(alone.locator("#connection")).to_have_text("closed")
    alone.evaluate("sessionStorage.setItem('karussell.key', 'another')")
    alone.reload()
    expect(alone.locator("#connection")).to_have_text("closed")
    assert alone.evaluate("sessionStorage.length") == 0


def test_without_a_code_the_page_says_where_to_get_one(
    open_page: OpenPage, running: Running
) -> None:
    open_page.expected.append("401")
    page = open_page.watched(open_page.context())
    page.goto(running.origin)
    expect(page.get_by_role("alert")).to_contain_text("Press Enter in the terminal")
    expect(page.locator("#connection")).to_have_text("closed")
    page.goto(running.access.new_link())  # the same page with another end: nothing is loaded anew
    page.wait_for_selector("#connection[data-state=ready]")
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_used_link_says_so_and_a_fresh_one_in_another_tab_opens_both(
    open_page: OpenPage, running: Running
) -> None:
    open_page.expected += ["401", "403"]
    link = running.access.new_link()
    assert running.access.redeem(link.partition("#code=")[2])
    context = open_page.context()
    page = open_page.watched(context)
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("This link was used before")
    page.keyboard.type("see you to")
    other = open_page.watched(context)
    other.goto(running.access.new_link())
    other.wait_for_selector("#connection[data-state=ready]")
    page.wait_for_selector("#connection[data-state=ready]")
    page.wait_for_selector("#strip.tab")
    expect(page.locator("#field")).to_have_value("see you to")


def test_a_server_that_dies_is_noticed_loses_no_text_and_is_found_again(
    open_page: OpenPage, ten_word_path: Path
) -> None:
    open_page.expected += ["ERR_CONNECTION_REFUSED", "WebSocket", "401", "ERR_CONNECTION_RESET"]
    open_page.expected += ["ERR_EMPTY_RESPONSE"]
    with Predictor.open(ten_word_path) as predictor:
        with serving(predictor) as first:
            page = open_page(first)
            page.keyboard.type("see you to")
            page.wait_for_selector("#strip.tab")
        expect(page.get_by_role("alert")).to_contain_text("does not answer. Your text is safe")
        expect(page.locator("#connection")).to_have_text("not connected")
        page.keyboard.press("Space")
        page.keyboard.type("12 the ")  # the number keys write digits while no word is offered
        page.locator('#keyboard button[data-key="a"]').click()
        expect(page.locator("#strip button:enabled")).to_have_count(0)
        page.get_by_role("button", name="Try now").click()
        with serving(predictor, port=first.port) as second:
            expect(page.get_by_role("alert")).to_contain_text("open the link that it shows")
            page.goto(second.access.new_link())
            page.wait_for_selector("#connection[data-state=ready]")
            page.wait_for_selector("#strip.tab")
            expect(page.get_by_role("alert")).to_be_hidden()
            expect(page.locator("#field")).to_have_value("see you to 12 the a")


def test_a_line_that_is_cut_comes_back_by_itself_without_a_word(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.keyboard.type("see you to")
    page.wait_for_selector("#strip.tab")
    before = set(running.server.server_state.connections)
    cut(running)
    page.keyboard.type("m")
    expect(page.locator("#strip .word").first).to_have_text("tomorrow")
    assert not before & running.server.server_state.connections
    expect(page.get_by_role("alert")).to_be_hidden()


def test_a_server_error_is_shown_and_goes_when_it_is_over(
    open_page: OpenPage, ten_word_path: Path
) -> None:
    predictor = Predictor.open(ten_word_path)
    with serving(predictor) as running:
        page = open_page(running)
        predictor.close()
        page.keyboard.type("see")
        expect(page.locator("#notice-text")).to_have_text(
            "No suggestions here: the predictor is closed; open another one"
        )
        expect(page.locator("#field")).to_have_value("see")
        open_page.close()


def test_what_is_offered_follows_each_setting_at_once(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    sent = Sent(Written(page=page))
    page.reload()
    page.wait_for_selector("#strip button:enabled")
    write(page, "see you to")
    page.get_by_role("button", name="Keys", exact=True).click()
    for change in (
        lambda: page.locator("#autocorrect").select_option("0.005"),
        lambda: page.locator("#autocorrect").select_option("off"),
        lambda: page.locator("#layout").select_option("qwertz"),
        lambda: page.locator("#private").evaluate("(box) => box.click()"),
        lambda: page.locator("#field").evaluate("(field) => (field.dataset.purpose = 'code')"),
    ):
        sent.messages.clear()
        change()
        comes_true(page, lambda: bool(sent.told("ask")))
        setting, question = sent.told("boldness", "layout", "field", "ask")
        assert setting["type"] != "ask"
        assert question["left"] == "see you to"


def test_a_word_is_underlined_as_soon_as_words_are_corrected(open_page: OpenPage) -> None:
    with Predictor.open() as predictor, serving(predictor) as server:
        page = open_page(server)
        page.get_by_role("button", name="Keys", exact=True).click()
        page.locator("#autocorrect").select_option("off")
        page.get_by_role("button", name="Close").click()
        page.locator("#field").click()
        write(page, "see you wiht")
        underlined = page.locator("#mirror mark")
        expect(underlined).to_have_count(0)
        page.get_by_role("button", name="Keys", exact=True).click()
        page.locator("#autocorrect").select_option("0.001")
        expect(underlined).to_have_text("wiht")
        open_page.close()


def cut(running: Running) -> None:
    """Cut all lines to a server, which knows nothing of their texts from then on."""
    for connection in set(running.server.server_state.connections):
        connection.loop.call_soon_threadsafe(connection.transport.abort)


def test_a_correction_that_is_taken_back_once_another_server_has_come_is_not_made_again(
    open_page: OpenPage,
) -> None:
    with Predictor.open() as predictor, serving(predictor) as server:
        page = open_page(server)
        write(page, "come wiht ")
        stands(page, "come with ")
        before = set(server.server.server_state.connections)
        cut(server)
        comes_true(page, lambda: bool(server.server.server_state.connections - before))
        page.wait_for_selector("#strip button:enabled")
        page.keyboard.press("Backspace")
        stands(page, "come wiht ")
        for _ in range(2):
            page.keyboard.press("Backspace")
            fitting(page)
            write(page, " ")
            stands(page, "come wiht ")
        write(page, "me. Come wiht ")
        stands(page, "come wiht me. Come wiht ")
        open_page.close()


@pytest.mark.parametrize(
    ("keys", "way"),
    [
        (["Space", "Backspace"], "taken back"),
        (["Alt+0"], "picked as it was typed"),
        (
            ["Space", *["ArrowLeft", "Backspace", "Backspace", "Backspace"], *"iht", "End"],
            "over it",
        ),
    ],
)
def test_a_word_that_is_kept_as_typed_stays_so_however_often_the_server_goes(
    open_page: OpenPage, keys: list[str], way: str
) -> None:
    open_page.expected += ["ERR_CONNECTION_REFUSED", "WebSocket", "401", "ERR_CONNECTION_RESET"]
    open_page.expected += ["ERR_EMPTY_RESPONSE"]
    with Predictor.open() as predictor:
        with serving(predictor) as first:
            page = open_page(first)
            write(page, "come wiht")
            expect(page.locator("#mirror mark")).to_have_text("wiht")
            for key in keys:
                page.keyboard.press(key)
                fitting(page)
            stands(page, "come wiht ")
        expect(page.get_by_role("alert")).to_contain_text("does not answer. Your text is safe")
        with serving(predictor, port=first.port) as second:
            page.goto(second.access.new_link())
            page.wait_for_selector("#connection[data-state=ready]")
            kept = "come wiht "
            for _ in range(2):
                write(page, "me. Come wiht")
                expect(page.locator("#mirror mark")).to_have_count(0)
                write(page, " ")
                kept += "me. Come wiht "
                stands(page, kept)
                cut(second)
            write(page, "me. Come thsi")
            write(page, " ")
            stands(page, f"{kept}me. Come this ")  # of which nobody said so
            page.get_by_role("button", name="Clear").click()
            write(page, "come wiht")
            write(page, " ")
            stands(page, "come with ")  # another text
            open_page.close()
