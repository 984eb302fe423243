"""A sentence in programs of each toolkit under Xvfb, with a real IBus daemon and real keys."""

import importlib.util
import json
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from tests.ibus.desktop import NAMES, SYSTEM, Desktop, Program, desktop, needed

_PROGRAMS = Path(__file__).parent / "programs"
# Of Qt, which is in no environment of ours: a Python that has PySide6-Essentials.
_QT = os.environ.get("KARUSSELL_QT_PYTHON", "")
_KINDS = {
    "gtk3": (SYSTEM, "gtk.py", "3.0"),
    "gtk4": (SYSTEM, "gtk.py", "4.0"),
    "qt": (_QT, "qt.py"),
    "chromium": (sys.executable, "chromium.py"),
}
_SECRETS = ("password", "pin")

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def _need(kind: str) -> None:
    gi = {"gtk3": ("Gtk-3.0",), "gtk4": ("Gtk-4.0",)}.get(kind, ())
    needed("Xvfb", "xdotool", gi=("IBus-1.0", *gi))
    if kind == "qt" and not _QT:
        pytest.skip("missing: KARUSSELL_QT_PYTHON, a Python with PySide6-Essentials")
    if kind == "chromium" and not Path("/usr/bin/chromium").exists():
        pytest.skip("missing: chromium")
    if kind == "chromium" and importlib.util.find_spec("playwright") is None:
        pytest.skip("missing: playwright")


class _Window:
    """A program's window, and a person at the keyboard."""

    def __init__(self, here: Desktop, program: Program) -> None:
        self._here, self._program = here, program
        found = here.run("xdotool", "search", "--sync", "--onlyvisible", "--name", "program")
        here.run("xdotool", "windowfocus", "--sync", found.split()[-1])
        time.sleep(3)  # nothing tells that a window has come to hear its keys
        here.run("ibus", "engine", "karussell")
        time.sleep(1)

    def press(self, text: str) -> None:
        for sign in text:
            self._here.run("xdotool", "key", NAMES.get(sign, sign))

    def pause(self) -> None:
        """Wait as long as a writer looks at the words."""
        self._program.pause(2)


@pytest.fixture(params=_KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    _need(request.param)
    return str(request.param)


def test_a_sentence_ends_right_and_secrets_are_left_alone(kind: str) -> None:
    with desktop(display=True) as here:
        python, name, *more = _KINDS[kind]
        program = here.start(python, str(_PROGRAMS / name), *more, GDK_BACKEND="x11")
        window = _Window(here, program)
        window.press("a")
        window.pause()  # the server starts
        window.pause()
        window.press("\b")
        window.pause()
        window.press("See you tom")
        window.pause()
        window.press("\t")
        program.stands("See you tomorrow ")
        window.press(", teh ")
        program.stands("See you tomorrow, the ")
        here.kill_server()
        window.press("it goes on to")
        program.stands("See you tomorrow, the it goes on to")
        window.pause()
        window.pause()
        window.press("m")
        window.pause()
        window.press("\t")
        program.stands("See you tomorrow, the it goes on tomorrow ")
        window.press("\n")
        window.pause()
        assert '"tomorrow"' in _learned(here)
        here.run("xdotool", "key", "Escape", "Tab")
        for secret in _SECRETS:
            window.press("teh qqqq. ")
            _holds(program, secret, "teh qqqq. ")
            window.press("\t")
            window.pause()
        assert "qqqq" not in _learned(here)


def _holds(program: Program, field: str, text: str) -> None:
    program.until(lambda state: state.get(field) == text)


def _learned(here: Desktop) -> str:
    karussell = shutil.which("karussell", path=str(Path(sys.executable).parent))
    assert karussell is not None
    out = here.folder / "learned.json"
    here.run(karussell, "learned", "--out", str(out), "--overwrite")
    return json.dumps(json.loads(out.read_text()))
