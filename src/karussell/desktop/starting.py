"""What runs under the system's Python, whose gi speaks to the desktop."""

import subprocess
from pathlib import Path

from karussell.errors import UsageError

SYSTEM_PYTHON = "/usr/bin/python3"
_NEEDED = "import gi; gi.require_version('Gio', '2.0'); from gi.repository import Gio"


def presage_command() -> list[str]:
    """What serves Presage's place on the session bus.

    Raises:
        UsageError: The system lacks something.
    """
    try:
        subprocess.run([SYSTEM_PYTHON, "-c", _NEEDED], capture_output=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        raise UsageError(
            "the system's Python lacks gi; install it, then try again: sudo apt install python3-gi"
        ) from None
    return [SYSTEM_PYTHON, str(Path(__file__).with_name("presage.py"))]
