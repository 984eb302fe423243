"""What it remembers: the gates at each word and the words that weigh, as one types."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from karussell.keyboard import Context, Predictor
from tests.browser.conftest import OpenPage
from tests.browser.tapping import comes_true, stands
from tests.browser.test_writing import offered, write
from tests.conftest import MakeCard, WriteModel
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser

_ASKED = ('"type":"inside"', '"type":"weigh"')


_SAID = """async (weights) => {
  const { weightsShown } = await import("/inside/weights.js");
  const words = weights.map(([word, place, weight]) => ({ word, place, weight }));
  const shown = weightsShown({ language: "en", known: false, words });
  const hollow = shown.flatMap((each) => [...each.querySelectorAll(".against")]).length;
  const rows = shown.flatMap((each) => each.children.length ? [...each.children] : [each]);
  const said = (row) => [...row.querySelectorAll(".part > span")].map((each) => each.textContent);
  return [rows.map((row) => said(row).join(": ") || row.textContent), hollow];
}"""


@pytest.fixture
def page(open_page: OpenPage, running: Running) -> Page:
    return open_page(running)


@pytest.fixture
def plain(
    open_page: OpenPage, make_card: MakeCard, write_model: WriteModel, tmp_path: Path
) -> Iterator[Running]:
    path = write_model(tmp_path / "plain", card=make_card(cell="rnn"))
    with Predictor.open(path) as predictor, serving(predictor) as server:
        yield server
        open_page.close()


def look(page: Page) -> Locator:
    """The pane, which is opened for it."""
    page.get_by_role("button", name="Inside").click()
    expect(page.locator("#inside")).to_be_visible()
    return page.locator("#inside")


def words(page: Page) -> Locator:
    return page.locator("#inside thead th .map-word")


def test_the_map_and_the_weights_are_those_of_the_model(page: Page, ten_word_path: Path) -> None:
    write(page, "See xyz ")
    pane = look(page)
    expect(words(page)).to_have_text(["See", "xyz"])
    write(page, "you ")
    expect(words(page)).to_have_text(["See", "xyz", "you"])
    expect(pane.locator("thead .unknown")).to_contain_text("xyz, a word it does not know")
    best = offered(page)[0]
    context = Context(left="See xyz you ")
    with Predictor.open(ten_word_path) as predictor:
        (layer,) = predictor.inside.gates(context).by_keeping()
        weights = predictor.inside.weights(context, best).words
    for name, values in layer.items():
        row = pane.get_by_role("row", name=name)
        shown = [float(cell.split()[0]) for cell in row.locator("td").all_inner_texts()]
        assert shown == pytest.approx(100 * values.mean(axis=1), abs=0.6)
    expect(pane.get_by_role("button", name=best, exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    told = [each for each in weights if abs(each.weight) >= math.log(1.5)]
    rows = pane.locator("#inside-weights li")
    expect(rows).to_have_count(len(told))
    for row, each in zip(rows.all(), told, strict=True):
        expect(row).to_contain_text(f"without {each.word}")
        expect(row).to_contain_text("less likely" if each.weight > 0 else "more likely")


def test_weights_are_said_in_plain_words(page: Page) -> None:
    weights = [("the", 3, 10.0), ("cat", 1, -1.1), ("The", 0, 0.5), ("on", 2, -0.1), ("a", 4, 0)]
    said, hollow = page.evaluate(_SAID, weights)
    assert said == [
        "without the after on: 22,000 times less likely",
        "without cat: 3 times more likely",
        "without The at the start: 1.6 times less likely",
        "The other 2 hardly matter.",
        "The model does not know this word: it only expects some word it does not know.",
    ]
    assert hollow == 1


def test_another_word_is_looked_at_by_pointing_at_it(page: Page) -> None:
    write(page, "see you ")
    pane = look(page)
    offers = offered(page)
    choices = pane.locator("#inside-choices button")
    expect(choices).to_have_text(offers)
    page.locator("#strip button", has_text=offers[1]).last.hover()
    expect(choices.nth(1)).to_have_attribute("aria-pressed", "true")
    choices.nth(2).click()
    expect(choices.nth(2)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#field")).to_be_focused()
    stands(page, "see you ")  # a look is no pick
    page.keyboard.type("t")  # writing goes on, and so does the pane
    expect(choices).to_have_text(offered(page))


def test_nothing_is_asked_while_it_is_closed_and_nothing_is_learned(
    open_page: OpenPage, running: Running
) -> None:
    sent: list[str] = []
    page = open_page.watched(open_page.context())
    page.on("websocket", lambda line: line.on("framesent", lambda frame: sent.append(str(frame))))
    page.goto(running.access.new_link())
    page.wait_for_selector("#strip button:enabled")
    write(page, "see you ")
    page.wait_for_timeout(400)
    assert not any(kind in frame for frame in sent for kind in _ASKED)
    look(page)
    expect(words(page)).to_have_count(2)
    comes_true(page, lambda: all(any(kind in frame for frame in sent) for kind in _ASKED))
    assert not any('"type":"learn"' in frame for frame in sent)


def test_it_is_opened_and_closed_by_keys(page: Page) -> None:
    write(page, "see you ")
    opener = page.get_by_role("button", name="Inside")
    opener.focus()
    page.keyboard.press("Enter")
    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(words(page)).to_have_count(2)
    page.locator("#inside-map").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#inside")).to_be_hidden()
    expect(opener).to_be_focused()


def test_late_answers_leave_what_is_shown_and_the_last_one_counts(
    open_page: OpenPage, running: Running
) -> None:
    page, answers = open_page.held(running)
    write(page, "see you ")
    look(page)
    expect(words(page)).to_have_text(["see", "you"])
    answers.wait = True
    page.keyboard.type("th")
    expect(page.locator("#inside")).to_have_attribute("aria-busy", "true")
    expect(words(page)).to_have_text(["see", "you"])
    answers.wait = False
    page.keyboard.type("e ten ")
    expect(words(page)).to_have_text(["see", "you", "the", "ten"])


def test_a_model_without_gates_says_so_and_words_weigh_all_the_same(
    open_page: OpenPage, plain: Running
) -> None:
    page = open_page(plain)
    write(page, "see you ")
    pane = look(page)
    expect(pane.locator("#inside-map")).to_contain_text("is a plain RNN and has no gates")
    expect(pane.locator("#inside-weights")).not_to_be_empty()
    page.locator("#field").evaluate("(field) => (field.dataset.purpose = 'password')")
    expect(pane.locator("#inside-map")).to_contain_text("nothing is read in a field")
    expect(pane.locator("#inside-weights")).to_contain_text("No word is offered here")


def test_colours_that_the_system_forces_leave_the_map_and_what_is_open(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running, forced_colors="active")
    opener = page.locator("#open-inside")
    closed = opener.screenshot(animations="disabled")
    write(page, "see you ")
    pane = look(page)
    expect(words(page)).to_have_count(2)
    cells = pane.locator(".heat").all()
    assert len({cell.screenshot(animations="disabled") for cell in cells}) > 1
    page.mouse.move(0, 0)
    page.locator("#field").focus()
    assert opener.screenshot(animations="disabled") != closed


def test_it_fits_beside_the_text_and_the_keys(page: Page) -> None:
    write(page, "see you the tea ten tomorrow a you see ")
    look(page)
    expect(words(page)).to_have_count(9)
    for width, height in ((1280, 800), (844, 390), (667, 375), (390, 844), (320, 568)):
        page.set_viewport_size({"width": width, "height": height})
        comes_true(page, lambda: fits(page, width, height))  # noqa: B023


def fits(page: Page, width: int, height: int) -> bool:
    """Whether all is seen, nothing scrolls the page, and fingers hit the buttons."""
    whole = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    parts = [page.locator(each).bounding_box() for each in ("#field", "#inside", "#keyboard")]
    buttons = page.locator("#inside button, .top .quiet").all()
    sizes = [box for button in buttons if (box := button.bounding_box())]
    return (
        whole[0] <= width
        and whole[1] <= height
        and all(box and box["y"] + box["height"] <= height and box["height"] > 44 for box in parts)
        and all(min(box["width"], box["height"]) >= 44 for box in sizes)
    )
