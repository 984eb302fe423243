"""A sentence in programs of each toolkit under Xvfb, with a real IBus daemon and real keys."""

import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.ibus.desktop import NAMES, SYSTEM, Desktop, desktop, needed

_PROGRAMS = Path(__file__).parent / "programs"
# On a busy machine GTK 4 now and then shows no key at all: it is tried where one asks for it.
_GTK4 = os.environ.get("KARUSSELL_GTK4", "")
# A Python that has Qt, which is in no environment of ours: PySide6-Essentials, or Debian's PyQt6.
_QT = os.environ.get("KARUSSELL_QT_PYTHON", "")
if not _QT and Path("/usr/lib/python3/dist-packages/PyQt6").exists():
    _QT = SYSTEM
_KINDS = {
    "gtk3": (SYSTEM, "gtk.py", "3.0"),
    "gtk4": (SYSTEM, "gtk.py", "4.0"),
    "qt": (_QT, "qt.py"),
    "chromium": (sys.executable, "chromium.py"),
}
_SECRETS = {
    "gtk3": ("password", "pin", "covered"),
    "gtk4": ("password", "pin", "covered"),
    "qt": ("password", "pin"),
    "chromium": ("password", "pin"),
}
_TRIES = 40

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def _need(kind: str) -> None:
    gi = {"gtk3": ("Gtk-3.0",), "gtk4": ("Gtk-4.0",)}.get(kind, ())
    needed("Xvfb", "xdotool", gi=("IBus-1.0", *gi))
    if kind == "gtk4" and not _GTK4:
        pytest.skip("not asked for: KARUSSELL_GTK4=1")
    if kind == "qt" and not _QT:
        pytest.skip("missing: python3-pyqt6, or KARUSSELL_QT_PYTHON, a Python with PySide6")
    module = {"gtk3": "gtk-3.0", "gtk4": "gtk-4.0"}.get(kind)
    if module and not list(Path("/usr/lib").glob(f"*/{module}/*/immodules/*im-ibus.so")):
        pytest.skip(f"missing: ibus-{kind}")
    if kind == "chromium" and not Path("/usr/bin/chromium").exists():
        pytest.skip("missing: chromium")
    if kind == "chromium" and importlib.util.find_spec("playwright") is None:
        pytest.skip("missing: playwright")


class _Window:
    """A program's window, the words beside it, and a person at the keyboard."""

    def __init__(self, here: Desktop, kind: str) -> None:
        python, name, *more = _KINDS[kind]
        self._here, self._awake = here, False
        self._panel = here.start(SYSTEM, str(_PROGRAMS / "panel.py"))
        self._panel.until(bool)
        here.run("ibus", "engine", "karussell")
        self._program = here.start(python, str(_PROGRAMS / name), *more, GDK_BACKEND="x11")
        self._id = self._found()
        self._wake()
        self._awake = True

    def _found(self) -> str:
        """The window, once it is there."""
        for _ in range(_TRIES):
            told = self._here.run("xdotool", "search", "--onlyvisible", "--name", "program")
            if told:
                return told.split()[-1]
            self._panel.pause(0.5)
        pytest.fail("no window came")

    def _wake(self) -> None:
        """Press a key until it is seen both in the field and by the engine; then take it back."""
        for _ in range(_TRIES):
            self._here.run("xdotool", "windowfocus", self._id)
            self.press("a")
            self._panel.pause(0.5)
            self._program.pause(0.1)
            if self._panel.state["offered"] and self._program.state:
                break
        else:
            pytest.fail(f"no key came: {self._program.state}, {self._panel.state}")
        self.press("\b" * _TRIES)
        self.holds("plain", "")

    def press(self, text: str) -> None:
        """Press keys one after another: GTK 4 and Qt mix up those that come too fast for them."""
        for sign in text:
            self._here.run("xdotool", "key", NAMES.get(sign, sign))
            if self._awake and sign not in "\b\t\n\x1b":
                self._program.state = {}
                self._program.until(bool)
                self._program.pause(0.05)

    def holds(self, field: str, text: str) -> None:
        """Wait until a text stands in a field."""
        self._program.until(lambda state: state.get(field) == text)

    def offers(self, best: str) -> None:
        """Wait until a word is marked as the best."""
        self._panel.until(lambda state: state["best"] == best)

    def offers_any(self) -> None:
        """Wait until words are shown."""
        self._panel.until(lambda state: bool(state["offered"]))

    def hides(self) -> None:
        """Wait until none are."""
        self._panel.until(lambda state: not state["offered"])

    def shown_within(self, seconds: float) -> list[str]:
        """What is shown after so long."""
        self._panel.pause(seconds)
        return list(self._panel.state["offered"])


@pytest.fixture(params=_KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    _need(request.param)
    return str(request.param)


def test_a_sentence_ends_right_and_secrets_are_left_alone(kind: str) -> None:
    with desktop(display=True) as here:
        window = _Window(here, kind)
        window.press("See you tom")
        window.holds("plain", "See you tom")
        window.offers("tomorrow")
        window.press("\t")
        window.holds("plain", "See you tomorrow ")
        window.press(", teh ")
        window.holds("plain", "See you tomorrow, the ")
        here.kill_server()
        window.hides()
        window.press("it goes on to")
        window.holds("plain", "See you tomorrow, the it goes on to")
        window.offers_any()  # it has come back
        window.press("m")
        window.offers("tomorrow")
        window.press("\t")
        window.holds("plain", "See you tomorrow, the it goes on tomorrow ")
        window.press("\n")
        _until_learned(here, "tomorrow")
        window.press("\x1b")  # where another line may begin, its first word is offered
        window.hides()
        for secret in _SECRETS[kind]:
            window.press("\t")
            for sign, text in (("t", "t"), ("eh qqqq. ", "teh qqqq. ")):
                window.press(sign)
                window.holds(secret, text)
            assert window.shown_within(1) == []
        assert "qqqq" not in _learned(here)


def _until_learned(here: Desktop, word: str) -> None:
    for _ in range(_TRIES):
        if f'"{word}"' in _learned(here):
            return
    pytest.fail(f"{word} was not learned")


def _learned(here: Desktop) -> str:
    karussell = shutil.which("karussell", path=str(Path(sys.executable).parent))
    assert karussell is not None
    out = here.folder / "learned.json"
    here.run(karussell, "learned", "--out", str(out), "--overwrite")
    return json.dumps(json.loads(out.read_text()))
