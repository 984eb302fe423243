"""Dwelling, speech, phrases, large keys and keys for one hand."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.tapping import boxes, comes_true, key, middle, stands
from tests.browser.test_writing import fitting, write
from tests.web.serving import Running

pytestmark = pytest.mark.browser

_VOICES = """(local) => {
  window.spoken = [];
  const voice = (name, lang, localService) => ({ name, lang, localService, default: true });
  const voices = [voice("Cloud", "en-US", false), voice("Klaus", "de-DE", true)];
  if (local) voices.push(voice("Ada", "en-GB", true));
  class Utterance { constructor(text) { this.text = text; } }
  Object.defineProperty(window, "SpeechSynthesisUtterance", { value: Utterance });
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => voices,
    addEventListener() {},
    speak: ({ text, voice }) => spoken.push(`${voice.name}: ${text.trim()}`),
    cancel() {},
  } });
}"""


def set_up(page: Page, **settings: str) -> None:
    """Choose settings as a carer does."""
    page.get_by_role("button", name="Keys", exact=True).click()
    for name, value in settings.items():
        page.locator(f"[data-setting={name.replace('_', '-')}]").select_option(value)
    page.locator("#keys-close").click()
    page.locator("#field").focus()


def spoken(page: Page) -> list[str]:
    found: list[str] = page.evaluate("spoken")
    return found


def test_a_pointer_that_rests_presses_and_shows_how_long_it_takes(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.clock.install()
    set_up(page, dwell="3000")
    x, y = middle(key(page, "a"))
    page.mouse.move(x, y)
    expect(page.locator(".dwelling")).to_be_visible()
    page.clock.run_for(3000)
    stands(page, "A")
    expect(page.locator(".dwelling")).to_have_count(0)
    page.clock.run_for(9000)
    stands(page, "A")  # once
    page.mouse.move(x + 10, y)
    page.clock.run_for(3000)
    stands(page, "Aa")  # moved a little, it is wanted again


@pytest.mark.parametrize("stop", ["leave", "escape", "click"])
def test_a_dwell_is_stopped(open_page: OpenPage, running: Running, stop: str) -> None:
    page = open_page(running)
    page.clock.install()
    set_up(page, dwell="3000")
    page.mouse.move(*middle(key(page, "a")))
    expect(page.locator(".dwelling")).to_be_visible()
    if stop == "leave":
        page.mouse.move(*middle(page.locator("#field")))
    elif stop == "escape":
        page.keyboard.press("Escape")
    else:
        page.mouse.down()
        page.mouse.up()
    expect(page.locator(".dwelling")).to_have_count(0)
    page.clock.run_for(9000)
    stands(page, "A" if stop == "click" else "")


def test_words_are_spoken_by_a_voice_of_this_machine(open_page: OpenPage, running: Running) -> None:
    page = open_page.watched(open_page.context())
    page.add_init_script(f"({_VOICES})(true)")
    page.goto(running.access.new_link())
    page.wait_for_selector("#strip button:enabled")
    write(page, "see ")
    assert spoken(page) == []
    set_up(page, speech="words")
    write(page, "you ")
    write(page, "tom")
    page.locator("#strip .best").click()
    page.get_by_role("button", name="Speak").click()
    comes_true(page, lambda: len(spoken(page)) == 3)
    assert sorted(spoken(page)) == ["Ada: see you tomorrow", "Ada: tomorrow", "Ada: you"]


def test_no_text_goes_to_a_voice_of_the_net(open_page: OpenPage, running: Running) -> None:
    page = open_page.watched(open_page.context())
    page.add_init_script(f"({_VOICES})(false)")
    page.goto(running.access.new_link())
    page.wait_for_selector("#strip button:enabled")
    set_up(page, speech="words")
    expect(page.locator("#voice")).to_contain_text("No voice of this machine speaks English")
    expect(page.locator("#speak")).to_be_hidden()
    write(page, "see you ")
    page.wait_for_timeout(300)
    assert spoken(page) == []


def test_a_password_is_not_spoken(open_page: OpenPage, running: Running) -> None:
    page = open_page.watched(open_page.context())
    page.add_init_script(f"({_VOICES})(true)")
    page.goto(running.access.new_link())
    page.wait_for_selector("#strip button:enabled")
    set_up(page, speech="words")
    page.locator("#field").evaluate("field => { field.dataset.purpose = 'password'; }")
    page.keyboard.type("open sesame ")
    page.wait_for_timeout(300)
    assert spoken(page) == []


def add_phrase(page: Page, phrase: str) -> None:
    page.get_by_role("button", name="Keys", exact=True).click()
    page.get_by_label("A phrase").fill(phrase)
    page.keyboard.press("Enter")
    page.locator("#keys-close").click()
    page.locator("#field").focus()


LONG = "Please bring me a glass of water and the blue book."


def test_a_phrase_is_offered_where_it_saves_time(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    add_phrase(page, LONG)
    add_phrase(page, "No.")
    offered = page.locator("#phrases button")
    expect(offered).to_have_text([LONG])  # a short one is typed sooner than read
    write(page, "x")
    expect(offered).to_have_count(0)
    page.keyboard.press("Backspace")
    page.keyboard.type("please b")
    offered.click()
    stands(page, f"{LONG} ")
    expect(page.locator("#announcement")).to_have_text(f"Picked {LONG}")
    page.keyboard.press("Control+z")
    stands(page, "please b")
    page.reload()
    page.wait_for_selector("#strip button:enabled")
    expect(page.locator("#phrases button")).to_have_text([LONG])


def test_a_phrase_within_a_sentence_and_one_removed(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    add_phrase(page, LONG)
    write(page, "see you. could you pleas")
    page.locator("#phrases button").click()
    stands(page, f"see you. could you {LONG} ")
    page.get_by_role("button", name="Keys", exact=True).click()
    page.get_by_role("button", name=f"Remove “{LONG}”").click()
    expect(page.locator("#phrase-new")).to_be_focused()
    page.locator("#keys-close").click()
    page.locator("#field").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#phrases button")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800), (740, 320)])
@pytest.mark.parametrize("keys", ["large", "largest"])
def test_large_keys_are_larger_and_all_seen(
    open_page: OpenPage, running: Running, width: int, height: int, keys: str
) -> None:
    page = open_page(running, viewport={"width": width, "height": height})
    before = key(page, "a").bounding_box()
    set_up(page, keys=keys)
    after = key(page, "a").bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"] or height < 400
    for name in ("q", "space"):
        box = key(page, name).bounding_box()
        assert box
        assert box["y"] + box["height"] <= height
    assert page.locator("#field").bounding_box()["height"] >= 40  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("hand", ["left", "right"])
@pytest.mark.parametrize("width", [320, 390, 820])
def test_keys_stand_at_the_side_of_a_hand(
    open_page: OpenPage, running: Running, hand: str, width: int
) -> None:
    page = open_page(running, viewport={"width": width, "height": 800}, has_touch=True)
    set_up(page, hand=hand)

    def reach(side: str) -> tuple[float, float]:
        keys = boxes(page.locator("#keyboard .row button"))
        left, right = min(box["x"] for box in keys), max(box["x"] + box["width"] for box in keys)
        return (left, right) if side == "left" else (width - right, width - left)

    nearest, farthest = reach(hand)
    assert nearest < 32
    assert farthest <= min(width - 40, 450)
    fitting(page)
    for box in boxes(page.locator("#strip button:enabled")):
        assert min(box["width"], box["height"]) >= 44
    page.get_by_role("button", name="Keys to the other side").tap()
    nearest, _ = reach("right" if hand == "left" else "left")
    assert nearest < 32
    assert page.evaluate("document.documentElement.scrollWidth") <= width
