from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from karussell.keyboard import Predictor
from tests.browser.conftest import OpenPage
from tests.conftest import MakeCard, WriteModel
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser

TWO_QUICK_TAPS = """(key) => {
  const tap = { bubbles: true, cancelable: true, button: 0 };
  for (const _ of [1, 2]) key.dispatchEvent(new PointerEvent("pointerdown", tap));
}"""


@pytest.fixture
def phone(open_page: OpenPage, running: Running) -> Page:
    return open_page(running, device="Pixel 7")


def tap(page: Page, *names: str) -> None:
    for name in names:
        page.locator(f'#keyboard button[data-key="{name}"]').tap()


def text(page: Page) -> str:
    return page.locator("#field").input_value()


def test_a_sentence_is_tapped_and_a_word_picked(phone: Page) -> None:
    tap(phone, *"see", "space", *"you", "space", *"to")
    assert text(phone) == "See you to"
    phone.locator("#strip button", has_text="tomorrow").tap()
    assert text(phone) == "See you tomorrow "
    tap(phone, ".", "space", *"tea")
    assert text(phone) == "See you tomorrow. Tea"
    expect(phone.locator("#field")).to_be_focused()


def test_capitals_start_sentences_and_shift_makes_more_of_them(phone: Page) -> None:
    tap(phone, *"a", "enter", *"a", "space", "shift", *"aa", "space")
    assert text(phone) == "A\nA Aa "
    phone.get_by_role("button", name="Shift").evaluate(TWO_QUICK_TAPS)
    tap(phone, *"ab", "shift", *"a")
    assert text(phone) == "A\nA Aa ABa"
    expect(phone.get_by_role("button", name="Shift")).to_have_attribute("aria-pressed", "false")


def test_digits_and_symbols_have_a_layer_that_a_space_leaves(phone: Page) -> None:
    tap(phone, *"a", "symbols", *"10€", "space", *"a", "symbols", *"1", "letters", *"b")
    assert text(phone) == "A10€ a1b"


def test_backspace_deletes_a_character_as_a_person_sees_it_and_goes_on_while_held(
    phone: Page,
) -> None:
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    phone.keyboard.insert_text(f"{'a' * 30} e\u0301{family}")
    tap(phone, "backspace")
    assert text(phone) == f"{'a' * 30} e\u0301"
    tap(phone, "backspace")
    assert text(phone) == f"{'a' * 30} "
    key = phone.locator('#keyboard button[data-key="backspace"]')
    key.hover()
    phone.mouse.down()
    expect(phone.locator("#field")).to_have_value("")
    phone.mouse.up()


def test_two_thumbs_at_once_lose_no_letter(phone: Page) -> None:
    line = phone.context.new_cdp_session(phone)
    points = []
    for number, name in enumerate("ab"):
        box = phone.locator(f'#keyboard button[data-key="{name}"]').bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        points.append({"x": x, "y": y, "id": number})
    for kind, fingers in (
        ("touchStart", points[:1]),
        ("touchStart", points),
        ("touchEnd", points[1:]),
        ("touchEnd", []),
    ):
        line.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    assert text(phone) == "Ab"


def test_no_second_keyboard_comes_up_unless_ours_is_put_away(phone: Page) -> None:
    expect(phone.locator("#field")).to_have_attribute("inputmode", "none")
    phone.get_by_role("button", name="Keys", exact=True).tap()
    phone.get_by_label("Show the on-screen keyboard").uncheck()
    expect(phone.locator("#field")).to_have_attribute("inputmode", "text")
    expect(phone.locator("#keyboard")).to_be_hidden()
    expect(phone.locator("#strip")).to_be_visible()


@pytest.mark.parametrize(
    ("width", "height"), [(320, 568), (360, 640), (390, 844), (844, 390), (1200, 800)]
)
def test_everything_fits_the_screen(
    open_page: OpenPage, running: Running, width: int, height: int
) -> None:
    page = open_page(
        running,
        viewport={"width": width, "height": height},
        color_scheme="dark",
        reduced_motion="reduce",
        locale="de-DE",
    )
    page.keyboard.insert_text("donaudampfschifffahrtsgesellschaftskapitän " * 3 + "to")
    page.wait_for_selector("#strip.tab")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for button in page.locator("#strip button:enabled, .quiet:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
    for key in page.locator("#keyboard button").all():
        box = key.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["height"] >= 44
        assert box["width"] >= 24  # WCAG 2.5.8; ten letters on a telephone are narrower than 44
    if height > 544:  # lower windows scroll
        assert page.evaluate("document.documentElement.scrollHeight") <= height


def test_the_keyboard_is_one_stop_of_tab_and_arrows_move_within(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.locator('#keyboard button[tabindex="0"]').focus()
    for key in ("ArrowRight", "ArrowDown", "Enter", "ArrowUp", "Space"):
        page.keyboard.press(key)
    assert text(page) == "Sw"
    assert page.locator('#keyboard button[tabindex="0"]').count() == 1


def test_the_words_on_the_strip_are_told_to_a_screen_reader_once_it_is_calm(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.keyboard.type("see you to", delay=20)
    page.wait_for_selector("#strip.tab")
    words = page.locator("#strip .word").all_inner_texts()
    expect(page.locator("#announcement")).to_have_text(f"1 {words[0]}, 2 {words[1]}")


def test_keys_light_up_where_the_words_go_on(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    page.keyboard.type("see you tom")
    page.wait_for_selector("#strip.tab")
    glow = "key => Number(getComputedStyle(key).getPropertyValue('--glow'))"
    assert page.locator('#keyboard button[data-key="o"]').evaluate(glow) > 0.2
    assert page.locator('#keyboard button[data-key="q"]').evaluate(glow) == 0


@pytest.mark.parametrize(
    ("language", "rows"),
    [
        ("de-AT", ("qwertzuiopü", "asdfghjklöä", "yxcvbnmß")),
        ("fr", ("éèêàâçîôûù", "azertyuiop", "qsdfghjklm", "wxcvbn'")),
        ("es", ("áéíóúü¿¡", "qwertyuiop", "asdfghjklñ", "zxcvbnm")),
        ("fi", ("qwertyuiop", "asdfghjkl", "zxcvbnm")),
    ],
)
def test_each_language_has_its_letters(
    open_page: OpenPage,
    make_card: MakeCard,
    write_model: WriteModel,
    tmp_path: Path,
    language: str,
    rows: tuple[str, ...],
) -> None:
    card = msgspec.structs.replace(make_card(), language=language)
    with (
        Predictor.open(write_model(tmp_path / "m.karussell", card=card)) as predictor,
        serving(predictor) as running,
    ):
        page = open_page(running, device="Pixel 7")
        found = page.locator("#keyboard .row").all()
        letters = ["".join(row.locator("button:not(.named)").all_inner_texts()) for row in found]
        # Until a sentence has begun they are capitals to the eye.
        assert tuple(row.lower() for row in letters[:-1]) == rows
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
