"""Criteria of WCAG 2.2 that axe does not find broken; docs/reference/accessibility.md has all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from karussell.keyboard import Predictor
from tests.browser.conftest import OpenPage
from tests.browser.tapping import key, stands
from tests.browser.test_writing import fitting, write
from tests.web.serving import Running, serving

pytestmark = pytest.mark.browser

# Whether the middle of what has the focus, or one of its corners, is seen and is no other's.
_SEEN = """() => {
  const focused = document.activeElement;
  const { left, right, top, bottom } = focused.getBoundingClientRect();
  const middle = [(left + right) / 2, (top + bottom) / 2];
  const points = [middle, [left + 3, top + 3], [right - 3, bottom - 3]];
  return points.some(([x, y]) => focused.contains(document.elementFromPoint(x, y)));
}"""
_FOCUSED = """() => {
  const { id, dataset, textContent, ariaLabel } = document.activeElement;
  return id || dataset.key || ariaLabel || textContent.trim();
}"""
# The contrast of two colours of the page's palette, as they are drawn.
_CONTRAST = """([one, other]) => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const luminance = (name) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(${name})`;
    context.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}"""
_OVERFLOWING = """() =>
  [...document.querySelectorAll("button, select, input, kbd, h1, h2, p, .switch")]
  .filter((each) => each.checkVisibility() && !each.closest(".unseen, .emoji-grid"))
  .filter((each) => {
    const { left, right } = each.getBoundingClientRect();
    return left < -1 || right > innerWidth + 1;
  })
  .map((each) => each.outerHTML.slice(0, 80))"""


def reached(page: Page, presses: int, check: Callable[[], None] | None = None) -> set[str]:
    """What Tab leads to, from the top of the page."""
    page.evaluate("document.activeElement.blur()")
    found = set()
    for _ in range(presses):
        page.keyboard.press("Tab")
        found.add(str(page.evaluate(_FOCUSED)))
        if check:
            check()
    return found


def test_tab_and_enter_alone_reach_every_control(open_page: OpenPage, running: Running) -> None:
    page = open_page(running)
    write(page, "see you to")
    page.locator("#keyboard button").first.focus()
    controls = page.locator("button:visible:enabled")
    names = {
        str(
            control.evaluate(
                _FOCUSED.replace("document.activeElement", "control").replace(
                    "() =>", "(control) =>"
                )
            )
        )
        for control in controls.all()
    }
    assert len(names) > 40
    assert names <= reached(page, len(names) + 6)
    key(page, "m").focus()
    page.keyboard.press("Enter")
    stands(page, "see you tom")


def test_who_comes_back_to_the_text_by_tab_leaves_it_by_tab(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    write(page, "see you to")
    page.locator("#copy").focus()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#field")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#copy")).to_be_focused()
    stands(page, "see you to")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (320, 568), (740, 260)])
def test_what_has_the_focus_is_seen(
    open_page: OpenPage, running: Running, width: int, height: int
) -> None:
    page = open_page(running, viewport={"width": width, "height": height})
    write(page, "see you to")
    hidden: list[str] = []

    def look() -> None:
        if not page.evaluate(_SEEN):
            hidden.append(str(page.evaluate(_FOCUSED)))

    reached(page, 24, look)
    assert hidden == []
    page.get_by_role("button", name="Keys", exact=True).click()
    inside = []
    for _ in range(20):
        page.keyboard.press("Tab")
        inside.append(
            page.evaluate("document.activeElement.closest('#keys, body:not(:focus)') !== null")
        )
        assert page.evaluate("document.activeElement === document.body") or page.evaluate(_SEEN)
    assert all(inside)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keys", exact=True)).to_be_focused()


def test_shift_says_its_state_and_is_locked_without_haste(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.clock.install()
    write(page, "a")
    shift = key(page, "shift")
    shift.focus()
    for name, pressed in [
        ("Shift, one letter", "true"),
        ("Shift, locked", "true"),
        ("Shift", "false"),
    ]:
        page.keyboard.press("Enter")
        expect(shift).to_have_accessible_name(name)
        expect(shift).to_have_attribute("aria-pressed", pressed)
        page.clock.run_for(5000)


def test_a_suggestion_is_named_with_the_number_that_is_seen(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    write(page, "see you tom")
    fitting(page)
    best = page.locator("#strip .best")
    expect(page.locator("#strip kbd").first).to_be_visible()
    expect(best).to_have_accessible_name("1 tomorrow")
    page.keyboard.press("Escape")
    expect(best).to_have_accessible_name("tomorrow")


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_what_is_seen_has_contrast(open_page: OpenPage, running: Running, theme: str) -> None:
    page = open_page(running)
    page.locator("[data-setting=theme]").evaluate(
        """(choice, theme) => {
          choice.value = theme;
          choice.dispatchEvent(new Event("change"));
        }""",
        theme,
    )
    shapes = [
        *(("--key-edge", ground) for ground in ("--stage", "--key", "--paper")),
        *(("--lamp", ground) for ground in ("--stage", "--key", "--paper", "--track")),
        *(("--brass", ground) for ground in ("--ground", "--paper", "--pressed")),
        *(("--focus", ground) for ground in ("--ground", "--paper", "--stage", "--key")),
        *(("--good", ground) for ground in ("--ground", "--paper")),
    ]
    texts = [
        *(("--ink", ground) for ground in ("--ground", "--paper", "--stage", "--key", "--pressed")),
        *(("--soft", ground) for ground in ("--ground", "--paper", "--stage")),
    ]
    least = {
        **dict.fromkeys(shapes, 3.0),
        **dict.fromkeys(texts, 7.0 if theme == "contrast" else 4.5),
    }
    found = {pair: page.evaluate(_CONTRAST, list(pair)) for pair in least}
    assert {pair: round(found[pair], 2) for pair in found if found[pair] < least[pair]} == {}


def test_words_are_in_their_language_and_names_in_the_pages(open_page: OpenPage) -> None:
    with Predictor.open(languages=("en", "de")) as predictor, serving(predictor) as server:
        page = open_page(server)
        write(page, "wir sehen uns morgen bei der Arbeit, dann ")
        expect(page.locator("#language")).to_have_text("DE")
        assert (
            page.locator("#strip button:enabled:not(.literal)").first.get_attribute("lang") == "de"
        )
        expect(page.locator("#field")).to_have_attribute("lang", "de")
        expect(page.locator("#announcement span").first).to_have_attribute("lang", "de")
        spoken = page.locator("[aria-label], [title]").evaluate_all(
            """(named) => named
              .filter((each) => each.closest("[lang]").lang !== "en")
              .map((each) => each.ariaLabel ?? each.title)
              .filter((name) => /[a-z]{2}/i.test(name))"""
        )
        offered = page.locator("#strip .word").all_inner_texts()
        assert {name.split(" ")[-1] for name in spoken} <= set(offered)
        open_page.close()


def test_what_was_done_is_told_once_and_nothing_that_is_past(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    page.evaluate(
        """() => {
          window.told = [];
          const region = document.getElementById("announcement");
          new MutationObserver(() => region.textContent && told.push(region.textContent))
            .observe(region, { childList: true });
        }"""
    )
    said = page.locator("#announcement")
    write(page, "see you to")
    expect(said).to_contain_text("1 tomorrow")
    page.keyboard.type("m")
    expect(said).to_have_text("")
    page.keyboard.press("Backspace")
    fitting(page)
    tap_tomorrow = page.locator("#strip button", has_text="tomorrow")
    tap_tomorrow.click()
    expect(said).to_have_text("Picked tomorrow")
    page.keyboard.press("Control+z")
    expect(said).to_have_text("Undone")
    page.get_by_role("button", name="Clear").click()
    expect(said).to_have_text("Cleared")
    told = page.evaluate("told")
    assert len(told) == len(set(told))


def test_the_words_are_told_while_the_focus_is_on_the_keys(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    for name in "to":
        key(page, name).focus()
        page.keyboard.press("Enter")
    expect(page.locator("#announcement")).to_contain_text("1 ")


@pytest.mark.parametrize(("width", "height"), [(568, 320), (740, 260), (667, 300), (915, 240)])
def test_a_telephone_on_its_side_shows_all_rows(
    open_page: OpenPage, running: Running, width: int, height: int
) -> None:
    page = open_page(running, viewport={"width": width, "height": height}, has_touch=True)
    for name in ("q", "a", "z", "space"):
        box = key(page, name).bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        assert box["height"] >= 24
    field = page.locator("#field").bounding_box()
    assert field
    assert field["height"] >= 40
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_text_twice_as_large_fits(open_page: OpenPage, running: Running, width: int) -> None:
    size = {"width": width, "height": 640}
    page = open_page(running, viewport=size, reduced_motion="reduce")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    write(page, "see you to")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(_OVERFLOWING) == []
    for button in ("Keys", "Learned"):
        page.get_by_role("button", name=button, exact=True).click()
        assert page.evaluate(_OVERFLOWING) == []
        page.keyboard.press("Escape")


@pytest.mark.parametrize("focused", ["#strip .best", "#undo", "#strip .literal"])
def test_a_server_that_is_lost_leaves_the_focus_in_the_page(
    open_page: OpenPage, ten_word_path: str, focused: str
) -> None:
    open_page.expected += ["ERR_CONNECTION", "WebSocket", "401"]
    with Predictor.open(ten_word_path) as predictor:
        with serving(predictor) as server:
            page = open_page(server)
            write(page, "see you to")
            fitting(page)
            page.locator(focused).focus()
        expect(page.locator("#connection")).to_have_attribute("data-state", "lost")
        page.wait_for_selector("#retry")
        assert page.evaluate("document.activeElement !== document.body")
        page.locator("#retry").focus()
        with serving(predictor, port=server.port) as back:
            page.keyboard.press("Enter")
            expect(page.locator("#retry")).to_be_hidden()
            expect(page.locator("#field")).to_be_focused()
            assert back.port == server.port
            open_page.close()


def test_undoing_the_last_change_by_key_leaves_the_focus_in_the_page(
    open_page: OpenPage, running: Running
) -> None:
    page = open_page(running)
    write(page, "a")
    page.locator("#undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_be_disabled()
    expect(page.locator("#field")).to_be_focused()


def test_text_with_more_space_in_it_is_not_cut(open_page: OpenPage, running: Running) -> None:
    """The spacing of criterion 1.4.12."""
    page = open_page(running, viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.evaluate(
        """() => document.styleSheets[0].insertRule(`* {
          line-height: 1.5 !important; letter-spacing: 0.12em !important;
          word-spacing: 0.16em !important; }`)"""
    )
    write(page, "see you to")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate(_OVERFLOWING) == []
    page.get_by_role("button", name="Keys", exact=True).click()
    assert page.evaluate(_OVERFLOWING) == []
