"""Fingers on the on-screen keyboard."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, expect

_PATIENCE = 600  # tenths of a second
_RECORD = """() => {
  window.pressed = [];
  const keyboard = document.getElementById("keyboard");
  keyboard.addEventListener("press", (event) => pressed.push(event.detail));
}"""
_ON_EACH = """() => {
  for (const key of document.querySelectorAll("#keyboard .row button:not(.named)")) {
    const { left, right, top, bottom } = key.getBoundingClientRect();
    const at = { clientX: (left + right) / 2, clientY: (top + bottom) / 2, bubbles: true };
    key.dispatchEvent(new PointerEvent("pointerdown", at));
    key.dispatchEvent(new PointerEvent("pointerup", at));
  }
}"""


def key(page: Page, name: str) -> Locator:
    return page.locator(f'#keyboard .row button[data-key="{name}"]')


def tap(page: Page, *names: str) -> None:
    for name in names:
        page.locator(f'#keyboard button[data-key="{name}"]').first.tap()


def text(page: Page) -> str:
    return page.locator("#field").input_value()


def stands(page: Page, text: str) -> None:
    """Wait until this text stands in the field: a click may come after the touch that makes it."""
    expect(page.locator("#field")).to_have_value(text)


def comes_true(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something holds that takes a frame or two, such as where things are."""
    for _ in range(_PATIENCE):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def boxes(locator: Locator) -> list[dict[str, float]]:
    """Where elements are at one moment: one by one, the strip may have changed between."""
    found: list[dict[str, float]] = locator.evaluate_all(
        """elements => elements.map((element) => {
            const { x, y, width, height } = element.getBoundingClientRect();
            return { x, y, width, height };
        })"""
    )
    assert found
    return found


def choices(page: Page) -> Locator:
    return page.locator("#keyboard .choices button")


@contextmanager
def held(page: Page, locator: Locator) -> Iterator[None]:
    """A finger that rests on a key until the choices are there, and leaves at the end."""
    page.mouse.move(*middle(locator))
    page.mouse.down()
    expect(choices(page).first).to_be_visible()
    yield
    page.mouse.up()


class Fingers:
    """Several at once, as the browser's own touches.

    Args:
        page: The page.
        pace: Seconds between what they do, whenever the browser comes to it; None for its own time.
    """

    def __init__(self, page: Page, *, pace: float | None = None) -> None:
        self._page, self._pace, self._now = page, pace, time.time()
        self._line = page.context.new_cdp_session(page)
        self._points: dict[str, dict[str, float]] = {}

    def down(self, name: str, on: Locator | None = None) -> None:
        """A finger comes down, on the key of its name or elsewhere."""
        x, y = middle(on or key(self._page, name))
        self._points[name] = {"x": x, "y": y, "id": len(name) + ord(name[0])}
        self._send("touchStart", list(self._points.values()))

    def up(self, name: str) -> None:
        self._send("touchEnd", [self._points.pop(name)])

    def _send(self, kind: str, points: list[dict[str, float]]) -> None:
        event: dict[str, Any] = {"type": kind, "touchPoints": points}
        if self._pace is not None:
            self._now += self._pace
            event["timestamp"] = self._now
        self._line.send("Input.dispatchTouchEvent", event)


def record(page: Page) -> None:
    """Keep what the keyboard tells from now on."""
    page.evaluate(_RECORD)


def recorded(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("pressed.splice(0)")
    return found


def press_each(page: Page) -> list[dict[str, Any]]:
    """What is told of each key that writes, hit in its middle."""
    recorded(page)
    page.evaluate(_ON_EACH)
    return recorded(page)
