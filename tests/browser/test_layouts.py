"""Which keys there are, where they lie, and where they say that they were hit."""

import itertools
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from karussell.correction import Geometry
from karussell.keyboard import Predictor
from tests.browser.conftest import OpenPage
from tests.browser.tapping import key, middle, press_each, record, recorded, stands
from tests.conftest import MakeCard, WriteModel
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser

# The rows of letters and where each begins; with the number of the first.
LAYOUTS: dict[str, tuple[int, list[tuple[str, float]]]] = {
    "qwerty": (0, [("qwertyuiop", 0), ("asdfghjkl", 0.5), ("zxcvbnm", 1.5)]),
    "qwertz": (0, [("qwertzuiopü", 0), ("asdfghjklöä", 0), ("yxcvbnmß", 1.5)]),
    "azerty": (-1, [("éèêàâçîôûù", 0), ("azertyuiop", 0), ("qsdfghjklm", 0), ("wxcvbn'", 1.5)]),
    "dvorak": (0, [("',.pyfgcrl", 0), ("aoeuidhtns", 0), ("qjkxbmwvz", 0.5)]),
    "qwerty-es": (-1, [("áéíóúü¿¡", 1), ("qwertyuiop", 0), ("asdfghjklñ", 0), ("zxcvbnm", 1.5)]),
}
_CHOOSE = "(keys, name) => keys.setAttribute('layout', name)"


def rows(page: Page) -> list[str]:
    found = page.locator("#keyboard .row").all()[:-1]
    return ["".join(row.locator("button:not(.named)").all_inner_texts()).lower() for row in found]


def places(first: int, letters: list[tuple[str, float]]) -> dict[str, tuple[float, float]]:
    """The middle of each key, in key widths and heights."""
    return {
        letter: (begin + column + 0.5, number + 0.5)
        for number, (row, begin) in zip(itertools.count(first), letters, strict=False)
        for column, letter in enumerate(row)
    }


@pytest.mark.parametrize(
    ("language", "layout"),
    [
        ("de-AT", "qwertz"),
        ("fr", "azerty"),
        ("es-MX", "qwerty-es"),
        ("fi", "qwerty"),
        ("", "qwerty"),
    ],
)
def test_each_language_has_its_letters(
    open_page: OpenPage,
    make_card: MakeCard,
    write_model: WriteModel,
    tmp_path: Path,
    language: str,
    layout: str,
) -> None:
    card = msgspec.structs.replace(make_card(), language=language)
    with (
        Predictor.open(write_model(tmp_path / "m.karussell", card=card)) as predictor,
        serving(predictor) as running,
    ):
        page = open_page(running, device="Pixel 7")
        assert rows(page) == [letters for letters, _ in LAYOUTS[layout][1]]
        assert page.locator("#keyboard").evaluate("keys => keys.layout") == layout
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        open_page.close()


@pytest.mark.parametrize("device", ["Pixel 7", "Pixel 7 landscape"])
def test_a_key_that_is_hit_tells_where_in_key_widths_and_heights(
    open_page: OpenPage, running: Running, device: str
) -> None:
    page = open_page(running, device=device)
    record(page)
    for layout, (first, letters) in LAYOUTS.items():
        page.locator("#keyboard").evaluate(_CHOOSE, layout)
        assert rows(page) == [row for row, _ in letters]
        told = [press for press in press_each(page) if press["tap"]["y"] < 3]
        expected = places(first, letters)
        found = {press["text"].lower(): (press["tap"]["x"], press["tap"]["y"]) for press in told}
        assert found.keys() == expected.keys()
        for letter, place in expected.items():
            assert found[letter] == pytest.approx(place, abs=0.01), (layout, letter)


def test_corrections_know_each_layout_as_it_is_on_the_page() -> None:
    assert set(Geometry.NAMES) == set(LAYOUTS)
    for name, (first, letters) in LAYOUTS.items():
        assert dict(Geometry.named(name).keys) == places(first, letters)


def test_a_layout_is_chosen_and_an_unknown_one_is_that_of_the_language(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    names = page.evaluate("import('/layout.js').then(({ LAYOUTS }) => LAYOUTS.map((l) => l.name))")
    assert set(names) == set(LAYOUTS)
    for name in names:  # English has its apostrophe on all of them
        page.locator("#keyboard").evaluate(_CHOOSE, name)
        expect(key(page, "'")).to_be_visible()
    keyboard = page.locator("#keyboard")
    for chosen, shown in [("dvorak", "dvorak"), ("none of ours", "qwerty"), ("", "qwerty")]:
        keyboard.evaluate(_CHOOSE, chosen)
        assert keyboard.evaluate("keys => keys.layout") == shown


def test_a_layout_that_was_chosen_outlives_a_reload(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    for shown in ("qwerty", "dvorak"):
        page.get_by_role("button", name="Keys", exact=True).click()
        expect(page.get_by_label("Its layout")).to_have_value(shown)
        page.get_by_label("Its layout").select_option("Dvorak")
        assert rows(page) == [letters for letters, _ in LAYOUTS["dvorak"][1]]
        page.reload()
        page.wait_for_selector("#strip button:enabled")


def test_a_tap_beside_the_keys_counts_for_the_nearest_and_tells_its_own_place(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running, device="Pixel 7")
    record(page)
    x, y = middle(key(page, "a"))
    width = middle(key(page, "s"))[0] - x
    page.mouse.click(x - 0.8 * width, y)
    page.mouse.click(middle(key(page, "l"))[0] + 0.7 * width, y)
    stands(page, "Al")
    left, right = (press["tap"] for press in recorded(page))
    assert left["x"] == pytest.approx(0.2, abs=0.03)
    assert right["x"] == pytest.approx(9.7, abs=0.03)
    assert left["y"] == right["y"] == pytest.approx(1.5, abs=0.03)


def test_a_key_that_no_finger_hit_tells_no_place(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    record(page)
    key(page, "h").focus()
    for name in ("Enter", "Space"):
        page.keyboard.press(name)
    key(page, "backspace").focus()
    page.keyboard.press("Enter")
    assert recorded(page) == [
        {"text": "H", "erase": None, "tap": None},
        {"text": "h", "erase": None, "tap": None},
        {"text": None, "erase": "character", "tap": None},
    ]
