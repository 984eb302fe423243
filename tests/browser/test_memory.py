"""What was learned: seen on the page, explained, forgotten, and there or gone after a restart."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from karussell.history import History
from karussell.keyboard import Memory, Predictor
from tests.browser.conftest import OpenPage
from tests.browser.tapping import comes_true, middle, stands
from tests.browser.test_kept import again
from tests.browser.test_writing import offered, text, write
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser


@contextmanager
def keeping(model: Path, folder: Path, *, port: int = 0) -> Iterator[Running]:
    """A server that keeps what it learns in a folder."""
    with (
        History.open(folder) as history,
        Predictor.open(model, memory=Memory(history)) as predictor,
        serving(predictor, port=port) as server,
    ):
        yield server


@pytest.fixture
def kept(open_page: OpenPage, ten_word_path: Path, tmp_path: Path) -> Iterator[Running]:
    with keeping(ten_word_path, tmp_path / "history") as server:
        yield server
        open_page.close()


def learned(page: Page) -> Locator:
    """The rows of the panel, which is opened for it."""
    page.get_by_role("button", name="Learned").click()
    expect(page.locator("#learned-summary")).to_contain_text("from")
    return page.locator("#learned-list li")


def finish(page: Page, line: str) -> None:
    page.locator("#field").focus()
    write(page, line)
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    page.get_by_role("button", name="Clear").click()


def test_a_word_is_learned_seen_explained_and_forgotten(open_page: OpenPage, kept: Running) -> None:
    page = open_page(kept)
    finish(page, "see Tessa tomorrow")
    rows = learned(page)
    expect(rows.filter(has_text="Tessa")).to_contain_text("once")
    expect(page.locator("#learned-summary")).to_contain_text("Kept on this machine")
    page.keyboard.press("Escape")
    page.locator("#field").focus()
    write(page, "see te")
    assert "Tessa" in offered(page)
    suggestion = page.locator("#strip button", has_text="Tessa")

    suggestion.click(button="right")
    why = page.locator("#why")
    expect(why).to_contain_text("Why “Tessa”?")
    expect(why.locator("li").first).to_contain_text("%")
    expect(page.locator("#field")).to_be_focused()
    stands(page, "see te")  # a look is no pick
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()
    suggestion.click(delay=600)  # a finger that rests
    expect(why).to_be_visible()
    stands(page, "see te")
    why.get_by_role("button", name="Forget this word").click()
    said = page.locator("#forgotten")
    expect(said).to_contain_text("0 copies left in")
    expect(suggestion).to_have_count(0)
    expect(page.locator("#field")).to_be_focused()
    page.keyboard.press("Control+z")  # the text's own, and no more
    assert "Tessa" not in offered(page)
    page.keyboard.press("Control+y")
    said.get_by_role("button", name="Undo").click()
    expect(suggestion).to_have_count(1)

    suggestion.focus()
    page.keyboard.press("Shift+F10")
    expect(why.get_by_role("button")).to_be_focused()
    page.keyboard.press("Escape")
    expect(suggestion).to_be_focused()
    page.keyboard.press("Delete")
    expect(suggestion).to_have_count(0)
    expect(page.locator("#field")).to_be_focused()


def test_answers_that_are_late_hide_no_word_and_no_way_back(
    open_page: OpenPage, kept: Running
) -> None:
    page, answers = open_page.held(kept)
    page.locator("#field").focus()
    answers.wait = True
    page.keyboard.type("see Tessa")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Learned").click()
    comes_true(page, lambda: bool(answers.held))
    answers.come()
    rows = page.locator("#learned-list li").filter(has_text="Tessa")
    expect(rows).to_have_count(1)

    answers.wait = True
    said = page.locator("#learned-forgotten")
    rows.get_by_role("button").dblclick()
    comes_true(page, lambda: bool(answers.held))
    answers.come()
    expect(said).to_contain_text("0 copies left in")
    expect(rows).to_have_count(0)
    answers.wait = True
    said.get_by_role("button", name="Undo").dblclick()
    comes_true(page, lambda: bool(answers.held))
    answers.come()
    expect(said).to_contain_text("again")
    expect(rows).to_have_count(1)


def test_what_was_learned_outlives_a_restart_and_what_was_forgotten_does_not(
    open_page: OpenPage, ten_word_path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "history"
    with keeping(ten_word_path, folder) as server:
        page = open_page(server)
        finish(page, "see Torben")
        finish(page, "see Tessa")
        rows = learned(page)
        rows.filter(has_text="Tessa").get_by_role("button").focus()
        page.keyboard.press("Delete")
        expect(page.locator("#learned-forgotten")).to_contain_text("0 copies left in")
        page.close()
    with keeping(ten_word_path, folder) as server:
        page = open_page(server)
        rows = learned(page)
        page.get_by_label("Find a word").fill("t")
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text("Torben")
        page.get_by_role("button", name="everything").click()
        page.get_by_role("button", name="Forget", exact=True).click()
        page.get_by_label("Find a word").fill("")
        expect(page.locator("#learned")).to_contain_text("Nothing yet.")
        page.close()
    files = [file.read_bytes() for file in folder.iterdir()]
    assert not any(name in file for name in (b"Tessa", b"Torben") for file in files)


def test_what_was_looked_for_while_the_server_was_away_is_shown_once_it_is_back(
    open_page: OpenPage, ten_word_path: Path, tmp_path: Path
) -> None:
    open_page.expected += ["ERR_CONNECTION_REFUSED", "WebSocket", "401", "ERR_CONNECTION_RESET"]
    open_page.expected += ["ERR_EMPTY_RESPONSE"]
    with keeping(ten_word_path, tmp_path / "history") as first:
        page = open_page(first)
        finish(page, "see Tessa")
        learned(page)
        expect(page.locator("#learned-savings")).to_contain_text("saved")
        page.get_by_role("button", name="Close").click()
    expect(page.locator("#connection")).to_have_text("not connected")
    page.get_by_role("button", name="Learned").click()
    expect(page.locator("#learned-summary")).to_have_text("Karussell does not answer just now.")
    expect(page.locator("#learned-savings")).to_be_empty()
    with keeping(ten_word_path, tmp_path / "history", port=first.port) as second:
        page.goto(second.access.new_link())
        expect(page.locator("#learned-list li")).to_have_count(2)
        expect(page.locator("#learned-savings")).to_contain_text("saved")
        open_page.close()


def test_savings_are_counted_by_day_and_no_longer_once_that_is_off(
    open_page: OpenPage, kept: Running
) -> None:
    page = open_page(kept)
    write(page, "see you tom")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    learned(page)
    page.get_by_role("tab", name="Savings").click()
    savings = page.locator("#learned-savings")
    expect(savings).to_contain_text("13 keys for 18 letters on 1 day")
    expect(savings).to_contain_text("1 pick · 0 words corrected · 0 undone")
    page.get_by_label("Count keys and letters").uncheck()
    page.keyboard.press("Escape")
    finish(page, "see you")
    learned(page)
    expect(page.get_by_label("Count keys and letters")).not_to_be_checked()
    expect(savings).to_contain_text("13 keys for 18 letters on 1 day")


def test_private_and_secret_fields_leave_no_trace(
    open_page: OpenPage, kept: Running, tmp_path: Path
) -> None:
    page = open_page(kept)
    page.get_by_role("button", name="Private").click()
    expect(page.get_by_text("nothing you write is learned or kept")).to_be_visible()
    finish(page, "see Quendolin tomorrow")
    page.get_by_role("button", name="Private").click()
    page.locator("#field").evaluate("(field) => (field.dataset.purpose = 'password')")
    page.locator("#field").focus()
    page.keyboard.type("see Quendolin tomorrow\n")
    assert page.evaluate("Object.keys(sessionStorage)") == ["karussell.key"]
    page.get_by_role("button", name="Learned").click()
    expect(page.locator("#learned")).to_contain_text("Nothing yet.")
    page.get_by_role("tab", name="Savings").click()
    expect(page.locator("#learned-savings")).to_contain_text("Nothing is counted yet")
    files = [file.read_bytes() for file in (tmp_path / "history").iterdir()]
    assert not any(b"uendolin" in file for file in files)


@pytest.mark.parametrize("silent", ["private", "password", "url"])
def test_what_was_written_in_private_is_not_learned_afterwards(
    open_page: OpenPage, kept: Running, tmp_path: Path, silent: str
) -> None:
    page = open_page(kept)
    field = page.locator("#field")

    def say(purpose: str) -> None:
        if silent == "private":
            page.get_by_role("button", name="Private").click()
        else:
            field.evaluate("(field, purpose) => (field.dataset.purpose = purpose)", purpose)

    write(page, "see ")
    say(silent)
    page.keyboard.type("Quendolin")
    for _ in "Quendolin":
        page.keyboard.press("Backspace")
    say("text")
    page.keyboard.press("Control+z")  # what comes back was written in private still
    stands(page, "see Quendolin")
    page.keyboard.type("a to Torben")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)  # the text would be kept by now
    assert "uendolin" not in page.evaluate("Object.values(sessionStorage).join()")
    rows = learned(page)
    expect(rows.filter(has_text="Torben")).to_have_count(1)
    expect(rows.filter(has_text="uendolin")).to_have_count(0)
    files = [file.read_bytes() for file in (tmp_path / "history").iterdir()]
    assert not any(b"uendolin" in file for file in files)


_SEALED = """async () => {
  const { Sealed } = await import("/field/sealed.js");
  const sealed = new Sealed();
  const shown = [];
  let text = "";
  const edit = (start, removed, inserted, secret) => {
    sealed.follow({ start, removed, inserted }, secret);
    text = text.slice(0, start) + inserted + text.slice(start + removed.length);
    shown.push(sealed.without(text).replaceAll("\\ufffc", "*"));
  };
  edit(0, "", "so ab. cd", true);
  edit(3, "", "to ", false);
  edit(0, "", "we ", false);
  edit(6, "to ab", "x", false);
  edit(0, "", "\\u{1f600}!", true);
  edit(0, text, "all new", false);
  return [...shown, sealed.any];
}"""


def test_what_was_written_in_private_is_told_as_hidden_wherever_it_is_by_now(
    open_page: OpenPage, kept: Running
) -> None:
    assert open_page(kept).evaluate(_SEALED) == [
        "** **. **",
        "** to **. **",
        "we ** to **. **",
        "we ** x. **",
        "*!we ** x. **",
        "all new",
        False,
    ]


FIELDS = {
    "<input type=password autocomplete=off>": "password",
    "<input autocomplete='section-a billing cc-number'>": "card",
    "<input autocomplete=one-time-code inputmode=numeric>": "code",
    "<input autocomplete='shipping street-address'>": "address",
    "<input autocomplete=given-name>": "name",
    "<input type=email>": "email",
    "<input inputmode=decimal>": "number",
    "<input data-purpose=pin type=text>": "pin",
    "<textarea></textarea>": "text",
}
_PURPOSES = """async (fields) => {
  const { purposeOf } = await import("/field/purpose.js");
  return fields.map((field) => {
    const box = document.createElement("div");
    const [, tag, told] = /<(\\w+)(.*?)>/.exec(field);
    const element = box.appendChild(document.createElement(tag));
    for (const [, name, value] of told.matchAll(/([\\w-]+)=('.*?'|\\S+)/g)) {
      element.setAttribute(name, value.replaceAll("'", ""));
    }
    return purposeOf(element);
  });
}"""


def test_a_field_says_what_it_is_for(open_page: OpenPage, kept: Running) -> None:
    page = open_page(kept)
    assert page.evaluate(_PURPOSES, list(FIELDS)) == list(FIELDS.values())


def test_one_tap_fixes_the_language_and_the_sign_says_which(open_page: OpenPage) -> None:
    with Predictor.open(languages=("en", "de")) as predictor, serving(predictor) as server:
        page = open_page(server)
        sign = page.locator("#language")
        write(page, "wir sehen uns morgen bei der Arbeit, dann ")
        expect(sign).to_have_text("DE")
        expect(sign).to_have_attribute("aria-label", "DE, language: German, told by the words")
        expect(sign).to_have_attribute("aria-pressed", "false")
        sign.click()
        expect(sign).to_have_attribute("aria-label", "DE, language: German, fixed")
        expect(sign).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#announcement")).to_contain_text("German only")
        expect(page.locator("#field")).to_be_focused()
        again(page)
        expect(sign).to_have_attribute("aria-label", "DE, language: German, fixed")
        sign.click()
        expect(sign).to_have_attribute("aria-label", "DE, language: German, told by the words")
        sign.click(button="right")
        expect(sign).to_have_attribute("aria-label", "EN, language: English, fixed")
        sign.click(delay=600)
        expect(sign).to_have_attribute("aria-label", "DE, language: German, fixed")
        sign.click()
        again(page)
        expect(sign).to_have_attribute("aria-pressed", "false")
        open_page.close()


def test_a_tap_on_the_sign_whose_end_is_heard_late_is_a_tap(open_page: OpenPage) -> None:
    with Predictor.open(languages=("en", "de")) as predictor, serving(predictor) as server:
        page = open_page(server)
        sign = page.locator("#language")
        expect(sign).to_have_attribute("aria-label", "EN, language: English, told by the words")
        x, y = middle(sign)
        line, now = page.context.new_cdp_session(page), time.time()
        mouse = {"x": x, "y": y, "button": "left", "clickCount": 1}
        told = {"type": "mousePressed", **mouse, "timestamp": now}
        line.send("Input.dispatchMouseEvent", told)
        expect(sign).to_have_attribute("aria-label", "DE, language: German, fixed")
        told = {"type": "mouseReleased", **mouse, "timestamp": now + 0.1}
        line.send("Input.dispatchMouseEvent", told)
        expect(sign).to_have_attribute("aria-label", "EN, language: English, fixed")
        open_page.close()


def test_a_language_that_a_keyboard_does_not_know_is_not_fixed_there(open_page: OpenPage) -> None:
    with Predictor.open(languages=("en", "de")) as predictor, serving(predictor) as server:
        page = open_page(server)
        page.evaluate("sessionStorage.setItem('karussell.language', 'fr')")
        again(page)
        expect(page.locator("#language")).to_have_attribute("aria-pressed", "false")
        write(page, "see you ")
        expect(page.locator("#language")).to_have_text("EN")
        open_page.close()


def test_signs_are_written_as_the_language_at_the_cursor_wants_them(open_page: OpenPage) -> None:
    with Predictor.open(languages=("en", "fr")) as predictor, serving(predictor) as server:
        page = open_page(server)
        write(page, "Je ne sais pas ce que tu veux dire, mais je viens avec vou")
        expect(page.locator("#language")).to_have_text("FR")
        page.keyboard.press("Alt+1")
        page.keyboard.type("?")
        assert text(page).endswith("\u202f?")
        page.get_by_role("button", name="Clear").click()
        write(page, "What do you want to say, I come with yo")
        expect(page.locator("#language")).to_have_text("EN")
        page.keyboard.press("Alt+1")
        page.keyboard.type("?")
        assert text(page).endswith("you?")
        open_page.close()
