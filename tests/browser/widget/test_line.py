"""The line to the keyboard is refused, or lost for a while, and the field works all the same."""

import pytest
from playwright.sync_api import expect

from karussell.keyboard import Predictor
from karussell.web import create_app
from tests.browser.conftest import OpenPage
from tests.browser.tapping import comes_true
from tests.browser.test_connection import cut
from tests.browser.widget.conftest import Host, Write
from tests.web.serving import Running, serving_app

pytestmark = pytest.mark.browser

_FIELD = '<label>It <textarea id="it"></textarea></label>'


def test_with_a_wrong_token_nothing_is_offered_and_the_line_is_not_tried_again_and_again(
    open_page: OpenPage, write: Write
) -> None:
    open_page.expected.append("does not take this token: see its token file.")
    written = write(_FIELD)
    lines: list[str] = []
    said: list[str] = []
    written.page.on("console", lambda message: said.append(message.text))
    written.page.on("websocket", lambda socket: lines.append(socket.url))
    written.page.evaluate("attached('#it', { token: 'another' })")
    written.page.locator("#it").focus()
    written.type("come wiht you ")
    comes_true(written.page, lambda: len(lines) == 1)
    written.page.evaluate("it.blur()")
    written.page.locator("#it").focus()  # whoever comes back tries once more
    comes_true(written.page, lambda: len(lines) == 2)
    assert written.words == []
    comes_true(written.page, lambda: len(said) == 2)
    assert all("does not take this token" in each for each in said)
    written.stands("#it", "come wiht you ")


def test_a_server_that_goes_and_comes_loses_no_key(open_page: OpenPage, host: Host) -> None:
    open_page.expected += ["ERR_CONNECTION_REFUSED", "WebSocket connection to"]
    with Predictor.open() as predictor:
        with serving_app(
            lambda access: create_app(predictor, access), origins=[host.origin]
        ) as one:
            written = Write(open_page, host, one)(_FIELD)
            written.page.evaluate("attached('#it')")
            written.page.locator("#it").focus()
            written.type("see you tomo")
            written.pick("tomorrow")
        expect(written.page.locator("karussell-strip")).to_be_hidden()
        written.type("wiht you ")
        written.stands("#it", "see you tomorrow wiht you ")
        with serving_app(
            lambda access: create_app(predictor, access), port=one.port, origins=[host.origin]
        ):
            written.type("tomo")
            written.pick("tomorrow")
            written.stands("#it", "see you tomorrow wiht you tomorrow ")
            open_page.close()


def test_what_was_taken_back_stays_so_when_the_server_or_the_focus_has_gone(
    write: Write, english: Running
) -> None:
    written = write(f'{_FIELD}<label>Other <input id="other"></label>')
    for each in ("it", "other"):
        written.page.evaluate("(field) => attached(`#${field}`)", each)
    it = written.page.locator("#it")
    it.focus()
    written.type("come wiht")
    written.offers("with")
    written.type(" ")
    written.stands("#it", "come with ")
    written.page.locator("#other").focus()
    it.focus()
    written.press("End", "Backspace")
    written.stands("#it", "come wiht ")
    written.offers("m")
    written.press("Backspace")
    written.offers("wiht")
    written.type(" ")
    written.stands("#it", "come wiht ")
    written.type("adn")
    written.offers("and")
    written.press("Alt+0")
    text = "come wiht adn "
    written.stands("#it", text)
    for gone in ("the server", "the focus"):
        if gone == "the server":
            cut(english)
        else:
            written.page.locator("#other").focus()
            it.focus()
        for word in ("wiht", "adn"):
            written.type(word)
            written.offers(word)
            written.type(" ")
        written.type("see ")
        text += "wiht adn see "
        written.stands("#it", text)


def test_a_correction_that_was_taken_back_is_not_made_again_before_the_answer(
    write: Write,
) -> None:
    written, answers = write.held(_FIELD, "it")
    written.page.locator("#it").focus()
    written.type("come wiht")
    written.offers("with")
    answers.wait = True
    written.type(" ")
    written.stands("#it", "come with ")
    written.press("Backspace")
    written.stands("#it", "come wiht ")
    written.press("Backspace")
    written.type(" it ")
    written.stands("#it", "come wiht it ")
    comes_true(written.page, lambda: bool(answers.held))
    answers.come()
    written.offers("is")
    written.stands("#it", "come wiht it ")


def test_lines_that_were_finished_before_the_server_answered_are_learned(write: Write) -> None:
    private = '<label>Private <textarea id="private" data-private></textarea></label>'
    body = f'<label>It <input id="it"></label>{private}'
    written, answers = write.held(body, "it", "private", wait=True)
    written.page.locator("#private").focus()
    written.type("see Quellenmuseum\n")
    written.page.locator("#it").focus()
    written.type("see Tobermory")
    comes_true(written.page, lambda: bool(answers.held))
    written.press("Enter")
    written.page.locator("#it").fill("")
    answers.come()
    written.type("see Tober")
    written.offers("Tobermory")
    written.page.locator("#it").fill("")
    written.type("see Quellenmu")
    written.offers("Quellenmu")
    assert "Quellenmuseum" not in written.words


def test_a_line_that_the_server_did_not_hear_is_told_the_next_one_and_once(write: Write) -> None:
    body = '<label>It <input id="it"></label>'
    written, answers = write.held(body, "it")
    it = written.page.locator("#it")
    it.focus()
    written.type("see Ulrike")
    written.offers("Ulrike")
    written.press("Enter")
    it.fill("")
    written.type("see Ulri")
    written.offers("Ulrike")
    answers.deaf = True
    it.fill("see Xaverine")
    written.press("End", "Space", "Backspace", "Enter")
    comes_true(written.page, lambda: len(answers.told_of("text", "learn")) == 2)
    it.fill("")
    for _ in range(2):
        answers.cut()
        written.type("see Xaver")
        written.offers("Xaverine")
        it.fill("")
    assert answers.told_of("text", "learn") == ["see Ulrike", "see Xaverine", "see Xaverine"]
