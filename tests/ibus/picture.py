"""A picture of the words under a field, as the panel of IBus shows them: a script, not a test.

.venv/bin/python -m tests.ibus.picture OUT.png
"""

import sys
import time
from pathlib import Path

from tests.ibus.desktop import NAMES, SYSTEM, desktop

_PROGRAM = Path(__file__).parent / "programs/letter.py"
_PANEL = "/usr/libexec/ibus-ui-gtk3"
_PRELOADED = ("org.freedesktop.ibus.general", "preload-engines", "['karussell']")


def main() -> None:
    """Write a sentence's beginning, and take the picture."""
    out = Path(sys.argv[1]).absolute()
    with desktop(display=True) as here:
        here.environment["GSETTINGS_BACKEND"] = "keyfile"
        here.run("gsettings", "set", *_PRELOADED)
        here.start(_PANEL)
        program = here.start(SYSTEM, str(_PROGRAM), str(out))
        program.until(bool)
        found = here.run("xdotool", "search", "--sync", "--onlyvisible", "--name", "letter")
        here.run("xdotool", "windowfocus", found.split()[-1])
        time.sleep(3)  # the panel chooses an engine of its own
        here.run("ibus", "engine", "karussell")
        time.sleep(1)
        for sign in "See you tom":
            here.run("xdotool", "key", NAMES.get(sign, sign))
            program.pause(0.2)
        program.pause(4)
        program.order(do="picture")
        program.until(lambda state: state["what"] == "picture")


if __name__ == "__main__":
    main()
